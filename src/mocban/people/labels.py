"""Printed words for the values of parameters, and for their units."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

CHOICES = {
    "shared": gettext_lazy("Một dãy số chung"),
    "per_symbol": gettext_lazy("Mỗi ký hiệu một dãy số"),
    "per_kind": gettext_lazy("Mỗi tên loại một dãy số"),
    "groups": gettext_lazy("Mỗi nhóm tên loại một dãy số"),
    "one": gettext_lazy("Một dãy số cho mọi sổ"),
    "several": gettext_lazy("Nhiều dãy số"),
    "calendar_year": gettext_lazy("Theo năm"),
    "term": gettext_lazy("Theo nhiệm kỳ"),
    "separate": gettext_lazy("Dãy số riêng"),
    "same": gettext_lazy("Chung dãy số"),
    "lead_body": gettext_lazy("Cơ quan chủ trì"),
    "one_shared_series": gettext_lazy("Một dãy số chung cho các hình thức sao"),
    "per_sub_committee": gettext_lazy("Mỗi ban, tổ của đại hội một dãy số"),
    "whole_list": gettext_lazy("Chạy suốt danh mục"),
    "per_heading": gettext_lazy("Riêng trong từng đề mục lớn"),
}


UNITS: dict[str, Any] = {
    "": "",
    "MB": "MB",
    "attempts": ngettext_lazy("lần", "lần"),
    "characters": ngettext_lazy("ký tự", "ký tự"),
    "classes": ngettext_lazy("nhóm ký tự", "nhóm ký tự"),
    "copies": ngettext_lazy("bản", "bản"),
    "days": ngettext_lazy("ngày", "ngày"),
    "members": ngettext_lazy("thành viên", "thành viên"),
    "minutes": ngettext_lazy("phút", "phút"),
    "mm": "mm",
    "months": ngettext_lazy("tháng", "tháng"),
    "sets": ngettext_lazy("bộ", "bộ"),
    "weekdays": "",
    "seconds": ngettext_lazy("giây", "giây"),
    "working_days": ngettext_lazy("ngày làm việc", "ngày làm việc"),
    "years": ngettext_lazy("năm", "năm"),
}


def with_unit(text: str, unit: str, *, amount: Any) -> str:
    """Return the printed value with its unit, in the number that `amount` asks for."""
    word = UNITS[unit]
    if not isinstance(word, str):
        word = word % (amount if isinstance(amount, int) else 2)
    return f"{text} {word}".strip()


def printed(value: Any, unit: str = "") -> str:
    """Return a value of the law data as a person reads it; a choice without words prints as it is kept."""
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, str):
        return str(CHOICES.get(value, value))
    return with_unit(str(value), unit, amount=value)


def choices_of(parameter: Any) -> list[tuple[str, str]]:
    """Return what to choose from; empty when the value is typed."""
    if parameter.kind == "bool":
        return [("true", _("Có")), ("false", _("Không"))]
    return [(choice, printed(choice)) for choice in parameter.choices]
