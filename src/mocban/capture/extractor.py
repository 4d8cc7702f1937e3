"""The sandbox child that opens foreign files: `python -m mocban.capture.extractor`, started by lib.sandbox.Pool.

Requests: `text` {extension, first_pages} answers {pages: [text], paged: bool, total: pages or null};
`picture` {extension, page, dpi} answers {pages: how many} and a grey PNG of one page (from 0).
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image, ImageSequence

from mocban.capture import readers
from mocban.capture.readers import pdf
from mocban.lib.sandbox_child import serve

MAX_DOTS = 60_000_000  # of one scanned page; beyond it Pillow refuses the image
Image.MAX_IMAGE_PIXELS = MAX_DOTS


def text(payload: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Read the text of a file."""
    extension = payload["extension"]
    pages = readers.read(data, extension, payload.get("first_pages"))
    total = pdf.count_pages(data) if extension in readers.PAGED else None
    return {"pages": pages, "total": total}, b""


def picture(payload: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    """Draw one page as a grey PNG, from a PDF or from a scanned image (TIFF may hold several pages)."""
    number, dpi = int(payload["page"]), int(payload["dpi"])
    if payload["extension"] == "pdf":
        count = pdf.count_pages(data)
        drawn = pdf.render(data, number, dpi).to_pil().convert("L")
    else:
        image = Image.open(io.BytesIO(data))
        count = getattr(image, "n_frames", 1)
        drawn = ImageSequence.Iterator(image)[number].convert("L")
    output = io.BytesIO()
    drawn.save(output, "PNG", compress_level=1, dpi=(dpi, dpi))
    return {"pages": count}, output.getvalue()


if __name__ == "__main__":
    serve({"text": text, "picture": picture})
