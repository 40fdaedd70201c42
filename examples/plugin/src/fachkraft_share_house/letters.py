"""Letters for the firm's own mailer: written once, erased with the person they are about."""

from pathlib import Path

from fachkraft_share.plugins import News
from fachkraft_share.ports.erasure_evidence import Erasure, Outcome, Residue, ResidueKind


class Letters:
    """One file per letter; an address is personal data, so it takes part in every erasure."""

    name = "house-letters"

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "letters"

    def write(self, news: News) -> None:
        """Leave a letter; the same news again is the same file."""
        self._folder.mkdir(parents=True, exist_ok=True)
        text = f"To: {news.to}\nSubject: {news.subject}\n\n{news.text}"
        (self._folder / f"{news.referral}.{news.occasion}.txt").write_text(text, "utf-8")

    def erase(self, referral: str, *, at: int) -> Erasure:
        """Erase the letters about a referral, then look again."""
        found = self._of(referral)
        for path in found:
            path.unlink(missing_ok=True)
        left = tuple(Residue(ResidueKind.FILE, "letters") for _ in self._of(referral))
        return Erasure(Outcome.ERASED if found else Outcome.NEVER_HELD, left, at)

    def _of(self, referral: str) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [one for one in self._folder.iterdir() if one.name.split(".")[0] == referral]
