"""Whether the look of a field that was filled later prints its value, and nothing else.

A program that reads the value and a person who reads the page must learn the same. A look may print only what its cell
does not print already ("12" in "Số: ..../SNV-VP"), may break lines and write a number as people do; not more.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import pikepdf
from PIL import Image

from mocban.lib.text import fold

from . import drawing, formats, glyphs, ink, objects, widgets
from .changes import Document, Shown
from .findings import Reason
from .objects import Field, get

LEAST_SHOWN = 12  # letters of a value that is too long for its field
WIDEST_WORD = 6  # times the letter size: what did not fit is at most about that long
ARROW = 16.0  # points from the right end of a list that drops down in which its arrow is drawn
LEAST_INK = 14  # dots that are no letter: less is a smudge
FULL = 0.7  # share of a field's height from which an upright line divides it into boxes for letters
# Western fonts draw an eth where Vietnamese has its own letter, and have no sign for the currency.
SAME_LETTERS = str.maketrans({"Ð": "Đ", "ð": "đ", "₫": "đ"})
MOST_UNDER = 4  # printed letters that a value drawn by a viewer may lie on: those before its gap
ROOM = 1.0  # of the letter size: a gap between printed words that waits for a value
BAR = 4  # dots to each side: a wider upright line is a block
CONTRAST = 40  # between the darkest and the brightest dot around a letter that can be seen
_PLAIN_NUMBER, _GROUPED = (
    re.compile(r"[+-]?\d[\d.,]*"),
    re.compile(r"[+-]?(?:\d+|\d{1,3}(?:\.\d{3})+|\d{1,3}(?:,\d{3})+)"),
)
COMBO, PASSWORD = 1 << 17, 1 << 13  # bits of /Ff
DEEPEST = 4  # forms inside forms


def judge(old: Document, new: Document, shown: Sequence[Shown]) -> list[Reason]:
    """Return a reason for each field typed into or chosen in whose look is another than its value."""
    found: list[Reason] = []
    for one in shown:
        field = new.form.fields.get(one.name)
        widget = next((at.object for at in field.widgets if at.ref == one.ref), None) if field is not None else None
        if field is None or one.kind not in ("/Tx", "/Ch"):
            continue
        try:
            made_up = get(get(widget, "/AP"), "/N") is None
            wrong = _over_words(old, field, widget, one) if made_up else _judged(old, new, field, widget, one)
            if wrong:
                found.append(Reason(wrong, {"field": one.name}))
        except drawing.BROKEN:
            found.append(Reason("content.not_seen", {"page": str(one.page + 1)}))
    return found


def _over_words(old: Document, field: Field, widget: Any, shown: Shown) -> str:
    """Return what is wrong with a value that each viewer draws its way: it would stand on printed words."""
    printed = sorted(
        (one.x0, one.x1, one.size) for one in _printed_below(old, widget, shown.page) if one.char.isalnum()
    )
    rect = objects.box(widget)
    if not printed or rect is None or not _solid(_value(field)):
        return ""
    edges = [(rect[0], rect[0], 0.0), *printed, (rect[2], rect[2], 0.0)]
    room = max(after[0] - before[1] for before, after in zip(edges, edges[1:], strict=False))
    reach = rect[0] + 0.5 * printed[0][2] * len(_value(field))  # viewers draw from the left
    if room < ROOM * printed[0][2] or sum(one[0] < reach for one in printed) >= MOST_UNDER:
        return "content.overwritten"
    return ""


def _judged(old: Document, new: Document, field: Field, widget: Any, shown: Shown) -> str:
    """Return the code of what is wrong with a look, empty when it prints the value."""
    look = get(get(widget, "/AP"), "/N")
    # /R and /D show only under the mouse: no form of text uses them.
    others = any(key in widget["/AP"] for key in ("/R", "/D"))
    if others or not isinstance(look, pikepdf.Stream) or isinstance(field.value, pikepdf.Stream):
        return "content.value_differs"
    if _hides_or_pictures(look):
        return "content.value_differs"
    strip = drawing.only(new, shown.page, widget, upright=True)
    drawn = [one for one in strip.letters() if one.char.strip()] if strip is not None else []
    flags = _flags(field)
    if strip is not None and (
        glyphs.other_digits(drawn, strip.picture()) or not _leftover_is_frame(old, strip, drawn, field, shown)
    ):
        return "content.value_differs"
    if strip is not None and _unseen(drawn, strip.picture(), drawing.upright_box(widget)):
        return "content.value_unseen"
    text = "".join(one.char for one in drawn)
    if field.kind == "/Tx" and flags & PASSWORD:
        return "content.value_differs" if _solid(text) else ""
    if is_list(field):
        return "" if _shows_list(text, _options(field), _chosen(field)) else "content.value_differs"
    value = _value(field) if field.kind == "/Tx" else "".join(_chosen(field))
    below = "".join(one.char for one in _printed_below(old, widget, shown.page))
    if agree(text, value, below) or field.value is None:
        return ""
    signed = old.form.fields.get(shown.name)
    if field.kind == "/Tx" and signed is not None and formats.shows(signed.object, value, text):
        return ""
    if field.kind == "/Tx" and strip is not None and _is_cut(strip.letters(), value, widget):
        return ""
    if not _solid(text):
        return "" if get(new.form.dictionary, "/NeedAppearances") is True else "content.value_unseen"
    return "content.value_unseen" if _nameless(look) else "content.value_differs"


def _nameless(look: Any, depth: int = 0) -> bool:
    """Whether a look writes with a font that does not say which letters its codes are: it cannot be read, only seen."""
    resources = get(look, "/Resources")
    fonts = list(_entries(get(resources, "/Font")))
    if any(get(one, "/Subtype") == "/Type0" and get(one, "/ToUnicode") is None for one in fonts):
        return True
    return depth < DEEPEST and any(_nameless(one, depth + 1) for one in _entries(get(resources, "/XObject")))


def agree(drawn: str, value: str, below: str) -> bool:
    """Whether what is drawn, with what the page prints below it, is the value.

    Letters and digits of `drawn` must stand in `value` in that order, and those of `value` that are not drawn must be
    printed `below`. A number may be written in another way (12, 12.0, 12,00).
    """
    if _number(drawn) is not None and _number(drawn) == _number(value):
        return True
    numbers = _meant(drawn), _meant(value)
    if numbers[0] & numbers[1]:
        return True
    if all(numbers) and _solid(drawn) == _solid(value):
        return False  # 1.5 is not 15, and -5 not 5
    # A font without Vietnamese letters: simple programs write "So: 12" for "Số: 12", or leave the letter out.
    folded = drawn.isascii() and _says(drawn.casefold(), fold(value.translate(SAME_LETTERS)), fold(below))
    return folded or _says(drawn, value, below)


def _meant(text: str) -> set[Decimal]:
    """Return the numbers that a text may mean, none when it is no number: 1.000 is one and a thousand."""
    plain = "".join(text.split())
    if not _PLAIN_NUMBER.fullmatch(plain):
        return set()
    found = set()
    if _GROUPED.fullmatch(plain):
        found.add(Decimal(plain.replace(".", "").replace(",", "")))
    for point, group in ((".", ","), (",", ".")):
        whole, _mark, part = plain.partition(point)
        if point not in part and (group not in whole or _GROUPED.fullmatch(whole)) and group not in part:
            found.add(Decimal(f"{whole.replace(group, '')}.{part or 0}"))
    return found


def _says(drawn: str, value: str, below: str) -> bool:
    """Whether the letters drawn stand in the value in order, and what is not drawn is printed below or cannot be."""
    seen, meant = _solid(drawn), _solid(value)
    if not _in_order(seen, meant):
        return False
    missing = Counter(meant) - Counter(seen)
    missing -= Counter(_solid(below))
    return not any(one.isascii() for one in missing)


def _is_cut(drawn: Sequence[Any], value: str, widget: Any) -> bool:
    """Whether a look shows the beginning of a long value and ends where the field is full.

    Programs draw what fits, viewers let the rest be scrolled to. A number is not cut: its beginning is another one.
    """
    box = drawing.upright_box(widget)
    seen, meant = _solid("".join(one.char for one in drawn)), _solid(value)
    if box is None or not LEAST_SHOWN <= len(seen) < len(meant) or not meant.startswith(seen):
        return False
    if seen[-1].isdecimal() and meant[len(seen)].isdecimal():
        return False
    last = min(drawn, key=lambda one: one.baseline)
    wide = max(one.x1 for one in drawn) > box[2] - WIDEST_WORD * last.size
    return bool(wide and last.baseline - box[1] < 2 * last.size)


def _solid(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(SAME_LETTERS)
    return "".join(one for one in plain if one.isalnum())


def _in_order(part: str, whole: str) -> bool:
    rest = iter(whole)
    return all(one in rest for one in part)


def _number(text: str) -> float | None:
    plain = "".join(text.split()).replace(",", ".")
    try:
        return float(plain)
    except ValueError:
        return None


def is_list(field: Field) -> bool:
    """Whether a field shows its choices one below the other."""
    return field.kind == "/Ch" and not _flags(field) & COMBO


def _flags(field: Field) -> int:
    return objects.integer(objects.inherited(field.object, "/Ff"))


def _value(field: Field) -> str:
    if isinstance(field.value, pikepdf.Array):
        return "".join(str(one) for one in field.value)
    return str(field.value) if isinstance(field.value, (pikepdf.String, str)) else ""


def _options(field: Field) -> list[tuple[str, str]]:
    """Return what a choice stores and what it displays."""
    found = objects.inherited(field.object, "/Opt")
    rows = list(found) if isinstance(found, pikepdf.Array) else []
    pairs = []
    for row in rows[: objects.MOST_FIELDS]:
        names = list(row) if isinstance(row, pikepdf.Array) else [row]
        if names:
            pairs.append((str(names[0]), str(names[-1])))
    return pairs


def _chosen(field: Field) -> list[str]:
    """Return what the chosen options display; the value itself where no option has it."""
    values = list(field.value) if isinstance(field.value, pikepdf.Array) else [field.value]
    shown = dict(_options(field))
    texts = [str(one) for one in values if isinstance(one, (pikepdf.String, str))]
    return [shown.get(one, one) for one in texts]


def lists_choices(field: Field, drawn: str) -> bool:
    """Whether a look shows choices of a list in their order, and nothing else."""
    return is_list(field) and _in_order(_solid(drawn), _solid("".join(name for _stored, name in _options(field))))


def _shows_list(drawn: str, options: list[tuple[str, str]], chosen: list[str]) -> bool:
    """A list shows its options, the chosen one among them, or only what was chosen."""
    seen = _solid(drawn)
    everything = _solid("".join(one for _stored, one in options))
    return (
        not seen
        or seen == _solid("".join(chosen))
        or (_in_order(seen, everything) and all(_solid(one) in seen for one in chosen))
    )


def _printed_below(old: Document, widget: Any, page: int) -> list[Any]:
    rect = objects.box(widget) or (0.0, 0.0, 0.0, 0.0)
    return [
        one
        for one in drawing.strip(old, page).letters()
        if rect[0] - 2 <= (one.x0 + one.x1) / 2 <= rect[2] + 2 and rect[1] - 2 <= one.baseline <= rect[3] + 2
    ]


def _hides_or_pictures(look: Any, depth: int = 0) -> bool:
    """Whether a look draws pictures or what only some readers show, in forms inside it too."""
    if depth > DEEPEST or "/OC" in look:
        return True
    resources = get(look, "/Resources")
    if any(get(one, "/Type") in ("/OCG", "/OCMD") for one in _entries(get(resources, "/Properties"))):
        return True
    if any(get(one, "/Subtype") == "/Type3" for one in _entries(get(resources, "/Font"))):
        return True
    for instruction in pikepdf.parse_content_stream(look):
        name = str(instruction.operator)
        if name in ("sh", "INLINE IMAGE"):
            return True
        if name in ("BDC", "DP") and _says_other(list(instruction.operands), resources):
            return True
        if name == "Do":
            inside = get(get(resources, "/XObject"), str(instruction.operands[0]))
            if get(inside, "/Subtype") != "/Form" or _hides_or_pictures(inside, depth + 1):
                return True
    return False


def _says_other(operands: Sequence[Any], resources: Any) -> bool:
    """Whether marked content has words of its own, which programs that read aloud or copy take for what is drawn."""
    marked = operands[-1] if operands else None
    if isinstance(marked, pikepdf.Name):
        marked = get(get(resources, "/Properties"), str(marked))
    return any(get(marked, key) is not None for key in ("/ActualText", "/Alt", "/E"))


def _entries(found: Any) -> Iterator[Any]:
    if objects.is_dict(found):
        for key in found:
            yield found[key]


def _leftover_is_frame(old: Document, strip: drawing.Strip, drawn: Sequence[Any], field: Field, shown: Shown) -> bool:
    """Whether what is no letter is the frame of the field, a line between boxes, the arrow of a list, or was drawn
    when the field was empty."""
    widget = next(one.object for one in field.widgets if one.ref == shown.ref)
    picture = strip.picture()
    left, low, right, high = drawing.upright_box(widget) or (0.0, 0.0, 0.0, 0.0)
    edge = widgets.frame_width(widget)
    inner = picture.dots(left + edge, low + edge, right - edge, high - edge)
    if inner[2] <= inner[0] or inner[3] <= inner[1]:
        return bool(drawn) or ink.count(ink.ink(picture.image)) <= LEAST_INK
    mask = ink.ink(picture.image)
    before = (
        next((one.object for one in old.form.fields[shown.name].widgets if one.ref == shown.ref), None)
        if shown.name in old.form.fields
        else None
    )
    earlier = drawing.only(old, shown.page, before, upright=True) if before is not None else None
    if earlier is not None:
        mask = ink.but(mask, ink.grown(ink.ink(earlier.picture().image)))
    boxes = [
        picture.dots(one.x0 - 1.5, one.baseline - 0.4 * one.size, one.x1 + 1.5, one.baseline + 1.1 * one.size)
        for one in drawn
    ]
    rest = ink.without(mask, boxes).crop(inner)
    height, width = rest.height, rest.width
    full = [at for at in range(width) if ink.count(rest, (at, 0, at + 1, height)) > FULL * height]
    # A line between boxes is thin; a block is no line.
    bars = [(at, 0, at + 1, height) for at in full if not all(at + step in full for step in range(-BAR, BAR + 1))]
    if is_list(field):  # the chosen row of a list is set off by its ground
        whole = mask.crop(inner)
        bars += [
            (0, at, width, at + 1) for at in range(height) if ink.count(whole, (0, at, width, at + 1)) > 0.5 * width
        ]
    rest = ink.without(rest, bars)
    return ink.count(rest) <= LEAST_INK or (field.kind == "/Ch" and _is_arrow(rest, int(ARROW * picture.scale)))


def _unseen(drawn: Sequence[Any], picture: drawing.Picture, box: tuple[float, ...] | None) -> bool:
    """Whether most letters of a look are not seen on their ground: invisible, of its colour, or too small.

    Of a value that is longer than its field only the letters inside are asked for, where they are many.
    """
    readable = [one for one in drawn if one.char.isalnum()]
    left, low, right, high = box or (0.0, 0.0, 0.0, 0.0)
    inside = [one for one in readable if left <= one.x0 and one.x1 <= right and low <= one.baseline <= high]
    readable = inside if len(inside) >= LEAST_SHOWN else readable
    grey = picture.image.convert("L")
    seen = 0
    for one in readable:
        part = grey.crop(picture.dots(one.x0, one.baseline - 0.2 * one.size, one.x1, one.baseline + one.size))
        shades = part.tobytes() or b"\0"
        seen += max(shades) - min(shades) >= CONTRAST
    return 2 * seen < len(readable)


def _is_arrow(rest: Image.Image, side: int) -> bool:
    """Whether what is left is the triangle at the right end of a field that drops down."""
    bounds = rest.getbbox()
    if bounds is None or bounds[0] < rest.width - side or bounds[3] - bounds[1] > side:
        return False
    rows = [rest.crop((0, row, rest.width, row + 1)) for row in range(bounds[1], bounds[3])]
    spans = [(row.getbbox() or (0, 0, 0, 0), ink.count(row)) for row in rows]
    widths = [box[2] - box[0] for box, _dots in spans]
    solid = all(dots == wide for (_box, dots), wide in zip(spans, widths, strict=True))
    return solid and widths == sorted(widths, reverse=True) and widths[-1] <= widths[0] / 2
