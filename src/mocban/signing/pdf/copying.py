"""The helper's side of copies: choose the pages, draw the mark of an electronic copy or the block of a paper copy.

Whatever was signed is drawn as a plain picture first: a copy is another file, and proves nothing by the old signatures.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
import typst
from pypdfium2 import raw

from mocban.lib.disk import Content, reading
from mocban.signing.pdf import fonts
from mocban.signing.pdf.forms import MM, ORGANISATION
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.overlay import BROKEN, INK, SCALE, alone, flatten, on_paper
from mocban.signing.pdf.refusals import refuse

A4 = (210 * MM, 297 * MM)
TOP, SIDE = 8.0, 15.0  # millimetres between the mark and the edges of the paper
ABOVE, BELOW = 6.0, 20.0  # millimetres kept above the block and under it
LEFT, RIGHT = 30.0, 15.0  # the margins of a page of text
PAGE_IMAGE = 0.8  # an image that covers this part of a page is a scan of it
NEARLY = 0.97  # a scanner's 200 dpi is never exact

HEAD = """
#let data = json(bytes(sys.inputs.at("data")))
#set text(font: "Liberation Serif", lang: "vi", hyphenate: false, fill: black)
#set par(leading: 0.45em, spacing: 0.6em)
"""
MARK = """
#set page(width: data.width * 1mm, height: auto, margin: 0mm, fill: none)
#set align(right)
#text(size: data.size * 1pt, data.text)
"""
BLOCK = """
#set page(width: data.width * 1mm, height: auto, margin: 0mm, fill: none)
#let short-rule = line(length: 28%, stroke: 0.6pt)
#line(length: 100%, stroke: 0.8pt)
#v(2mm)
#grid(columns: (45%, 55%), align: center + top, row-gutter: 3mm,
  [#text(size: data.body_size * 1pt, weight: "bold", upper(data.body)) #v(-0.8mm) #short-rule],
  text(size: data.kind_size * 1pt, weight: "bold", upper(data.kind)),
  text(size: data.number_size * 1pt, data.number),
  text(size: data.date_size * 1pt, style: "italic", data.dated))
