"""A web interface behind an adapter: patience, credentials, bounds, paging, documents."""

import base64
import json
import threading
from urllib.parse import parse_qs, urlsplit

import pytest

from fachkraft_share import limits
from fachkraft_share.errors import (
    AdapterError,
    CredentialsError,
    InvalidRecordError,
    PermanentAdapterError,
    SetupError,
    TemporaryAdapterError,
)
from fachkraft_share.ports.rest import Part, Rest
from fachkraft_share.ports.rest_address import path_of
from fachkraft_share.ports.rest_auth import Headers, basic, bearer, client_credentials
from fachkraft_share.ports.rest_paging import ByCursor, ByLink, ByPage
from fachkraft_share.testing.misbehaving import Misbehaving, Reply

NOW = 1_795_305_600  # Sun, 22 Nov 2026 00:00:00 GMT
SECRET = "person@mail.example"


class Clock:
    """Stands still."""

    def __init__(self, now=NOW):
        self.at = now

    def now(self):
        """Return the time."""
        return self.at


@pytest.fixture
def server():
    """A server for one test."""
    with Misbehaving().running() as one:
        one.date = "Sun, 22 Nov 2026 00:00:07 GMT"
        yield one


@pytest.fixture
def waited():
    """The waits asked for, instead of waiting."""
    return []


@pytest.fixture
def rest(server, waited):
    """A client of the server."""
    made = Rest(server.base, auth=bearer("t0"), clock=Clock(), pause=waited.append, timeout=(1, 1))
    yield made
    made.close()


def test_an_answer_is_read_whole_with_its_headers(server, rest):
    """Parameters, JSON and headers go there; JSON and headers come back."""
    server.answers(Reply(value={"a": [1]}, headers={"X-Total": "7"}))
    answer = rest.post("/items", params={"q": "ä b"}, json={"x": "ö"}, headers={"X-Ours": "1"})
    assert (answer.status, answer.json(), answer.headers["x-total"]) == (200, {"a": [1]}, "7")
    [asked] = server.asked
    assert (asked.method, urlsplit(asked.path).path) == ("POST", "/items")
    assert parse_qs(urlsplit(asked.path).query) == {"q": ["ä b"]}
    assert json.loads(asked.body) == {"x": "ö"}
    assert (asked.headers["x-ours"], asked.headers["authorization"]) == ("1", "Bearer t0")


def test_the_head_of_an_answer_can_be_asked_for(server, rest):
    """It has no body, whatever length it tells."""
    server.answers(Reply(value="some length"))
    assert rest.call("HEAD", "/a").body == b""


def test_every_method_is_what_it_says(server, rest):
    """GET, PUT, PATCH, DELETE; a raw body travels as it is."""
    server.answers(Reply(204, body=b""))
    rest.get("/a")
    rest.put("/a", body=b"%PDF", headers={"Content-Type": "application/pdf"})
    rest.patch("/a", json={})
    rest.delete("/a")
    assert [one.method for one in server.asked] == ["GET", "PUT", "PATCH", "DELETE"]
    assert server.asked[1].body == b"%PDF"
    assert server.asked[1].headers["content-type"] == "application/pdf"


def test_a_form_carries_fields_and_files(server, rest):
    """Multipart, with name and type of each file."""
    server.answers(Reply(201, {"id": 1}))
    part = Part("file", "cv-1.pdf", "application/pdf", b"%PDF-1")
    rest.post("/files", form={"kind": "CV"}, parts=[part])
    body = server.asked[0].body
    for piece in (b'name="kind"', b"CV", b'filename="cv-1.pdf"', b"application/pdf", b"%PDF-1"):
        assert piece in body
    assert server.asked[0].headers["content-type"].startswith("multipart/form-data")


# Patience ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_cannot_be_done_now_is_tried_again_and_then_temporary(server, rest, waited, status):
    """So many times, with longer waits; then the engine tries again later."""
    server.answers(Reply(status, {"error": SECRET}))
    with pytest.raises(TemporaryAdapterError, match=str(status)) as caught:
        rest.get("/items")
    assert len(server.asked) == limits.REST_TRIES
    fixed = [limits.REST_WAIT] * 3
    assert waited == (fixed if status == 429 else [1, 2, 4])
    assert SECRET not in str(caught.value)
    assert caught.value.retry_after == (limits.REST_WAIT if status == 429 else 0)


