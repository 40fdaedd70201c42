"""Trials of the node a member depends on: is it there, the right one, and do the clocks agree?"""

from typing import Final

from fachkraft_share import limits
from fachkraft_share.errors import BusyError, RefusedError, TemporaryError, WireError
from fachkraft_share.member.identity import new_identity
from fachkraft_share.member.joining import ask_node, read_code
from fachkraft_share.member.machine import real_runtime
from fachkraft_share.ports.reaching import Page, reach
from fachkraft_share.ports.runtime import Runtime
from fachkraft_share.ports.trial import Trial, failed, passed

WELL_KNOWN: Final = "/.well-known/fachkraft-share"
_NOBODY: Final = "https://newcomer.example"  # asked before the member has a name; it is not sent


def try_code(code: str, *, runtime: Runtime | None = None) -> Trial:
    """Ask the node behind a one-time code who it is; the code itself stays unused.

    Raises:
        SetupError: it is no code.
    """
    read, world = read_code(code), runtime or real_runtime()
    reached = try_address(read.u)
    if isinstance(reached, Trial):
        return reached
    try:
        identity = new_identity(_NOBODY, runtime=world)
        found = ask_node(read, runtime=world, identity=identity)
    except RefusedError as error:
        if error.code == "wrong-root":
            return failed("other-alliance", url=read.u)
        return failed("other-page", url=read.u)
    except BusyError:
        return failed("node-busy", url=read.u)
    except TemporaryError:
        return failed("altered", url=read.u)
    except WireError:
        return failed("other-page", url=read.u)
    difference = abs(found.now - world.clock.now())
    if difference > limits.CLOCK_SKEW:
        return failed("clock-differs", seconds=difference)
    return passed("node", name=found.name, url=read.u)


def try_address(url: str) -> Page | Trial:
    """Fetch what a node says of itself; say why if nothing comes."""
    found = reach(url.rstrip("/") + WELL_KNOWN)
    if isinstance(found, Page) and found.status == 404:
        return failed("other-page", url=url)
    return found
