"""The helper's side of comparing: draw the pages of two revisions of a PDF and find where they differ."""

from __future__ import annotations

from typing import Any

import pypdfium2
from PIL import Image, ImageChops

from mocban.lib.disk import Content
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.refusals import refuse

PAGES = 300  # compared; the rest is said to be left out
LOOK_DPI = 60  # fine enough to notice a changed letter of 10 points
MAX_SIDE = 2400  # pixels of a drawn page, whatever size the file claims
CELL = 8  # pixels; differences closer than this are one
NOTICEABLE = 40  # of 255: below it are the traces of smoothing
PERMILLE = 1000


def compare(pdf: Content, values: dict[str, Any]) -> dict[str, Any]:
    """Compare the first `covered` bytes of `pdf` with the whole; boxes are in thousandths of the page."""
    old, new = _open(pdf, int(values["covered"])), _open(pdf)
    count = max(len(old), len(new))
    pages = [_compared(old, new, number) for number in range(min(count, PAGES))]
    return {"pages": pages, "old": len(old), "new": len(new)}


def _open(pdf: Content, covered: int | None = None) -> pypdfium2.PdfDocument:
    try:
        document = drawable(pdf, covered)
        document.init_forms()  # fields are drawn only once the forms are known
    except pypdfium2.PdfiumError:
        refuse("signing.unreadable")
    return document


def _drawn(document: pypdfium2.PdfDocument, number: int) -> Image.Image:
    try:
        page = document[number]
        width, height = page.get_size()
        scale = min(LOOK_DPI / 72, MAX_SIDE / max(width, height, 1))
        drawn: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
    except (pypdfium2.PdfiumError, ValueError):
        return Image.new("RGB", (595, 842), "white")  # a page that cannot be drawn is blank in a reader too
    return drawn


def _compared(old: pypdfium2.PdfDocument, new: pypdfium2.PdfDocument, number: int) -> dict[str, Any]:
    """What one page (from 0) shows otherwise: "same", "changed", "added" or "removed", with the places."""
    found: dict[str, Any] = {"page": number + 1, "state": "same", "boxes": []}
    if number >= len(old) or number >= len(new):
        return {**found, "state": "added" if number >= len(old) else "removed"}
    before, after = _drawn(old, number), _drawn(new, number)
    if before.size != after.size:
        return {**found, "state": "changed", "boxes": [[0, 0, PERMILLE, PERMILLE]]}
    bands = ImageChops.difference(before, after).split()
    grave = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    mask = grave.point(lambda value: 255 if value >= NOTICEABLE else 0)
    boxes = _boxes(mask)
    return {**found, "state": "changed" if boxes else "same", "boxes": boxes}


def _boxes(mask: Image.Image) -> list[list[int]]:
    """The places that differ, each as left, top, right, bottom in thousandths."""
    cells = mask.reduce(CELL)
    width, height = cells.size
    raw = cells.tobytes()
    left = {place for place in range(width * height) if raw[place]}
    found = []
    while left:
        found.append(_taken(left, width))
    return [
        [
            x0 * CELL * PERMILLE // mask.width,
            y0 * CELL * PERMILLE // mask.height,
            min(PERMILLE, (x1 + 1) * CELL * PERMILLE // mask.width),
            min(PERMILLE, (y1 + 1) * CELL * PERMILLE // mask.height),
        ]
        for x0, y0, x1, y1 in sorted(found, key=lambda box: (box[1], box[0]))
    ]


def _taken(left: set[int], width: int) -> tuple[int, int, int, int]:
    """Take one group of touching cells (one empty cell between them still touches) out of `left`."""
    first = left.pop()
    waiting, group = [first], [first]
    while waiting:
        place = waiting.pop()
        row, column = divmod(place, width)
        for down in range(-2, 3):
            for across in range(-2, 3):
                near = (row + down) * width + column + across
                if 0 <= column + across < width and near in left:
                    left.remove(near)
                    waiting.append(near)
                    group.append(near)
    rows, columns = [place // width for place in group], [place % width for place in group]
    return min(columns), min(rows), max(columns), max(rows)
