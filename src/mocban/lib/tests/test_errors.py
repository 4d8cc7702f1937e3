"""Which failures of the database mean that it is away."""

import psycopg
import pytest

from mocban.lib.errors import database_gone

AWAY = (
    psycopg.OperationalError("nobody listens"),
    psycopg.InterfaceError("the line is closed"),
    psycopg.errors.AdminShutdown("shut down"),
    psycopg.errors.ConnectionFailure("cut"),
)
THERE = (psycopg.errors.QueryCanceled("too slow"), psycopg.errors.UniqueViolation("twice"), OSError("no disk"), None)


@pytest.mark.parametrize(("cause", "gone"), [(one, True) for one in AWAY] + [(one, False) for one in THERE])
def test_the_database_is_away_only_when_the_line_to_it_fails(cause: Exception | None, gone: bool) -> None:
    error = Exception("what Django raises")
    error.__cause__ = cause
    assert database_gone(error) is gone
