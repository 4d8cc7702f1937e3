"""Forms of copies, paper, amendments and recalls."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.people.models import Organisation, Position
from mocban.ui.forms import FileField, Form, LineField, TextField, VersionedForm
from mocban.ui.language import name_of

from .amendment_rules import LONGEST_REASON
from .choices import Medium, SourceForm
from .copy_rules import LONGEST_EXCERPT, copy_kinds
from .forms import DraftForm
from .models import Book


class CopyForm(Form):
    """Ask for a copy of a document."""

    kind = forms.ChoiceField(label=_("Hình thức sao"))
    source_form = forms.ChoiceField(label=_("Sao từ"), choices=SourceForm.choices)
    from_medium = forms.ChoiceField(label=_("Văn bản nguồn"), choices=Medium.choices)
    to_medium = forms.ChoiceField(label=_("Bản sao"), choices=Medium.choices)
    first_page = forms.IntegerField(label=_("Trích từ trang"), min_value=1, max_value=99_999, required=False)
    last_page = forms.IntegerField(label=_("đến trang"), min_value=1, max_value=99_999, required=False)
    excerpt = TextField(
        label=_("Hoặc gõ phần nội dung cần trích"),
        max_length=LONGEST_EXCERPT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    scan = FileField(label=_("Bản quét của văn bản giấy (PDF)"), required=False, accept=".pdf")
    signer = forms.ModelChoiceField(label=_("Người ký bản sao"), queryset=Position.objects.none())
    recipients = TextField(
        label=_("Nơi nhận bản sao (mỗi dòng một nơi)"),
        max_length=5_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    amount = forms.IntegerField(label=_("Số lượng bản"), min_value=1, max_value=10_000, initial=1)
    purpose = LineField(label=_("Mục đích sao"), max_length=300, required=False)

    def __init__(self, *args: Any, organisation: Organisation, on: date, signers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = copy_kinds(regime=organisation.regime, on=on)
        self.fields["kind"].choices = [(kind.code, name_of(kind.name, kind.name_en)) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["signer"].queryset = signers  # type: ignore[attr-defined]

    def pages(self) -> tuple[int, int]:
        """First and last page; one of them alone names a single page."""
        first, last = self.cleaned_data["first_page"], self.cleaned_data["last_page"]
        return (first or last or 0, last or first or 0)


class CopyNumberForm(VersionedForm):
    book: Any = forms.ModelChoiceField(label=_("Sổ đăng ký bản sao"), queryset=Book.objects.none(), empty_label=None)

    def __init__(self, *args: Any, books: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]


class PaperForm(Form):
    """Main copies printed from the electronic original and stamped."""

    amount = forms.IntegerField(label=_("Số bản đã in, đóng dấu"), min_value=1, max_value=10_000)
    note = LineField(label=_("Nơi nhận bản giấy"), max_length=300, required=False)


class PaperReturnForm(Form):
    amount = forms.IntegerField(label=_("Số bản"), min_value=1, max_value=10_000, initial=1)


class RecallForm(VersionedForm):
    reason = TextField(label=_("Lý do thu hồi"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class RecallAnswerForm(Form):
    """Refuse a recall; agreeing needs no word."""

    reason = TextField(label=_("Lý do từ chối"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 3}))


class AmendForm(DraftForm):
    """Begin the document that puts an issued one right."""

    reason = TextField(
        label=_("Lý do (nơi nhận sẽ đọc)"), max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"rows": 2})
    )
