"""Forms of the registry: what a desk types, cleaned at the border."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from mocban import law
from mocban.people.models import Organisation, Position, Unit
from mocban.records.choices import Urgency
from mocban.records.services import DocumentFields
from mocban.secrecy.choices import Level
from mocban.ui.forms import (
    DateField,
    FileField,
    FilesField,
    Form,
    LineField,
    PickInput,
    PickManyInput,
    TextField,
    VersionedForm,
)
from mocban.ui.language import name_of

from . import picks
from .choices import Direction
from .models import Book, Issuer, Series

ACCEPTED = ".pdf,.docx,.doc,.xlsx,.png,.jpg,.jpeg,.tif,.tiff,.txt"
AGENCIES = reverse_lazy("people:agency_options")
DRAFTS = ".docx,.doc,.odt,.pdf"
CODE = re.compile(r"^(?P<number>[^/\-\s]{1,11})\s*[/\-]\s*(?P<notation>\S.{0,29})$")


def kind_choices(organisation: Organisation, on: date) -> list[tuple[str, Any]]:
    """Kinds of document in force for the body on that day, with an empty first choice."""
    kinds = [(kind.code, name_of(kind.name_vi, kind.name_en)) for kind in law.kinds(regime=organisation.regime, on=on)]
    return [("", _("— chọn loại —")), *kinds]


def split_code(printed: str) -> tuple[str, str]:
    """Split a typed "12/SNV-VP" or "12-CV/VPTU" into number and symbol; a code of another shape stays whole."""
    found = CODE.match(printed)
    if not found:
        return "", printed[:30]
    return found["number"], found["notation"]


def urgency_field() -> forms.TypedChoiceField:
    """Ordinary when nothing is chosen."""
    choices: Any = {"choices": Urgency.choices, "coerce": int, "empty_value": 0}
    return forms.TypedChoiceField(label=_("Mức độ khẩn"), required=False, **choices)


class DocumentForm(Form):
    """The fields of a received document."""

    issuer_name = LineField(
        label=_("Cơ quan ban hành"), max_length=200, widget=PickInput(url=AGENCIES, code="issuer_code")
    )
    issuer_code = LineField(max_length=35, required=False, widget=forms.HiddenInput)
    printed_code = LineField(label=_("Số, ký hiệu"), max_length=42, required=False)
    issued_on = DateField(label=_("Ngày văn bản"), required=False)
    kind_code = forms.ChoiceField(label=_("Loại văn bản"))
    subject = TextField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    signer_name = LineField(label=_("Người ký"), max_length=50, required=False)
    signer_title = LineField(label=_("Chức vụ người ký"), max_length=100, required=False)
    urgency = urgency_field()
    page_amount = forms.IntegerField(label=_("Số trang"), min_value=1, max_value=99_999, required=False)
    handle_by = DateField(label=_("Hạn giải quyết"), required=False)
    description = LineField(label=_("Ghi chú"), max_length=500, required=False)

    def __init__(self, *args: Any, organisation: Organisation, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["kind_code"].choices = kind_choices(organisation, on)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Settle which agency of the directory is meant."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("issuer_name"):
            meant = picks.issuer(cleaned["issuer_name"], cleaned.get("issuer_code", ""), on=self.on)
            cleaned["issuer_name"], cleaned["issuer_code"] = meant
        return cleaned

    def document(self) -> DocumentFields:
        """The cleaned values as the records app takes them."""
        cleaned = self.cleaned_data
        number, notation = split_code(cleaned["printed_code"])
        names = dict(self.fields["kind_code"].choices)  # type: ignore[attr-defined]
        return DocumentFields(
            kind_code=cleaned["kind_code"],
            kind_name=str(names[cleaned["kind_code"]]),
            subject=cleaned["subject"],
            code_number=number,
            code_notation=notation,
            printed_code=cleaned["printed_code"],
            issued_on=cleaned["issued_on"],
            issuer_name=cleaned["issuer_name"],
            issuer_code=cleaned["issuer_code"],
            signer_name=cleaned["signer_name"],
            signer_title=cleaned["signer_title"],
            urgency=cleaned["urgency"],
            page_amount=cleaned["page_amount"],
            description=cleaned["description"],
        )


class ArrivalForm(DocumentForm):
    """The desk's form: book first, then the file, then the fields. `guessed` names those that the file filled."""

    guessed: Sequence[str] = ()

    book: Any = forms.ModelChoiceField(label=_("Sổ đăng ký"), queryset=Book.objects.none(), empty_label=None)
    arrived_on = DateField(label=_("Ngày đến"))
    secrecy = forms.ChoiceField(label=_("Độ mật"), choices=[("", _("Không mật")), *Level.choices], required=False)
    file = FileField(label=_("Tệp văn bản"), required=False, accept=ACCEPTED)
    annexes = FilesField(label=_("Tệp kèm theo"), required=False, accept=ACCEPTED)
    confirmed = forms.BooleanField(label=_("Vẫn đăng ký dù có thể trùng"), required=False, widget=forms.HiddenInput)

    field_order = ["book", "arrived_on", "file", "issuer_name", "printed_code", "issued_on", "kind_code", "subject"]

    def __init__(self, *args: Any, books: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        # A chosen file is read at once, in memory, and fills the empty fields.
        self.fields["file"].widget.attrs.update(
            {
                "hx-post": reverse("registry:incoming_read"),
                "hx-encoding": "multipart/form-data",
                "hx-trigger": "change",
                "hx-target": "#fields",
                "hx-include": "closest form",
                "hx-disabled-elt": "unset",  # the form disables its buttons while it is sent; a field has none inside
            }
        )


class PacketArrivalForm(ArrivalForm):
    """The same fields for a packet, whose files came with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("file", "annexes", "secrecy"):
            del self.fields[name]


class CorrectionForm(DocumentForm):
    """Correct an entry; the version notices a stale form."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class InstructionForm(VersionedForm):
    """A leader's instruction (bút phê)."""

    opinion = TextField(label=_("Ý kiến chỉ đạo"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    lead_unit = forms.ModelChoiceField(label=_("Đơn vị chủ trì"), queryset=Unit.objects.none())
    officer = forms.ModelChoiceField(label=_("Giao thẳng cho"), queryset=Position.objects.none(), required=False)
    cooperating = forms.ModelMultipleChoiceField(
        label=_("Đơn vị phối hợp"),
        queryset=Unit.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    handle_by = DateField(label=_("Hạn giải quyết"), required=False)

    def __init__(self, *args: Any, units: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lead_unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["cooperating"].queryset = units  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class AssignForm(VersionedForm):
    officer = forms.ModelChoiceField(label=_("Giao cho"), queryset=Position.objects.none())

    def __init__(self, *args: Any, officers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer"].queryset = officers  # type: ignore[attr-defined]


class ResultForm(VersionedForm):
    result = TextField(label=_("Kết quả giải quyết"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class ReasonForm(VersionedForm):
    reason = TextField(label=_("Lý do"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))


class DraftForm(Form):
    """Begin an outgoing document."""

    kind_code = forms.ChoiceField(label=_("Loại văn bản"))
    subject = TextField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    signer = forms.ModelChoiceField(label=_("Người ký"), queryset=Position.objects.none())
    recipients = forms.ModelMultipleChoiceField(
        label=_("Gửi qua liên thông tới"),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    other_recipients = TextField(
        label=_("Nơi nhận khác (mỗi dòng một nơi)"),
        max_length=5_000,
        required=False,
        widget=PickManyInput(url=AGENCIES),
    )
    urgency = urgency_field()
    due_on = DateField(label=_("Hạn trả lời"), required=False)
    secrecy = forms.ChoiceField(label=_("Độ mật"), choices=[("", _("Không mật")), *Level.choices], required=False)
    file = FileField(label=_("Tệp dự thảo (.docx)"), required=False, accept=DRAFTS)

    def __init__(
        self, *args: Any, organisation: Organisation, on: date, signers: Any, bodies: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.on = on
        self.fields["kind_code"].choices = kind_choices(organisation, on)  # type: ignore[attr-defined]
        self.fields["signer"].queryset = signers  # type: ignore[attr-defined]
        self.fields["recipients"].queryset = bodies  # type: ignore[attr-defined]

    def document(self) -> DocumentFields:
        cleaned = self.cleaned_data
        names = dict(self.fields["kind_code"].choices)  # type: ignore[attr-defined]
        return DocumentFields(
            kind_code=cleaned["kind_code"],
            kind_name=str(names[cleaned["kind_code"]]),
            subject=cleaned["subject"],
            urgency=cleaned["urgency"],
            due_on=cleaned["due_on"],
        )

    def recipient_lines(self) -> list[tuple[str, str]]:
        """Every recipient as (name, code); a line without a code is printed but not sent to."""
        bodies: Iterable[Organisation] = self.cleaned_data["recipients"]
        ticked = [(body.name, body.code) for body in bodies]
        codes = {code for _name, code in ticked}
        others = picks.recipients(self.cleaned_data["other_recipients"], on=self.on)
        return [*ticked, *((name, code) for name, code in others if code not in codes)]


class DraftFileForm(VersionedForm):
    file = FileField(label=_("Bản dự thảo mới"), accept=DRAFTS)


class NumberForm(VersionedForm):
    book: Any = forms.ModelChoiceField(label=_("Sổ văn bản đi"), queryset=Book.objects.none(), empty_label=None)

    def __init__(self, *args: Any, books: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]


class SeriesForm(Form):
    """A new series with its first book."""

    direction = forms.ChoiceField(label=_("Chiều văn bản"), choices=Direction.choices)
    name = LineField(label=_("Tên hệ thống số"), max_length=100)
    issuer = forms.ModelChoiceField(label=_("Cơ quan ban hành"), queryset=Issuer.objects.none(), required=False)
    kind_symbols = LineField(
        label=_("Chỉ dùng cho các ký hiệu loại văn bản (cách nhau dấu phẩy)"), max_length=100, required=False
    )
    term_name = LineField(label=_("Tên nhiệm kỳ (nếu đánh số theo nhiệm kỳ)"), max_length=60, required=False)
    term_starts_on = DateField(label=_("Ngày bắt đầu nhiệm kỳ"), required=False)

    def __init__(self, *args: Any, issuers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]


class BookForm(Form):
    series = forms.ModelChoiceField(label=_("Hệ thống số"), queryset=Series.objects.none())
    name = LineField(label=_("Tên sổ"), max_length=150)
    year = forms.IntegerField(label=_("Năm"), min_value=1945, max_value=2200)

    def __init__(self, *args: Any, series: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = series  # type: ignore[attr-defined]


class VoidForm(Form):
    """Leave the next number of a series without a document."""

    series = forms.ModelChoiceField(label=_("Hệ thống số"), queryset=Series.objects.none())
    reason = LineField(label=_("Lý do bỏ số"), max_length=300)

    def __init__(self, *args: Any, series: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].queryset = series  # type: ignore[attr-defined]
