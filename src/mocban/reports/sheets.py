"""A printed table before it is paper or workbook: heading, columns of the law of the day, rows that stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from mocban import law
from mocban.people.models import Organisation

Value = str | int | date | None
Cells = Mapping[str, Callable[[Any], Value]]

# Millimetres on A4 landscape, 262 between the margins; the paper takes them as proportions.
WIDTHS = {
    "ordinal": 12,
    "arrived_on": 20,
    "arrival_number": 14,
    "issuer": 37,
    "number_symbol": 27,
    "issued_on": 20,
    "kind_subject": 72,
    "signer": 29,
    "recipients": 34,
    "copy_keeper": 28,
    "copies": 14,
    "moved_on": 20,
    "receipt_signature": 22,
    "remarks": 18,
    "document": 84,
    "due_on": 22,
    "progress": 40,
    "reply": 34,
    "envelopes": 16,
    "post_receipt": 40,
    "user": 34,
    "number_symbol_date": 36,
    "file_symbol": 24,
    "used_on": 21,
    "returned_on": 21,
    "permitted_by": 30,
    "copied_on": 21,
    "copy_kind": 22,
    "copied_document": 84,
    "number": 16,
    "state": 34,
    "taken_on": 22,
    "taken_by": 38,
    "reason": 80,
    "unit": 60,
    "amount": 24,
    "title": 66,
    "dates": 30,
    "sheet_page": 16,
    "sheets_pages": 16,
    "field": 40,
    "before": 60,
    "after": 60,
    "by": 40,
}
USUAL_WIDTH = 26
CENTRED = frozenset(
    {
        *("ordinal", "number", "arrival_number", "copies", "envelopes", "sheet_page", "sheets_pages", "amount"),
        *("arrived_on", "issued_on", "moved_on", "used_on", "returned_on", "copied_on", "due_on", "taken_on"),
        *("corrected_on", "in_time", "late", "waiting", "waiting_late", "settled"),
    }
)


@dataclass(frozen=True)
class Column:
    """A column of a form: its key in the law data and its printed heading."""

    key: str
    label: str

    @property
    def width(self) -> int:
        return WIDTHS.get(self.key, USUAL_WIDTH)

    @property
    def centred(self) -> bool:
        return self.key in CENTRED


@dataclass(frozen=True)
class Grid:
    """One table: its columns and a function that reads its rows anew each time, a thousand or so at a time."""

    columns: Sequence[Column]
    rows: Callable[[], Iterable[Sequence[Value]]]
    heading: str = ""
    totals: str = ""  # "Cộng trang: {page} …; cộng dồn: {all} …"
    empty: str = ""


@dataclass(frozen=True)
class Sheet:
    """A register, log or report of one organisation, ready to be printed.

    `cover` are the lines of the cover, `volume` its last line; without them there is a heading instead of a cover.
    `notes` say where the columns come from when no form is known; `closing` may use {pages} and {entries}; `span` is
    the first and the last number shown, where they are numbered.
    """

    organisation: Organisation
    title: str
    on: date
    grids: Sequence[Grid]
    subtitles: Sequence[str] = ()
    cover: Sequence[str] = ()
    volume: tuple[str, str] | None = None
    notes: str = ""
    closing: Sequence[str] = ()
    signers: Sequence[str] = field(default_factory=tuple)
    wide: bool = True
    span: tuple[int | None, int | None] = (None, None)


def columns_of(table: str, organisation: Organisation, on: date) -> tuple[list[Column], str]:
    """The columns of a form on that day, and the line that says that it awaits confirmation ("" when it does not)."""
    rows = sorted(law.table(table, regime=organisation.regime, on=on), key=lambda row: int(row["ordinal"]))
    return [Column(row["key"], row["label"]) for row in rows], awaits(rows[0])


def awaits(row: Mapping[str, str]) -> str:
    """The line under a form whose columns are only a default: what the law data itself says about it."""
    if row["citation"]:
        return ""
    return _("Mẫu %(note)s") % {"note": row["note"]}


def values(columns: Sequence[Column], cells: Cells, rows: Iterable[Any]) -> Iterator[list[Value]]:
    """The cells of each row; a column that the system has nothing for stays empty for the pen."""
    makers = [cells.get(column.key, _nothing) for column in columns]
    for row in rows:
        yield [make(row) for make in makers]


def _nothing(_row: Any) -> None:
    return None


def printed(value: Value) -> str:
    """Print one cell."""
    if value is None:
        return ""
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)
