"""The text layer of a PDF, with what stands in annotations and form fields: a stamp is often one of these."""

from __future__ import annotations

import ctypes

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MAX_ANNOTATIONS = 200  # of one page
MAX_PAGES = 5_000
_KEYS = (b"Contents", b"V")


def read(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text of each page. Raises pypdfium2.PdfiumError for a damaged file."""
    document = pdfium.PdfDocument(data)
    try:
        count = min(len(document), MAX_PAGES, first_pages or MAX_PAGES)
        return [_page_text(document[number]) for number in range(count)]
    finally:
        document.close()


def count_pages(data: bytes) -> int:
    """Return the number of pages."""
    document = pdfium.PdfDocument(data)
    try:
        return len(document)
    finally:
        document.close()


def render(data: bytes, page: int, dpi: int) -> pdfium.PdfBitmap:
    """Return the picture of one page (from 0) in grey, at `dpi` dots an inch, at most 40 million dots."""
    document = pdfium.PdfDocument(data)
    sheet = document[page]
    scale = dpi / 72
    area = sheet.get_width() * sheet.get_height() * scale * scale
    if area > 40_000_000:
        scale *= (40_000_000 / area) ** 0.5
    return sheet.render(scale=scale, grayscale=True)


def _page_text(page: pdfium.PdfPage) -> str:
    text_page = page.get_textpage()
    text = text_page.get_text_bounded().replace("\r\n", "\n").replace("\x02", "-")
    return with_filled(text, _annotations(page))


def with_filled(text: str, notes: list[str]) -> str:
    """Put what was filled into a form where its line is printed with room left; the rest stands above the text.

    A number laid into "Số      -CV/VPTU" reads as one line again, and so does a day filled into a printed date.
    """
    lines = text.split("\n")
    printed = {_without_digits(line): place for place, line in reversed(list(enumerate(lines)))}
    above = []
    for note in notes:
        place = printed.get(_without_digits(note))
        if place is None or not _without_digits(note):
            above.append(note)
        else:
            lines[place] = note
    return "\n".join([*above, *lines])


def _without_digits(line: str) -> str:
    return "".join(sign for sign in line if not sign.isdigit() and not sign.isspace())


def _annotations(page: pdfium.PdfPage) -> list[str]:
    found = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page), MAX_ANNOTATIONS)):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        if not annotation:
            continue
        found += [text for key in _KEYS if (text := _value(annotation, key).strip())]
        raw.FPDFPage_CloseAnnot(annotation)
    return found


def _value(annotation: raw.FPDF_ANNOTATION, key: bytes) -> str:
    length = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    if not 2 < length <= 65536:
        return ""
    buffer = ctypes.create_string_buffer(length)
    raw.FPDFAnnot_GetStringValue(annotation, key, ctypes.cast(buffer, ctypes.POINTER(raw.FPDF_WCHAR)), length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
