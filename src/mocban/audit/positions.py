"""The feed: committed events get dense positions (ADR: dense positions; an insert's id is no cursor)."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from .models import FeedState

LOCK = 0x6D6F6342616E0001  # the advisory lock of the one who appends
CHANNEL_RECORDED = "mocban_recorded"  # the event table's trigger notifies it at commit
CHANNEL_APPENDED = "mocban_appended"  # tells projections that the feed grew
BATCH = 5000

NOT_PLACED = "NOT EXISTS (SELECT 1 FROM audit_position AS placed WHERE placed.event_id = event.id)"
_APPEND = """
WITH ready AS (
    SELECT event.id FROM audit_event AS event WHERE {condition} ORDER BY event.id LIMIT {batch}
), last AS (SELECT COALESCE(MAX(position), 0) AS position FROM audit_position)
INSERT INTO audit_position (position, event_id)
SELECT last.position + row_number() OVER (ORDER BY ready.id), ready.id FROM ready, last
"""
_BETWEEN = f"event.txid >= %s::xid8 AND event.txid < %s::xid8 AND {NOT_PLACED}"
# After a restore into a new cluster the transaction counter starts again: what stands above it was committed elsewhere.
_AFTER_RESTORE = f"(event.txid < %s::xid8 OR event.txid >= %s::xid8) AND {NOT_PLACED}"
_COUNT_WAITING = """
SELECT count(*) FROM audit_event AS event
WHERE event.txid >= COALESCE((SELECT below FROM audit_feedstate), 0)::text::xid8 AND {condition}
"""


@transaction.atomic
def append_batch() -> tuple[int, bool]:
    """Append one batch; return how many and whether more may be waiting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        since = int(FeedState.objects.values_list("below", flat=True).first() or 0)
        cursor.execute("SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() AS s")
        below, beyond = (int(value) for value in cursor.fetchone())
        if below < since:
            count = append(_AFTER_RESTORE, (below, beyond))
        else:
            count = append(_BETWEEN, (since, below))
        more = count == BATCH
        if not more and (count or below < since):  # an idle turn writes nothing
            FeedState.objects.update_or_create(id=1, defaults={"below": below})
        return count, more


def waiting() -> int:
    """Count the committed events that still wait for an older transaction to end: nothing will announce that end."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_WAITING.format(condition=NOT_PLACED))
        return int(cursor.fetchone()[0])


def append(condition: str, values: Sequence[int]) -> int:
    """Append one batch of the events that fit `condition` (SQL of this program, never of a person)."""
    with connection.cursor() as cursor:
        cursor.execute(_APPEND.format(condition=condition, batch=BATCH), [str(value) for value in values])
        appended: int = cursor.rowcount
        if appended:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL_APPENDED])
    return appended
