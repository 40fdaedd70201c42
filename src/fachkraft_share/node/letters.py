"""The mail that brings a candidate the link: short, plain, and without any personal data."""

_TEXTS = {
    "de": (
        "Dürfen wir Sie weiterempfehlen?",
        """Guten Tag,

{origin} hat sich für eine andere Besetzung entschieden, war aber von Ihnen überzeugt und möchte
Sie gern anderen Unternehmen der Region empfehlen. Das geschieht nur, wenn Sie zustimmen.

Auf dieser Seite sehen Sie genau, was andere erfahren würden, und entscheiden selbst:

{link}

Sie brauchen dafür kein Konto. Ohne Ihre Zustimmung gibt niemand etwas weiter; nach 30 Tagen
verfällt die Anfrage von selbst. Bitte geben Sie den Link nicht weiter: Wer ihn hat, kann für Sie
entscheiden.

{service}
""",
    ),
    "en": (
        "May we recommend you to others?",
        """Hello,

{origin} chose somebody else for the position but thinks highly of you and would like to recommend
you to other employers in the region. This happens only if you agree.

This page shows exactly what others would learn, and lets you decide:

{link}

You need no account. Nobody passes anything on without your consent, and after 30 days the request
lapses by itself. Please keep the link to yourself: whoever has it can decide for you.

{service}
""",
    ),
}


def invitation_letter(language: str, *, origin: str, link: str, service: str) -> tuple[str, str]:
    """Return subject and text of the mail."""
    subject, text = _TEXTS[language]
    return subject, text.format(origin=_line(origin), link=link, service=_line(service))


def _line(text: str) -> str:
    return " ".join(text.split())
