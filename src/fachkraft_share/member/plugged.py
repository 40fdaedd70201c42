"""What plugins answered at this member; which of them failed is kept for `doctor`."""

from typing import TypeVar

from fachkraft_share import limits
from fachkraft_share.member.engine import Engine
from fachkraft_share.member.records import Trouble
from fachkraft_share.plugins.asking import Answers, Failure
from fachkraft_share.plugins.given import Occasion
from fachkraft_share.ports.store import Transaction
from fachkraft_share.protocol.records import Task

KIND = "plugin"  # of a `Trouble`; its `about` is the plugin and the hook
NOTIFY = "notify"  # the hook, and the task by which somebody is told
T = TypeVar("T")


def heard(engine: Engine, answers: Answers[T]) -> tuple[tuple[str, T], ...]:
    """Return what was answered; note who failed. Never within a transaction."""
    for failure in answers.failures:
        note(engine, failure)
    return answers.given


def note(engine: Engine, failure: Failure) -> None:
    """Keep that a plugin failed; the same again only after a while."""
    about, at = f"{failure.plugin} {failure.where}", engine.now()
    with engine.store.begin(write=False) as transaction:
        before = transaction.get(Trouble, KIND, about)
    code, noted_at = (before.code, before.at) if before is not None else (None, 0)
    if failure.worth_noting(code, noted_at=noted_at, at=at):
        engine.complain(KIND, about, failure.what)


def failed(engine: Engine, plugin: str) -> tuple[Trouble, ...]:
    """Return the hooks of a plugin that failed of late."""
    since = engine.now() - limits.PLUGIN_FAILED_SHOWN
    with engine.store.begin(write=False) as transaction:
        found = transaction.every(Trouble, kind=KIND)
    return tuple(one for one in found if one.about.split()[0] == plugin and one.at >= since)


def owe_news(engine: Engine, about: str, occasion: Occasion, *, transaction: Transaction) -> None:
    """Owe somebody the news, if there is a plugin that might tell it."""
    if engine.plugins.implementing(NOTIFY):
        transaction.put(Task(NOTIFY, about, next_at=engine.now(), note=str(occasion)))