def test_a_second_try_may_succeed(server, rest, waited):
    """Nobody hears of the first."""
    server.answers(Reply(503), Reply(value=[]))
    assert rest.get("/items").json() == []
    assert waited == [1]


@pytest.mark.parametrize("method", ["post", "patch"])
def test_what_might_happen_twice_is_not_repeated(server, rest, waited, method):
    """A create whose fate is unknown is the guard's to look for; unless the adapter says so."""
    server.answers(Reply(503))
    with pytest.raises(TemporaryAdapterError):
        getattr(rest, method)("/items", json={})
    assert (len(server.asked), waited) == (1, [])
    server.answers(Reply(503), Reply(value={"result": 1}))
    assert rest.post("/jsonrpc", json={}, again=True).ok


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        ("7", 7),
        ("Sun, 22 Nov 2026 00:00:17 GMT", 10),  # by the system's own clock, which is 7 ahead
        ("Sat, 21 Nov 2026 00:00:00 GMT", limits.REST_WAIT),  # is over
        ("soon", limits.REST_WAIT),
        ("-3", limits.REST_WAIT),
    ],
)
def test_the_time_the_system_names_is_waited_for(server, rest, waited, told, seconds):
    """In seconds or as a date; without sense the vendor's window counts."""
    server.answers(Reply(429, headers={"Retry-After": told}), Reply(value=1))
    assert rest.get("/items").json() == 1
    assert waited == [seconds]


@pytest.mark.parametrize(("told", "seconds"), [("600", 600), ("9" * 30, limits.REST_RETRY_AFTER)])
def test_a_long_wait_is_left_to_the_engine(server, rest, waited, told, seconds):
    """It is told, not slept through."""
    server.answers(Reply(503, headers={"Retry-After": told}))
    with pytest.raises(TemporaryAdapterError) as caught:
        rest.get("/items")
    assert caught.value.retry_after == seconds
    assert (len(server.asked), waited) == (1, [])


def test_the_window_of_a_vendor_can_be_named(server, waited):
    """Where it tells no time itself."""
    server.answers(Reply(429), Reply(value=1))
    rest = Rest(server.base, wait=11, pause=waited.append)
    assert rest.get("/items").json() == 1
    assert waited == [11]


def test_no_answer_is_temporary(server, rest, waited):
    """A line that is cut, an answer that never comes, a host that is not there."""
    server.answers(Reply(raw=b""))
    with pytest.raises(TemporaryAdapterError, match="does not answer"):
        rest.get("/items")
    never = threading.Event()
    server.answers(Reply(before=lambda: never.wait(5)))
    with pytest.raises(TemporaryAdapterError, match="does not answer"):
        Rest(server.base, timeout=(1, 0.05), pause=waited.append).post("/items")
    never.set()
    with pytest.raises(TemporaryAdapterError):
        Rest("http://127.0.0.1:1", pause=waited.append, timeout=(1, 1)).post("/items")


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[1, 2",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n[1, 2",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"not HTTP at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X-A: 1\r\n" * 200 + b"\r\n",
    ],
)
def test_a_broken_answer_is_temporary(server, rest, raw):
    """Half an answer is none."""
    server.answers(Reply(raw=raw))
    with pytest.raises(TemporaryAdapterError):
        rest.post("/items")


def test_an_answer_that_drips_for_ever_is_given_up(server, waited):
    """However alive the line seems."""

    class Hurrying(Clock):
        def now(self):
            self.at += limits.REST_SECONDS
            return self.at

    server.answers(Reply(value="x" * 200_000))
    with pytest.raises(TemporaryAdapterError, match="too long"):
        Rest(server.base, clock=Hurrying(), pause=waited.append).post("/items")


