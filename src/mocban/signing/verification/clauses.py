"""What the look of a later signature says in words: who signed and when; never a sum or a new clause.

A look on empty paper covers nothing, but "Điều 5." or "900.000.000" beside a signed text reads as a part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mocban.lib.text import fold

from . import drawing
from .changes import Document, Shown
from .findings import Reason

APART = 0.15  # of the letter size: a wider gap parts words
_SUM = re.compile(r"(?<![\d.,])\d{1,3}(?:([.,])\d{3})(?:\1\d{3})+(?![\d.,]*\d)")
_PRICE = re.compile(r"(?<![\d.,])\d{1,3}(?:[.,]\d{3})+ ?(?:dong|vnd|usd|trieu|ty)\b")
_CLAUSE = re.compile(r"^ *(?:dieu|khoan) +\d+ *[.:]", re.MULTILINE)


def judge(new: Document, shown: Sequence[Shown]) -> list[Reason]:
    """Return a reason for each later signature whose look says more than a signature does."""
    found = []
    for one in shown:
        field = new.form.fields.get(one.name) if one.kind == "/Sig" else None
        widget = next((at.object for at in field.widgets if at.ref == one.ref), None) if field is not None else None
        try:
            more = widget is not None and says_more(new, one.page, widget)
        except drawing.BROKEN:
            more = True
        if more:
            found.append(Reason("content.says_more", {"field": one.name, "page": str(one.page + 1)}))
    return found


def says_more(document: Document, page: int, widget: Any) -> bool:
    """Whether the words of a signature's look hold a sum of money or begin a clause. Raises `drawing.BROKEN`."""
    strip = drawing.only(document, page, widget)
    return strip is not None and speaks(_text(strip.letters()))


def speaks(text: str) -> bool:
    """Whether lines of text hold a sum or begin a clause."""
    plain = fold(text)
    return any(one.search(plain) for one in (_SUM, _PRICE, _CLAUSE))


def _text(letters: list[Any]) -> str:
    out: list[str] = []
    before = None
    for one in letters:
        if before is not None and abs(one.baseline - before.baseline) > 0.5 * one.size:
            out.append("\n")
        elif before is not None and one.x0 - before.x1 > APART * one.size:
            out.append(" ")
        out.append(one.char)
        before = one
    return "".join(out)
