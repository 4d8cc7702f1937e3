"""The rows of an import in the database: written and updated by the thousand, without touching the register."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count

from ..choices import ImportRowState
from ..models import ImportRow, RegisterImport

BATCH = (
    5_000  # rows of one writing transaction: no register entries, but a long transaction stalls the feed all the same
)
_COPY = "COPY {table} (register_import_id, ordinal, sheet, line, cells, fields, state, problem, number_key) FROM STDIN"
_UPDATE = """
UPDATE {table} AS row SET state = given.state, problem = given.problem, fields = given.fields::jsonb,
    number_key = given.number_key, cells = CASE WHEN given.state = 'refused' THEN '[]'::jsonb ELSE row.cells END
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[])
    AS given(id, state, problem, fields, number_key)
WHERE row.id = given.id
"""
_ENTERED = """
UPDATE {table} AS row SET state = 'entered', entry_id = given.entry_id, problem = given.problem
FROM unnest(%s::bigint[], %s::uuid[], %s::text[]) AS given(id, entry_id, problem) WHERE row.id = given.id
"""
PROBLEM_LENGTH = 500
KEY_LENGTH = 80


@dataclass(frozen=True)
class NewRow:
    """A row as it is staged. A secret one comes without its words."""

    sheet: int
    line: int
    cells: Sequence[str] = ()
    state: str = ImportRowState.WAITING
    problem: str = ""


@dataclass(frozen=True)
class Outcome:
    """What the check found of a staged row."""

    pk: int
    state: str
    problem: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    number_key: str = ""


def write_rows(import_id: UUID, rows: Iterable[NewRow]) -> int:
    """Write the rows in order, a batch a transaction; return how many."""
    iterator, ordinal = iter(rows), 0
    command = _COPY.format(table=ImportRow._meta.db_table)
    while batch := list(islice(iterator, BATCH)):
        with transaction.atomic(), connection.cursor() as cursor, cursor.copy(command) as copying:
            for row in batch:
                ordinal += 1
                cells = json.dumps(list(row.cells), ensure_ascii=False)
                copying.write_row(
                    (import_id, ordinal, row.sheet, row.line, cells, "{}", str(row.state), row.problem, "")
                )
    return ordinal


def keep_outcomes(outcomes: Sequence[Outcome]) -> None:
    """Write what the check found, in one statement."""
    if not outcomes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _UPDATE.format(table=ImportRow._meta.db_table),
            [
                [one.pk for one in outcomes],
                [str(one.state) for one in outcomes],
                [one.problem[:PROBLEM_LENGTH] for one in outcomes],
                [json.dumps(one.fields, ensure_ascii=False) for one in outcomes],
                [one.number_key[:KEY_LENGTH] for one in outcomes],
            ],
        )


def mark_entered(rows: Sequence[ImportRow]) -> None:
    """Note what each row became, and what was missing beside it, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            _ENTERED.format(table=ImportRow._meta.db_table),
            [[row.pk for row in rows], [row.entry_id for row in rows], [row.problem for row in rows]],
        )


def rows_to_check(register_import: RegisterImport, *, size: int) -> Iterator[list[ImportRow]]:
    """The rows that stand for documents, in order, in chunks: all but what was skipped, refused or entered."""
    after = 0
    while True:
        chunk = list(
            register_import.rows.filter(ordinal__gt=after)
            .exclude(state__in=[ImportRowState.SKIPPED, ImportRowState.REFUSED, ImportRowState.ENTERED])
            .order_by("ordinal")[:size]
        )
        if not chunk:
            return
        after = chunk[-1].ordinal
        yield chunk


def count(register_import: RegisterImport) -> dict[str, Any]:
    """Rows by state, and all of them."""
    found = dict(register_import.rows.order_by().values_list("state").annotate(amount=Count("pk")))
    return {**dict.fromkeys(ImportRowState.values, 0), **found, "rows": sum(found.values())}
