"""Small forms of the clerk's desk."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import DateField, FileField, FilesField, Form

from .forms import ACCEPTED, ArrivalForm
from .models import Book


class ScanForm(Form):
    """The scan of one paper document."""

    file = FileField(label=_("Tệp quét"), accept=ACCEPTED)


class BatchFilesForm(Form):
    """The files of a batch."""

    files: Any = FilesField(label=_("Các tệp"), accept=ACCEPTED)


class DayForm(Form):
    """A day and, if wished, a book; an empty day means today."""

    day = DateField(label=_("Ngày đăng ký"), required=False)
    book: Any = forms.ModelChoiceField(
        label=_("Sổ đăng ký"), queryset=Book.objects.none(), required=False, empty_label=_("Tất cả các sổ")
    )

    def __init__(self, *args: Any, books: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]


class BatchRowForm(ArrivalForm):
    """The boxes of one row of a batch, whose file is staged already. Each has the row's id in its name."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("file", "annexes", "secrecy", "scan", "envelope", "sha256"):
            del self.fields[name]
        for bound in self.fields.values():
            for attribute in [name for name in bound.widget.attrs if name.startswith("hx-")]:
                del bound.widget.attrs[attribute]
        self.fields["issuer_name"].widget.attrs["data-pick-code"] = self.add_prefix("issuer_code")
        self.fields["subject"].widget.attrs["rows"] = 2
        for name in ("confirmed", "signatures_seen"):
            self.fields[name].widget = forms.CheckboxInput()
        book: Any = self.fields["book"]
        book.choices = [(held.pk, f"{held.name} {held.year}") for held in kwargs["books"]]  # no query for each row
