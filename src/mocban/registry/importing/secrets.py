"""Rows of an old register that stand for a secret document: found in memory, before any row is written."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mocban.lib.text import fold
from mocban.secrecy.choices import Level
from mocban.secrecy.marks import detect_marks, level_of

_LIKELY = re.compile(r"m[ậạâaăäëê]+t", re.IGNORECASE)  # cheap: most rows never get past it
_IN_BRACKETS = re.compile(r"\((?:độ\s+)?(?P<level>(?:(?:tối|tuyệt)\s+)?mật)\)", re.IGNORECASE)
_ALONE = re.compile(r"(?P<level>(?:(?:tối|tuyệt)\s+)?mật)", re.IGNORECASE)
_OPEN = frozenset({"", "-", "0", "khong", "khong mat", "thuong", "binh thuong", "khong co", "ko"})


def is_open(text: str) -> bool:
    """Whether the cell of a secrecy column says that the document is not secret."""
    return fold(text).strip(" .") in _OPEN


def declared(text: str) -> Level | None:
    """The level that a secrecy column names; an unknown word there is taken for one, to be safe."""
    if is_open(text):
        return None
    return level_of(text) or Level.SECRET


def secret_level(cells: Sequence[str], secrecy_place: int | None) -> Level | None:
    """The level of the document that a row stands for, None for an open one.

    `secrecy_place`: the column that names the level. Elsewhere only a mark counts: a cell that is nothing but a level,
    a level in brackets, a marking as documents bear it. A sentence about secrecy is no mark.
    """
    if secrecy_place is not None and secrecy_place < len(cells) and (level := declared(cells[secrecy_place])):
        return level
    for cell in cells:
        if not _LIKELY.search(cell):
            continue
        found = _ALONE.fullmatch(cell.strip()) or _IN_BRACKETS.search(cell)
        if found:
            return level_of(found["level"])
        if mark := detect_marks(cell):
            return mark.level
    return None
