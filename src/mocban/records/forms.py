"""Forms of files and the yearly plan."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.people.models import Position, Unit
from mocban.secrecy.choices import Level
from mocban.ui.forms import Form, LineField, TextField, VersionedForm

from .models import PlanLine


class FileForm(Form):
    """Open a file: by a line of the plan (then the rest comes from it), or outside the plan."""

    plan_line = forms.ModelChoiceField(
        label=_("Theo danh mục hồ sơ"),
        queryset=PlanLine.objects.none(),
        required=False,
        empty_label=_("— hồ sơ ngoài danh mục —"),
    )
    notation = LineField(label=_("Số và ký hiệu hồ sơ"), max_length=20, required=False)
    title = LineField(label=_("Tiêu đề hồ sơ"), max_length=500, required=False)
    retention_code = forms.ChoiceField(label=_("Thời hạn bảo quản"), required=False)
    description = LineField(label=_("Ghi chú"), max_length=500, required=False)

    def __init__(self, *args: Any, lines: Any, retention: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan_line"].queryset = lines  # type: ignore[attr-defined]
        self.fields["retention_code"].choices = [("", "—"), *retention]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        line = cleaned.get("plan_line")
        if line:
            cleaned["notation"] = cleaned.get("notation") or line.notation
            cleaned["title"] = cleaned.get("title") or line.title
            cleaned["retention_code"] = cleaned.get("retention_code") or line.retention_code
        for name in ("notation", "title", "retention_code"):
            if not cleaned.get(name):
                self.add_error(name, _("Hồ sơ ngoài danh mục phải ghi đủ mục này."))
        return cleaned


class ReopenForm(VersionedForm):
    reason = TextField(label=_("Lý do mở lại"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PlanForm(Form):
    year = forms.IntegerField(label=_("Năm"), min_value=1945, max_value=2200)


class PlanLineForm(Form):
    """A planned file."""

    heading = LineField(label=_("Đề mục"), max_length=200)
    notation = LineField(label=_("Số và ký hiệu hồ sơ"), max_length=20)
    title = LineField(label=_("Tiêu đề hồ sơ"), max_length=500)
    unit = forms.ModelChoiceField(label=_("Đơn vị lập"), queryset=Unit.objects.none())
    maker = forms.ModelChoiceField(label=_("Người lập"), queryset=Position.objects.none(), required=False)
    retention_code = forms.ChoiceField(label=_("Thời hạn bảo quản"))

    def __init__(self, *args: Any, units: Any, makers: Any, retention: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["maker"].queryset = makers  # type: ignore[attr-defined]
        self.fields["retention_code"].choices = [("", "—"), *retention]  # type: ignore[attr-defined]


class SecretReportForm(Form):
    """What level the mark on a stored document shows."""

    level = forms.ChoiceField(label=_("Độ mật ghi trên văn bản"), choices=Level.choices)
