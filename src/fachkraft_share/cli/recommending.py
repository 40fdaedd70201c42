"""`recommend`: list runner-ups, show what others would see, prepare a referral."""

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs
import click

from fachkraft_share.cli.occupations import coding_lines, coding_told, demand_code
from fachkraft_share.cli.opening import opened
from fachkraft_share.cli.options import Place, TakesId, common, dry_run
from fachkraft_share.cli.output import plain, table

if TYPE_CHECKING:
    from fachkraft_share import Candidate, Endorsement, Member
    from fachkraft_share.member.proposals import Proposal
    from fachkraft_share.ports.reading import Problem
    from fachkraft_share.rules.deidentification import Draft

_STAYS = ("name", "address", "telephone", "mail", "employers", "documents")
_DAY = click.DateTime(["%Y-%m-%d"])


@attrs.frozen
class _Wish:
    """What was asked for on the command line."""

    application: str
    rejected_on: dt.date | None
    mail: bool
    language: str
    person_asks: bool
    occupation: str
    letter: Path | None = None

    @property
    def coded(self) -> dict[str, str]:
        """What decides on the occupation's code."""
        return {"application": self.application, "occupation": self.occupation}


@click.command(cls=TakesId)
@click.argument("application", required=False)
@click.option(
    "--file",
    "profile",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON Resume, HR Open or Europass; without it a connected system's application is meant.",
)
@click.option(
    "--document",
    "documents",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A CV or certificate that belongs to --file.",
)
@click.option("--rejected-on", type=_DAY, help="The day the rejection was received.")
@click.option(
    "--rank", type=click.Choice(["second", "third", "shortlist"]), help="In your final choice."
)
@click.option("--strength", "strengths", multiple=True, help="A code of the list, up to five.")
@click.option("--would-have-hired", is_flag=True, help="You would gladly have hired the person.")
@click.option("--mail", is_flag=True, help="The node mails the link and forgets the address.")
@click.option(
    "--letter",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the letter with link and QR code to this PDF file, to print and enclose.",
)
@click.option(
    "--language",
    type=click.Choice(["de", "en", "de_simple"]),
    default="de",
    show_default=True,
    help="Of letter and page; de_simple is Leichte Sprache.",
)
@click.option("--occupation", default="", metavar="CODE", help="KldB 2010, not as it was coded.")
@click.option("--person-asks", is_flag=True, help="The person wishes it although it was erased.")
@dry_run
@common
def recommend(
    place: Place,
    *,
    application: str | None,
    profile: Path | None,
    documents: Sequence[Path],
    rejected_on: dt.datetime | None,
    rank: str | None,
    strengths: Sequence[str],
    would_have_hired: bool,
    mail: bool,
    letter: Path | None,
    language: str,
    person_asks: bool,
    occupation: str,
    dry_run: bool,
) -> None:
    """Recommend the runner-up of APPLICATION; without one, list who could be recommended.

    Others see nothing before the person opens the link and agrees. The occupation is coded from the
    record or the job title; --dry-run shows what else it may be, --occupation corrects it for good.
    """
    from fachkraft_share.member.proposals import Proposal

    endorsement = _endorsement(rank, strengths, would_have_hired=would_have_hired)
    if letter is not None:
        _demand_paper(mail=mail)
    with opened(place) as member:
        if application is None:
            _list(place, member)
            return
        day = rejected_on.date() if rejected_on else None
        wish = _Wish(application, day, mail, language, person_asks, occupation, letter)
        if profile is not None:
            found: Candidate | Proposal = read_candidate(profile, documents)
        else:
            found = _proposal(place, member, application)
        if dry_run:
            _show_draft(place, member, found, endorsement, wish)
        else:
            _recommend(place, member, found, endorsement, wish)


def _endorsement(
    rank: str | None, strengths: Sequence[str], *, would_have_hired: bool
) -> "Endorsement | None":
    from fachkraft_share import Endorsement, Rank

    if rank is None:
        if strengths or would_have_hired:
            raise click.UsageError("--strength and --would-have-hired need --rank")
        return None
    return Endorsement(Rank(rank), tuple(strengths), would_have_hired)


def _demand_paper(*, mail: bool) -> None:
    """Refuse before anything is prepared: afterwards the link would be lost."""
    from importlib.util import find_spec

    from fachkraft_share.errors import SetupError

    if mail:
        raise click.UsageError("--letter and --mail: the node mails the link and does not tell it")
    if find_spec("typst") is None or find_spec("segno") is None:
        raise SetupError('--letter needs: pip install "fachkraft-share[web,pdf]"')


def _write_letter(path: Path, link: str, member: "Member", language: str) -> None:
    from fachkraft_share.web.letters import Letter, letter_pdf

    stated = member.engine.directories.now().organisation(member.id)
    origin = stated.name if stated is not None else member.id
    path.write_bytes(letter_pdf(Letter(origin, link, origin, language)))


