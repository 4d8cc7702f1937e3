"""The inside of the sandbox that opens foreign sheets: workbooks by calamine, delimited text by the standard library.

Answers JSON: for each sheet its name and its rows that are not empty, each as [row number from 1, [cells as text]].
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox_child import serve
from mocban.registry.importing.text_table import read_table

MOST_SHEETS = 100
MOST_ROWS = 200_000  # rows that hold something, of one file
MOST_COLUMNS = 100
MOST_CELLS_MERGED = 50_000  # cells of one merged range that its value is repeated in
CELL_LENGTH = 4_000
ERROR = "#LỖI"  # an error value of a formula; such a cell can never be taken for good
_ERROR_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"[^>]*\bt="e"')
_SHEET_PART = re.compile(r'<sheet\b[^>]*\bname="([^"]*)"[^>]*\br:id="([^"]*)"')
_RELATION = re.compile(r'<Relationship\b(?=[^>]*\bId="([^"]*)")(?=[^>]*\bTarget="([^"]*)")')
_FROM_1904 = re.compile(rb'\bdate1904="(?:1|true)"')
_PARTS_READ = 300 * 1024 * 1024  # bytes of one sheet's XML that are searched for error values

Row = list[Any]


def workbook(payload: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Read every sheet of an .xlsx, .xls or .ods. Raises RuleBroken "sheet.unreadable" and the limits below."""
    from python_calamine import CalamineError, CalamineWorkbook

    found, left = [], MOST_ROWS
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(blob))
        names = book.sheet_names[: MOST_SHEETS + 1]
        if len(names) > MOST_SHEETS:
            raise RuleBroken("sheet.too_many_sheets", "")
        is_xlsx = payload["extension"] == "xlsx"
        errors = error_cells(blob) if is_xlsx else {}
        for name in names:
            rows = list(sheet_rows(book.get_sheet_by_name(name), errors.get(name, set()), left))
            left -= len(rows)
            if rows:
                found.append({"name": name, "rows": rows})
    except (CalamineError, zipfile.BadZipFile, ValueError, KeyError, OSError) as unreadable:
        raise RuleBroken("sheet.unreadable", "") from unreadable
    return {"encoding": "", "from_1904": is_xlsx and from_1904(blob)}, json.dumps(found, ensure_ascii=False).encode()


def sheet_rows(sheet: Any, errors: set[tuple[int, int]], left: int) -> Iterator[Row]:
    """The rows that hold something, values of merged ranges repeated, error values marked."""
    if sheet.start is None:
        return
    first = int(sheet.start[1])
    merged = Merged(sheet.merged_cell_ranges or [])
    kept = 0
    for index, row in enumerate(sheet.iter_rows()):
        cells = [""] * first + [shown(cell) for cell in row]
        for column in [column for line, column in errors if line == index] if errors else ():
            cells.extend([""] * (column + 1 - len(cells)))
            cells[column] = ERROR
        merged.repeat(index, cells)
        bounded = trimmed(cells)
        if not bounded:
            continue
        kept += 1
        if kept > left:
            raise RuleBroken("sheet.too_many_rows", "")
        yield [index + 1, bounded]


class Merged:
    """Merged ranges: the value stands in the first cell, and every other cell of the range means the same."""

    def __init__(self, ranges: Iterable[Any]) -> None:
        self._starting: dict[int, list[tuple[int, int, int]]] = {}
        self._running: list[tuple[int, int, int, str]] = []  # last row, columns, value
        for (top, left), (bottom, right) in ranges:
            if (bottom - top + 1) * (right - left + 1) <= MOST_CELLS_MERGED and right < MOST_COLUMNS:
                self._starting.setdefault(top, []).append((left, right, bottom))

    def repeat(self, index: int, cells: list[str]) -> None:
        """Fill the cells of row `index` in place; rows come in order."""
        for left, right, bottom in self._starting.get(index, ()):
            value = cells[left] if left < len(cells) else ""
            self._running.append((bottom, left, right, value))
        self._running = [one for one in self._running if one[0] >= index]
        for _bottom, left, right, value in self._running:
            if value:
                cells.extend([""] * (right + 1 - len(cells)))
                for column in range(left, right + 1):
                    cells[column] = cells[column] or value


def trimmed(cells: list[str]) -> list[str]:
    """Cut the empty end; nothing for an empty row. Raises RuleBroken "sheet.too_wide"."""
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise RuleBroken("sheet.too_wide", "")
    return cells


def shown(cell: Any) -> str:
    """A cell as text: whole numbers without a point, days as 05/01/2016 (either date system), nothing for nothing."""
    if isinstance(cell, str):
        text = cell.strip()
        return text if len(text) <= CELL_LENGTH else text[:CELL_LENGTH] + "…"
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else str(cell)
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, date):
        return f"{cell.day:02d}/{cell.month:02d}/{cell.year}"
    return "" if cell is None else str(cell)


def error_cells(blob: bytes) -> dict[str, set[tuple[int, int]]]:
    """Cells of an .xlsx that show an error (#REF!, #DIV/0!), by sheet: calamine would hand them out as empty."""
    found: dict[str, set[tuple[int, int]]] = {}
    with zipfile.ZipFile(io.BytesIO(blob)) as parts:
        book = parts.read("xl/workbook.xml").decode("utf-8", "replace")
        relations = dict(_RELATION.findall(parts.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")))
        known = {part.filename: part for part in parts.infolist()}
        for name, relation in _SHEET_PART.findall(book):
            path = "xl/" + relations.get(relation, "").removeprefix("/xl/")
            if path in known and known[path].file_size <= _PARTS_READ:
                cells = _ERROR_CELL.findall(parts.read(path))
                found[name] = {(int(row) - 1, column_number(letters.decode())) for letters, row in cells[:MOST_ROWS]}
    return found


def from_1904(blob: bytes) -> bool:
    """Whether bare serials of an .xlsx count from 1904; calamine has turned those that look like dates already."""
    with zipfile.ZipFile(io.BytesIO(blob)) as parts:
        return _FROM_1904.search(parts.read("xl/workbook.xml")) is not None


def column_number(letters: str) -> int:
    """A is 0, Z 25, AA 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def table(_payload: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    """Read a delimited text in whatever encoding and with whatever delimiter."""
    rows, encoding = read_table(blob, most_rows=MOST_ROWS)
    numbered = [[number, cells] for number, row in rows if (cells := trimmed([shown(cell) for cell in row]))]
    return {"encoding": encoding}, json.dumps([{"name": "", "rows": numbered}], ensure_ascii=False).encode()


if __name__ == "__main__":
    serve({"workbook": workbook, "table": table})
