"""What the demo claims, whether it holds, and how that was found out."""

import attrs


@attrs.frozen
class Claim:
    """One sentence, and what was seen; `skipped` says why it could not be looked at here."""

    claim: str
    ok: bool
    detail: str
    skipped: bool = False


@attrs.define
class Claims:
    """The claims in the order in which they were checked."""

    checked: list[Claim] = attrs.field(factory=list)

    def check(self, claim: str, holds: bool, detail: str = "") -> bool:  # noqa: FBT001
        """Note a claim and whether it holds."""
        self.checked.append(Claim(claim, holds, detail))
        return holds

    def skip(self, claim: str, reason: str) -> None:
        """Note a claim that cannot be looked at on this machine."""
        self.checked.append(Claim(claim, ok=True, detail=reason, skipped=True))

    @property
    def failed(self) -> list[Claim]:
        """Those that do not hold."""
        return [one for one in self.checked if not one.ok]
