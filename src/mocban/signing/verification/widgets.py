"""Whether a form field shows itself as it did when signed: what programs write anew without a reader noticing.

Programs that fill a field write its entries in their own habits: defaults added or left out, colours rounded, corners
in another order. What such entries mean is compared here, not how they are written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from typing import Any

import pikepdf

from . import looks, objects
from .equality import Equality
from .objects import Field, get

MEANT = frozenset({"/Rect", "/BS", "/MK"})  # compared by their meaning
CLOSE, CLOSE_COLOUR, CLOSE_BOX = 0.01, 0.01, 0.02  # corners are written with two digits by some
EDGE, WIDEST_FRAME = 3.0, 8.0  # points from the edge of a field in which its frame is drawn
SOLID, DASHED, DASH = "/S", "/D", [3.0]
MOST_RICH = 200_000  # characters of rich text


def same(before: Any, after: Any, skip: Collection[str], equality: Equality) -> bool:
    """Whether two dictionaries of one field or widget mean the same, but for the entries `skip`. Raises TooMuch."""
    return (
        equality.same(before, after, skip={*skip, *MEANT})
        and _same_box(before, after, equality)
        and _same_border(before, after, equality)
        and _same_colours(before, after, equality)
    )


def _same_box(before: Any, after: Any, equality: Equality) -> bool:
    one, other = objects.box(before), objects.box(after)
    if one is None or other is None:
        return _both(before, after, "/Rect", equality)
    return all(abs(a - b) <= CLOSE for a, b in zip(one, other, strict=True))


def _both(before: Any, after: Any, key: str, equality: Equality) -> bool:
    one, other = get(before, key), get(after, key)
    return (one is None and other is None) or equality.same(one, other)


def _same_border(before: Any, after: Any, equality: Equality) -> bool:
    # A border without a colour is not drawn (ISO 32000-2, 12.5.6.19), whatever its width.
    if not any(_numbers(get(get(one, "/MK"), "/BC")) for one in (before, after)):
        return all(objects.is_dict(get(one, "/BS")) or get(one, "/BS") is None for one in (before, after))
    return _border(before) == _border(after) or _both(before, after, "/BS", equality)


def _border(widget: Any) -> tuple[float, str, list[float]] | None:
    """Return width, style and dashes of a border, with the defaults where nothing is said; None when malformed."""
    border = get(widget, "/BS")
    if border is None:
        older = _numbers(get(widget, "/Border"))
        return (older[2] if len(older) == 3 else 1.0, SOLID, []) if len(older) in (0, 3) else None
    width, style = get(border, "/W"), get(border, "/S")
    kind = SOLID if style is None else str(style) if isinstance(style, pikepdf.Name) else ""
    wide = 1.0 if width is None else objects.number(width)
    if wide is None or not kind:
        return None
    return wide, kind, (_numbers(get(border, "/D")) or DASH) if kind == DASHED else []


def frame_width(widget: Any) -> float:
    """Return how far from the edge the frame of a field reaches, in points: as wide as the field says it is."""
    width = objects.number(get(get(widget, "/BS"), "/W")) if get(get(widget, "/MK"), "/BC") is not None else None
    twice = get(get(widget, "/BS"), "/S") in ("/B", "/I")  # embossed: a line and its shade
    return max(EDGE, min((width or 0.0) * (2 if twice else 1) + 1.5, WIDEST_FRAME))


def _numbers(value: Any) -> list[float]:
    """Return the numbers of an array, empty for anything else."""
    if not isinstance(value, pikepdf.Array) or len(value) > 16:
        return []
    found = [objects.number(one) for one in value]
    return [] if any(one is None for one in found) else [one or 0.0 for one in found]


def _same_colours(before: Any, after: Any, equality: Equality) -> bool:
    """Compare the appearance characteristics: turn, colours of border and ground, captions."""
    one, other = get(before, "/MK"), get(after, "/MK")
    if not all(objects.is_dict(mk) or mk is None for mk in (one, other)):
        return _both(before, after, "/MK", equality)
    if objects.integer(get(one, "/R")) % 360 != objects.integer(get(other, "/R")) % 360:
        return False
    for key in ("/BC", "/BG"):
        colour, now = _numbers(get(one, key)), _numbers(get(other, key))
        if len(colour) != len(now) or any(abs(a - b) > CLOSE_COLOUR for a, b in zip(colour, now, strict=True)):
            return False
    keys = {*(one.keys() if one is not None else ()), *(other.keys() if other is not None else ())}
    # The caption makes a look anew; a widget that has one does not need it.
    dropped = {"/CA"} if get(other, "/CA") is None and get(after, "/AP") is not None else set()
    return all(_both(one, other, key, equality) for key in keys - {"/R", "/BC", "/BG"} - dropped)


# --- what filling writes ---------------------------------------------------------------------------------------


def same_words(field: Field) -> bool:
    """Whether the rich text of a filled field, if it has any, says what its value says."""
    rich = get(field.object, "/RV")
    if rich is None:
        return True
    if not isinstance(rich, pikepdf.String) or not isinstance(field.value, (pikepdf.String, str)):
        return False
    written = str(rich)
    if len(written) > MOST_RICH or "<!" in written:
        return False
    plain = html.unescape(re.sub(r"<[^<>]*>", " ", written))
    return plain.split() == str(field.value).split() or _dense(plain) == _dense(str(field.value))


def _dense(text: str) -> str:
    return "".join(text.split())


def looks_fit(before: Field, after: Field, equality: Equality) -> bool:
    """Whether the new looks of a filled field are of one mind: pressed and hovered over it shows what it shows."""
    for one, other in zip(before.widgets, after.widgets, strict=False):
        was, now = get(one.object, "/AP"), get(other.object, "/AP")
        if _both(one.object, other.object, "/AP", equality):
            continue
        normal, earlier = get(now, "/N"), get(was, "/N")
        for key in ("/D", "/R"):
            look = get(now, key)
            kept = get(was, key) is not None and equality.same(get(was, key), look)
            if look is not None and not kept and not _alike(look, normal):
                return False
        if after.kind == "/Btn":
            if not _states_stay(earlier, normal, objects.text(get(other.object, "/AS")), equality):
                return False
        elif normal is not None and not isinstance(normal, pikepdf.Stream) and not equality.same(earlier, normal):
            return False  # looks to switch between
        elif _layered(normal) and not equality.same(earlier, normal):
            return False
    return True


def _layered(look: Any) -> bool:
    """Whether a layer, which readers show or hide, may hide a look or a part of it."""
    marked = get(get(look, "/Resources"), "/Properties")
    parts = [get(marked, key) for key in marked.keys()] if objects.is_dict(marked) else []  # noqa: SIM118
    return get(look, "/OC") is not None or any(get(one, "/Type") in ("/OCG", "/OCMD") for one in parts)


def _alike(one: Any, other: Any) -> bool:
    """Whether two looks of one file are the same object, or the same words with the same means."""
    if objects.ref(one) != (0, 0) and objects.ref(one) == objects.ref(other):
        return True
    if not isinstance(one, pikepdf.Stream) or not isinstance(other, pikepdf.Stream):
        return False
    same_data = one.read_raw_bytes() == other.read_raw_bytes()
    return same_data and one.stream_dict.unparse(resolved=True) == other.stream_dict.unparse(resolved=True)


def _states_stay(before: Any, after: Any, state: str, equality: Equality) -> bool:
    """Whether every state of a box looks as when signed, or is an ordinary tick drawn anew."""
    if not isinstance(before, pikepdf.Dictionary):
        return True
    if not isinstance(after, pikepdf.Dictionary):
        return False
    if state not in ("", "Off") and f"/{state}" not in after:
        return False
    for name in map(str, after.keys()):
        earlier = get(before, name)
        if earlier is not None and equality.same(earlier, after[name]):
            continue
        if not looks.is_tick(after[name], ticked=name != "/Off"):
            return False
        box, was = objects.box(after[name], "/BBox"), objects.box(earlier, "/BBox") if earlier is not None else None
        if was and (not box or any(abs(a - b) > CLOSE_BOX for a, b in zip(was, box, strict=True))):
            return False
    return True


def agrees(field: Field) -> bool:
    """Whether the value of a box or of a group of choices is what its widgets show."""
    if field.kind != "/Btn":
        return True
    value = objects.text(field.value).removeprefix("/")
    shown = {objects.text(get(one.object, "/AS")) for one in field.widgets} - {"", "Off"}
    return shown == ({value} if value not in ("", "Off") else set())
