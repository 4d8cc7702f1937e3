"""Read what a print says."""

from __future__ import annotations

import re

import pypdfium2


def pages_of(pdf: bytes) -> list[str]:
    """The words of each page; lines are joined, since a narrow cell breaks them."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return [" ".join(text.replace("\u200b", "").split()) for text in texts]


def text_of(pdf: bytes) -> str:
    """The words of every page."""
    return " ".join(pages_of(pdf))


def totals_of(pdf: bytes) -> list[tuple[int, int]]:
    """The entries of each page and up to it, as its foot states them."""
    return [(int(one), int(all_)) for one, all_ in re.findall(r"Cộng trang: (\d+) .*?cộng dồn: (\d+)", text_of(pdf))]
