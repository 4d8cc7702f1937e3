"""Compare the revision that a signature covers with the present file, page by page, in the helper process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mocban.lib.disk import DiskFile, size_of
from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import answers, refuse

MAX_BYTES = 512 << 20  # of a file whose pages are drawn; a larger one is looked at in a PDF reader


@dataclass(frozen=True)
class PageFound:
    """One page (from 1): "same", "changed", "added" or "removed"; boxes in thousandths of the page."""

    page: int
    state: str
    boxes: tuple[tuple[int, int, int, int], ...]

    @property
    def differs(self) -> bool:
        return self.state != "same"

    @property
    def rectangles(self) -> list[tuple[int, int, int, int]]:
        """The boxes as left, top, width, height."""
        return [(left, top, right - left, bottom - top) for left, top, right, bottom in self.boxes]


@dataclass(frozen=True)
class Compared:
    """Every page that was compared, and how many pages each side has."""

    pages: tuple[PageFound, ...]
    old: int
    new: int

    @property
    def ordered(self) -> list[PageFound]:
        """The pages with differences first, each group in the order of the file."""
        return sorted(self.pages, key=lambda found: (not found.differs, found.page))

    @property
    def left_out(self) -> int:
        """How many pages at the end were not compared."""
        return max(self.old, self.new) - len(self.pages)


@answers
def compare(pdf: bytes | DiskFile, covered: int) -> Compared:
    """Compare the first `covered` bytes with the whole file. Raises RuleBroken `signing.*` for what cannot be drawn."""
    _check_size(pdf)
    values, _data = contained.run("compare", pdf, {"covered": covered})
    pages = tuple(
        PageFound(int(one["page"]), str(one["state"]), tuple(_box(box) for box in one["boxes"]))
        for one in values["pages"]
    )
    return Compared(pages, int(values["old"]), int(values["new"]))


@answers
def draw(pdf: bytes | DiskFile, covered: int, page: int) -> bytes:
    """Draw a page (from 1) of the first `covered` bytes as a PNG. Raises RuleBroken `signing.*`."""
    _check_size(pdf)
    _values, data = contained.run("page_picture", pdf, {"page": page - 1, "covered": covered})
    return data


def _box(sides: list[Any]) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(side) for side in sides)
    return left, top, right, bottom


def _check_size(pdf: bytes | DiskFile) -> None:
    if size_of(pdf) > MAX_BYTES:
        refuse("signing.too_large_to_draw", limit=str(MAX_BYTES // (1024 * 1024)))
