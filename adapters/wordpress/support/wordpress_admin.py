"""An administrator of a WordPress site, who logs in and sends its forms."""

import html
import re

import requests


class Administrator:
    """A browser without scripts, logged in."""

    def __init__(self, site, *, user="admin", password="adminpass"):
        self.site, self.session = site, requests.Session()
        form = {"log": user, "pwd": password, "testcookie": "1"}
        cookie = {"wordpress_test_cookie": "WP Cookie check"}
        self.session.post(f"{site.url}/wp-login.php", form, cookies=cookie, timeout=60)

    def page(self):
        """Return the page's answer."""
        where = {"page": "fachkraft-share"}
        admin = f"{self.site.url}/wp-admin/options-general.php"
        return self.session.get(admin, params=where, timeout=60)

    def send(self, action, **changed):
        """Send one of the page's forms as it stands, with these fields changed."""
        return self.session.post(
            f"{self.site.url}/wp-admin/admin-post.php",
            {**self.form(action), **changed},
            timeout=60,
        )

    def form(self, action):
        """Return the fields of the form with this action and their values."""
        forms = re.findall(r"<form.*?</form>", self.page().text, re.DOTALL)
        [form] = [one for one in forms if f'value="{action}"' in one]
        inputs = re.findall(r"<input[^>]*>", form)
        return dict(map(_field, [one for one in inputs if "checkbox" not in one]))


def _field(written):
    said = dict(re.findall(r'([a-z-]+)="([^"]*)"', written))
    return said.get("name", ""), html.unescape(said.get("value", ""))


def texts(answer):
    """Return what a person reads, without markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", answer.text)).split())
