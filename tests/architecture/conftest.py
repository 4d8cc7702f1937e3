"""The world of the app tests, for the tests that open pages."""

from tests.world import world  # noqa: F401
