"""Reading the first sheet of a foreign .xlsx file, in a helper process that may be lost; and foreign .csv text."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox import Limits, Pool, SandboxFailed, serve
from mocban.lib.text import clean_line

MOST_COLUMNS = 20
CELL_LENGTH = 300


@dataclass(frozen=True)
class Bounds:
    """How much one import may bring: data rows below the heading, bytes as sent and unpacked, seconds to read it."""

    rows: int = 5_000
    size: int = 5 * 1024 * 1024
    unpacked: int = 100 * 1024 * 1024
    seconds: float = 20.0


STAFF = Bounds()
DIRECTORY = Bounds(rows=150_000, size=30 * 1024 * 1024, unpacked=400 * 1024 * 1024, seconds=90.0)

_pool = Pool("mocban.people.sheets", idle_seconds=60.0, limits=Limits(memory=2 << 30, reply=1 << 28))


def read_rows(data: bytes, bounds: Bounds = STAFF) -> list[list[str]]:
    """Return the cells of the first sheet as cleaned text, the heading row first; empty rows stay, to keep numbers.

    Raises RuleBroken: "sheet.too_large", "sheet.too_many_rows", "sheet.unreadable". The sentence for the person is
    made by the caller from the code, since the helper process knows no language.
    """
    if len(data) > bounds.size:
        raise RuleBroken("sheet.too_large", "")
    try:
        answer, _nothing = _pool.call("rows", asdict(bounds), data, timeout=bounds.seconds)
    except SandboxFailed as failed:
        raise RuleBroken("sheet.unreadable", "") from failed
    return list(answer["rows"])


def read_csv(data: bytes, bounds: Bounds = STAFF) -> list[list[str]]:
    """The same for text with commas, semicolons or tabs, in UTF-8. Raises RuleBroken with the same codes."""
    if len(data) > bounds.size:
        raise RuleBroken("sheet.too_large", "")
    try:
        text = data.decode("utf-8-sig")
        heading = text.partition("\n")[0]
        delimiter = max(";\t,", key=heading.count)
        found = []
        for row in csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True):
            found.append([_text(cell) for cell in row[:MOST_COLUMNS]])
            if len(found) > bounds.rows + 1:
                raise RuleBroken("sheet.too_many_rows", "")
    except (UnicodeDecodeError, csv.Error) as unreadable:
        raise RuleBroken("sheet.unreadable", "") from unreadable
    return found


def _rows(payload: dict[str, Any], blob: bytes) -> tuple[dict[str, Any], bytes]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with ZipFile(BytesIO(blob)) as parts:
            if sum(part.file_size for part in parts.infolist()) > payload["unpacked"]:
                raise RuleBroken("sheet.too_large", "")
        sheet = CalamineWorkbook.from_filelike(BytesIO(blob)).get_sheet_by_index(0)
        if sheet.end and sheet.end[0] > payload["rows"]:  # rows count from 0, the first is the heading
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
