"""What became of the ink of one picture in another: erased, drowned, written over. Masks are 8-bit, 255 where true."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image, ImageChops, ImageFilter

DARK = 165  # luminance below which a dot is ink; the blue and the red of signatures and seals are
SAME = 48  # difference of a channel that smoothing explains
PAPER = 225  # the darkest a channel of empty paper is
NEARLY_BLACK = 80  # the brightest channel of what nobody calls blue or red
COLOURLESS = 24  # between the channels of black and grey; dark blue ink has more
FEW = 3  # dots that may differ all the same: a letter has ten and more
CELL = 11  # dots: about three millimetres, the height of a letter
SOLID = 0.85  # share of ink from which a cell is a block without letters
Box = tuple[int, int, int, int]


def ink(picture: Image.Image) -> Image.Image:
    """Return where the picture has ink."""
    return picture.convert("L").point(lambda value: 255 if value < DARK else 0)


def grey(picture: Image.Image) -> Image.Image:
    """Return where a picture is black, nearly black or grey: neither the blue of signatures nor the red of seals."""
    bands = picture.split()
    high = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    low = ImageChops.darker(ImageChops.darker(bands[0], bands[1]), bands[2])
    plain = ImageChops.subtract(high, low).point(lambda value: 255 if value < COLOURLESS else 0)
    return ImageChops.lighter(plain, high.point(lambda value: 255 if value < NEARLY_BLACK else 0))


def is_paper(picture: Image.Image) -> bool:
    """Whether a picture shows nothing at all."""
    if not picture.width or not picture.height:
        return True
    return not any(sum(band.histogram()[:PAPER]) for band in picture.split())


def different(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where two pictures of one size differ beyond smoothing."""
    return either_of(ImageChops.difference(one, other)).point(lambda value: 255 if value > SAME else 0)


def same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures show the same; edges that lie a dot beside each other are the drawing program's."""
    if one.size != other.size:
        return False
    bounds = different(one, other).getbbox()
    if bounds is None:
        return True
    place = max(bounds[0] - 2, 0), max(bounds[1] - 2, 0), min(bounds[2] + 2, one.width), min(bounds[3] + 2, one.height)
    pair = one.crop(place), other.crop(place)
    return not any(count(_unexplained(*ordered)) > FEW for ordered in (pair, pair[::-1]))


def _unexplained(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return the dots of `one` of a colour that `other` has nowhere around them."""
    low, high = other.filter(ImageFilter.MinFilter(3)), other.filter(ImageFilter.MaxFilter(3))
    beyond = either_of(ImageChops.subtract(one, high)), either_of(ImageChops.subtract(low, one))
    return ImageChops.lighter(*beyond).point(lambda value: 255 if value > SAME else 0)


def either_of(picture: Image.Image) -> Image.Image:
    """Return the largest of the three channels of each dot."""
    bands = picture.split()
    return ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])


def count(mask: Image.Image, box: Box | None = None) -> int:
    """Return how many dots of a mask are set, within a box."""
    part = mask if box is None else mask.crop(box)
    return part.histogram()[255] if part.width and part.height else 0


def grown(mask: Image.Image, dots: int = 1) -> Image.Image:
    return mask.filter(ImageFilter.MaxFilter(2 * dots + 1))


def both(one: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.darker(one, other)


def either(one: Image.Image, other: Image.Image) -> Image.Image:
    return ImageChops.lighter(one, other)


def but(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return where `one` is set and `other` is not."""
    return ImageChops.subtract(one, other)


def erased(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return the ink (a mask) of `before` near which `after` (a mask too) has none."""
    return but(before, grown(after))


def drowned(before: Image.Image, after: Image.Image) -> Image.Image:
    """Return the ink of `before` that lies in solid blocks of ink of `after` where there was paper around it.

    Both are masks. A letter in a block is not read, though its dots are still dark.
    """
    width, height = before.size
    found = Image.new("L", before.size)
    fresh = but(after, before)
    if fresh.getbbox() is None:
        return found
    left, top, right, bottom = fresh.getbbox() or (0, 0, 0, 0)
    for y in range(top - top % CELL, bottom, CELL):
        for x in range(left - left % CELL, right, CELL):
            cell = (x, y, min(x + CELL, width), min(y + CELL, height))
            size = (cell[2] - cell[0]) * (cell[3] - cell[1])
            was, now = count(before, cell), count(after, cell)
            if was and now > SOLID * size and was < SOLID * now:
                found.paste(before.crop(cell), cell[:2])
    return found


def without(mask: Image.Image, boxes: Iterable[Box]) -> Image.Image:
    """Return the mask with the boxes emptied."""
    left = mask.copy()
    for box in boxes:
        if box[2] > box[0] and box[3] > box[1]:
            left.paste(0, box)
    return left


def likeness(one: Image.Image, other: Image.Image) -> float:
    """Return how alike two letters are, from -1 to 1, whatever their size and place: cut to their ink and compared."""
    pair = []
    for picture in (one, other):
        bounds = ink(picture).getbbox()
        if bounds is None:
            return 0.0
        small = picture.convert("L").crop(bounds).resize((16, 20), Image.Resampling.BILINEAR)
        pair.append([float(value) for value in small.tobytes()])
    means = [sum(values) / len(values) for values in pair]
    apart = [[value - mean for value in values] for values, mean in zip(pair, means, strict=True)]
    power = [sum(value * value for value in values) ** 0.5 for values in apart]
    if not power[0] or not power[1]:
        return 0.0
    return float(sum(a * b for a, b in zip(*apart, strict=True)) / (power[0] * power[1]))