# What is refused --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, CredentialsError),
        (403, CredentialsError),
        (400, InvalidRecordError),
        (413, InvalidRecordError),
        (422, InvalidRecordError),
        (404, PermanentAdapterError),
        (409, PermanentAdapterError),
        (418, PermanentAdapterError),
        (501, PermanentAdapterError),
        (300, PermanentAdapterError),
    ],
)
def test_what_will_not_work_is_told_by_type_and_not_quoted(server, rest, waited, status, error):
    """Once is enough."""
    server.answers(Reply(status, {"error": SECRET}, headers={"X-Person": SECRET}))
    with pytest.raises(AdapterError) as caught:
        rest.get(f"/items/{SECRET}", params={"mail": SECRET})
    assert type(caught.value) is error
    assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.__cause__}"
    assert (len(server.asked), waited) == (1, [])


def test_an_expected_status_is_handed_back(server, rest):
    """To erase twice is fine."""
    server.answers(Reply(404))
    assert rest.delete("/items/1", expect=(404, 410)).status == 404


@pytest.mark.parametrize("body", [b"<html>", b"", b"[" * 100_000, b'{"a": "\xff"}'])
def test_what_is_no_json_will_not_work(server, rest, body):
    """Nor is it quoted."""
    server.answers(Reply(body=body))
    with pytest.raises(PermanentAdapterError, match="other than JSON"):
        rest.get("/items").json()


def test_an_answer_beyond_all_measure_is_not_read(server, rest, monkeypatch):
    """Told or not."""
    monkeypatch.setattr(limits, "REST_ANSWER_BYTES", 1000)
    chunk = b"3e8\r\n" + b"x" * 1000 + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for reply in (Reply(body=b"x" * 1001), Reply(raw=head + chunk * 100)):
        server.answers(reply)
        with pytest.raises(PermanentAdapterError, match="larger"):
            rest.post("/items")


def test_a_packed_answer_is_refused(server, rest):
    """We asked for none: unpacked it may be a thousand times as large."""
    server.answers(Reply(body=b"x", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(PermanentAdapterError, match="packs"):
        rest.get("/items")
    assert server.asked[0].headers["accept-encoding"] == "identity"


# Addresses --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "http://jobs.example",
        "ftp://jobs.example",
        "jobs.example",
        "",
        "https://",
        "https://user:pw@jobs.example",
        "https://jobs.example/?a=1",
        "https://jobs.example/#a",
        "https://[",
    ],
)
def test_only_https_is_an_address_except_on_this_machine(address):
    """And nothing beside host and path belongs into it."""
    with pytest.raises(SetupError, match="address"):
        Rest(address)


def test_an_id_stays_one_part_of_a_path():
    """Whatever is in it."""
    assert path_of("items", "a/../b?c#d", 7) == "/items/a%2F..%2Fb%3Fc%23d/7"
    assert Rest("https://jobs.example/wp/").base == "https://jobs.example/wp"


def test_a_way_to_another_host_is_not_gone(server, rest, waited):
    """Neither by a redirect nor by an address; credentials would go along."""
    with Misbehaving().running() as other:
        other.answers(Reply(value=1))
        server.answers(Reply(302, headers={"Location": f"{other.base}/items"}))
        with pytest.raises(PermanentAdapterError, match="another host"):
            rest.get("/items")
        with pytest.raises(PermanentAdapterError, match="another host"):
            rest.get(f"{other.base}/items")
        assert other.asked == []


def test_a_redirect_at_home_is_followed_for_reading_only(server, rest):
    """So many times; with the same headers, and the parameters the new address has."""
    server.answers(Reply(301, headers={"Location": "/items/?page=2"}), Reply(value={"there": True}))
    assert rest.get("/items", params={"page": 1}).json() == {"there": True}
    assert server.asked[1].path == "/items/?page=2"
    assert server.asked[1].headers["authorization"] == "Bearer t0"
    server.answers(Reply(307, headers={"Location": "/items/"}))
    with pytest.raises(PermanentAdapterError, match="elsewhere"):
        rest.post("/items", json={})
    with pytest.raises(PermanentAdapterError, match="circles"):
        rest.get("/items")


