"""Images of signatures and seals, as people hand them in."""

from __future__ import annotations

import io

from PIL import Image, UnidentifiedImageError

from mocban.signing.pdf.refusals import refuse

IMAGE_BYTES = 2 * 1024 * 1024
IMAGE_PIXELS = 4000


def picture(data: bytes) -> Image.Image:
    """Return the PNG image in `data` with its transparency; refuses other formats and excessive sizes."""
    if len(data) > IMAGE_BYTES:
        refuse("signing.image")
    try:
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if max(image.size) > IMAGE_PIXELS:
                refuse("signing.image")
            return image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        refuse("signing.image")


def millimetres(data: bytes) -> float | None:
    """Return the width in millimetres that the PNG says it has, or None: seals are shown in real size."""
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        resolution = image.info.get("dpi", (0, 0))[0]
        return image.width / resolution * 25.4 if resolution else None