def _list(place: Place, member: "Member") -> None:
    problems = _pull(place, member)
    found = member.proposals()
    value = {
        "proposals": [
            {
                "application": one.application,
                "rejected_on": str(one.rejected_on or ""),
                "title": one.candidate.title,
                "system": one.adapter,
            }
            for one in found
        ],
        "problems": [plain(one) for one in problems],
    }
    rows = [tuple(one.values()) for one in value["proposals"]]
    lines = table([("APPLICATION", "REJECTED ON", "TITLE", "SYSTEM"), *rows]) if rows else []
    place.show(
        value,
        *(lines or ["Nobody is waiting to be recommended."]),
        *(f"Not read: {one.place or one.record}: {one.what}; {one.fix}" for one in problems),
    )


def _pull(place: Place, member: "Member") -> "list[Problem]":
    """Read every connected system; a first reading may be long."""
    from fachkraft_share.cli.progressing import progressing

    with progressing(place, "recommend") as tell:
        names = member.engine.adapters
        return [one for name in names for one in member.pull(name, tell=tell).problems]


def _proposal(place: Place, member: "Member", application: str) -> "Proposal":
    _pull(place, member)
    for one in member.proposals():
        if one.application == application:
            return one
    from fachkraft_share.errors import SetupError

    raise SetupError("no connected system knows this runner-up; see: fachkraft-share recommend")


def read_candidate(profile: Path, documents: Sequence[Path] = ()) -> "Candidate":
    """Read a JSON Resume, HR Open or Europass file with its documents.

    Raises:
        MalformedError: none of them; names the field.
    """
    from fachkraft_share.rules.formats.profile_file import read_profile

    candidate = read_profile(profile.read_bytes()).candidate
    added = tuple(_document(path) for path in documents)
    return attrs.evolve(candidate, documents=(*candidate.documents, *added))


def _document(path: Path) -> Any:
    from fachkraft_share import Document
    from fachkraft_share.ports.documents import media_type
    from fachkraft_share.rules.formats.documents import document_kind

    return Document(path.name, document_kind(path.name), media_type(path.name), path.read_bytes())


def _show_draft(
    place: Place,
    member: "Member",
    found: "Candidate | Proposal",
    endorsement: "Endorsement | None",
    wish: _Wish,
) -> None:
    from fachkraft_share.member.recommending import readers

    person = _person(found)
    coding = demand_code(member.coding(person, **wish.coded))
    draft = member.preview(person, endorsement, **wish.coded)
    names = [one.name for one in readers(member.engine)]
    value = {
        "dry_run": True,
        "occupation": coding_told(coding),
        "others_would_see": draft.profile,
        "left_out": draft.dropped,
        "made_coarser": draft.coarsened,
        "to": names,
        "when": "after the person agreed, and only whom the person allows",
        "stays_here": _STAYS,
    }
    place.show(
        value,
        *coding_lines(coding),
        *_draft_lines(draft, member),
        f"To, after the person agreed, whom the person allows of: {', '.join(names) or 'nobody'}.",
    )


def _person(found: "Candidate | Proposal") -> "Candidate":
    from fachkraft_share.member.proposals import Proposal

    return found.candidate if isinstance(found, Proposal) else found


def _draft_lines(draft: "Draft", member: "Member") -> Iterator[str]:
    from fachkraft_share.cli.wording import profile_lines
    from fachkraft_share.rules.deidentification import describe

    language, engine = member.engine.settings.language, member.engine
    yield "Others would see:"
    words = profile_lines(
        draft.profile, vocabulary=engine.vocabulary, language=language, whole=True
    )
    yield from (f"  {line}" for line in words)
    said = [describe(one, language=language) for one in draft.dropped]
    said += [describe(one, language=language) for one in draft.coarsened]
    yield from (f"  ! {sentence}" for sentence in said)
    yield f"Stays here: {', '.join(_STAYS)}."


def _recommend(
    place: Place,
    member: "Member",
    found: "Candidate | Proposal",
    endorsement: "Endorsement | None",
    wish: _Wish,
) -> None:
    from fachkraft_share.rules.deidentification import Draft

    coding = demand_code(member.coding(_person(found), **wish.coded))
    made = member.recommend(
        found,
        endorsement,
        application=wish.application,
        rejected_on=wish.rejected_on,
        mail=wish.mail,
        language=wish.language,
        person_asks=wish.person_asks,
        occupation=wish.occupation,
    )
    draft = Draft(made.profile, made.dropped, made.coarsened)
    link = made.link or "sent by the node"
    place.show(
        {**attrs.asdict(made, recurse=False), "occupation": coding_told(coding)},
        f"Prepared referral {made.referral}. Nobody sees anything before the person agrees.",
        *coding_lines(coding),
        *_draft_lines(draft, member),
        f"Link for the person's letter (whoever has it can decide): {link}",
    )
    if wish.letter is not None:  # at last: if the file cannot be written, the link was told
        _write_letter(wish.letter, link, member, wish.language)
