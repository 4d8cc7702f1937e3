"""A book on paper: any number of rows in parts that one press can hold, bound to one PDF/A-2b."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import pikepdf
from django.utils.translation import gettext as _

from . import fitting, printing

PART = 800  # rows set at once: some 200 MiB
MOST_ROWS = 50_000
WIDE_ROOM, TALL_ROOM = 262.0, 175.0  # millimetres between the margins of A4 landscape and portrait


@dataclass(frozen=True)
class Table:
    """One table: headings, relative widths, which columns are centred, the cells of each entry as text."""

    columns: Sequence[str]
    widths: Sequence[int]
    entries: Iterable[Sequence[str]]
    heading: str = ""
    subtitles: Sequence[str] = ()
    centred: Sequence[int] = field(default_factory=tuple)
    totals: str = ""  # with {page} and {all}; empty: nothing is counted on the pages
    empty: str = ""  # what stands below a table without rows


@dataclass(frozen=True)
class Printed:
    """The finished PDF/A-2b, the number of its pages without the cover, the number of entries in its first table."""

    data: bytes
    pages: int
    entries: int


@dataclass
class _Run:
    """What all parts share, and what goes on from one to the next."""

    base: Mapping[str, Any]
    cover: Mapping[str, Any] | None
    closing: Mapping[str, Any] | None
    tables: int
    entries: int = 0
    parts: list[tuple[bytes, bool]] = field(default_factory=list)  # each with whether its last page is to be dropped
    pages: int = 0


def bind(
    tables: Sequence[Table],
    *,
    common: Mapping[str, Any],
    cover: Mapping[str, Any] | None = None,
    closing: Mapping[str, Any] | None = None,
    wide: bool = True,
) -> Printed:
    """Return the tables as one PDF/A-2b: cover first, each table from a new page, the closing statement last.

    `common` holds title, issuer, mark, printed and running; `closing` lines, place and signers. In the lines of the
    closing statement {pages} is the number of pages and {entries} the number of entries of the first table.
    Raises SandboxFailed, RuleBroken("report.too_long").
    """
    run = _Run(
        {**common, "wide": wide, "page_label": _("Trang"), "sign_note": _("(Ký, ghi rõ họ tên)")},
        cover,
        closing,
        len(tables),
    )
    for place, table in enumerate(tables):
        unit = (WIDE_ROOM if wide else TALL_ROOM) / sum(table.widths)
        rows = fitting.rows(table.entries, [unit * width for width in table.widths], goes_on=_("(tiếp)"))
        counted = _set(run, table, rows, place)
        run.entries = counted if place == 0 else run.entries
    return Printed(_bound(run), run.pages, run.entries)


def _set(run: _Run, table: Table, rows: Iterator[fitting.Row], place: int) -> int:
    """Set one table in parts; returns the number of its entries."""
    ahead = list(islice(rows, PART + 1))
    before = 0
    while True:
        now, ahead = ahead[:PART], ahead[PART:]
        data = _data(run, table, place, now, before, more=bool(ahead))
        # Parts of a long book are bound together, which only pages survive: the structure for screen readers does not.
        tagged = run.tables == 1 and before == 0 and not ahead
        with ThreadPoolExecutor(1) as hand:  # the press is another process: meanwhile the next rows are read here
            pressed = hand.submit(printing.press, "register.typ", data, tagged=tagged, counts=True)
            ahead += islice(rows, PART) if ahead else ()
            ends, pdf = pressed.result()
        run.parts.append((pdf, bool(ahead)))
        if not ahead:
            run.pages += len(ends)
            return before + _entries(now)
        kept = ends[-2]  # the last page of a part is seldom full: its rows begin the next part
        printing.check_size(before + _entries(now), MOST_ROWS)
        run.pages += len(ends) - 1
        before += _entries(now[:kept])
        ahead = now[kept:] + ahead


def _data(
    run: _Run, table: Table, place: int, now: Sequence[fitting.Row], before: int, *, more: bool
) -> dict[str, Any]:
    """What the press sets: one part of a table, with the cover before the first and the closing after the last."""
    begins = before == 0
    ends = not more and place == run.tables - 1
    return {
        **run.base,
        "columns": list(table.columns),
        "widths": list(table.widths),
        "centred": list(table.centred),
        "totals": table.totals,
        "empty": table.empty,
        "heading": table.heading if begins else "",
        "subtitles": list(table.subtitles) if begins else [],
        "headed": begins and place == 0 and not run.cover,
        "cover": run.cover if begins and place == 0 else None,
        "first_page": run.pages + 1,
        "before": before,
        "rows": [{"cells": row.cells, "counts": row.counts} for row in now],
        "closing": _closed(run.closing, run.entries if place else before + _entries(now)) if ends else None,
    }


def _entries(rows: Sequence[fitting.Row]) -> int:
    return sum(row.counts for row in rows)


def _closed(closing: Mapping[str, Any] | None, entries: int) -> dict[str, Any] | None:
    if closing is None:
        return None
    lines = [line.replace("{entries}", str(entries)) for line in closing["lines"]]
    return {**closing, "lines": lines}


def _bound(run: _Run) -> bytes:
    """The parts as one PDF: the first gives its catalogue with the marks of PDF/A, the others give their pages."""
    if len(run.parts) == 1:
        return run.parts[0][0]
    with pikepdf.Pdf.open(io.BytesIO(run.parts[0][0])) as book:
        if run.parts[0][1]:
            del book.pages[-1]
        for data, drop in run.parts[1:]:
            with pikepdf.Pdf.open(io.BytesIO(data)) as part:
                pages = list(part.pages)
                book.pages.extend(pages[:-1] if drop else pages)
        book.remove_unreferenced_resources()
        bound = io.BytesIO()
        book.save(bound)
    return bound.getvalue()
