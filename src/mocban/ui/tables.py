"""Columns of a data table: what the heading says, where the cell comes from, where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Column:
    """One column. `value` is an attribute path ("document.title") or a function of the row.

    `kind` is text, code (never broken over lines), number, date or badge (the value is then a pair label, tone);
    `link` a function row → address.
    """

    label: Any
    value: str | Callable[[Any], Any]
    kind: str = "text"
    link: Callable[[Any], str] | None = None


@dataclass(frozen=True)
class Cell:
    label: Any
    value: Any
    kind: str
    url: str


def cells(columns: Iterable[Column], row: Any) -> list[Cell]:
    """Return the cells of one row."""
    return [
        Cell(column.label, _value(column.value, row), column.kind, column.link(row) if column.link else "")
        for column in columns
    ]


def _value(source: str | Callable[[Any], Any], row: Any) -> Any:
    if callable(source):
        return source(row)
    for part in source.split("."):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part)
    return row
