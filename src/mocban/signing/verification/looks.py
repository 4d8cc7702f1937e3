"""What a widget draws of itself."""

from __future__ import annotations

from typing import Any

import pikepdf

from .objects import get


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


def paints(look: Any) -> bool:
    """Whether an appearance puts anything at all on the page, white too. Raises `drawing.BROKEN`."""
    return look is not None and any(str(one.operator) in PAINTING for one in pikepdf.parse_content_stream(look))


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
