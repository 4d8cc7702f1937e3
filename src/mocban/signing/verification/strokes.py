"""Lines drawn through printed words, and what stands close to printed numbers.

A line that strikes words out stays between the upper and the lower edge of the letters for a good while, be it slanted,
wavy or dashed; handwriting and the rings of seals cross a line of print steeply and leave it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PIL import Image, ImageChops, ImageFilter

from .ink import Box
from .reprint import Glyph

LONG = 3.0  # of the letter size: a line that stays between the edges of the letters for longer strikes them out
GROUP = 0.9  # share of a number's width that a line through it covers
BRIDGE = 3  # dots to each side: gaps of dashes, and where the line lies on printed strokes
INKED = 0.35  # share of the way that is ink that was not there before, where it does not run behind a ring
OWN = 0.2  # of the least length: so much of the line itself is to be seen
NEAR = 0.3  # of the letter size: what stands nearer belongs to a number
SMALL, LEAST, BESIDE = 0.3, 8, 0.6  # height and distance of a mark in letter sizes, and its dots
BOXES = "☐□▢◻⬜○\uf06f\uf071\uf0a3\uf0a8"  # printed boxes to tick, those of a common font of symbols too
INNER = ".,/:-"  # between two digits these are part of the number


def struck(fresh: Image.Image, bare: Image.Image, band: Box, least: float) -> bool:
    """Whether new ink runs for `least` dots along a band of letters without leaving it.

    `fresh` and `bare` are masks of the new ink with the rings of seals and without: a line may run behind a ring, but
    the ring does not make the line.
    """
    width, height = band[2] - band[0], band[3] - band[1]
    if width < least or height < 2:
        return False
    part, own = fresh.crop(band), _thicker(bare.crop(band)).tobytes()
    if part.getbbox() is None:
        return False
    new = _thicker(part).tobytes()
    way = _widened(part.filter(ImageFilter.MaxFilter(3)).tobytes(), width, height)
    before = [(0, 0, 0)] * height  # ways to here: dots of the line's own ink, dots in all, and those behind a ring
    for x in range(width):
        after = [(0, 0, 0)] * height
        for y in range(height):
            at = y * width + x
            if way[at]:
                inked, length, behind = max(before[max(y - 1, 0) : y + 2])
                after[y] = inked + bool(own[at]), length + 1, behind + bool(new[at] and not own[at])
                if _is_line(*after[y], least):
                    return True
        before = after
    return False


def _is_line(inked: int, length: int, behind: int, least: float) -> bool:
    return length >= least and inked >= max(INKED * (length - behind), OWN * least)


def marked(fresh: Image.Image, band: Box, size: float) -> bool:
    """Whether a mark of the size of a letter stands by itself in or directly beside a number, which it completes."""
    reach = int(size)
    crop = max(band[0] - reach, 0), max(band[1] - reach, 0), band[2] + reach, band[3] + reach
    part = fresh.crop(crop)
    if part.getbbox() is None:
        return False
    left, top = band[0] - crop[0], band[1] - crop[1]
    right, bottom = left + band[2] - band[0], top + band[3] - band[1]
    for box, dots in pieces(part):
        alone = min(box[:2]) > 0 and box[2] < part.width and box[3] < part.height
        level = top <= (box[1] + box[3]) / 2 <= bottom and box[3] - box[1] > SMALL * size
        beside = max(left - box[2], box[0] - right) < BESIDE * size
        if alone and level and beside and dots >= LEAST:
            return True
    return False


def pieces(mask: Image.Image) -> Iterator[tuple[Box, int]]:
    """Return the connected pieces of a mask: the box of each and its dots."""
    width, height = mask.size
    left = {at for at, value in enumerate(mask.tobytes()) if value}
    while left:
        waiting = [left.pop()]
        xs, ys = set(), set()
        dots = 0
        while waiting:
            y, x = divmod(waiting.pop(), width)
            xs.add(x)
            ys.add(y)
            dots += 1
            for near_y in (y - 1, y, y + 1):
                for near_x in (x - 1, x, x + 1):
                    at = near_y * width + near_x
                    if 0 <= near_x < width and 0 <= near_y < height and at in left:
                        left.remove(at)
                        waiting.append(at)
        yield (min(xs), min(ys), max(xs) + 1, max(ys) + 1), dots


def _thicker(mask: Image.Image) -> Image.Image:
    """Return a mask with a dot more above and below."""
    out = mask
    for by in (-1, 1):
        moved = Image.new("L", mask.size)
        moved.paste(mask, (0, by))
        out = ImageChops.lighter(out, moved)
    return out


def _widened(mask: bytes, width: int, height: int) -> bytes:
    out = bytearray(len(mask))
    for y in range(height):
        for x in range(width):
            if mask[y * width + x]:
                first = y * width + max(x - BRIDGE, 0)
                last = y * width + min(x + BRIDGE, width - 1)
                out[first : last + 1] = b"\xff" * (last + 1 - first)
    return bytes(out)


def numbers(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Return the printed numbers: digits of one line close together, with the points, strokes and signs inside them.

    `glyphs` are all letters of the place in the order of `reprint.across`.
    """
    run: list[Glyph] = []
    for one in glyphs:
        if run and not _follows(run[-1], one):
            yield from _trimmed(run)
            run = []
        if one.char.isdigit() or (run and one.char in INNER):
            run.append(one)
    yield from _trimmed(run)


def _trimmed(run: list[Glyph]) -> Iterator[list[Glyph]]:
    while run and not run[-1].char.isdigit():
        run.pop()
    if run:
        yield list(run)


def _follows(one: Glyph, other: Glyph) -> bool:
    left, right = one.letter, other.letter
    on_line = abs(left.baseline - right.baseline) < NEAR * left.size
    return on_line and right.x0 - left.x1 < NEAR * left.size and (other.char.isdigit() or other.char in INNER)
