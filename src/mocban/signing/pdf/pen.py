"""Writes text on PDF pages with one embedded font that has every letter we ever write.

The font is put into a document once, when its fields are laid, and named in the form's resources; whatever is written
later (number, date, names under signatures) refers to that same font.
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import io
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from fontTools import subset, ttLib
from fontTools.ttLib.scaleUpem import scale_upem
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from mocban.signing.pdf import fonts
from mocban.signing.pdf.refusals import refuse

UPRIGHT, ITALIC = "/MbR", "/MbI"  # names in the form's resources
NAMES = {False: "LiberationSerif", True: "LiberationSerif-Italic"}
FIXED_FLAGS, ITALIC_FLAG = 4 | 2, 64  # symbolic (its own glyph numbers), with serifs
STEM = 80  # ISO 32000 wants a figure; viewers use it only when they replace the font


@dataclass(frozen=True)
class _Face:
    """One style, ready to embed: the program cut to the letters we write, at 1000 units an em as PDF counts."""

    program: bytes  # compressed
    length: int  # of the program before compression
    glyphs: dict[int, int]  # code point to glyph
    widths: tuple[int, ...]  # by glyph, in thousandths of an em
    box: tuple[int, int, int, int]
    ascent: int
    descent: int
    cap_height: int
    slant: float
    unicode_map: bytes  # compressed


@cache
def _face(file: Path) -> _Face:
    options = subset.Options(hinting=False, layout_features=[], drop_tables=["FFTM", "GSUB", "GPOS", "GDEF", "kern"])
    options.notdef_outline = True
    with ttLib.TTFont(file) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=[code for first, last in fonts.RANGES for code in range(first, last + 1)])
        cutter.subset(font)
        scale_upem(font, 1000)
        out = io.BytesIO()
        font.save(out)
    with ttLib.TTFont(io.BytesIO(out.getvalue())) as font:
        names = {name: number for number, name in enumerate(font.getGlyphOrder())}
        glyphs = {code: names[name] for code, name in font.getBestCmap().items()}
        head, os2 = font["head"], font["OS/2"]
        return _Face(
            program=zlib.compress(out.getvalue()),
            length=len(out.getvalue()),
            glyphs=glyphs,
            widths=tuple(font["hmtx"][name][0] for name in font.getGlyphOrder()),
            box=(head.xMin, head.yMin, head.xMax, head.yMax),
            ascent=font["hhea"].ascent,
            descent=font["hhea"].descent,
            cap_height=getattr(os2, "sCapHeight", 0) or 662,
            slant=float(font["post"].italicAngle),
            unicode_map=zlib.compress(_unicode_map(glyphs)),
        )


def _unicode_map(glyphs: dict[int, int]) -> bytes:
    lines = [f"<{glyph:04x}> <{code:04x}>" for code, glyph in sorted(glyphs.items())]
    blocks = [lines[start : start + 100] for start in range(0, len(lines), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n{body}\nendcmap\n"
        "CMapName currentdict /CMap defineresource pop\nend\nend"
    ).encode()


class Pen:
    """Writes for one PDF writer, with the form's own font where the form has it."""

    def __init__(self, writer: BasePdfFileWriter) -> None:
        self.writer = writer
        self._used: dict[bool, Any] = {}

    def font(self, italic: bool) -> Any:
        """Return the reference of the font in this document, embedded now when the form does not have it yet."""
        if italic not in self._used:
            name = ITALIC if italic else UPRIGHT
            self._used[italic] = _of_form(self.writer, name) or _embed(self.writer, _style(italic), italic=italic)
        return self._used[italic]

    def width(self, text: str, size: float, *, italic: bool) -> float:
        """Return the width of `text` in points at `size` points."""
        face = _style(italic)
        return sum(face.widths[glyph] for glyph in _glyphs(face, text)) * size / 1000

    def line(self, text: str, x: float, y: float, size: float, *, italic: bool) -> bytes:
        """Return the operators that draw `text` with its baseline starting at (x, y)."""
        self.font(italic)
        codes = "".join(f"{glyph:04x}" for glyph in _glyphs(_style(italic), text)).encode()
        name = (ITALIC if italic else UPRIGHT).encode()
        return b"BT %s %.3f Tf %.3f %.3f Td <%s> Tj ET" % (name, size, x, y, codes)

    def resources(self) -> dict[str, Any]:
        """Return the font resources that `line` refers to."""
        return {(ITALIC if italic else UPRIGHT): font for italic, font in self._used.items()}


def _style(italic: bool) -> _Face:
    return _face(fonts.folder() / fonts.FILES[italic])


def _glyphs(face: _Face, text: str) -> list[int]:
    missing = "".join(sorted({letter for letter in text if ord(letter) not in face.glyphs}))
    if missing:
        refuse("signing.letter_missing", letters=missing)
    return [face.glyphs[ord(letter)] for letter in text]


def _of_form(writer: BasePdfFileWriter, name: str) -> Any:
    """Return the reference of the font that the form's resources hold under `name`, or None."""
    root: Any = writer.root
    try:
        return root["/AcroForm"]["/DR"]["/Font"].raw_get(name)
    except KeyError:
        return None


def _embed(writer: BasePdfFileWriter, face: _Face, *, italic: bool) -> Any:
    number, array, name = generic.NumberObject, generic.ArrayObject, pdf_name(f"/{NAMES[italic]}")
    program = generic.StreamObject(
        {pdf_name("/Filter"): pdf_name("/FlateDecode"), pdf_name("/Length1"): number(face.length)},
        encoded_data=face.program,
    )
    to_unicode = generic.StreamObject({pdf_name("/Filter"): pdf_name("/FlateDecode")}, encoded_data=face.unicode_map)
    descriptor = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/FontDescriptor"),
            pdf_name("/FontName"): name,
            pdf_name("/Flags"): number(FIXED_FLAGS | (ITALIC_FLAG if italic else 0)),
            pdf_name("/FontBBox"): array(map(number, face.box)),
            pdf_name("/ItalicAngle"): generic.FloatObject(face.slant),
            pdf_name("/Ascent"): number(face.ascent),
            pdf_name("/Descent"): number(face.descent),
            pdf_name("/CapHeight"): number(face.cap_height),
            pdf_name("/StemV"): number(STEM),
            pdf_name("/FontFile2"): writer.add_object(program),
        }
    )
    descendant = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Font"),
            pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
            pdf_name("/BaseFont"): name,
            pdf_name("/CIDSystemInfo"): generic.DictionaryObject(
                {
                    pdf_name("/Registry"): pdf_string("Adobe"),
                    pdf_name("/Ordering"): pdf_string("Identity"),
                    pdf_name("/Supplement"): number(0),
                }
            ),
            pdf_name("/FontDescriptor"): writer.add_object(descriptor),
            pdf_name("/W"): array([number(0), array(map(number, face.widths))]),
            pdf_name("/CIDToGIDMap"): pdf_name("/Identity"),
        }
    )
    return writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): name,
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): array([writer.add_object(descendant)]),
                pdf_name("/ToUnicode"): writer.add_object(to_unicode),
            }
        )
    )
