"""What an empty field shows until it is filled or signed, and whether it may go then.

"Ký tên tại đây" in a dashed frame, an arrow, a dotted line, a border may: they are for the person who fills or signs.
Words that could belong to the document may not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pikepdf

from mocban.signing.pdf.text import Letter

from . import drawing, ink, looks, objects, values, widgets
from .changes import Document, Shown
from .objects import get

MOST_LETTERS = 60  # of a hint in a place to sign
MOST_STROKES = 60  # pieces of lines: a frame and an arrow have some, a drawn word has more
LEADERS = frozenset("._·…-")
LEAST_INK = 14
STRAIGHT = frozenset({"m", "l", "c", "v", "y", "re"})


def may_go(old: Document, shown: Shown, widget: Any, *, gone: bool, typed: Sequence[Letter] = ()) -> bool:
    """Whether what an empty field showed when the document was signed may be gone now.

    `gone`: some of its ink is; `typed`: the letters that it shows now. Raises `drawing.BROKEN`.
    """
    look = looks.appearance(widget)
    if look is None and shown.kind in ("/Tx", "/Ch"):
        return True  # what a viewer makes up for it, an arrow or the first choice, is no content
    if shown.kind in ("/Tx", "/Ch"):
        said_again = not looks.says(look) or _says_again(old, shown, widget, typed)
        return said_again and (not gone or _is_frame(old, shown, widget))
    return not gone or (shown.kind == "/Sig" and _is_hint(old, shown, widget, look))


def _letters(old: Document, shown: Shown, widget: Any) -> list[Any]:
    strip = drawing.only(old, shown.page, widget)
    return [] if strip is None else [one for one in strip.letters() if one.char.strip()]


def _says_again(old: Document, shown: Shown, widget: Any, typed: Sequence[Letter]) -> bool:
    """Whether the words of a look stand there in that order again, but for a dotted line, or are choices of a list."""
    letters = _letters(old, shown, widget)
    if _draws_pictures(looks.appearance(widget)):
        return False
    if shown.kind == "/Ch":
        return values.lists_choices(old.form.fields[shown.name], "".join(one.char for one in letters))
    again = iter([one.char for one in typed])
    words = all(one.char in again for one in letters if one.char not in LEADERS)
    return words and any(one.char in LEADERS for one in letters)


def _is_frame(old: Document, shown: Shown, widget: Any) -> bool:
    """Whether the look has ink only at its edge, in its dots and in upright lines between boxes for letters."""
    strip = drawing.only(old, shown.page, widget)
    rect = objects.box(widget)
    if strip is None or rect is None:
        return True
    picture = strip.picture()
    left, low, right, high = rect
    mask = ink.ink(picture.image)
    dots = [
        picture.dots(one.x0 - 1, one.baseline - one.size, one.x1 + 1, one.baseline + one.size)
        for one in strip.letters()
    ]
    edge = widgets.frame_width(widget)
    inner = picture.dots(left + edge, low + edge, right - edge, high - edge)
    rest = ink.without(mask, dots).crop(inner)
    bars = [
        (at, 0, at + 1, rest.height)
        for at in range(rest.width)
        if ink.count(rest, (at, 0, at + 1, rest.height)) > 0.7 * rest.height
    ]
    return ink.count(ink.without(rest, bars)) <= LEAST_INK


def _is_hint(old: Document, shown: Shown, widget: Any, look: Any) -> bool:
    """Whether the look of a place to sign is a few words without figures, lines and a ground."""
    if look is None:
        return True
    instructions = pikepdf.parse_content_stream(look)
    strokes = sum(str(one.operator) in STRAIGHT for one in instructions)
    fonts = get(get(look, "/Resources"), "/Font")
    drawn = any(get(fonts[name], "/Subtype") == "/Type3" for name in fonts) if objects.is_dict(fonts) else False
    if strokes > MOST_STROKES or drawn or _draws_pictures(look):
        return False
    letters = [one.char for one in _letters(old, shown, widget)]
    return len(letters) <= MOST_LETTERS and not any(one.isnumeric() for one in letters)


def _draws_pictures(look: Any) -> bool:
    return any(str(one.operator) in ("Do", "sh", "INLINE IMAGE") for one in pikepdf.parse_content_stream(look))
