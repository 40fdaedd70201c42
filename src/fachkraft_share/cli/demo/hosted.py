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
JOINERY: Final = "tischlerei"
SCHOOL: Final = "hochschule"
_HOSTED: Final = (  # slug, name, address as a name, role, contact
    (
        JOINERY,
        "Tischlerei Sösetal",
        "https://tischlerei-soesetal.example",
        "employer",
        "Büro, 05522 000-1",
    ),
    (
        SCHOOL,
        "Hochschule Oberharz",
        "https://hochschule-oberharz.example",
        "education",
        "Career Service, 05323 000-2",
    ),
)
_SHOWN: Final = 3  # of the class: invited, has entered everything, under age
_CLASS: Final = "Bachelor Werkstofftechnik 2026"
_SLIPS: Final = {"kind": "graduate", "language": "de", "number": "4", "group": _CLASS}
_LINK: Final = re.compile(r'<p class="link">(http[^<]+)</p>')
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
_MINOR: Final = (  # what one has entered whose parent must agree
    {
        "given": "Jannis",
        "family": "Rodewald-Aksoy",
        "email": "jannis.rodewald@postfach.example",
        "postcode": "37520",
        "city": "Osterode am Harz",
    },
    {"title": "Mechatroniker"},
    {"degree": "Mechatroniker", "school": "Hochschule Oberharz"},
    {"skills": "CAD, Wartung, SPS", "language1": "en", "level1": "B1"},
    {"availability": "within_3_months", "age": "minor"},
)


@attrs.frozen
class Hosted:
    """The links into the host's pages."""

    joinery: str = attrs.field(repr=False)
    school: str = attrs.field(repr=False)
    graduate: str = attrs.field(repr=False)  # invited, has entered nothing yet
    entered: str = attrs.field(repr=False)  # has entered everything
    minor: str = attrs.field(repr=False)  # has, too, and waits for a parent
    parent: str = attrs.field(repr=False)


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
    run(*search, *at(folder / "firms" / JOINERY), log=log)
    said(start(stage, "host", "host", "serve", "--port", str(port), *at(folder)))
    graduate, slip, young = _invite_class(links[SCHOOL])
    entered, (minor, parent) = _enter(slip, _ANSWERS), _enter_young(young)
    again = run("host", "link", SCHOOL, *at(folder), log=log)
    return Hosted(links[JOINERY], str(again["link"]), graduate, entered, minor, parent)


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


def _invite_class(link: str) -> tuple[str, ...]:
    """Be the school: sign in, accept the contract, print slips; return three of their links."""
    staff = Browser()
    page = staff.get(link)
    sent = {"name": "Ute Beispiel", "mail": "ute.beispiel@hochschule-oberharz.example"}
    page = staff.send(page, page.form(*sent), sent)
    root = page.url[: page.url.index(SCHOOL) + len(SCHOOL)]
    page = staff.get(f"{root}/contract")
    staff.send(page, page.form("accept"), {"accept": "yes"})
    page = staff.get(f"{root}/presentations/invite")
    page = staff.send(page, page.form("number"), _SLIPS)
    slips = _LINK.findall(page.body.decode("utf-8"))
    staff.close()
    if len(slips) < _SHOWN:
        raise SetupError("the host printed no slips")
    return tuple(slips[:_SHOWN])


def _enter_young(link: str) -> tuple[str, str]:
    """Be one under age: answer every page, print the letter; return the own link and a parent's."""
    _enter(link, _MINOR)
    person = Browser()
    found = _LINK.search(person.get(f"{link}/letter").body.decode("utf-8"))
    person.close()
    if found is None:
        raise SetupError("the host printed no letter for a parent")
    return link, found[1]


def _enter(link: str, entered: tuple[dict[str, str], ...]) -> str:
    """Answer every page as one of the class; return the own link."""
    person = Browser()
    page = person.get(link)
    page = person.get(page.link("/enter"))
    for answers in entered:
        page = person.send(page, page.form(*answers), answers)
        if page.status >= 400:
            raise SetupError(f"the host refused what a graduate entered: {page.status}")
    person.close()
    return link
