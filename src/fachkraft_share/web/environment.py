"""Templates: everything is escaped, an unknown name is a mistake, nothing is guessed."""

from functools import cache

from jinja2 import (
    ChoiceLoader,
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    pass_context,
)
from jinja2.runtime import Context

from fachkraft_share.web.charts import bars, line
from fachkraft_share.web.qr import qr

BASE = "fachkraft_share.web"


@cache
def environment(package: str) -> Environment:
    """Return the templates of a package, on top of the shared ones; read once.

    `web/name.html` is always the shared one, even where the package has a `name.html` of its own.
    """
    own, shared = PackageLoader(package), PackageLoader(BASE)
    made = Environment(
        loader=ChoiceLoader([own, shared, PrefixLoader({"web": shared})]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room, mine = package.removeprefix("fachkraft_share.").replace(".", "/"), own.list_templates()

    @pass_context
    def page_id(context: Context) -> str:
        return f"{room if context.name in mine else 'web'}/{context.name}"

    made.globals.update(qr=qr, bars=bars, line=line, page_id=page_id)
    return made
