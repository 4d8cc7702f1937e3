"""What a reader of a PDF sees: rendered pages with their form fields and annotations."""

from __future__ import annotations

import io

import pikepdf
import pypdfium2
from PIL import Image

from mocban.signing.pdf.text import lines

SCALE = 2.0


def page_image(pdf: bytes, number: int = 0) -> Image.Image:
    """Return the page as drawn by pdfium, signatures and filled fields included, two pixels a point."""
    document = pypdfium2.PdfDocument(pdf)
    document.init_forms()
    return document[number].render(scale=SCALE, may_draw_forms=True).to_pil().convert("RGB")


def flat_text(pdf: bytes, number: int = 0, *, draft_too: bool = True) -> str:
    """Return the lines of a page with its fields drawn into it, as the eye reads them.

    Without `draft_too` only the fields: what covers printed words is read without the words below.
    """
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        if not draft_too:
            document.pages[number].Contents = document.make_stream(b"")
        document.flatten_annotations("all")
        document.save(out)
    return "\n".join(line.text for line in lines(pypdfium2.PdfDocument(out.getvalue())[number]))


def colours(image: Image.Image, box: tuple[float, float, float, float]) -> dict[str, int]:
    """Count red, blue and black points in a box given in points from the lower left corner."""
    x0, y0, x1, y1 = (value * SCALE for value in box)
    height = image.height
    counts = {"red": 0, "blue": 0, "black": 0}
    for red, green, blue in image.crop((int(x0), int(height - y1), int(x1), int(height - y0))).get_flattened_data():
        if red > 150 and green < 110 and blue < 110:
            counts["red"] += 1
        elif blue > 110 and red < 110:
            counts["blue"] += 1
        elif red < 90 and green < 90 and blue < 90:
            counts["black"] += 1
    return counts
