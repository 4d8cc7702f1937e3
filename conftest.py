"""What the tests of every app share."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["mocban.audit.testing", "mocban.search.testing"]

# How fast an example is made says more about what else the machine does than about the code.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")