def test_a_redirect_that_is_expected_is_handed_back(server, rest):
    """Where the way somewhere else is the answer, such as the one to a login form."""
    server.answers(Reply(302, headers={"Location": "/login"}))
    assert rest.get("/items", expect={302}).status == 302
    assert len(server.asked) == 1


# Credentials ------------------------------------------------------------------------------------


def test_basic_and_header_credentials(server):
    """As the vendor wants them."""
    server.answers(Reply(value=1))
    Rest(server.base, auth=basic("bot", "gehe im"), headers={"X-Api": "2"}).get("/a")
    Rest(server.base, auth=Headers({"X-Token": "s3cret"})).get("/a")
    Rest(server.base).get("/a")
    first, second, third = (one.headers for one in server.asked)
    pair = base64.b64encode(b"bot:gehe im").decode()
    assert (first["authorization"], first["x-api"]) == (f"Basic {pair}", "2")
    assert second["x-token"] == "s3cret"
    assert "authorization" not in {*second, *third}
    assert "s3cret" not in repr(Headers({"X-Token": "s3cret"}))


def issuer(server, *, seconds=3600):
    """Let the server issue tokens t1, t2, ... at /token."""
    count = iter(range(1, 100))

    def issue(request):
        form = parse_qs(request.body.decode())
        assert form["grant_type"] == ["client_credentials"]
        return Reply(value={"access_token": f"t{next(count)}", "expires_in": seconds})

    server.by_path["/token"] = issue


def taking(*tokens):
    """Answer to these tokens only."""

    def answer(request):
        good = request.headers.get("authorization") in {f"Bearer {one}" for one in tokens}
        return Reply(value=1) if good else Reply(401, {"error": SECRET})

    return answer


def tokens_of(server):
    """Return the tokens the server was shown at /items."""
    shown = [one.headers["authorization"] for one in server.asked if one.path == "/items"]
    return [one.removeprefix("Bearer ") for one in shown]


@pytest.mark.parametrize("elsewhere", [False, True])
def test_a_client_gets_a_token_and_another_when_it_is_refused(server, elsewhere):
    """Once; the issuer may live at another address, to which only the client's secret goes."""
    with Misbehaving().running() as other:
        issuer(other if elsewhere else server)
        server.by_path["/items"] = taking("t2")
        path = f"{other.base}/token" if elsewhere else "/token"
        auth = client_credentials(path, client="c", secret="s", scope="read")
        rest = Rest(server.base, auth=auth, clock=Clock(), headers={"X-Ours": "1"})
        assert rest.post("/items").json() == 1
        assert rest.post("/items").json() == 1
        assert tokens_of(server) == ["t1", "t2", "t2"]
        [asked, _] = [one for one in (*other.asked, *server.asked) if one.path == "/token"]
        pair = base64.b64encode(b"c:s").decode()
        assert asked.headers["authorization"] == f"Basic {pair}"
        assert ("x-ours" in asked.headers) is not elsewhere
        assert parse_qs(asked.body.decode())["scope"] == ["read"]


def test_a_token_refused_twice_stays_refused(server):
    """No third try."""
    issuer(server)
    server.by_path["/items"] = taking("never")
    auth = client_credentials("/token", client="c", secret="s")
    with pytest.raises(CredentialsError):
        Rest(server.base, auth=auth).get("/items")
    assert tokens_of(server) == ["t1", "t2"]


def test_a_token_is_renewed_shortly_before_its_end(server):
    """Nobody needs to be refused first."""
    issuer(server, seconds=100)
    server.by_path["/items"] = taking("t1", "t2")
    clock = Clock()
    rest = Rest(server.base, auth=client_credentials("/token", client="c", secret="s"), clock=clock)
    for step in (0, 100 - limits.TOKEN_MARGIN - 1, 1):
        clock.at += step
        rest.get("/items")
    assert tokens_of(server) == ["t1", "t1", "t2"]


