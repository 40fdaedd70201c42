"""How each event comes about in a sandbox: the steps that lead to it, and who hears of it."""

import time
from collections.abc import Callable, Mapping
from typing import Final

import attrs

from fachkraft_share.cli.sandbox.alliance import ORIGIN, RECIPIENT, Sandbox
from fachkraft_share.errors import StateError
from fachkraft_share.member.recent import recent
from fachkraft_share.plugins.given import Fact
from fachkraft_share.protocol.message import WITHDRAWAL

Step = Callable[[Sandbox], None]


@attrs.frozen
class Scene:
    """The steps after one another, who hears the event, and the type it has there."""

    steps: tuple[Step, ...]
    heard_by: str
    type: str


def _grant(box: Sandbox) -> None:
    box.new_case().grant()


def _ask(box: Sandbox) -> None:
    box.recipient.request_contact(box.referral, job="Softwareentwicklung")


def _agree(box: Sandbox) -> None:
    box.the_person.agree()


def _report(box: Sandbox) -> None:
    box.recipient.report(box.referral, "hired")


def _withdraw(box: Sandbox) -> None:
    box.the_person.withdraw()


def _close(box: Sandbox) -> None:
    box.origin.close(box.referral, reason="filled")


_MET: Final = (_grant, _ask, _agree)
SCENES: Final[Mapping[str, Scene]] = {
    "referral.published": Scene((_grant,), RECIPIENT, "referral.published"),
    "contact.requested": Scene((_grant, _ask), ORIGIN, "contact.requested"),
    "contact.disclosed": Scene(_MET, RECIPIENT, "contact.disclosed"),
    "outcome.reported": Scene((*_MET, _report), ORIGIN, "outcome.reported"),
    "consent.withdrawn": Scene((*_MET, _withdraw), RECIPIENT, WITHDRAWAL),
    "referral.closed": Scene((_grant, _close), RECIPIENT, "referral.closed"),
}


def play(box: Sandbox, event: str) -> Fact:
    """Play what leads to the event and return it as it was heard.

    Raises:
        StateError: the sandbox did not come to it.
    """
    scene, since = SCENES[event], int(time.time())
    for step in scene.steps:
        step(box)
        box.settle()
    for fact in recent(box.member(scene.heard_by).engine, since=since):
        if (fact.type, fact.referral, fact.said) == (scene.type, box.referral, False):
            return fact
    raise StateError("the sandbox did not come to it; delete its folder and try again")
