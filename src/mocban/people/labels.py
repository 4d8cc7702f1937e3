"""Vietnamese words for the values of parameters that an organisation may set itself."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHOICES = {
    "shared": gettext_lazy("Một dãy số chung"),
    "per_symbol": gettext_lazy("Mỗi ký hiệu một dãy số"),
    "per_kind": gettext_lazy("Mỗi tên loại một dãy số"),
    "groups": gettext_lazy("Mỗi nhóm tên loại một dãy số"),
    "whole_list": gettext_lazy("Chạy suốt danh mục"),
    "per_heading": gettext_lazy("Riêng trong từng đề mục lớn"),
}


def printed(value: Any, unit: str = "") -> str:
    """Return a value of the law data as a person reads it; a choice without words prints as it is kept."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, str):
        return str(CHOICES.get(value, value))
    return f"{value} {unit}".strip()


def choices_of(parameter: Any) -> list[tuple[str, str]]:
    """Return what to choose from; empty when the value is typed."""
    if parameter.kind == "bool":
        return [("true", _("Có")), ("false", _("Không"))]
    return [(choice, printed(choice)) for choice in parameter.choices]
