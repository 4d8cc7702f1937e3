"""Monthly partitions of the log of reads. What arrives before its month exists waits in the default partition."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection, transaction

LOCK = 0x6D6F6342616E0003
_PARENT = "audit_readlog"
_MOVE = """
WITH moved AS (DELETE FROM audit_readlog_default WHERE at >= %s AND at < %s RETURNING *)
INSERT INTO {name} SELECT * FROM moved
"""


@transaction.atomic
def prepare(on: date) -> list[str]:
    """Create the partitions of the month of `on` and of the next where they are missing; return their names."""
    month = on.replace(day=1)
    following = _next(month)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    return [name for name in (_create(month), _create(following)) if name]


def _create(month: date) -> str | None:
    name = f"{_PARENT}_{month:%Y_%m}"
    start, end = f"{month.isoformat()} 00:00:00+00", f"{_next(month).isoformat()} 00:00:00+00"
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0]:
            return None
        cursor.execute(f"LOCK TABLE {_PARENT} IN ACCESS EXCLUSIVE MODE")
        cursor.execute(f"CREATE TABLE {name} (LIKE {_PARENT} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute(_MOVE.format(name=name), [start, end])
        cursor.execute(f"ALTER TABLE {_PARENT} ATTACH PARTITION {name} FOR VALUES FROM ('{start}') TO ('{end}')")
    return name


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)
