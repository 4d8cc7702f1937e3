"""What a widget draws of itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pikepdf

from .objects import get, number, rectangle


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
