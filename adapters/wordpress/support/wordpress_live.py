"""The shared suite's harness on somebody's installation: no more than the adapter's own user may.

Only items with keys of the tests are touched, and none stays. A site that holds any other is
refused: the rule about orphans takes away what the tests did not publish.
"""

import os
import time
from contextlib import contextmanager

import pytest
from wordpress_harness import RunningHarness
from wordpress_site import SECRET

from fachkraft_share.ports.publishing import ItemKind, item_key
from fachkraft_share.testing.cms_harness import activity
from fachkraft_share_wordpress import WordPressAdapter

_TEASERS = {item_key(ItemKind.TEASER, one.rjust(22, "q")) for one in "rs"}
_KEYS = {activity(number, at=0).key for number in range(200)} | _TEASERS
_PATIENCE = 2  # seconds a test waits where the adapter would wait longer
_NO_DATABASE = "needs the site's database, which --live does not have"


def live_settings():
    """Return address, user and password of the site the environment names, None without."""
    given = {name: _named(name) for name in ("URL", "USER", "PASSWORD")}
    if not given["URL"]:
        return None
    missing = [f"FKS_LIVE_{name}" for name, one in given.items() if not one]
    if missing:
        raise pytest.UsageError(f"{given['URL']}: set {' and '.join(missing)}, too")
    return {name.lower(): one for name, one in given.items()}


def _named(name):
    return os.environ.get(f"FKS_LIVE_{name}") or os.environ.get(f"FKS_WORDPRESS_{name}", "")


class LiveHarness(RunningHarness):
    """An installation without items of ours; the proxy before it makes trouble when asked."""

    def __init__(self, settings, proxy):
        super().__init__(settings["url"])
        self._settings = {**settings, "url": proxy.url, "hook_secret": SECRET}
        self._proxy = proxy
        others = [one for one in self.fresh().published() if one.key not in _KEYS]
        if others:
            pytest.fail(
                f"the site holds {len(others)} items that are not of the tests, and they would be"
                " taken away: run --live against a site, or a copy of it, without any"
            )
        self.clean()

    def fresh(self):
        return WordPressAdapter(self._settings, pause=lambda wait: time.sleep(min(wait, _PATIENCE)))

    def clean(self):
        """Erase what the tests published, also in a run that was stopped."""
        adapter = self.fresh()
        for one in adapter.published():
            if one.key in _KEYS:
                adapter.erase(one.ref, at=self.at)

    def stored(self):
        return tuple(one.ref for one in self.fresh().published())

    def names_of(self, ref):
        return tuple(f"fks-{one.key}" for one in self.fresh().published() if one.ref == ref)

    @contextmanager
    def forbidding(self):
        self._proxy.forbidding = True
        try:
            yield
        finally:
            self._proxy.forbidding = False

    @contextmanager
    def _trouble(self, status, after=None, *, method="", calls=0):
        self._proxy.trouble = status, after, method, calls
        try:
            yield
        finally:
            self._proxy.trouble = None

    @property
    def site(self):
        """What only a site of the tests' own offers."""
        pytest.skip(_NO_DATABASE)

    def _needs_database(self, *_):
        pytest.skip(_NO_DATABASE)

    own_page = content_of = places_holding = plant = _needs_database
