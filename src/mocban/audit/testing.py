"""For tests of every app (a pytest plugin): flushing tables that refuse it, and the feed inside one transaction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from . import positions


def append_uncommitted() -> int:
    """Give positions also to what the test's open transaction wrote, which `append_positions` rightly leaves out."""
    return positions.append(positions.NOT_PLACED, ())


@pytest.fixture(scope="session", autouse=True)
def _flush_past_the_insert_only_triggers() -> Iterator[None]:
    """Let Django's TransactionTestCase empty the trail: for its flush alone, and only in tests, triggers are off."""
    operations: Any = type(connection.ops)
    refused = operations.execute_sql_flush

    def flush(self: Any, sql_list: list[str]) -> None:
        with transaction.atomic(using=self.connection.alias), self.connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for sql in sql_list:
                cursor.execute(sql)

    operations.execute_sql_flush = flush
    yield
    operations.execute_sql_flush = refused
