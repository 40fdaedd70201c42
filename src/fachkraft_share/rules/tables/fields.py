"""Labels of the closed fields of a profile, as people read them."""

# value, German, English
# The Federal Employment Agency's own short words for the four requirement levels.
LEVELS: tuple[tuple[str, str, str], ...] = (
    ("1", "Helfer", "helper"),
    ("2", "Fachkraft", "skilled worker"),
    ("3", "Spezialist", "specialist"),
    ("4", "Experte", "expert"),
)
YEARS: tuple[tuple[str, str, str], ...] = (
    ("0-1", "bis zu einem Jahr Erfahrung", "up to one year of experience"),
    ("2-4", "zwei bis vier Jahre Erfahrung", "two to four years of experience"),
    ("5-9", "fünf bis neun Jahre Erfahrung", "five to nine years of experience"),
    ("10+", "zehn Jahre Erfahrung oder mehr", "ten years of experience or more"),
)
AVAILABILITY: tuple[tuple[str, str, str], ...] = (
    ("now", "sofort", "at once"),
    ("within_3_months", "innerhalb von drei Monaten", "within three months"),
    ("later", "später als in drei Monaten", "later than in three months"),
)
WORK_MODELS: tuple[tuple[str, str, str], ...] = (
    ("onsite", "vor Ort", "on site"),
    ("hybrid", "teils vor Ort, teils von zu Hause", "hybrid"),
    ("remote", "von zu Hause", "remote"),
)
CEFR: tuple[tuple[str, str, str], ...] = (
    ("A1", "A1 (Anfang)", "A1 (beginner)"),
    ("A2", "A2 (Grundkenntnisse)", "A2 (elementary)"),
    ("B1", "B1 (mittel)", "B1 (intermediate)"),
    ("B2", "B2 (gut)", "B2 (upper intermediate)"),
    ("C1", "C1 (fließend)", "C1 (advanced)"),
    ("C2", "C2 (annähernd muttersprachlich)", "C2 (proficient)"),
)
RANKS: tuple[tuple[str, str, str], ...] = (
    ("second", "an zweiter Stelle", "in second place"),
    ("third", "an dritter Stelle", "in third place"),
    ("shortlist", "in der engeren Wahl", "on the shortlist"),
)
