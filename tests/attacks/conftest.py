"""The same stage as the core's tests."""

import pytest

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
