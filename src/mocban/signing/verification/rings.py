"""The rings of seals: they cross printed lines, and where one only touches a line it runs along it without striking it.

A ring is a thin circle that is drawn for most of its way around. What else a look draws, a line inside the ring too, is
left where it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from math import atan2, hypot, pi

from PIL import Image, ImageFilter

from . import strokes

SEAL, RING = 42.0, 24.0  # points: the width of the smallest seal, and of the smallest ring in one
JOINED = 7  # dots: printed strokes that a ring runs behind are narrower
SQUARE = 0.8  # least share of a ring's width and height in each other
SECTORS = 120  # of the way around
AROUND = 0.65  # share of the sectors in which a ring has ink; the rest lies on print or is badly inked
THIN = 0.15  # of the radius: a broader band is a disc, which hides what is below
OFF = 0.03  # of the radius by which the edge of a ring is no circle
Dot = tuple[int, int]


def without(fresh: Image.Image, scale: float) -> Image.Image:
    """Return a mask of new ink without the dots of rings; `scale` in dots a point."""
    kept = fresh.copy()
    for box, _dots in strokes.pieces(fresh.filter(ImageFilter.MaxFilter(JOINED))):
        width, height = box[2] - box[0], box[3] - box[1]
        if min(width, height) >= max(SEAL * scale, SQUARE * max(width, height)):
            part = fresh.crop(box).tobytes()
            dots = [(at % width, at // width) for at, value in enumerate(part) if value]
            for x, y in _rings(dots, (width / 2, height / 2), RING * scale / 2):
                kept.putpixel((box[0] + x, box[1] + y), 0)
    return kept


def _rings(dots: Sequence[Dot], middle: tuple[float, float], least: float) -> list[Dot]:
    """Return the dots on circles around the middle of the outermost one, of `least` dots radius or more."""
    for _again in range(2):  # the outermost dots as seen from the box's middle, then from their own
        middle = _middle(_outermost(dots, middle), middle)
    bands: dict[int, list[Dot]] = defaultdict(list)
    for one in dots:
        bands[round(hypot(one[0] - middle[0], one[1] - middle[1]))].append(one)
    around = {
        radius: len({_sector(dot, middle) for near in (-1, 0, 1) for dot in bands.get(radius + near, ())})
        for radius in bands
    }
    found: list[Dot] = []
    run: list[int] = []
    for radius in range(max(bands, default=0) + 2):
        if around.get(radius, 0) >= AROUND * SECTORS:
            run.append(radius)
            continue
        if run and run[0] >= least and len(run) <= max(THIN * run[-1], 5):
            found += [dot for at in range(run[0] - 1, run[-1] + 2) for dot in bands.get(at, ())]
        run = []
    return found


def _outermost(dots: Sequence[Dot], middle: tuple[float, float]) -> list[Dot]:
    far: dict[int, tuple[float, Dot]] = {}
    for one in dots:
        sector, distance = _sector(one, middle), hypot(one[0] - middle[0], one[1] - middle[1])
        if distance > far.get(sector, (0.0, one))[0]:
            far[sector] = distance, one
    return [one for _distance, one in far.values()]


def _middle(edge: Sequence[Dot], guess: tuple[float, float]) -> tuple[float, float]:
    """Return the middle of the circle through the dots of an edge, without those that lie off the first one."""
    middle, radius = _circle(edge, guess)
    good = [one for one in edge if abs(hypot(one[0] - middle[0], one[1] - middle[1]) - radius) <= max(2, OFF * radius)]
    return _circle(good, middle)[0] if len(good) >= SECTORS / 2 else middle


def _circle(edge: Sequence[Dot], guess: tuple[float, float]) -> tuple[tuple[float, float], float]:
    """Return middle and radius of the circle with the least squares of x² + y² - 2ax - 2by - c, around `guess`."""
    count = len(edge)
    if count < 3:
        return guess, 0.0
    xs, ys = [x - guess[0] for x, _y in edge], [y - guess[1] for _x, y in edge]
    mean_x, mean_y = sum(xs) / count, sum(ys) / count
    us, vs = [x - mean_x for x in xs], [y - mean_y for y in ys]
    uu, vv = sum(u * u for u in us), sum(v * v for v in vs)
    uv = sum(u * v for u, v in zip(us, vs, strict=True))
    of_u = sum(u * (u * u + v * v) for u, v in zip(us, vs, strict=True)) / 2
    of_v = sum(v * (u * u + v * v) for u, v in zip(us, vs, strict=True)) / 2
    apart = uu * vv - uv * uv
    if apart < 1.0:  # all on one line
        return guess, 0.0
    a, b = (of_u * vv - of_v * uv) / apart, (of_v * uu - of_u * uv) / apart
    radius = (a * a + b * b + (uu + vv) / count) ** 0.5
    return (guess[0] + mean_x + a, guess[1] + mean_y + b), radius


def _sector(dot: Dot, middle: tuple[float, float]) -> int:
    return int((atan2(dot[1] - middle[1], dot[0] - middle[0]) + pi) / (2 * pi) * SECTORS) % SECTORS
