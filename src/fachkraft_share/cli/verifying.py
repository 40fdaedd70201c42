"""`verify`: check an erasure bundle offline, from the root key to every signature."""

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fachkraft_share.cli import exits
from fachkraft_share.cli.options import Place, common

if TYPE_CHECKING:
    from fachkraft_share.protocol.verifying import Finding, Verdict

MEANINGS = {
    "root-not-pinned": "the root key was taken from the bundle itself; compare it: --root KEY",
    "other-root": "the bundle hangs on another root key than the one you named",
    "no-list": "the bundle holds no member list",
    "no-node": "the node is not stated by the alliance as a node",
    "signature": "a signature does not fit what it signs",
    "malformed": "not what the protocol demands",
    "consent": "a consent is missing or no consent",
    "other-consent": "a consent of another referral",
    "other-closure": "a closure of another referral",
    "no-closure": "it refers to a closure that is not here",
    "two-manifests": "two manifests for the same page",
    "not-listed": "a receipt of somebody the manifest does not list",
    "stale-receipt": "a receipt of another referral or time",
    "not-closed": "the referral has not been closed",
    "no-manifest": "the list of all who were given the data is missing or incomplete",
    "no-receipt": "this holder has not signed for its erasure",
    "unsettled": "this holder has signed, but still owes something",
}


@click.command()
@click.argument("bundle", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--root", metavar="KEY", help="The alliance's root key as you know it (base64url).")
@click.option("--at", type=click.DateTime(["%Y-%m-%d"]), help="Judge as of this day (UTC).")
@common
def verify(place: Place, *, bundle: Path, root: str | None, at: dt.datetime | None) -> int:
    """Check an erasure BUNDLE offline: who was given the data, and who has signed for erasing it.

    Ends with 0 when everything is genuine and nobody owes anything, with 1 otherwise.
    """
    from fachkraft_share.cli.counting import Counting
    from fachkraft_share.cli.progressing import progressing
    from fachkraft_share.errors import MalformedError
    from fachkraft_share.protocol.bundle import read_bundle
    from fachkraft_share.protocol.verifying import verify_bundle

    moment = int(time.time() if at is None else at.replace(tzinfo=dt.UTC).timestamp())
    try:
        read = read_bundle(bundle.read_bytes())
    except MalformedError as error:
        place.show(_malformed(str(error)), f"FORGED  this is no erasure bundle as written: {error}")
        return exits.REFUSED
    with progressing(place, "verify") as tell:
        verdict = verify_bundle(read, suite=Counting(tell), at=moment, root=root)
    told = {"referral": read.referral, "node": read.node, "root": read.root}
    value = {**told, "ok": verdict.ok, "complete": verdict.complete, "findings": verdict.findings}
    place.show(value, *_text(verdict, told))
    return exits.OK if verdict.complete else exits.REFUSED


def _malformed(said: str) -> dict[str, object]:
    finding = {"kind": "forged", "code": "malformed", "about": said}
    return {"ok": False, "complete": False, "findings": [finding]}


def _text(verdict: "Verdict", told: dict[str, str]) -> Iterable[str]:
    for name, value in told.items():
        yield f"{name:9} {value}"
    for finding in verdict.findings:
        yield _line(finding)
    if not verdict.ok:
        yield "NOT GENUINE: something was changed, is foreign, or contradicts the rest."
    elif not verdict.complete:
        yield "Genuine, but not everybody has signed for the erasure yet."
    else:
        yield "Genuine and complete: everybody who was given the data has signed for erasing it."


def _line(finding: "Finding") -> str:
    meaning = MEANINGS.get(finding.code, finding.code)
    about = f"{finding.about}: " if finding.about else ""
    return f"{finding.kind.value.upper():7} {about}{meaning} ({finding.code})"
