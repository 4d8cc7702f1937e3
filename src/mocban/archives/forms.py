"""Forms of the archives."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.records.models import File
from mocban.ui.forms import Form, LineField, TextField, VersionedForm

from .models import Fonds, Place


class SubmissionForm(Form):
    title = LineField(label=_("Tên khối tài liệu"), max_length=300, required=False)
    # The name hides Form.files, which a form without uploads does not use.
    files: Any = forms.ModelMultipleChoiceField(
        label=_("Hồ sơ giao nộp"), queryset=File.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, files: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"].queryset = files  # type: ignore[attr-defined]


class ReceiptForm(VersionedForm):
    condition = TextField(
        label=_("Tình trạng tài liệu giao nhận"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(VersionedForm):
    reason = TextField(label=_("Lý do trả lại"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class PlacingForm(VersionedForm):
    fonds: Any = forms.ModelChoiceField(label=_("Phông lưu trữ"), queryset=Fonds.objects.none())
    place: Any = forms.ModelChoiceField(label=_("Kho/giá/hộp"), queryset=Place.objects.none())

    def __init__(self, *args: Any, fonds: Any, places: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["fonds"].queryset = fonds  # type: ignore[attr-defined]
        self.fields["place"].queryset = places  # type: ignore[attr-defined]


class FondsForm(Form):
    code = LineField(label=_("Mã phông"), max_length=20)
    title = LineField(label=_("Tên phông"), max_length=300)
    history = TextField(label=_("Lịch sử đơn vị hình thành phông"), max_length=5000, required=False)


class PlaceForm(Form):
    store = LineField(label=_("Kho"), max_length=60)
    shelf = LineField(label=_("Giá"), max_length=60)
    box = LineField(label=_("Hộp"), max_length=60)
