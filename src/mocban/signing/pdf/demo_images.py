"""Signature and seal images for invented names, drawn anew at each set-up of the demo world; none is a file of ours."""

from __future__ import annotations

import hashlib
import io
import math
import random

from PIL import Image, ImageDraw, ImageFont

from mocban.signing.pdf import fonts

SEAL_DPI = 635  # 900 pixels are 36 mm
BLUE, RED = (22, 52, 148, 255), (206, 17, 38, 255)


def signature_image(name: str) -> bytes:
    """Return a PNG, blue on transparent, 1000 × 440, that looks like a hand's signature of `name` (always the same)."""
    dice = random.Random(hashlib.sha256(name.encode()).digest())  # noqa: S311 (a drawing, no secret)
    image = Image.new("RGBA", (2000, 880), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    _stroke(pen, _letters_path(dice), 15)
    _stroke(pen, _flourish(dice), 11)
    return _png(image.resize((1000, 440), Image.Resampling.LANCZOS))


def _letters_path(dice: random.Random) -> list[tuple[float, float]]:
    """A rising row of narrowing loops: capital first, then the hurried rest."""
    points = []
    loops = dice.randint(5, 8)
    phase, lean = dice.uniform(0, 1), dice.uniform(0.25, 0.55)
    heights = [dice.uniform(0.25, 0.7) for _ in range(loops + 2)]
    heights[0] = 1.35
    for step in range(loops * 60):
        turn = step / 60
        index = int(turn)
        blend = turn - index
        tall = heights[index] * (1 - blend) + heights[index + 1] * blend
        angle = 2 * math.pi * (turn + phase)
        y = 480 - 24 * turn + 190 * tall * math.sin(angle)
        x = 230 + 1450 * turn / loops + 85 * tall * math.cos(angle) - lean * (y - 480)
        points.append((x, y))
    return points


def _flourish(dice: random.Random) -> list[tuple[float, float]]:
    """One long stroke back under the name."""
    low, end = dice.uniform(640, 760), dice.uniform(420, 620)
    start, corner, finish = (1700.0, 420.0), (900.0, low + 90), (240.0, low)
    back = (1820.0, end)
    first = [_bend(start, corner, finish, step / 50) for step in range(51)]
    return first + [_bend(finish, (700.0, low - 20), back, step / 50) for step in range(51)]


def _bend(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], t: float) -> tuple[float, float]:
    u = 1 - t
    return u * u * a[0] + 2 * u * t * b[0] + t * t * c[0], u * u * a[1] + 2 * u * t * b[1] + t * t * c[1]


def _stroke(pen: ImageDraw.ImageDraw, points: list[tuple[float, float]], width: float) -> None:
    """Draw with a nib: thin when the hand moves up, thick when it moves down."""
    for (x0, y0), (x1, y1) in zip(points, points[1:], strict=False):
        length = math.hypot(x1 - x0, y1 - y0) or 1
        nib = width * (0.75 + 0.45 * (y1 - y0) / length)
        for part in range(max(1, int(length / 3))):
            share = part * 3 / length
            x, y = x0 + (x1 - x0) * share, y0 + (y1 - y0) * share
            pen.ellipse((x - nib / 2, y - nib / 2, x + nib / 2, y + nib / 2), fill=BLUE)


def seal_image(upper: str, centre: str) -> bytes:
    """Return a PNG, red on transparent, 900 × 900: a ring, `upper` along it, a star and `centre` across the middle.

    A trial seal of an invented body; it follows no regulation on seals.
    """
    size = 1800
    image = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((20, 20, size - 20, size - 20), outline=RED, width=34)
    pen.ellipse((72, 72, size - 72, size - 72), outline=RED, width=10)
    pen.ellipse((430, 430, size - 430, size - 430), outline=RED, width=10)
    _ring_text(image, fonts.printable(upper), radius=660)
    pen.polygon(_star(size / 2, size - 250, 90), fill=RED)
    _centre_text(pen, fonts.printable(centre), size)
    return _png(image.resize((900, 900), Image.Resampling.LANCZOS), dpi=SEAL_DPI)


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(fonts.folder() / "LiberationSerif-Bold.ttf"), size)


def _ring_text(image: Image.Image, text: str, radius: float) -> None:
    """Write `text` along the upper ring, each letter upright to the centre."""
    for size in range(190, 60, -5):
        font = _font(size)
        angles = [font.getlength(letter) * 1.08 / radius for letter in text]
        if sum(angles) < 1.55 * math.pi:
            break
    at = -sum(angles) / 2
    middle = image.width / 2
    for letter, angle in zip(text, angles, strict=True):
        turn = at + angle / 2
        at += angle
        tile = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
        ImageDraw.Draw(tile).text((200, 200), letter, font=font, fill=RED, anchor="mm")
        tile = tile.rotate(-math.degrees(turn), resample=Image.Resampling.BICUBIC)
        x, y = middle + radius * math.sin(turn), middle - radius * math.cos(turn)
        image.alpha_composite(tile, (int(x - 200), int(y - 200)))


def _centre_text(pen: ImageDraw.ImageDraw, text: str, size: int) -> None:
    words, rows = text.split(), [""]
    for word in words:
        if rows[-1] and len(rows[-1]) + len(word) > 11:
            rows.append("")
        rows[-1] = f"{rows[-1]} {word}".strip()
    letters = next(n for n in range(190, 20, -5) if max(_font(n).getlength(row) for row in rows) < 800)
    letters = min(letters, 620 // len(rows))
    y = size / 2 - (len(rows) - 1) * letters * 0.6
    for row in rows:
        pen.text((size / 2, y), row, font=_font(letters), fill=RED, anchor="mm")
        y += letters * 1.2


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.pi * corner / 5
        points.append((x + reach * math.sin(angle), y - reach * math.cos(angle)))
    return points


def _png(image: Image.Image, dpi: float = 0) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True, **({"dpi": (dpi, dpi)} if dpi else {}))
    return out.getvalue()
