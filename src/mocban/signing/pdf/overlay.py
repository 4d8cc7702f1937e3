"""The helper's side of the ĐẾN stamp: draw it, find the emptiest place in the upper part of the page, lay it there."""

from __future__ import annotations

import io
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
import typst
from PIL import Image

from mocban.lib.disk import Content, reading
from mocban.signing.pdf import fonts
from mocban.signing.pdf.forms import MM
from mocban.signing.pdf.refusals import refuse

BROKEN = (ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError)  # as qpdf meets odd objects
SCALE = 0.5  # pixels a point when looking for ink
INK = 200  # darker than this counts as ink
STEP = 3.0  # millimetres between tried places
CLEAR = 7.0  # points kept free around the stamp
EDGE = 4.0  # millimetres kept free at the paper's edge

TEMPLATE = b"""
#let value(name) = sys.inputs.at(name)
#let red = rgb("#ce1126")
#set page(width: eval(value("width")) * 1mm, height: eval(value("height")) * 1mm, margin: 0.6mm, fill: none)
#set text(font: "Liberation Serif", size: 8.5pt, fill: red, lang: "vi", hyphenate: false)
#set par(leading: 0.45em, spacing: 0pt)
// A text too long for its room is set smaller, never cut.
#let fitted(body, most, start) = layout(room => {
  let size = start
  while size > 3pt and measure(block(width: room.width, text(size: size, body))).height > most { size -= 0.25pt }
  text(size: size, body)
})
#let row(label, name) = fitted([#label #strong(value(name))], 7.6mm, 8.5pt)
#block(width: 100%, height: 100%, stroke: 0.9pt + red, {
  place(top, block(width: 100%, height: 8.4mm, inset: (x: 1mm), align(center + horizon,
    fitted(strong(upper(value("body"))), 7.6mm, 8.5pt))))
  place(top, dy: 8.4mm, line(length: 100%, stroke: 0.6pt + red))
  place(top, dy: 8.4mm, grid(columns: (15mm, 1fr), rows: (6mm, 6mm),
    grid.cell(rowspan: 2, align: center + horizon, text(size: 15pt, weight: "bold", "\xc4\x90\xe1\xba\xbeN")),
    grid.vline(x: 1, stroke: 0.6pt + red),
    grid.cell(inset: (x: 1mm), align: left + horizon, fitted([S\xe1\xbb\x91: #strong(value("number"))], 5mm, 9.5pt)),
    grid.cell(inset: (x: 1mm), align: left + horizon, fitted([Ng\xc3\xa0y: #strong(value("day"))], 5mm, 9.5pt))))
  place(top, dy: 20.4mm, line(length: 100%, stroke: 0.6pt + red))
  place(top, dy: 20.4mm, block(width: 100%, height: 100% - 20.4mm, inset: (x: 1mm, y: 0.7mm),
    grid(columns: 1fr, rows: (1fr, 1fr), align: left + horizon,
      row([Chuy\xe1\xbb\x83n:], "forwarded"),
      row([S\xe1\xbb\x91 v\xc3\xa0 k\xc3\xbd hi\xe1\xbb\x87u HS:], "file_code"))))
})
"""


def overlay(pdf: Content, values: dict[str, Any], out: BinaryIO) -> None:
    """Write the copy with the stamp whose lines and size in millimetres are `values` (StampLines); raises Refused."""
    stamp = _stamp({name: fonts.printable(str(value)) for name, value in values.items()})
    try:
        with pikepdf.open(reading(pdf)) as document, pikepdf.open(io.BytesIO(stamp)) as drawn:
            if document.is_encrypted:
                refuse("signing.encrypted")
            flatten(document)
            page = document.pages[0]
            seen = _place(alone(document.pages[0]), float(values["width"]), float(values["height"]))
            page.add_overlay(drawn.pages[0], on_paper(page, *seen))
            document.save(out)
    except pikepdf.PasswordError:
        refuse("signing.encrypted")
    except (pikepdf.PdfError, pypdfium2.PdfiumError, *BROKEN):
        refuse("signing.unreadable")


def _stamp(values: dict[str, str]) -> bytes:
    folder = str(fonts.folder())
    # typst's stub wants font folders of the same type as the source, which is bytes here.
    return bytes(
        typst.compile(TEMPLATE, font_paths=[folder], ignore_system_fonts=True, sys_inputs=values)  # type: ignore[misc]
    )


def flatten(document: pikepdf.Pdf) -> None:
    document.flatten_annotations("all")
    for key in ("/AcroForm", "/Perms"):
        if key in document.Root:
            del document.Root[key]


def alone(page: pikepdf.Page) -> bytes:
    """Return a file of this page only."""
    single = pikepdf.new()
    single.pages.append(page)
    out = io.BytesIO()
    single.save(out)
    return out.getvalue()


def _place(pdf: bytes, width_mm: float, height_mm: float) -> tuple[float, float, float, float]:
    """Return left, bottom, width and height in points of the emptiest place in the upper part of the page."""
    page = pypdfium2.PdfDocument(pdf)[0]
    page_width, page_height = page.get_size()
    width, height = width_mm * MM, height_mm * MM
    if page_width < width + 2 * EDGE * MM or page_height < height + 2 * EDGE * MM:
        refuse("signing.no_stamp_place")
    ink = page.render(scale=SCALE, grayscale=True).to_pil().point(lambda value: 255 if value < INK else 0)
    places = [
        (left, top) for top in _steps(page_height * 0.6 - height) for left in _steps(page_width - width - EDGE * MM)
    ]
    left, top = min(places, key=lambda place: (_inked(ink, place, (width, height)), place[1] + 0.3 * place[0]))
    return left, page_height - top - height, width, height


def on_paper(page: pikepdf.Page, left: float, bottom: float, width: float, height: float) -> pikepdf.Rectangle:
    """Turn a rectangle of the page as it is seen into one of the paper, which /Rotate turns before it is seen."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    paper_width, paper_height = x1 - x0, y1 - y0
    right, top = left + width, bottom + height
    corners = {
        0: (left, bottom, right, top),
        90: (paper_width - top, left, paper_width - bottom, right),
        180: (paper_width - right, paper_height - top, paper_width - left, paper_height - bottom),
        270: (bottom, paper_height - right, top, paper_height - left),
    }[int(page.rotation) % 360]
    return pikepdf.Rectangle(corners[0] + x0, corners[1] + y0, corners[2] + x0, corners[3] + y0)


def _steps(last: float) -> list[float]:
    first, step = EDGE * MM, STEP * MM
    return [first + step * number for number in range(max(1, int((last - first) / step) + 1))]


def _inked(ink: Image.Image, place: tuple[float, float], size: tuple[float, float]) -> int:
    (left, top), (width, height) = place, size
    edges = (left - CLEAR, top - CLEAR, left + width + CLEAR, top + height + CLEAR)
    window = ink.crop(tuple(int(edge * SCALE) for edge in edges))  # type: ignore[arg-type]
    return int(window.histogram()[255])
