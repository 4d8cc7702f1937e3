"""Text that fits its cell: long words may be broken, a row higher than a page goes on in rows below it. No I/O.

A row is never split by the end of a page, so that the totals of a page are exact; this module keeps every row lower
than a page, whatever the text is. Measures are upper bounds of Liberation Serif at 10 pt.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

BREAK = "\u200b"  # a place where a word may be broken; it prints nothing
CELL_PADDING = 2.2  # millimetres, both sides together
LINES = 15  # by the upper bound; words that do not fill their line make it at most twice as many on paper
EM = 3.53  # millimetres: 10 pt, wider than any letter
_NARROW = frozenset("iIjltfr.,;:'!|()[]/-– ")


@dataclass(frozen=True)
class Row:
    """One printed row; `counts` is false for the rows that only go on with the entry above."""

    cells: tuple[str, ...]
    counts: bool = True


def width(text: str) -> float:
    """Return an upper bound of the width of a text in millimetres."""
    return sum(EM * (0.4 if sign in _NARROW else 0.52 if sign.islower() or sign.isdigit() else 1.0) for sign in text)


def pieces(text: str, room: float) -> list[str]:
    """Return the text cut into pieces of at most LINES lines of `room` millimetres, between words where possible."""
    words = text.split()
    if len(text) * EM <= LINES * room and all(len(word) * EM <= room for word in words):
        return [" ".join(words)]
    found: list[str] = []
    line: list[str] = []
    used = 0.0
    for part in _parts(words, room):
        wide = width(part)
        if line and used + wide > LINES * room:
            found.append("".join(line).strip())
            line, used = [], 0.0
        line.append(part)
        used += wide
    return [*found, "".join(line).strip()]


def _parts(words: Sequence[str], room: float) -> Iterator[str]:
    """The words with the space or the place to break that follows; none is wider than `room`, but for one letter."""
    for word in words:
        piece, used = "", 0.0
        for sign in word:
            wide = width(sign)
            if piece and used + wide > room:
                yield piece + BREAK
                piece, used = "", 0.0
            piece, used = piece + sign, used + wide
        yield piece + " "


def rows(entries: Iterable[Sequence[str]], widths: Sequence[float], *, goes_on: str) -> Iterator[Row]:
    """Return the printed rows of the entries in columns of these widths (millimetres).

    A row that goes on with the entry above begins with the words `goes_on`.
    """
    rooms = [max(wide - CELL_PADDING, EM) for wide in widths]
    for entry in entries:
        columns = [pieces(text, room) for text, room in zip(entry, rooms, strict=True)]
        for place in range(max(len(column) for column in columns)):
            cells = [column[place] if place < len(column) else "" for column in columns]
            if place and not cells[0]:
                cells[0] = goes_on
            yield Row(tuple(cells), counts=place == 0)
