"""Which language a page speaks: asked for in the address, wished by the browser, or the default."""

from fachkraft_share.web.catalogue import DEFAULT, LANGUAGES


def choose(asked: str, accepted: str, *, default: str = DEFAULT) -> str:
    """Return the language: `?lang=`, else the best of Accept-Language (RFC 9110), else default."""
    if asked in LANGUAGES:
        return asked
    wished = [(quality, -place, name) for place, (name, quality) in enumerate(_ranges(accepted))]
    found = max((one for one in wished if one[2] in LANGUAGES and one[0] > 0), default=None)
    if found is not None:
        return found[2]
    return default if default in LANGUAGES else DEFAULT


def _ranges(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted[:200].split(","):
        name, _, parameter = part.strip().partition(";")
        found.append((name.split("-")[0].lower(), _quality(parameter)))
    return found


def _quality(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
