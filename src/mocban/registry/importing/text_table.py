"""Delimited text (.csv) of unknown encoding and delimiter."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from mocban.lib.errors import RuleBroken
from mocban.lib.legacy_fonts import Encoding, judge
from mocban.lib.text import nfc

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_LINES = 60
FIELD_LIMIT = 1_000_000
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_table(data: bytes, *, most_rows: int) -> tuple[Iterator[tuple[int, list[str]]], str]:
    """Return the rows, numbered as their lines are, and the name of the encoding.

    Raises RuleBroken "sheet.unreadable" for what is no text, "sheet.too_many_rows".
    """
    text, encoding = decoded(data)
    return _rows(text, delimiter_of(text), most_rows), encoding


def decoded(data: bytes) -> tuple[str, str]:
    """Return the text and its encoding: a mark decides, then UTF-8 if it fits, then the letters.

    A TCVN3 or VNI text comes back as the Western letters it is made of, for the font decides later, column by column.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strict(data, name), name
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 4:
        name = "utf-16-le" if data[1:2000:2].count(0) > zeros // 2 else "utf-16-be"
        return _strict(data, name), name
    if zeros:
        raise RuleBroken("sheet.unreadable", "")
    try:
        return nfc(data.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    western = data.decode("cp1252", "replace")
    judged = judge([western])
    if judged.is_legacy:
        return western, judged.encoding.value
    vietnamese = nfc(data.decode("cp1258", "replace"))
    if judge([vietnamese]).encoding is Encoding.UNICODE:
        return vietnamese, "windows-1258"
    return western, "windows-1252"


def _strict(data: bytes, name: str) -> str:
    try:
        return nfc(data.decode(name))
    except UnicodeDecodeError as broken:
        raise RuleBroken("sheet.unreadable", "") from broken


def delimiter_of(text: str) -> str:
    """The delimiter that parts the most lines into the same number of fields, more than one."""
    sample = "\n".join(text.splitlines()[:SAMPLE_LINES])
    best, score = ",", 0
    for delimiter in DELIMITERS:
        widths = Counter(len(row) for row in _parsed(sample, delimiter) if len(row) > 1)
        width, lines = widths.most_common(1)[0] if widths else (0, 0)
        if lines * min(width, 12) > score:
            best, score = delimiter, lines * min(width, 12)
    return best


def _parsed(text: str, delimiter: str) -> Iterator[list[str]]:
    csv.field_size_limit(FIELD_LIMIT)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    except csv.Error as broken:
        raise RuleBroken("sheet.unreadable", "") from broken


def _rows(text: str, delimiter: str, most_rows: int) -> Iterator[tuple[int, list[str]]]:
    kept = 0
    for number, row in enumerate(_parsed(text.replace("\x00", ""), delimiter), start=1):
        if not any(cell.strip() for cell in row):
            continue
        kept += 1
        if kept > most_rows:
            raise RuleBroken("sheet.too_many_rows", "")
        yield number, row
