"""Strengths an origin may name: about the work, nothing a person was born with (§ 1 AGG, R14)."""

# What only a member for education or advice may say: it saw or tested what it confirms.
CONFIRMED: tuple[str, ...] = (
    "degree_seen",
    "certificate_seen",
    "language_tested",
    "practice_seen",
)
# code, German, English
STRENGTHS: tuple[tuple[str, str, str], ...] = (
    ("analytical", "denkt analytisch", "thinks analytically"),
    ("calm", "bleibt unter Druck ruhig", "stays calm under pressure"),
    ("careful", "arbeitet sorgfältig", "works carefully"),
    ("clear_writer", "schreibt klar", "writes clearly"),
    ("certificate_seen", "Zeugnis im Original gesehen", "certificate seen in the original"),
    ("communicative", "verständigt sich gut", "communicates well"),
    ("creative", "hat gute Ideen", "has good ideas"),
    ("customer_minded", "denkt an die Kundschaft", "thinks of the customers"),
    ("degree_seen", "Abschluss im Original gesehen", "degree seen in the original"),
    ("decisive", "entscheidet sicher", "decides well"),
    ("experienced", "bringt passende Erfahrung mit", "brings fitting experience"),
    ("flexible", "stellt sich gut um", "adapts well"),
    ("independent", "arbeitet selbstständig", "works independently"),
    ("language_tested", "Sprachniveau geprüft", "language level tested"),
    ("leading", "leitet gut an", "leads well"),
    ("motivated", "ist motiviert", "is motivated"),
    ("organised", "arbeitet strukturiert", "is well organised"),
    ("practical", "packt praktisch an", "has a practical hand"),
    ("practice_seen", "Praktikum oder Arbeitsprobe gesehen", "placement or work sample seen"),
    ("problem_solver", "löst Probleme", "solves problems"),
    ("quick_learner", "lernt schnell", "learns quickly"),
    ("reliable", "ist zuverlässig", "is reliable"),
    ("safety_minded", "achtet auf Sicherheit", "minds safety"),
    ("team_player", "arbeitet gut im Team", "works well in a team"),
    ("technically_strong", "ist fachlich stark", "is technically strong"),
    ("well_prepared", "war sehr gut vorbereitet", "was very well prepared"),
)
