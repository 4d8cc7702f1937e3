"""Where each letter of a page stands: lines of text with coordinates, read with pdfium.

Spaces are not trusted (makers write them, skip them or widen them); letters are, so gaps are measured between letters.
Coordinates are points from the lower left corner of the page.
"""

from __future__ import annotations

import ctypes
import unicodedata
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw

LETTERS_A_PAGE = 20_000  # more is no page of an office document; reading stops there
SAME_BASELINE = 2.5
NESTED_MOVE = 15.0  # points


@dataclass(frozen=True, slots=True)
class Letter:
    char: str
    x0: float
    x1: float
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class Line:
    """Letters on one baseline, left to right; `text` has one space where the page shows a gap."""

    letters: tuple[Letter, ...]
    text: str
    index: tuple[int, ...]  # for each character of text the letter it is, or the letter before the gap

    def first(self, position: int) -> Letter:
        return self.letters[self.index[position]]

    @property
    def baseline(self) -> float:
        return self.letters[0].baseline


def lines(page: pypdfium2.PdfPage) -> list[Line]:
    """Return the upright lines of `page`, top to bottom."""
    rows: list[list[Letter]] = []
    for letter in _letters(page):
        for row in reversed(rows[-40:]):
            if abs(row[0].baseline - letter.baseline) < SAME_BASELINE:
                row.append(letter)
                break
        else:
            rows.append([letter])
    rows.sort(key=lambda row: -row[0].baseline)
    return [_line(row) for row in rows]


def _line(row: list[Letter]) -> Line:
    row = sorted(row, key=lambda letter: letter.x0)
    text: list[str] = []
    index: list[int] = []
    for position, letter in enumerate(row):
        if position and letter.x0 - row[position - 1].x1 > 0.15 * letter.size:
            text.append(" ")
            index.append(position - 1)
        text.append(letter.char)
        index.append(position)
    return Line(tuple(row), "".join(text), tuple(index))


def _letters(page: pypdfium2.PdfPage) -> list[Letter]:
    textpage = page.get_textpage()
    # pdfium gives letters inside a form XObject in the form's own coordinates, their matrix in the page's.
    nested = any(page.get_objects(filter=(raw.FPDF_PAGEOBJ_FORM,), max_depth=1))
    moves: dict[int, tuple[float, float]] = {}
    found: list[Letter] = []
    x, y, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_MATRIX()
    for number in range(min(textpage.count_chars(), LETTERS_A_PAGE)):
        code = raw.FPDFText_GetUnicode(textpage, number)
        char = chr(code) if code < 0x110000 else ""
        if not char.strip() or raw.FPDFText_IsGenerated(textpage, number) == 1:
            continue
        if not raw.FPDFText_GetCharOrigin(textpage, number, x, y):
            continue
        raw.FPDFText_GetMatrix(textpage, number, matrix)
        if abs(matrix.b) > 0.2 * abs(matrix.a or 1):  # turned text is no line of ours
            continue
        right, up = 0.0, 0.0
        if nested:
            pointer = raw.FPDFText_GetTextObject(textpage, number)
            owner = ctypes.addressof(pointer.contents) if pointer else 0
            right, up = moves.setdefault(owner, _move(matrix.e - x.value, matrix.f - y.value))
        x0, _bottom, x1, _top = textpage.get_charbox(number, loose=True)
        size = raw.FPDFText_GetFontSize(textpage, number) * (abs(matrix.d) or 1)
        letter = Letter(char, x0 + right, x1 + right, y.value + up, size)
        if unicodedata.combining(char) and found:
            before = found[-1]
            composed = unicodedata.normalize("NFC", before.char + char)
            found[-1] = Letter(composed, before.x0, before.x1, before.baseline, before.size)
            continue
        found.append(letter)
    return found


def _move(right: float, up: float) -> tuple[float, float]:
    """Return how far a text object inside a form is moved; a small difference is kerning before the first letter."""
    return (right, up) if abs(right) + abs(up) > NESTED_MOVE else (0.0, 0.0)
