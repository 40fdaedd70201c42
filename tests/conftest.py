"""What holds for every test."""

from hypothesis import settings

# A shared or slow machine is no fault of the code; limits of time are tested by CPU time instead.
settings.register_profile("project", deadline=None)
settings.load_profile("project")
