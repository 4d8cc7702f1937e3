"""Form fields that clean at the border: NFC, one line, Vietnamese dates, and a sentence for every refusal."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from mocban.lib.text import clean_line, clean_text
from mocban.lib.typed_days import read_day

LATEST_YEAR = 2200
EARLIEST_YEAR = 1800

_REQUIRED: dict[str, Any] = {"required": _("Mục này không được để trống.")}
_TOO_LONG = ngettext_lazy(
    "Dài quá %(limit_value)d ký tự (đang có %(show_value)d).",
    "Dài quá %(limit_value)d ký tự (đang có %(show_value)d).",
    "limit_value",
)


class LineField(forms.CharField):
    """One line of text. `max_length` is in characters after cleaning."""

    default_error_messages = _REQUIRED

    def __init__(self, *, max_length: int = 500, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, **kwargs)
        _say_length(self)

    def to_python(self, value: Any) -> str:
        return clean_line(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out maxlength: the browser would cut a pasted title without a word."""
        attributes = super().widget_attrs(widget)
        attributes.pop("maxlength", None)
        return attributes


class TextField(LineField):
    """Several lines of text."""

    widget = forms.Textarea(attrs={"rows": 4})

    def __init__(self, *, max_length: int = 5_000, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, strip=False, **kwargs)

    def to_python(self, value: Any) -> str:
        return clean_text(forms.CharField.to_python(self, value) or "")


class DateInput(forms.DateInput):
    """A text box for dd/mm/yyyy: clerks type dates; the native picker follows the browser's language, not ours."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        hints = {"inputmode": "numeric", "placeholder": _("dd/mm/yyyy"), "autocomplete": "off", "class": "date"}
        super().__init__({**hints, **(attrs or {})}, format="%d/%m/%Y")


class DateField(forms.DateField):
    """A calendar day between the years 1800 and 2200, in every way that `lib.typed_days` reads."""

    widget = DateInput
    default_error_messages = {
        **_REQUIRED,
        "invalid": _("Ngày này không có trong lịch. Hãy nhập theo dạng ngày/tháng/năm, ví dụ 05/03/2026."),
    }

    def to_python(self, value: Any) -> date | None:
        typed = clean_line(value) if isinstance(value, str) else value
        if not isinstance(typed, str) or not typed:
            return super().to_python(typed)
        day = read_day(typed, today=timezone.localdate())
        if day is None or not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class PickInput(forms.TextInput):
    """A text box with a pick-list: `url` answers ?q= with the options, `code` names the field for the chosen code."""

    def __init__(self, *, url: Any, code: str = "") -> None:
        super().__init__(attrs={"data-pick": url, "data-pick-code": code, "data-pick-found": _("lựa chọn")})


class PickManyInput(forms.Textarea):
    """Several picked values, one a line as "name | code"; without JavaScript a plain text area."""

    def __init__(self, *, url: Any, rows: int = 3) -> None:
        words = {"data-pick-found": _("lựa chọn"), "data-pick-remove": _("Bỏ")}
        super().__init__(attrs={"data-pick": url, "data-pick-many": "", "rows": rows, **words})


class FileField(forms.FileField):
    """One uploaded file; what it really is, the content app decides."""

    default_error_messages = {
        **_REQUIRED,
        "invalid": _("Không nhận được tệp. Hãy chọn lại."),
        "missing": _("Không nhận được tệp. Hãy chọn lại."),
        "empty": _("Tệp này rỗng (0 byte). Hãy chọn tệp khác."),
    }

    def __init__(self, *, accept: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if accept:
            self.widget.attrs["accept"] = accept


class ManyFilesInput(forms.FileInput):
    allow_multiple_selected = True


class FilesField(FileField):
    """Several uploaded files; `cleaned_data` holds a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        if not data:
            super().clean(None, initial)
            return []
        return [super(FilesField, self).clean(item, initial) for item in data]


class Form(forms.Form):
    """The base of every form: no colon after labels, fields keep their order, sentences instead of defaults."""

    required_css_class = "required"
    error_css_class = "is-invalid"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.citations: dict[str, str] = {}
        for field in self.fields.values():
            field.error_messages["required"] = _REQUIRED["required"]
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = _("Lựa chọn này không có trong danh sách.")
            if isinstance(field, forms.IntegerField):
                field.error_messages["invalid"] = _("Mục này phải là một số nguyên.")


class VersionedForm(Form):
    """A form over an existing row: carries the version that was shown, so that a stale form is noticed."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


def posted_version(request: Any) -> int:
    """The version of the page on which a button was pressed; a page without one is as stale as can be."""
    form = VersionedForm(request.POST)
    return int(form.cleaned_data["version"]) if form.is_valid() else -1


def _say_length(field: forms.CharField) -> None:
    for validator in field.validators:
        if getattr(validator, "code", "") == "max_length":
            validator.message = _TOO_LONG  # type: ignore[attr-defined]
