"""Opening the content that the helper process was given with pdfium, from memory or from disk."""

from __future__ import annotations

import pypdfium2

from mocban.lib.disk import Content, Window


def drawable(content: Content, length: int | None = None) -> pypdfium2.PdfDocument:
    """Return the content, or its first bytes, as pdfium reads it, piece by piece. Raises pypdfium2.PdfiumError."""
    whole = isinstance(content, bytes) and length is None
    return pypdfium2.PdfDocument(content if whole else Window(content, length))
