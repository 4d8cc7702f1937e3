"""Inserting many rows of one model by COPY: several times faster than `bulk_create`, for what comes by the hundred.

It stands here because every app may import the trail. Like `bulk_create` it calls no `save` and sends no signal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from enum import Enum
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model


def copy_in(rows: Sequence[Model]) -> None:
    """Insert new rows of one model in the caller's transaction. A key that the database makes is left to it, unread."""
    if not rows:
        return
    fields = [field for field in rows[0]._meta.concrete_fields if not _made_by_database(field, rows[0])]
    columns = ", ".join(str(field.column) for field in fields)
    writers = [_writer(field) for field in fields]
    command = f"COPY {rows[0]._meta.db_table} ({columns}) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(command) as copying:
        for row in rows:
            copying.write_row([write(row) for write in writers])


def _made_by_database(field: Field[Any, Any], row: Model) -> bool:
    return field.primary_key and getattr(row, field.attname) is None


def _writer(field: Field[Any, Any]) -> Callable[[Model], Any]:
    name = field.attname
    if isinstance(field, JSONField):
        return lambda row: json.dumps(getattr(row, name), ensure_ascii=False)

    def plain(row: Model) -> Any:
        value = getattr(row, name)
        return value.value if isinstance(value, Enum) else value

    return plain
