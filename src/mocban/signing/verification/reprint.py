"""Whether a field that paints over its place prints again every letter that stood there, and adds only where room was.

A cell "Số: ....../SNV-VP" may become "Số: 12/SNV-VP". "1.000" may not become "15.000": between letters that stood
together nothing may be added, and a font may not call by an old letter's name what looks otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image

from mocban.signing.pdf.text import Letter

from . import ink
from .drawing import Picture

ALIKE = 0.45  # mean likeness from which reprinted letters are the old ones; 0 is chance, other fonts reach 0.6
LEADERS = {".": 1, "_": 1, "·": 1, "…": 3}
LEAST_LEADERS = 2  # a single dot belongs to a number or ends a sentence
ROOM = 1.0  # of the letter size: a gap that waits for a word
TOGETHER = 0.12  # of the letter size: nearer letters are of one word


class Glyph:
    """One letter of a page, with its place in dots of the page's picture."""

    def __init__(self, letter: Letter, picture: Picture) -> None:
        self.char = letter.char
        self.letter = letter
        high, low = letter.baseline + 0.78 * letter.size, letter.baseline - 0.24 * letter.size
        self.box = picture.dots(letter.x0, low, letter.x1, high)

    @property
    def readable(self) -> bool:
        return self.char.isalnum()


def across(glyph: Glyph) -> tuple[float, float]:
    """Order letters line by line from the left."""
    return -round(glyph.letter.baseline), glyph.letter.x0


def same_word(one: Letter, other: Letter, gap: float) -> bool:
    """Whether a letter stands on or directly beside another one, as letters of a word do."""
    if abs(one.baseline - other.baseline) > 0.4 * other.size:
        return False
    return max(one.x0 - other.x1, other.x0 - one.x1) < gap * other.size


def runs(glyphs: Sequence[Glyph], least: int = 3) -> list[list[Glyph]]:
    """Return the words among the letters, those of at least `least` letters."""
    found: list[list[Glyph]] = []
    for one in sorted(glyphs, key=across):
        if found and same_word(found[-1][-1].letter, one.letter, 3 * TOGETHER):
            found[-1].append(one)
        else:
            found.append([one])
    return [run for run in found if len(run) >= least]


def holds(
    affected: Sequence[Glyph], printed: Sequence[Glyph], typed: Sequence[Glyph], before: Image.Image, after: Image.Image
) -> bool:
    """Whether every letter of `affected` stands in `typed` again, in order, in its shape, with nothing added to it.

    `printed` are all letters of the place before, dots too; `before` and `after` the pictures that the letters lie in.
    All letters are in the order of `across`.
    """
    matched: list[int] = []
    alike: list[float] = []
    place = 0
    for old in affected:
        while place < len(typed) and typed[place].char != old.char:
            place += 1
        if place == len(typed):
            return False
        alike.append(ink.likeness(before.crop(old.box), after.crop(typed[place].box)))
        matched.append(place)
        place += 1
    if sum(alike) / len(alike) < ALIKE:
        return False
    return all(
        _has_room(affected, printed, extra, matched)
        for extra in range(len(typed))
        if extra not in matched and typed[extra].readable and _in_word_of_matched(typed, extra, set(matched))
    )


def _in_word_of_matched(typed: Sequence[Glyph], extra: int, matched: set[int]) -> bool:
    """Whether an added letter stands in one word (digits with dots between them too) with a reprinted one."""
    for step in (-1, 1):
        at = extra
        while 0 <= at + step < len(typed) and same_word(typed[at + step].letter, typed[at].letter, TOGETHER):
            at += step
            if at in matched and typed[at].readable:
                return True
            if not typed[at].readable and typed[at].char not in ".,":
                break
    return False


def _has_room(affected: Sequence[Glyph], printed: Sequence[Glyph], extra: int, matched: Sequence[int]) -> bool:
    """Whether there were dots or a gap to fill where a letter was added."""
    after = sum(place < extra for place in matched)
    left = affected[after - 1].letter if after else None
    right = affected[after].letter if after < len(affected) else None
    one_line = left is not None and right is not None and abs(left.baseline - right.baseline) < left.size
    if one_line and left is not None and right is not None and right.x0 - left.x1 > ROOM * left.size:
        return True
    near = left or right
    if near is None:
        return True
    leaders = 0
    for one in printed:
        on_line = abs(one.letter.baseline - near.baseline) < 0.5 * near.size
        inside = (left is None or one.letter.x0 >= left.x0) and (right is None or one.letter.x1 <= right.x1)
        beside = -ROOM < (one.letter.x0 - near.x1 if left else near.x0 - one.letter.x1) / near.size < 2 * ROOM
        leaders += LEADERS.get(one.char, 0) if on_line and inside and beside else 0
    return leaders >= LEAST_LEADERS
