"""Whether a field was left open when a document was signed: empty, or with room left by dots."""

from __future__ import annotations

import re

import pikepdf

from . import objects
from .objects import Field, get

SPACE, LEADERS = "\ufeff \t\r\n", "._…·"  # a value of these alone is the room left for one
GAP, GAP_FILLED = re.compile(r"[._…·]{3,}|…"), r".{0,80}"


def empty(field: Field) -> bool:
    """Whether a field holds no value: nothing typed, nothing chosen, no box ticked."""
    value = field.value
    if field.kind == "/Btn":
        ticked = {objects.text(get(one.object, "/AS")) for one in field.widgets} - {"", "Off"}
        return not ticked and (value is None or objects.text(value) in ("", "Off"))
    if value is None:
        return True
    if isinstance(value, pikepdf.Array):
        return len(value) == 0
    if isinstance(value, pikepdf.Stream):
        return not value.read_bytes().strip()
    return isinstance(value, (pikepdf.String, str)) and not str(value).strip(SPACE + LEADERS)


def completed(before: Field, after: Field) -> bool:
    """Whether a text that left room by dots ("ngày … tháng … năm 2026") was completed there and nowhere else."""
    values = before.value, after.value
    if before.kind != "/Tx" or not all(isinstance(one, (pikepdf.String, str)) for one in values):
        return False
    printed, filled = (" ".join(str(one).split()) for one in values)
    parts = GAP.split(printed)
    return len(parts) > 1 and bool(re.fullmatch(GAP_FILLED.join(map(re.escape, parts)), filled))
