from tests.world import keys, world  # noqa: F401