#v(4mm)
#grid(columns: (45%, 55%),
  align(left)[#text(size: data.recipients_head_size * 1pt, weight: "bold", style: "italic")[Nơi nhận:]
    #for one in data.recipients { linebreak(); text(size: data.recipients_size * 1pt, one) }],
  align(center)[#for one in data.title { text(size: data.title_size * 1pt, weight: "bold", upper(one)); linebreak() }
    #v(data.signature_room * 1mm)
    #text(size: data.name_size * 1pt, weight: "bold", data.name)])
"""
EXCERPT = """
#set page(paper: "a4", margin: (left: 30mm, right: 15mm, top: 20mm, bottom: 20mm))
#set text(size: 14pt)
#grid(columns: (45%, 55%), align: center + top, row-gutter: 3mm,
  text(size: 13pt, weight: "bold", upper(data.issuer)), [],
  text(size: 13pt, data.number), text(size: 14pt, style: "italic", data.dated))
#v(6mm)
#align(center)[#text(weight: "bold", upper(data.kind)) \\ #text(weight: "bold", data.subject)]
#v(4mm)
#set par(justify: true, first-line-indent: (amount: 1cm, all: true), leading: 0.65em, spacing: 0.9em)
#for one in data.paragraphs { par(one) }
#v(4mm)
#set par(first-line-indent: 0cm, spacing: 0.6em)
#grid(columns: (45%, 55%), [], align(center)[#text(size: 13pt, weight: "bold", upper(data.signer_title)) \\
  #emph(data.signed) \\ #text(weight: "bold", data.signer_name)])
"""


def mark(pdf: Content, values: dict[str, Any], out: BinaryIO) -> dict[str, Any]:
    """Write the copy that bears the mark; return the box of the mark on the first page, in points of the paper."""
    with _pages(pdf, values) as document:
        page = document.pages[0]
        seen_width, seen_height = _seen(page)
        room = seen_width / MM - 2 * SIDE
        drawn_pdf = _compiled(MARK, {"text": values["text"], "size": values["size"], "width": round(room, 2)})
        with pikepdf.open(io.BytesIO(drawn_pdf)) as drawn:
            height = float(drawn.pages[0].mediabox[3])
            place = on_paper(page, SIDE * MM, seen_height - TOP * MM - height, room * MM, height)
            page.add_overlay(drawn.pages[0], place)
            _save(document, out)
            return {"box": [float(place.llx), float(place.lly), float(place.urx), float(place.ury)]}


def block(pdf: Content, values: dict[str, Any], out: BinaryIO) -> None:
    """Write the copy with the block under the last words, on a new page when the last one has no room for it."""
    with _pages(pdf, values) as document:
        drawn_pdf = _compiled(BLOCK, {**values["block"], "width": 210.0 - LEFT - RIGHT})
        with pikepdf.open(io.BytesIO(drawn_pdf)) as drawn:
            width, height = (float(drawn.pages[0].mediabox[side]) for side in (2, 3))
            page = document.pages[-1]
            seen_width, seen_height = _seen(page)
            below = _last_ink(page, seen_height) + ABOVE * MM
            if seen_width < A4[0] - 5 * MM or below + height > seen_height - BELOW * MM:
                page = document.add_blank_page(page_size=A4)
                seen_height, below = A4[1], BELOW * MM
            page.add_overlay(drawn.pages[0], on_paper(page, LEFT * MM, seen_height - below - height, width, height))
            _save(document, out)


def plain(pdf: Content, out: BinaryIO) -> None:
    """Write the document with the person's signature as a picture and without the body's seal: that is stamped."""
    with _pages(pdf, {"first": 0, "last": 0, "oldest": "", "min_dpi": 0}, without=ORGANISATION) as document:
        _save(document, out)


def excerpt(values: dict[str, Any]) -> bytes:
    """Return the chosen words set anew under the head of the document they come from."""
    return _compiled(EXCERPT, values)


@contextmanager
def _pages(pdf: Content, values: dict[str, Any], without: str = "") -> Iterator[pikepdf.Pdf]:
    """Give a new document with the pages `first` to `last` of the old one, counted from 1; 0 means all.

    The field `without` is left out, and nothing else comes along: no code, attachment or bookmark,
    no link that would carry a page left out.
    """
    try:
        with pikepdf.open(reading(pdf)) as document, pikepdf.new() as chosen:
            if document.is_encrypted:
                refuse("signing.encrypted")
            _check_scan(document, pdf, str(values["oldest"]), int(values["min_dpi"]))
            count = len(document.pages)
            first, last = (int(values["first"]) or 1), (int(values["last"]) or count)
            if not first <= last <= count:
                refuse("signing.copy_pages", pages=str(count))
            _drop_field(document, without)
            flatten(document)
            for page in document.pages[first - 1 : last]:
                for key in ("/Annots", "/AA", "/B", "/StructParents"):
                    if key in page:
                        del page[key]
                chosen.pages.append(page)
            yield chosen
    except pikepdf.PasswordError:
        refuse("signing.encrypted")
    except (pikepdf.PdfError, pypdfium2.PdfiumError, *BROKEN):
        refuse("signing.unreadable")


def _drop_field(document: pikepdf.Pdf, name: str) -> None:
    for page in document.pages:
        annotations = page.get("/Annots")
        if name and annotations is not None:
            page.Annots = pikepdf.Array(one for one in annotations if str(one.get("/T", "")) != name)


def _check_scan(document: pikepdf.Pdf, pdf: Content, oldest: str, min_dpi: int) -> None:
    """A scan that becomes an electronic copy has at least this version of PDF, its pages at least this resolution."""
    if not min_dpi:
        return
    if _version(document.pdf_version) < _version(oldest):
        refuse("signing.copy_scan", found=f"PDF {document.pdf_version}", least=f"PDF {oldest}")
    for page in drawable(pdf):
        width, height = page.get_size()
        for image in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=1):
            left, bottom, right, top = image.get_bounds()
            if (right - left) * (top - bottom) < PAGE_IMAGE * width * height:
                continue
            dpi = max(image.get_px_size()) / (max(right - left, top - bottom) / 72)
            if dpi < min_dpi * NEARLY:
                refuse("signing.copy_scan", found=f"{dpi:.0f} dpi", least=f"{min_dpi} dpi")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _seen(page: pikepdf.Page) -> tuple[float, float]:
    """Width and height in points of the page as a reader sees it."""
    x0, y0, x1, y1 = (float(value) for value in page.cropbox)
    return (y1 - y0, x1 - x0) if int(page.rotation) % 180 else (x1 - x0, y1 - y0)


def _last_ink(page: pikepdf.Page, seen_height: float) -> float:
    """How far down, in points from the top, the page is written on."""
    drawn = pypdfium2.PdfDocument(alone(page))[0].render(scale=SCALE, grayscale=True).to_pil()
    found = drawn.point(lambda value: 255 if value < INK else 0).getbbox()
    return min(found[3] / SCALE, seen_height) if found else 0.0


def _compiled(template: str, values: dict[str, Any]) -> bytes:
    folder = str(fonts.folder())
    data = json.dumps(_printable(values), ensure_ascii=False)
    source = (HEAD + template).encode()
    # typst's stub wants font folders of the same type as the source, which is bytes here.
    options: dict[str, Any] = {"font_paths": [folder], "ignore_system_fonts": True, "sys_inputs": {"data": data}}
    return bytes(typst.compile(source, **options))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return fonts.printable(value)
    if isinstance(value, list):
        return [_printable(one) for one in value]
    return {key: _printable(one) for key, one in value.items()} if isinstance(value, dict) else value


def _save(document: pikepdf.Pdf, out: BinaryIO) -> None:
    """Write the file without compressed objects: a signature that follows must stand where a plain search finds it."""
    document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
