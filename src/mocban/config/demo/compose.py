"""Documents that the demo world composes itself: official letters as PDF (typst) and drafts as .docx.

The layout follows the regime's form closely enough to be read as such; the forms themselves come with their own issue.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import typst
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import _Cell

from mocban import law
from mocban.people.models import Organisation

FONT = "Times New Roman"


@dataclass(frozen=True)
class Letter:
    """What a letter says. `number` is the printed line with its label, or the placeholder of a draft."""

    parent: str
    issuer: str
    header: tuple[str, ...]
    number: str
    dated: str
    kind: str
    subject: str
    to: str
    paragraphs: tuple[str, ...]
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]


TEMPLATE = r"""
#set page(paper: "a4", margin: (top: 20mm, bottom: 20mm, left: 30mm, right: 15mm))
#set text(font: ("Liberation Serif",), size: 13pt, lang: "vi")
#set par(justify: true, first-line-indent: 1cm, leading: 0.75em)
#let d = json(bytes(sys.inputs.letter))
#grid(columns: (5fr, 7fr), align: center,
  [#upper(d.parent) \ *#upper(d.issuer)* \ #line(length: 30%, stroke: 0.5pt) #v(-4pt) #d.number],
  [#for (i, row) in d.header.enumerate() [*#row* \ ] #v(2pt) #emph(d.dated)])
#v(10pt)
#if d.kind != "" [#align(center)[*#upper(d.kind)* \ *#d.subject*]] else [#align(center)[V/v #d.subject]]
#v(6pt)
#if d.to != "" [#align(center)[Kính gửi: #d.to]]
#v(6pt)
#for p in d.paragraphs [#p #parbreak()]
#v(12pt)
#grid(columns: (1fr, 1fr),
  [#set text(size: 11pt); #set par(first-line-indent: 0pt); _*Nơi nhận:*_ \ #for r in d.recipients [- #r; \ ]],
  align(center)[*#upper(d.signer_title)* #v(50pt) *#d.signer_name*])
"""


def letter_pdf(letter: Letter) -> bytes:
    """Return the letter as a PDF."""
    fields = {**letter.__dict__}
    return bytes(typst.compile(TEMPLATE.encode(), sys_inputs={"letter": json.dumps(fields, ensure_ascii=False)}))


def header_lines(organisation: Organisation, on: date) -> tuple[str, ...]:
    """The lines at the top right, as the regime prints them."""
    return tuple(law.value("form.header", on=on, regime=organisation.regime).value["lines"])


def draft_number(organisation: Organisation, on: date, symbol: str) -> str:
    """The number line of a draft: room between the label and the symbol, as drafters leave it."""
    return f"{law.number_label(regime=organisation.regime, on=on)}          {symbol}"


def draft_date(organisation: Organisation, on: date) -> str:
    """The date line of a draft, its day left open."""
    return f"{organisation.place}, ngày       tháng {on:%m} năm {on.year}"


def letter_docx(letter: Letter) -> bytes:
    """Return the letter as a Word file, the way an officer drafts it: number and day still to come."""
    document = new_document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(3), Cm(1.5)
    section.top_margin = section.bottom_margin = Cm(2)
    document.styles["Normal"].font.name = FONT
    document.styles["Normal"].font.size = Pt(13)
    left, right = _columns(document, 6.6, 9.9)
    _lines(left, [(letter.parent.upper(), False), (letter.issuer.upper(), True), (letter.number, False)])
    _lines(right, [*[(line, True) for line in letter.header], (letter.dated, False)])
    right.paragraphs[-1].runs[0].italic = True
    if letter.kind:
        _centred(document, letter.kind.upper(), bold=True)
        _centred(document, letter.subject, bold=True)
    else:
        _centred(document, f"V/v {letter.subject}")
    if letter.to:
        _centred(document, f"Kính gửi: {letter.to}")
    for text in letter.paragraphs:
        paragraph = document.add_paragraph(text)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1)
    recipients, signature = _columns(document, 8.0, 8.5)
    _lines(recipients, [("Nơi nhận:", True), *[(f"- {line};", False) for line in letter.recipients]], centre=False)
    blank = [("", False)] * 4
    _lines(signature, [(letter.signer_title.upper(), True), *blank, (letter.signer_name, True)])
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _columns(document: WordDocument, left: float, right: float) -> tuple[_Cell, _Cell]:
    """A borderless table of two cells with fixed widths in cm."""
    table = document.add_table(rows=1, cols=2)
    table.autofit = False
    for column, width in zip(table.columns, (left, right), strict=True):
        column.width = Cm(width)
        column.cells[0].width = Cm(width)
    return table.rows[0].cells[0], table.rows[0].cells[1]


def _lines(cell: _Cell, lines: list[tuple[str, bool]], *, centre: bool = True) -> None:
    for place, (text, bold) in enumerate(lines):
        paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        run = paragraph.add_run(text)
        run.bold = bold
        run.font.size = Pt(12)
        if centre:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _centred(document: WordDocument, text: str, *, bold: bool = False) -> None:
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(text).bold = bold
