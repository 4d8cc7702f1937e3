"""The rows that could not be entered as a sheet: with their reasons, to be corrected there and given back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.utils import translation
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from ..choices import ImportRowState
from ..models import ImportRow, RegisterImport
from .columns import LABELS, REST, fields_of
from .reading import read_sheets

MOST_ROWS = 100_000
_SAFE = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


def heads() -> tuple[str, str, str, str]:
    """The first four columns of the sheet."""
    return _("Mã hàng"), _("Trang tính"), _("Hàng"), _("Lý do")


def shown_fields(register_import: RegisterImport) -> list[str]:
    """The fields that the mapping names, in the order of the screens."""
    named = register_import.mapping.get("columns", {})
    return [name for name in fields_of(register_import.direction) if name in named or name == "note"]


def bad_rows(register_import: RegisterImport) -> Iterator[ImportRow]:
    """The rows that need a hand."""
    found = register_import.rows.filter(state=ImportRowState.BAD).order_by("ordinal")[:MOST_ROWS]
    return iter(found.iterator(chunk_size=2_000))


def bad_rows_sheet(register_import: RegisterImport) -> bytes:
    """An .xlsx in which every cell is text: what a row says can never become a formula."""
    buffer = io.BytesIO()
    fields = shown_fields(register_import)
    with translation.override("vi"), xlsxwriter.Workbook(buffer, _SAFE) as book:
        page = book.add_worksheet(_("Hàng cần sửa")[:31])
        bold, text = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "@"})
        for place, head in enumerate([*heads(), *(str(LABELS[name]) for name in fields), _("Phần khác")]):
            page.write_string(0, place, head, bold)
        page.set_column(0, 2, 10)
        page.set_column(3, 3 + len(fields) + 1, 24, text)
        page.freeze_panes(1, 4)
        for line, row in enumerate(bad_rows(register_import), start=1):
            for place, cell in enumerate(_cells(register_import, row, fields)):
                page.write_string(line, place, cell, text)
    return buffer.getvalue()


def _cells(register_import: RegisterImport, row: ImportRow, fields: list[str]) -> list[str]:
    name = register_import.sheets[row.sheet]["name"]
    said = [row.fields.get(field, "") for field in fields]
    return [str(row.pk), name, str(row.line), row.problem, *said, row.fields.get(REST, "")]


def corrections_in(data: bytes, name: str) -> list[tuple[int, dict[str, str]]]:
    """Read a corrected sheet back: (row id, fields) of each line. Raises RuleBroken "sheet.…", "import.other_sheet"."""
    sheet = read_sheets(data, name).sheets[0]
    with translation.override("vi"):
        first = heads()[0]
        by_label = {str(label): field for field, label in LABELS.items()}
    header = sheet.rows[0][1]
    if not header or header[0] != first:
        raise RuleBroken("import.other_sheet", _("Đây không phải bảng hàng cần sửa đã tải về từ lần nhập này."))
    found: list[tuple[int, dict[str, str]]] = []
    for _line, cells in sheet.rows[1:]:
        if not cells[0].isdigit() or len(cells[0]) > 18:
            continue
        named: dict[str, Any] = {
            by_label[label]: cells[place]
            for place, label in enumerate(header)
            if label in by_label and place < len(cells)
        }
        found.append((int(cells[0]), named))
    return found
