"""Whether digits are drawn as the digits that a font calls them: an encoding may name a drawn "9" a "1"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from mocban.signing.pdf import fonts
from mocban.signing.pdf.refusals import Refused
from mocban.signing.pdf.text import Letter

from . import ink
from .drawing import Picture
from .reprint import Glyph

DIGITS = "0123456789"
SIZE = 48  # dots of the model digits
FACES = ("LiberationSerif-Regular.ttf", "LiberationSans-Regular.ttf", "LiberationMono-Regular.ttf")
UNLIKE = 0.3  # likeness below which a digit is not the one it is called; only a "1" of an unknown face is that low
LIKE = 0.65  # likeness from which it is another digit


def other_digits(drawn: Sequence[Letter], picture: Picture) -> bool:
    """Whether a drawn digit looks like another digit, and not like the one it is called in any model font."""
    models = _models()
    for one in drawn:
        if one.char not in DIGITS or not models:
            continue
        part = picture.image.crop(Glyph(one, picture).box)
        if ink.ink(part).getbbox() is None:
            continue
        alike = {digit: max(ink.likeness(part, model) for model in models[digit]) for digit in DIGITS}
        if alike[one.char] < UNLIKE and max(alike.values()) > LIKE:
            return True
    return False


@cache
def _models() -> dict[str, tuple[Image.Image, ...]]:
    """Return pictures of each digit, none where the fonts are missing."""
    try:
        files = [fonts.folder() / name for name in FACES]
    except Refused:
        return {}
    faces = [ImageFont.truetype(file, SIZE) for file in files if file.is_file()]
    return {digit: tuple(_drawn(digit, face) for face in faces) for digit in DIGITS} if faces else {}


def _drawn(digit: str, face: ImageFont.FreeTypeFont) -> Image.Image:
    picture = Image.new("RGB", (2 * SIZE, 2 * SIZE), "white")
    ImageDraw.Draw(picture).text((SIZE // 2, SIZE // 4), digit, fill="black", font=face)
    return picture
