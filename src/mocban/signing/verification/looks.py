"""What a widget draws of itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pikepdf

from .objects import HIDDEN, NO_ROTATE, NO_VIEW, NO_ZOOM, TOGGLE, flags, get, is_dict, number, rectangle


def appearance(widget: Any) -> Any:
    """Return the stream that a viewer draws for a widget, by its state; None when there is none."""
    look = get(get(widget, "/AP"), "/N")
    if isinstance(look, pikepdf.Stream):
        return look
    state = get(widget, "/AS")
    found = get(look, str(state)) if isinstance(state, pikepdf.Name) else None
    return found if isinstance(found, pikepdf.Stream) else None


PAINTING = frozenset({
    "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "INLINE IMAGE", "Tj", "TJ", "'", '"',
})  # fmt: skip


def paints(look: Any, operators: Collection[str] = PAINTING) -> bool:
    """Whether an appearance puts anything at all on the page, white too. Raises `drawing.BROKEN`."""
    return look is not None and any(str(one.operator) in operators for one in pikepdf.parse_content_stream(look))


def says(look: Any) -> bool:
    """Whether an appearance writes or draws pictures: borders and grounds say nothing. Raises `drawing.BROKEN`."""
    if look is None:
        return False
    for instruction in pikepdf.parse_content_stream(look):
        name = str(instruction.operator)
        if name in ("Do", "sh", "INLINE IMAGE"):
            return True
        if name in ("Tj", "TJ", "'", '"') and any(_written(one) for one in instruction.operands):
            return True
    return False


def _written(operand: Any) -> bool:
    if isinstance(operand, pikepdf.Array):
        return any(_written(one) for one in operand)
    return isinstance(operand, pikepdf.String) and bool(bytes(operand).strip(b" \x00"))


PLAIN_BLENDS = frozenset({"/Normal", "/Compatible", "/Multiply", "/Darken"})  # how seals are laid over words
ELSEWHERE = ("/OC", "/Ref", "/OPI", "/PS", "/Alternates")  # what is shown instead by some readers or printers
DEEPEST = 5  # forms inside forms


def shows_several(widget: Any) -> bool:
    """Whether a signature's widget shows one thing here and another there: printed, pressed, made smaller, in a layer.

    Nobody draws a signature so; whoever looks at it on one screen has not seen it all. Raises `drawing.BROKEN`.
    """
    drawn = get(widget, "/AP")
    if flags(widget) & HIDDEN:
        return False
    if drawn is None:
        return any(isinstance(get(get(widget, "/MK"), key), pikepdf.Array) for key in ("/BG", "/BC"))
    states = get(drawn, "/N")
    if isinstance(states, pikepdf.Dictionary) and len(states) > 1:
        return True
    normal = appearance(widget)
    others = [get(drawn, key) for key in ("/R", "/D")]
    if any(one is not None and (one.objgen == (0, 0) or one != states) for one in others):
        return True
    odd = flags(widget) & (NO_VIEW | TOGGLE | NO_ZOOM | NO_ROTATE)
    return bool(odd and paints(normal)) or _replaced(normal, 0)


def _replaced(look: Any, depth: int) -> bool:
    """Whether anything in a look is replaced or taken away by some readers, or blended so that words below change."""
    if look is None:
        return False
    resources = get(look, "/Resources")
    if depth > DEEPEST or any(key in look for key in ELSEWHERE):
        return True
    states = _entries(get(resources, "/ExtGState"))
    blends = [name for one in states for name in _names(get(one, "/BM"))]
    layers = [get(one, "/Type") in ("/OCG", "/OCMD") for one in _entries(get(resources, "/Properties"))]
    if any(name not in PLAIN_BLENDS for name in blends) or any(layers):
        return True
    return any(
        get(one, "/Subtype") == "/PS" or _replaced(one, depth + 1) for one in _entries(get(resources, "/XObject"))
    )


def _entries(found: Any) -> list[Any]:
    return [found[key] for key in found if found[key] is not None] if is_dict(found) else []


def _names(found: Any) -> list[str]:
    return [str(one) for one in (found if isinstance(found, pikepdf.Array) else [found]) if one is not None]


TICKS = b"345678lnuH"  # ZapfDingbats: the ticks, crosses and marks that boxes are ticked with
TICK_DRAWING = frozenset({
    "q", "Q", "w", "d", "g", "G", "rg", "RG", "re", "f", "s", "S", "B", "n", "BT", "ET", "Td", "Tf", "Tj",
})  # fmt: skip
MOST_DRAWN, DARK = 60, 0.6
STRAIGHT = (1, 0, 0, 1, 0, 0)


def is_tick(look: Any, *, ticked: bool) -> bool:
    """Whether a look is the plain one of a box: ground, frame and, when ticked, one dark mark of the usual ones.

    Raises `drawing.BROKEN`.
    """
    box = rectangle(get(look, "/BBox"))
    if (
        not isinstance(look, pikepdf.Stream)
        or box is None
        or get(look, "/Matrix") not in (None, pikepdf.Array(STRAIGHT))
    ):
        return False
    instructions = pikepdf.parse_content_stream(look)
    if len(instructions) > MOST_DRAWN or any(str(one.operator) not in TICK_DRAWING for one in instructions):
        return False
    marks, ink, at, size, font = 0, 0.0, (0.0, 0.0), 0.0, None
    for one in instructions:
        name, values = str(one.operator), list(one.operands)
        if name in ("g", "rg"):
            ink = max((number(value) or 0.0 for value in values), default=1.0)
        elif name == "Td":
            at = (number(values[0]) or 0.0, number(values[1]) or 0.0)
        elif name == "Tf":
            font, size = get(get(get(look, "/Resources"), "/Font"), str(values[0])), number(values[1]) or 0.0
        elif name == "Tj":
            marks += 1
            inside = box[0] <= at[0] < (box[0] + box[2]) / 2 and box[1] <= at[1] < (box[1] + box[3]) / 2
            large = 0.4 * (box[3] - box[1]) <= size <= 1.5 * (box[3] - box[1])
            if not (inside and large and ink <= DARK and _is_dingbats(font) and _is_mark(values[0])):
                return False
    return marks == (1 if ticked else 0)


def _is_dingbats(font: Any) -> bool:
    standard = get(font, "/BaseFont") == "/ZapfDingbats" and get(font, "/Subtype") == "/Type1"
    return bool(
        standard
        and get(font, "/FontDescriptor") is None
        and isinstance(get(font, "/Encoding"), (pikepdf.Name, type(None)))
    )


def _is_mark(written: Any) -> bool:
    return isinstance(written, pikepdf.String) and len(bytes(written)) == 1 and bytes(written) in TICKS
