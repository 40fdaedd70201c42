"""One scene and one referral's story; both only hold values, so all tests share them."""

import pytest

from fachkraft_share.protocol.bundle import Bundle
from fachkraft_share.testing.evidence import Evidence
from fachkraft_share.testing.scene import Scene
from fachkraft_share.testing.story import Story


@pytest.fixture(scope="session")
def scene() -> Scene:
    """An alliance of a node and three members."""
    return Scene()


@pytest.fixture(scope="session")
def story(scene: Scene) -> Story:
    """One referral from draft to outcome."""
    return Story(scene)


@pytest.fixture(scope="session")
def evidence(story: Story) -> Evidence:
    """The story's evidence."""
    return Evidence(story)


@pytest.fixture(scope="session")
def whole(evidence: Evidence) -> Bundle:
    """The complete bundle."""
    return evidence.bundle()
