"""A copy of a received document with the ĐẾN stamp on its first page; the stored original is never touched.

The stamp's contents are those of NĐ 30/2020, Phụ lục IV. It goes where the page is emptiest in its upper part.
"""

from __future__ import annotations

import dataclasses

from mocban.lib.disk import File
from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import answers


@dataclasses.dataclass(frozen=True)
class StampLines:
    """What the stamp says; an empty line stays open for the hand. `width` and `height` in mm, from law data."""

    body: str
    number: str
    day: str
    forwarded: str
    file_code: str
    width: float
    height: float


@answers
def stamp_received(pdf: File, *, lines: StampLines) -> File:
    """Return a copy of `pdf` with the ĐẾN stamp; signatures become plain pictures, for the copy is not what was signed.

    The file is read in a helper process. Raises RuleBroken when it is unreadable, encrypted or smaller than the stamp,
    or when the font lacks a letter.
    """
    _values, copy = contained.make("stamp", pdf, dataclasses.asdict(lines))
    return copy
