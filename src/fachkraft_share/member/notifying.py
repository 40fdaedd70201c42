"""Task `notify`: somebody is told by the first plugin that takes the news; see hook `notify`.

What is told stands at the desk or in the inbox anyway; without such a plugin nothing is owed.
"""

import attrs

from fachkraft_share.errors import BusyError
from fachkraft_share.member import digest
from fachkraft_share.member.contacts import split
from fachkraft_share.member.dossier import read_dossier
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.plugged import heard, note
from fachkraft_share.member.reading import may_hold
from fachkraft_share.member.records import ApplicationRow, DossierRow
from fachkraft_share.member.vault import unlock
from fachkraft_share.plugins.asking import Failure
from fachkraft_share.plugins.given import News, Occasion
from fachkraft_share.protocol.records import Referral, ReferralState, Task
from fachkraft_share.web.catalogue import Catalogue, catalogue
from fachkraft_share.web.wording import reworded

HERE = "fachkraft-share inbox --open"  # where no address of the inbox is set


def run(engine: Engine, task: Task) -> None:
    """Offer the news to the plugins.

    Raises:
        BusyError: nobody took it and one failed; it is offered again.
    """
    news = _news(engine, task)
    if news is None:
        return
    answers = engine.plugins.notify(news)
    if not heard(engine, answers) and answers.failures:
        raise BusyError("the plugin that might tell it failed")


def _news(engine: Engine, task: Task) -> News | None:
    referral, _ = split(task.about)
    occasion, language = Occasion(task.note or ""), engine.settings.language
    if occasion is Occasion.DIGEST:
        return _digest(engine, language)
    found = _to(engine, referral, occasion)
    if found is None:
        return None
    to, application = found
    words, name = _words(engine, language), occasion.value.replace("-", "_")
    subject = words.text(f"notify.{name}.subject")
    text = words.text(f"notify.{name}.text", organisation=engine.settings.name)
    return News(occasion, referral, language, subject, text, to=to, application=application)


def _digest(engine: Engine, language: str) -> News | None:
    """Word the digest: figures and a link, nobody's name; None when all was seen meanwhile."""
    found, settings = digest.counts(engine), engine.settings
    if found is None or not any(attrs.astuple(found)):
        return None
    words = _words(engine, language)
    text = words.text(
        "inbox.digest.text",
        link=settings.pages or HERE,
        organisation=settings.name,
        **attrs.asdict(found),
    )
    subject = words.text("inbox.digest.subject")
    return News(Occasion.DIGEST, "", language, subject, text, to=settings.contact)


def _to(engine: Engine, referral: str, occasion: Occasion) -> tuple[str, str] | None:
    """Return to whom it goes and the person's application; None when it has ended."""
    reader = engine.reader()
    with engine.store.begin(write=False) as transaction:
        found = transaction.get(Referral, referral)
        if found is None or found.state is ReferralState.CLOSED:
            return None
        if occasion is Occasion.MATCH:
            shown = may_hold(engine, transaction, found, reader=reader)
            return (engine.settings.contact, "") if shown else None
        row = transaction.get(DossierRow, referral, "")
        rows = transaction.every(ApplicationRow, referral=referral)
    if row is None:
        return None
    application = next((one.application for one in rows), "")
    return read_dossier(unlock(engine, row)).email or "", application


def _words(engine: Engine, language: str) -> Catalogue:
    own = heard(engine, engine.plugins.texts(language))
    found = reworded(catalogue(language), own)
    for plugin, name in found.refused:
        note(engine, Failure(plugin, "texts", f"{name} cannot be worded so"))
    return found.catalogue
