"""Pictures of the pages of a PDF, and their sizes: drawn in the helper process."""

from __future__ import annotations

import io
from typing import Any

import pypdfium2

from mocban.lib.disk import Content
from mocban.signing.pdf.forms import MM
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.refusals import refuse

LONGEST_SIDE = 1400  # dots: an A4 page at 120 dots an inch, sharp enough to read on a tablet
PAGES_AT_MOST = 2_000


def page_sizes(pdf: Content) -> list[list[float]]:
    """Return width and height of every page in millimetres, as it is shown."""
    document = _opened(pdf)
    if len(document) > PAGES_AT_MOST:
        refuse("signing.too_long")
    return [[round(side / MM, 1) for side in document.get_page_size(number)] for number in range(len(document))]


def page_picture(pdf: Content, number: int, covered: int | None = None) -> bytes:
    """Return page `number`, from 0, as a PNG, form fields and signatures drawn with it.

    `covered`: of the revision that the first bytes of the file are.
    """
    document = _opened(pdf, covered)
    if not 0 <= number < len(document):
        refuse("signing.copy_pages", pages=str(len(document)))
    document.init_forms()
    page = document[number]
    scale = LONGEST_SIDE / max(*page.get_size(), 1.0)
    out = io.BytesIO()
    page.render(scale=scale, may_draw_forms=True).to_pil().save(out, "PNG")
    return out.getvalue()


def _opened(pdf: Content, covered: int | None = None) -> Any:
    try:
        return drawable(pdf, covered)
    except pypdfium2.PdfiumError:
        refuse("signing.unreadable")
