"""A Plone for the suite: one of our own on loopback, or any installation the environment names.

`FKS_PLONE` names the `bin` folder of a Python environment with Plone, or says `install`;
`FKS_LIVE_URL`, `_USER`, `_PASSWORD`, `_FOLDER` a running site, which is left as it was.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "support"))
from plone_harness import LiveHarness, PloneHarness
from plone_site import Site, install

_LIVE = os.environ.get("FKS_LIVE_URL", "")
_PLONE = os.environ.get("FKS_PLONE", "")


@pytest.fixture(scope="session")
def site():
    """Start Plone; without it the tests skip, or fail where it is required."""
    if not _PLONE:
        require = os.environ.get("FKS_REQUIRE_PLONE") == "1"
        what = "Plone is missing: name its bin folder by FKS_PLONE, or say FKS_PLONE=install"
        (pytest.fail if require else pytest.skip)(what)
    with tempfile.TemporaryDirectory() as folder:
        programs = install(Path(folder)) if _PLONE == "install" else Path(_PLONE)
        running = Site(programs, Path(folder))
        try:
            running.make()
            yield running
        finally:
            running.stop()


@pytest.fixture
def harness(request):
    """The folder for this test."""
    if not _LIVE:
        yield PloneHarness(request.getfixturevalue("site"))
        return
    user, password = os.environ["FKS_LIVE_USER"], os.environ["FKS_LIVE_PASSWORD"]
    live = LiveHarness(_LIVE, user, password, os.environ.get("FKS_LIVE_FOLDER", "/allianz"))
    try:
        yield live
    finally:
        live.leave()
