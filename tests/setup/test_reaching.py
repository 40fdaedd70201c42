"""What keeps an address from being reached is told apart, by real servers that are wrong."""

from pathlib import Path

import pytest

from fachkraft_share.ports.reaching import Page, reach
from fachkraft_share.ports.trial import Trial

from .servers import HERE, Answer, certificate, free_port, web_server


def code(url: str, **more: str) -> str:
    """Return how reaching ended."""
    found = reach(url, **more)
    return found.code if isinstance(found, Trial) else "page"


def test_a_page_comes_as_it_is() -> None:
    """Its beginning, its status and its headers."""
    with web_server(Answer(404, b"no", {"X-Who": "me"})) as url:
        found = reach(url)
    assert isinstance(found, Page)
    assert (found.status, found.content, found.headers["x-who"]) == (404, b"no", "me")


def test_only_this_machine_is_reached_unencrypted() -> None:
    """Nothing is sent: the address is judged before."""
    assert code("http://node.example") == "plain"


def test_a_name_nobody_knows() -> None:
    """A name below `.invalid` never exists (RFC 2606)."""
    assert code("https://node.invalid") == "no-such-name"


def test_a_port_nobody_listens_on() -> None:
    """The machine is there, the web server is not."""
    assert code(f"https://{HERE}:{free_port()}") == "refused"


def test_a_port_that_speaks_no_tls() -> None:
    """A node without its proxy."""
    with web_server() as url:
        assert code(url.replace("http:", "https:")) == "no-tls"


@pytest.mark.parametrize(
    ("days", "address", "trusted", "said"),
    [
        (1, HERE, False, "certificate-issuer"),
        (-1, HERE, True, "certificate-expired"),
        (1, "127.0.0.9", True, "certificate-name"),
        (1, HERE, True, "page"),
    ],
)
def test_a_certificate_is_wrong_in_its_own_way(
    tmp_path: Path, days: int, address: str, trusted: bool, said: str
) -> None:
    """Each wants another remedy."""
    made = certificate(tmp_path, days=days, address=address)
    with web_server(certificate=made) as url:
        assert code(url, ca_file=str(made) if trusted else "") == said


def test_a_page_that_leads_elsewhere() -> None:
    """Often a login; where it leads is told, without what comes behind the name."""
    to = {"Location": "https://login.example/who?for=secret"}
    with web_server(Answer(302, b"", to)) as url:
        found = reach(url)
    assert isinstance(found, Trial)
    assert (found.code, found.values["to"]) == ("redirect", "https://login.example")


def test_a_proxy_that_reaches_nothing_behind_it() -> None:
    """The commonest fault of a new installation."""
    with web_server(Answer(502)) as url:
        assert code(url) == "gateway"


def test_a_proxy_that_refuses() -> None:
    """Only where one is named."""
    with web_server(Answer(403)) as proxy:
        assert code("https://node.example", proxy=proxy) == "proxy"
