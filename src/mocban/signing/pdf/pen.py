"""Writes text on PDF pages with an embedded subset of the font."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from fontTools import subset, ttLib
from fontTools.ttLib.scaleUpem import scale_upem
from pyhanko.pdf_utils.font.opentype import GlyphAccumulator
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from mocban.signing.pdf import fonts


@cache
def _prepared(file: Path) -> bytes:
    """Return the font cut to the letters we write, at 1000 units an em.

    pyHanko 0.38 writes glyph widths in font units where PDF counts thousandths of an em: other fonts come out spaced.
    """
    options = subset.Options(hinting=False, layout_features=[], drop_tables=["FFTM", "GSUB", "GPOS", "GDEF", "kern"])
    with ttLib.TTFont(file) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[code for first, last in fonts.RANGES for code in range(first, last + 1)])
        cutter.subset(font)
        scale_upem(font, 1000)
        out = io.BytesIO()
        font.save(out)
        return out.getvalue()


class Pen:
    """Shapes text for one PDF writer; one embedded subset for each style it is asked for."""

    def __init__(self, writer: BasePdfFileWriter) -> None:
        self.writer = writer
        self._engines: dict[bool, GlyphAccumulator] = {}

    def engine(self, italic: bool) -> GlyphAccumulator:
        """Return the font engine of the style, made on first use."""
        if italic not in self._engines:
            data = _prepared(fonts.folder() / fonts.FILES[italic])
            self._engines[italic] = GlyphAccumulator(self.writer, io.BytesIO(data), font_size=1)
        return self._engines[italic]

    def width(self, text: str, size: float, *, italic: bool) -> float:
        """Return the width of `text` in points at `size` points."""
        return float(self.engine(italic).shape(text).x_advance) * size

    def line(self, text: str, x: float, y: float, size: float, *, italic: bool) -> bytes:
        """Return the operators that draw `text` with its baseline starting at (x, y)."""
        shaped = self.engine(italic).shape(text)
        name = b"/MbI" if italic else b"/MbR"
        return b"BT %s %.3f Tf %.3f %.3f Td %s ET" % (name, size, x, y, shaped.graphics_ops)

    def resources(self) -> dict[str, Any]:
        """Return the font resources that `line` refers to."""
        return {("/MbI" if italic else "/MbR"): engine.as_resource() for italic, engine in self._engines.items()}
