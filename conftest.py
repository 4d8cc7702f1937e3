"""What the tests of every app share."""

pytest_plugins = ["mocban.audit.testing", "mocban.search.testing"]
