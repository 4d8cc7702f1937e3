"""Images of signatures and seals, as people hand them in."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import cache

from PIL import Image, ImageCms, UnidentifiedImageError

from mocban.signing.pdf.refusals import refuse

IMAGE_BYTES = 2 * 1024 * 1024
IMAGE_PIXELS = 4000
LOOK = 200  # pixels of the longer side when judging colours
SEEN = 128  # a point less opaque than this is not looked at
CLEAR_SHARE = 0.05  # of the points must be clear for a picture that lets the text below show
COLOUR_SHARE = 0.5  # of the points seen must have the colour


@dataclass(frozen=True)
class Picture:
    """A picture ready to be put into PDF files: its points and its transparency, compressed once."""

    width: int
    height: int
    points: bytes  # RGB, compressed
    alpha: bytes  # grey, compressed; empty when the picture is opaque


def picture(data: bytes) -> Image.Image:
    """Return the PNG image in `data` with its transparency; refuses other formats and excessive sizes."""
    if len(data) > IMAGE_BYTES:
        refuse("signing.image")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if max(image.size) > IMAGE_PIXELS:
                refuse("signing.image")
            return image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        refuse("signing.image")


def prepared(data: bytes) -> Picture:
    """Return the PNG ready for any number of documents; refuses as `picture`."""
    image = picture(data)
    alpha = image.getchannel("A")
    opaque = alpha.getextrema() == (255, 255)
    return Picture(
        image.width,
        image.height,
        zlib.compress(image.convert("RGB").tobytes()),
        b"" if opaque else zlib.compress(alpha.tobytes()),
    )


@cache
def colour_profile() -> bytes:
    """Return the ICC profile of sRGB: colours that mean the same on every page, whatever else the page says."""
    return bytes(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())


def doubts(data: bytes, *, colour: str, transparent: bool = True) -> tuple[str, ...]:
    """Return what is wrong with the picture by the law's words: "opaque", "colour", "small"; empty when nothing.

    `colour` is "blue" or "red", as law data says. Refuses as `picture`.
    """
    image = picture(data)
    found = ["small"] if max(image.size) < LOOK else []
    image.thumbnail((LOOK, LOOK))
    points = [image.getpixel((x, y)) for y in range(image.height) for x in range(image.width)]
    seen = [point for point in points if isinstance(point, tuple) and point[3] >= SEEN]
    if transparent and len(points) - len(seen) < CLEAR_SHARE * len(points):
        found.append("opaque")
        seen = [point for point in seen if min(point[:3]) < 230]  # the paper of an opaque picture is no ink
    inked = sum(_has_colour(point, colour) for point in seen)
    if not seen or inked < COLOUR_SHARE * len(seen):
        found.append("colour")
    return tuple(found)


def _has_colour(point: tuple[int, ...], colour: str) -> bool:
    red, green, blue = point[:3]
    if colour == "blue":
        return blue > red + 20 and blue >= green
    return red > blue + 40 and red > green + 40


def millimetres(data: bytes) -> float | None:
    """Return the width in millimetres that the PNG says it has, or None: seals are shown in real size."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        resolution = image.info.get("dpi", (0, 0))[0]
        return image.width / resolution * 25.4 if resolution else None