@pytest.mark.parametrize("value", [{}, [], {"access_token": 7}, {"access_token": "a\r\nb: c"}])
def test_an_issuer_without_a_token_means_no_credentials(server, value):
    """Nothing of the answer becomes a header unseen."""
    server.by_path["/token"] = lambda _: Reply(value=value)
    auth = client_credentials("/token", client="c", secret="s")
    with pytest.raises(CredentialsError, match="token"):
        Rest(server.base, auth=auth).get("/items")


def test_an_issuer_must_be_reached_over_https():
    """The client's secret goes there."""
    auth = client_credentials("http://issuer.example/token", client="c", secret="s")
    with pytest.raises(SetupError):
        Rest("https://jobs.example", auth=auth).get("/items")


# Paging -----------------------------------------------------------------------------------------


def listing(server, answer):
    """Answer /items by a function of the query."""

    def reply(request):
        query = {name: one[0] for name, one in parse_qs(urlsplit(request.path).query).items()}
        return answer(query)

    server.by_path["/items"] = reply


def test_pages_are_counted_until_a_short_one(server, rest):
    """And with a header that tells how many there are no further one is asked for."""
    everything = list(range(6))

    def page(query):
        start = (int(query["page"]) - 1) * 2
        assert query["q"] == "x"
        return Reply(value=everything[start : start + 2], headers={"X-Pages": "3"})

    listing(server, page)
    assert list(rest.pages("/items", ByPage(2), params={"q": "x"})) == everything
    assert len(server.asked) == 4
    assert (
        list(rest.pages("/items", ByPage(2, last_page="x-pages"), params={"q": "x"})) == everything
    )
    assert len(server.asked) == 7


def test_offsets_are_pages_of_another_step(server, rest):
    """The list may stand deeper in the answer."""

    def page(query):
        start = int(query["start"])
        return Reply(value={"found": {"items": list(range(5))[start : start + int(query["size"])]}})

    listing(server, page)
    paging = ByPage(2, page="start", per_page="size", start=0, step=2, items="found.items")
    assert list(rest.pages("/items", paging)) == [0, 1, 2, 3, 4]


def test_a_cursor_leads_on(server, rest):
    """Until there is none."""

    def page(query):
        at = int(query.get("after", 0))
        following = {"next": at + 1} if at < 2 else {"next": None}
        return Reply(value={"items": [at], "meta": following})

    listing(server, page)
    paging = ByCursor("after", "meta.next", items="items", fixed={"limit": "1"})
    assert list(rest.pages("/items", paging)) == [0, 1, 2]
    assert all("limit=1" in one.path for one in server.asked)


def test_a_link_leads_on(server, rest):
    """In the header or in the answer; relative or whole."""

    def header(query):
        at = int(query.get("page", 1))
        links = (
            f'<{server.base}/items?page=1>; rel="first", </items?page={at + 1}>; rel="next last"'
        )
        return Reply(value=[at], headers={"Link": links} if at < 3 else {})

    listing(server, header)
    assert list(rest.pages("/items", ByLink(fixed={"page": "1"}))) == [1, 2, 3]

    def answer(query):
        at = int(query.get("start", 0))
        following = {"next": f"{server.base}/items?start={at + 1}"} if at < 2 else {}
        return Reply(value={"items": [at], "batching": following})

    listing(server, answer)
    assert list(rest.pages("/items", ByLink(items="items", link="batching.next"))) == [0, 1, 2]


@pytest.mark.parametrize(
    "links", ['</items?page=9>; rel="prev"', '</items?page=9>; title="next"', "nonsense", "<"]
)
def test_what_is_no_link_to_the_next_ends_the_list(server, rest, links):
    """Nothing is guessed."""
    listing(server, lambda _: Reply(value=[1], headers={"Link": links}))
    assert list(rest.pages("/items", ByLink())) == [1]


def test_a_list_that_goes_round_or_has_no_end_is_given_up(server, rest, monkeypatch):
    """It would be read for ever."""
    listing(server, lambda _: Reply(value={"items": [1], "next": "same"}))
    with pytest.raises(PermanentAdapterError, match="does not end"):
        list(rest.pages("/items", ByCursor("after", "next", items="items")))
    assert len(server.asked) == 2
    monkeypatch.setattr(limits, "REST_PAGES", 5)
    listing(server, lambda _: Reply(value=[1]))
    with pytest.raises(PermanentAdapterError, match="does not end"):
        list(rest.pages("/items", ByPage(1)))
    assert len(server.asked) == 7


