"""The host of the tour: a joinery and a university without IT, and a class that was invited."""

import datetime as dt
import re
from pathlib import Path
from typing import Final

import attrs

from fachkraft_share.cli.browser import Browser
from fachkraft_share.cli.demo import law
from fachkraft_share.cli.demo.neighbouring import RENAMED
from fachkraft_share.cli.demo.processes import free_port, run
from fachkraft_share.cli.demo.rooms import at, said, start
from fachkraft_share.cli.demo.stage import Stage
from fachkraft_share.errors import SetupError
from fachkraft_share.host.settings import read_settings, write_settings

_OPERATOR: Final = f"{law.CHAMBER}, {law.STREET}, {law.PLACE}"
_JOINERY: Final = "tischlerei"
_SCHOOL: Final = "hochschule"
_HOSTED: Final = (  # slug, name, address as a name, role, contact
    (
        _JOINERY,
        "Tischlerei Sösetal",
        "https://tischlerei-soesetal.example",
        "employer",
        "Büro, 05522 000-1",
    ),
    (
        _SCHOOL,
        "Hochschule Oberharz",
        "https://hochschule-oberharz.example",
        "education",
        "Career Service, 05323 000-2",
    ),
)
_CLASS: Final = "Bachelor Werkstofftechnik 2026"
_SLIPS: Final = {"kind": "graduate", "language": "de", "number": "4", "group": _CLASS}
_SLIP: Final = re.compile(r'<p class="link">(http[^<]+)</p>')
_ANSWERS: Final = (  # what one of the class has entered, page by page
    {
        "given": "Swantje",
        "family": "Achterberg-Nwosu",
        "email": "swantje.achterberg@postfach.example",
        "postcode": "38678",
        "city": "Clausthal-Zellerfeld",
    },
    {"title": "Werkstoffingenieurin"},
    {"degree": "Bachelor Werkstofftechnik", "school": "Hochschule Oberharz"},
    {"skills": "CAD, Qualitätssicherung, Python", "language1": "en", "level1": "C1"},
    {"availability": "within_3_months", "age": "adult"},
)


@attrs.frozen
class Hosted:
    """The links into the host's pages."""

    joinery: str = attrs.field(repr=False)
    school: str = attrs.field(repr=False)
    graduate: str = attrs.field(repr=False)  # invited, has entered nothing yet
    entered: str = attrs.field(repr=False)  # has entered everything


def open_host(stage: Stage) -> Hosted:
    """Set up a host with two firms, let one of them invite a class, and start it."""
    folder, port, log = stage.folder / "host", free_port(), stage.logs / "host.log"
    run(
        *("host", "init", str(folder), "--url", f"http://127.0.0.1:{port}"),
        *("--operator", _OPERATOR, "--contact", f"Fachkräftebüro, {law.PHONE}"),
        *("--name", "Postfach-Dienst der Kammer Harz"),
        *("--measures", "https://kammer-harz.example/tom"),
        log=log,
    )
    _tell_the_law(folder / "host.toml")
    links = {}
    for slug, name, id, role, contact in _HOSTED:
        told = run(
            *("node", "invite", name, "--role", role, "--domain", id.partition("//")[2]),
            *at(stage.node_folder),
            log=log,
        )
        firm = ("host", "add-firm", told["code"], "--id", id, "--name", name, "--slug", slug)
        notice = ("--notice", f"{id}/datenschutz", "--contact", contact)
        links[slug] = str(run(*firm, *notice, *at(folder), log=log)["link"])
    _let_join(stage)
    search = ("search", "add", "--occupation", "22", "--near", "37520", "--within-km", "40")
    run(*search, *at(folder / "firms" / _JOINERY), log=log)
    said(start(stage, "host", "host", "serve", "--port", str(port), *at(folder)))
    graduate, entered = _invite_class(links[_SCHOOL])
    again = run("host", "link", _SCHOOL, *at(folder), log=log)
    return Hosted(links[_JOINERY], str(again["link"]), graduate, entered)


def _tell_the_law(path: Path) -> None:
    told = read_settings(path)
    legal = attrs.evolve(told.legal, **law.OF_CHAMBER)
    path.write_text(write_settings(attrs.evolve(told, legal=legal)), encoding="utf-8")


def _let_join(stage: Stage) -> None:
    """Let both join the alliance's agreement by a supplement, as everybody else has."""
    until = (dt.datetime.now(tz=dt.UTC).date() + dt.timedelta(days=365)).isoformat()
    joined = [word for _, _, id, _, _ in _HOSTED for word in ("--join", id)]
    terms = ("--until", until, "--legal", "Nachtrag 2026/3", "--rename", RENAMED, "--yes")
    agree = ("node", "agree", "--cooperation", *joined, *terms)
    run(*agree, *at(stage.node_folder), log=stage.logs / "node.log")


def _invite_class(link: str) -> tuple[str, str]:
    """Be the school: sign in, accept the contract, print slips; and be one of those invited."""
    staff = Browser()
    page = staff.get(link)
    sent = {"name": "Ute Beispiel", "mail": "ute.beispiel@hochschule-oberharz.example"}
    page = staff.send(page, page.form(*sent), sent)
    root = page.url[: page.url.index(_SCHOOL) + len(_SCHOOL)]
    page = staff.get(f"{root}/contract")
    staff.send(page, page.form("accept"), {"accept": "yes"})
    page = staff.get(f"{root}/presentations/invite")
    page = staff.send(page, page.form("number"), _SLIPS)
    slips = _SLIP.findall(page.body.decode("utf-8"))
    staff.close()
    if len(slips) < 2:
        raise SetupError("the host printed no slips")
    return slips[0], _enter(slips[1])


def _enter(link: str) -> str:
    """Answer every page as one of the class; return her own link."""
    person = Browser()
    page = person.get(link)
    page = person.get(page.link("/enter"))
    for answers in _ANSWERS:
        page = person.send(page, page.form(*answers), answers)
        if page.status >= 400:
            raise SetupError(f"the host refused what a graduate entered: {page.status}")
    person.close()
    return link
