"""The one font in which we write on documents: Liberation Serif, the metric twin of Times New Roman.

The font is looked for in a fixed list of folders (MOCBAN_FONTS, when set, comes first). Letters that it lacks stop the
work: a number or name printed without its diacritics would be another number or name.
"""

from __future__ import annotations

import io
import os
import unicodedata
from functools import cache
from pathlib import Path

from fontTools import ttLib
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from mocban.signing.pdf.refusals import refuse

FOLDERS = (
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/liberation-serif",
    "/usr/share/fonts/liberation",
    "/usr/share/fonts/truetype/liberation",
)
FILES = {False: "LiberationSerif-Regular.ttf", True: "LiberationSerif-Italic.ttf"}
# The older package fonts-liberation has the same file names without these letters.
PROBE = "ộữẵỹđƯ"


def folder() -> Path:
    """Return the folder that holds the font; refuses when no folder holds one with the Vietnamese letters."""
    return _folder(os.environ.get("MOCBAN_FONTS", ""))


@cache
def _folder(configured: str) -> Path:
    for name in (configured, *FOLDERS):
        path = Path(name) if name else None
        if path and all((path / file).is_file() for file in FILES.values()) and not _missing(path, PROBE):
            return path
    refuse("signing.font_missing")


@cache
def _letters(path: Path) -> frozenset[int]:
    with ttLib.TTFont(path) as font:
        return frozenset(font.getBestCmap())


def _missing(path: Path, text: str) -> str:
    return "".join(sorted({letter for letter in text if ord(letter) not in _letters(path / FILES[False])}))


def printable(text: str) -> str:
    """Return `text` in NFC on one line; refuses when the font lacks one of its letters."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    missing = _missing(folder(), composed)
    if missing:
        refuse("signing.letter_missing", letters=missing)
    return composed


class Pen:
    """Shapes text for one PDF writer; one embedded subset for each style it is asked for."""

    def __init__(self, writer: BasePdfFileWriter) -> None:
        self.writer = writer
        self._engines: dict[bool, GlyphAccumulator] = {}

    def engine(self, italic: bool) -> GlyphAccumulator:
        """Return the font engine of the style, made on first use."""
        if italic not in self._engines:
            data = (folder() / FILES[italic]).read_bytes()
            # Ligatures off: "fi" as one glyph would be read back as one unknown letter by some readers.
            self._engines[italic] = GlyphAccumulator(
                self.writer, io.BytesIO(data), font_size=1, features={"liga": False, "clig": False}
            )
        return self._engines[italic]

    def width(self, text: str, size: float, *, italic: bool) -> float:
        """Return the width of `text` in points at `size` points."""
        return float(self.engine(italic).shape(text).x_advance) * size

    def line(self, text: str, x: float, y: float, size: float, *, italic: bool) -> bytes:
        """Return the operators that draw `text` with its baseline starting at (x, y)."""
        shaped = self.engine(italic).shape(text)
        name = b"/MbI" if italic else b"/MbR"
        return b"BT %s %g Tf %g %g Td %s ET" % (name, size, x, y, shaped.graphics_ops)

    def resources(self) -> dict[str, object]:
        """Return the font resources that `line` refers to."""
        return {("/MbI" if italic else "/MbR"): engine.as_resource() for italic, engine in self._engines.items()}