def test_a_list_does_not_lead_to_another_host(server, rest):
    """Credentials would go along."""
    with Misbehaving().running() as other:
        links = {"Link": f'<{other.base}/items>; rel="next"'}
        listing(server, lambda _: Reply(value=[1], headers=links))
        with pytest.raises(PermanentAdapterError, match="another host"):
            list(rest.pages("/items", ByLink()))
        assert other.asked == []


@pytest.mark.parametrize("value", [{}, {"items": 7}, 7, None])
def test_an_answer_without_the_list_will_not_work(server, rest, value):
    """An empty list and none are two things."""
    listing(server, lambda _: Reply(value=value))
    with pytest.raises(PermanentAdapterError, match="list"):
        list(rest.pages("/items", ByLink(items="items")))


# Documents --------------------------------------------------------------------------------------


def test_a_document_comes_in_pieces(server, rest):
    """With our credentials where it lies at home, and after a new token if need be."""
    server.answers(Reply(body=b"%PDF" * 50_000))
    assert b"".join(rest.document("/files/1", params={"v": "2"})) == b"%PDF" * 50_000
    assert server.asked[0].path == "/files/1?v=2"
    issuer(server)
    server.by_path["/items"] = taking("t2")
    renewing = Rest(server.base, auth=client_credentials("/token", client="c", secret="s"))
    assert b"".join(renewing.document("/items")) == b"1"


def test_a_document_beyond_all_measure_is_not_read(server, rest, monkeypatch):
    """It is this one record that will not do."""
    monkeypatch.setattr(limits, "BLOB_BYTES", 10)
    server.answers(Reply(body=b"x" * 11))
    with pytest.raises(InvalidRecordError, match="larger"):
        list(rest.document("/files/1"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, CredentialsError),
        (403, CredentialsError),
        (404, PermanentAdapterError),
        (410, PermanentAdapterError),
        (429, TemporaryAdapterError),
        (503, TemporaryAdapterError),
    ],
)
def test_a_document_that_does_not_come_says_why(server, rest, status, error):
    """By type."""
    server.answers(Reply(status, body=SECRET.encode()))
    with pytest.raises(error):
        list(rest.document("/files/1"))


@pytest.mark.parametrize(
    "link",
    [
        "http://files.example/1",
        "file:///etc/passwd",
        "ftp://files.example/1",
        "https://127.0.0.1/1",
        "https://10.0.0.1/1",
        "https://[::1]/1",
        "https://169.254.169.254/latest",
        "https://localhost/1",
        "https://intranet/1",
        "//files.example/1",
    ],
)
def test_a_link_leads_to_no_place_of_the_own_network(server, rest, link):
    """Neither at once nor by a redirect: a vendor would see what only we may."""
    if not link.startswith("//"):
        with pytest.raises(PermanentAdapterError, match="link"):
            list(rest.document(link))
    server.answers(Reply(302, headers={"Location": link}))
    with pytest.raises(PermanentAdapterError, match="link"):
        list(rest.document("/files/1"))
    assert len(server.asked) == 1


def test_a_link_within_the_host_is_followed_so_many_times(server, rest):
    """Then it is given up."""
    server.answers(Reply(302, headers={"Location": "/files/2"}), Reply(body=b"%PDF"))
    assert b"".join(rest.document("/files/1")) == b"%PDF"
    server.answers(Reply(302, headers={"Location": "/files/1"}))
    with pytest.raises(PermanentAdapterError, match="somewhere else"):
        list(rest.document("/files/1"))


# Clock ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "difference"), [("Sun, 22 Nov 2026 00:00:07 GMT", 7), ("yesterday", 0)]
)
def test_the_difference_of_the_clocks_is_told(server, rest, date, difference):
    """By the header `Date`; without sense there is none."""
    server.date = date
    server.answers(Reply(value=1))
    assert rest.clock_difference("/") == difference
