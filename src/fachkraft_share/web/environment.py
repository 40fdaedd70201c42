"""Templates: everything is escaped, an unknown name is a mistake, nothing is guessed."""

from functools import cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

BASE = "fachkraft_share.web"


@cache
def environment(package: str) -> Environment:
    """Return the templates of a package, on top of the shared ones; read once."""
    return Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader(BASE)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
