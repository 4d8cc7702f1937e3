"""Whether readers that draw every field anew (NeedAppearances) show what the looks of the file show.

A program that fills a form may leave the looks to readers. A field whose signed look says other than its value would
then change before the reader's eyes, so every field must be one that says the same drawn anew.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from typing import Any

from . import drawing, looks, objects, values
from .blanks import empty
from .changes import Document, Shown
from .objects import Field, get

PUSH = 1 << 16  # a bit of /Ff: a button that is pressed and holds no value
FILLING = frozenset({"f", "F", "f*", "B", "B*", "b", "b*", "sh"})


def differs(old: Document, new: Document, judged: Collection[str]) -> bool:
    """Whether any field of `new` would say something else when it is drawn anew; `judged` names those filled later."""
    # What a look draws beside its value would be gone: without earlier looks to compare with, it is noticed.
    fields = {name: dataclasses.replace(one, widgets=()) for name, one in old.form.fields.items()}
    bare = dataclasses.replace(old, form=dataclasses.replace(old.form, fields=fields))
    return any(
        _pen(old.form.fields[name]) != _pen(field) if name in judged else _differs(bare, new, field)
        for name, field in new.form.fields.items()
    )


def _pen(field: Field) -> tuple[str, ...]:
    """Return with which font, size and colour readers write into the places of a field, and at which edge."""
    places = [field.object, *(one.object for one in field.widgets)]
    return tuple(str(objects.inherited(one, key)) for one in places for key in ("/DA", "/Q"))


def _differs(old: Document, new: Document, field: Field) -> bool:
    shown = [one for one in field.widgets if one.shown]
    try:
        if field.kind == "/Btn":
            return any(_button_differs(field, one.object) for one in shown)
        if field.kind not in ("/Tx", "/Ch"):
            return False  # readers leave signatures as they are
        if empty(field) and not values.is_list(field):
            return any(_hides_or_says(one.object) for one in shown)
        places = [Shown(field.name, field.kind, one.page, one.ref, added=False) for one in shown]
        return bool(values.judge(old, new, places))
    except drawing.BROKEN:
        return True


def _button_differs(field: Field, widget: Any) -> bool:
    if objects.integer(objects.inherited(field.object, "/Ff")) & PUSH:
        return True  # its caption may be another than its look
    state = objects.text(get(widget, "/AS"))
    return state not in ("", "Off") and not looks.is_tick(looks.appearance(widget), ticked=True)


def _hides_or_says(widget: Any) -> bool:
    """Whether the look of an empty field says something, or may hide what is printed below it."""
    look = looks.appearance(widget)
    ground = get(get(widget, "/MK"), "/BG")
    return looks.says(look) or (not ground and looks.paints(look, FILLING))
