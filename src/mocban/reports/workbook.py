"""A sheet as .xlsx: every text is text, nothing from a document can become a formula or a link."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from .layout import head
from .sheets import Grid, Sheet, Value

LONGEST = 32_000  # characters that a cell can hold, with room to spare
A4 = 9
_SAFE = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def workbook(sheet: Sheet) -> bytes:
    """Return the sheet as a workbook set up for A4: heading repeated on every page, panes frozen below it."""
    buffer = BytesIO()
    with Workbook(buffer, _SAFE) as book:
        formats = _formats(book)
        for place, grid in enumerate(sheet.grids):
            _fill(book.add_worksheet(_name(place)), sheet, grid, formats, first=place == 0)
    return buffer.getvalue()


def _name(place: int) -> str:
    return _("Sổ") if place == 0 else _("Đính chính") if place == 1 else f"{place + 1}"


def _formats(book: Workbook) -> dict[str, Any]:
    font = {"font_name": "Times New Roman", "font_size": 11}
    cell = {**font, "border": 1, "text_wrap": True, "valign": "top"}
    return {
        "line": book.add_format({**font, "bold": True}),
        "plain": book.add_format(font),
        "head": book.add_format({**cell, "bold": True, "align": "center", "valign": "vcenter"}),
        "place": book.add_format({**cell, "align": "center"}),
        "text": book.add_format(cell),
        "date": book.add_format({**cell, "num_format": "dd/mm/yyyy", "align": "center"}),
    }


def _fill(page: Any, sheet: Sheet, grid: Grid, formats: dict[str, Any], *, first: bool) -> None:
    row = 0
    for text, style in _above(sheet, grid, first=first):
        page.write_string(row, 0, text, formats[style])
        row += 1
    heading = row + 1
    for place, column in enumerate(grid.columns):
        page.set_column(place, place, column.width / 2)
        page.write_string(heading, place, column.label, formats["head"])
    for place in range(len(grid.columns)):
        page.write_string(heading + 1, place, f"({place + 1})", formats["place"])
    row = heading + 2
    for values in grid.rows():
        _write(page, row, values, formats)
        row += 1
    _set_up(page, sheet, heading)


def _above(sheet: Sheet, grid: Grid, *, first: bool) -> list[tuple[str, str]]:
    """The lines above the table: body, title, and what the cover says."""
    if not first:
        return [(grid.heading, "line")]
    volume = f"{sheet.volume[0]}: {sheet.volume[1]}" if sheet.volume else ""
    lines = [
        (sheet.organisation.parent_name, "plain"),
        (sheet.organisation.name, "line"),
        (sheet.title.upper(), "line"),
    ]
    lines += [(text, "plain") for text in (*sheet.cover, volume, *sheet.subtitles, sheet.notes)]
    lines.append((head(sheet.organisation, on=sheet.on)["printed"], "plain"))
    return [(text, style) for text, style in lines if text]


def _write(page: Any, row: int, values: Sequence[Value], formats: dict[str, Any]) -> None:
    for place, value in enumerate(values):
        if isinstance(value, date):
            page.write_datetime(row, place, value, formats["date"])
        elif isinstance(value, int):
            page.write_number(row, place, value, formats["place"])
        elif value:
            page.write_string(row, place, value[:LONGEST], formats["text"])
        else:
            page.write_blank(row, place, None, formats["text"])


def _set_up(page: Any, sheet: Sheet, heading: int) -> None:
    page.freeze_panes(heading + 2, 0)
    page.repeat_rows(heading, heading + 1)
    page.set_paper(A4)
    if sheet.wide:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.8, right=0.6, top=0.7, bottom=0.8)
    page.set_footer("&C&P/&N")
