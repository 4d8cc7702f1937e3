"""Reading the first sheet of a foreign .xlsx file, in a helper process that may be lost."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox import Limits, Pool, SandboxFailed, serve
from mocban.lib.text import clean_line

MOST_ROWS = 5_000  # data rows of one import, below the heading
MOST_COLUMNS = 20
MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
CELL_LENGTH = 300

_pool = Pool("mocban.people.sheets", timeout=20.0, idle_seconds=60.0, limits=Limits(reply=1 << 26))


def read_rows(data: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as cleaned text, the heading row first; empty rows stay, to keep numbers.

    Raises RuleBroken: "sheet.too_large", "sheet.too_many_rows", "sheet.unreadable". The sentence for the person is
    made by the caller from the code, since the helper process knows no language.
    """
    if len(data) > MOST_BYTES:
        raise RuleBroken("sheet.too_large", "")
    try:
        answer, _nothing = _pool.call("rows", {}, data)
    except SandboxFailed as failed:
        raise RuleBroken("sheet.unreadable", "") from failed
    return list(answer["rows"])


def _rows(_payload: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with ZipFile(BytesIO(blob)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise RuleBroken("sheet.too_large", "")
        sheet = CalamineWorkbook.from_filelike(BytesIO(blob)).get_sheet_by_index(0)
        if sheet.end and sheet.end[0] > MOST_ROWS:  # rows count from 0, the first is the heading
            raise RuleBroken("sheet.too_many_rows", "")
        found = [[_text(cell) for cell in row[:MOST_COLUMNS]] for row in sheet.to_python(skip_empty_area=False)]
    except (BadZipFile, CalamineError, NotImplementedError, ValueError) as unreadable:
        raise RuleBroken("sheet.unreadable", "") from unreadable
    return {"rows": found}, b""


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return clean_line(str(cell)[: CELL_LENGTH * 2])[:CELL_LENGTH]


if __name__ == "__main__":
    serve({"rows": _rows})
