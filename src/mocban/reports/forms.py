"""The period that figures are asked for, and which labels are printed."""

from __future__ import annotations

from typing import Any

from django import forms as django_forms
from django.utils.translation import gettext_lazy as _

from mocban.ui import forms

from .periods import PARTS, Period, period
from .unsigned import LACKS, NOBODY, WAY_LABELS

EARLIEST_YEAR = 1945
LATEST_YEAR = 2200


class PeriodForm(forms.Form):
    """A year, and perhaps a quarter or a month of it."""

    year = django_forms.IntegerField(
        label=_("Năm"),
        min_value=EARLIEST_YEAR,
        max_value=LATEST_YEAR,
        error_messages={
            "invalid": _("Hãy nhập năm bằng bốn chữ số, ví dụ 2026."),
            "min_value": _("Năm phải từ 1945 đến 2200."),
            "max_value": _("Năm phải từ 1945 đến 2200."),
        },
    )
    part = django_forms.ChoiceField(label=_("Kỳ"), choices=PARTS, required=False)

    def period(self) -> Period:
        data: dict[str, Any] = self.cleaned_data
        return period(data["year"], data["part"])


class UnsignedForm(PeriodForm):
    """Which of the unsigned: a way of documents, a unit ("none": of no unit), what is missing."""

    way = django_forms.ChoiceField(label=_("Loại"), choices=list(WAY_LABELS.items()))
    unit = django_forms.ChoiceField(label=_("Đơn vị"), required=False)
    lack = django_forms.ChoiceField(
        label=_("Còn thiếu"), choices=[("", _("Tất cả")), *((one.value, one.label) for one in LACKS)], required=False
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [(str(unit.pk), unit.name) for unit in units]
        self.fields["unit"].choices = [("", _("Tất cả")), *held, (NOBODY, _("Không có đơn vị"))]  # type: ignore[attr-defined]


class LabelsForm(forms.Form):
    """Labels of the numbers `first` to `last`; the first `skip` places of the first sheet are used up."""

    first = django_forms.IntegerField(label=_("Từ số đến"), min_value=1)
    last = django_forms.IntegerField(label=_("Đến số đến"), min_value=1)
    skip = django_forms.IntegerField(
        label=_("Số nhãn đã dùng trên tờ đầu"), min_value=0, max_value=23, initial=0, required=False
    )

    def clean_skip(self) -> int:
        return self.cleaned_data["skip"] or 0
