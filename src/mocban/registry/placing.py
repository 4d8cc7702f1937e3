"""Places of the fields as a page shows and takes them: boxes in millimetres on pictures of the pages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Shown:
    """One field on its page, in millimetres from the upper left corner."""

    name: str
    label: str
    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True)
class ShownPage:
    """One page, counted from 1, with its size in millimetres and the fields on it."""

    number: int
    width: float
    height: float
    fields: list[Shown]

    @property
    def label(self) -> str:
        return _("Trang %(number)d") % {"number": self.number}


def label_of(name: str) -> str:
    """What a field is called on the page."""
    labels = {"number": _("Số, ký hiệu"), "date": _("Ngày, tháng, năm"), "signature": _("Chữ ký"), "seal": _("Dấu")}
    if later := re.fullmatch(r"signature_(\d+)", name):
        return _("Chữ ký người thứ %(order)s") % {"order": later[1]}
    return labels.get(name, name)


def shown_fields(pages: Sequence[Sequence[float]], fields: Sequence[Mapping[str, Any]]) -> list[ShownPage]:
    """The pages with the fields laid on them."""
    return [
        ShownPage(number, width, height, [_shown(field) for field in fields if field["page"] == number - 1])
        for number, (width, height) in enumerate(pages, start=1)
    ]


def _shown(field: Mapping[str, Any]) -> Shown:
    name = field["name"]
    return Shown(name, label_of(name), field["left"], field["top"], field["width"], field["height"])
