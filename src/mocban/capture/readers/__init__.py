"""Readers of text, one module a family of formats. They run only inside the sandbox child (capture.extractor).

Each reader takes whole bytes and returns the pages as a list of texts; a format without pages returns one. None of them
imports Django or writes a file. Anything that they raise is an answer of the child, never a crash of the caller.
"""

from __future__ import annotations

from collections.abc import Callable

from . import office, pdf, plain, sheets, word97, wrapped

Reader = Callable[[bytes, int | None], list[str]]

READERS: dict[str, Reader] = {
    "pdf": pdf.read,
    "docx": office.read_docx,
    "pptx": office.read_pptx,
    "odt": office.read_odt,
    "doc": word97.read,
    "xlsx": sheets.read,
    "xls": sheets.read,
    "ods": sheets.read,
    "txt": plain.read,
    "csv": plain.read,
    "xml": wrapped.read_xml,
    "p7s": wrapped.read_cms,
    "p7m": wrapped.read_cms,
    "asice": wrapped.read_container,
    "sce": wrapped.read_container,
}
PAGED = frozenset({"pdf"})  # formats whose pages are fixed in the file
MAX_CHARACTERS = 8_000_000  # of one document; more is cut


def read(data: bytes, extension: str, first_pages: int | None = None) -> list[str]:
    """Return the text of each page, at most the first `first_pages`. Images and unknown formats have no text: []."""
    reader = READERS.get(extension)
    if reader is None:
        return []
    pages = []
    left = MAX_CHARACTERS
    for page in reader(data, first_pages):
        pages.append(page[:left])
        left -= len(pages[-1])
    return pages
