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
from mocban.law.dates import due_on
from mocban.lib.text import clean_line
from mocban.people.models import Organisation, Position, Unit
from mocban.people.selectors import in_force
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
from .choices import ReceivedVia
from .desk import kind_of_notation
from .models import Book, Issuer, Number
from .services.joint import Joint
from .signing_forms import LaterSignersField

ACCEPTED = ".pdf,.docx,.doc,.xlsx,.png,.jpg,.jpeg,.tif,.tiff,.txt,.xml,.p7s,.p7m,.asice"
AGENCIES = reverse_lazy("people:agency_options")
DRAFTS = ".docx,.doc,.odt,.pdf"
# How a document reaches the desk itself; the exchange, the mailbox and old registers have their own ways in.
RECEIVED_AT_DESK = [(way.value, way.label) for way in (ReceivedVia.PAPER, ReceivedVia.UPLOAD)]
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


def joint_field() -> TextField:
    """Bodies that issue a document with ours, one a line: name; symbol; signer."""
    return TextField(
        label=_("Cùng ban hành (văn bản liên tịch)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Mỗi dòng một cơ quan: Tên cơ quan; CHỮ VIẾT TẮT; người ký. Cơ quan mình chủ trì và cấp số."),
    )


def read_joint(typed: str) -> list[Joint]:
    """Read the lines of `joint_field`; what is missing, the service says."""
    lines = [line for line in typed.splitlines() if line.strip()]
    parts = [[clean_line(part) for part in line.split(";")] + ["", ""] for line in lines]
    return [Joint(name=name, symbol=symbol, signer=signer) for name, symbol, signer, *_more in parts]


class KindSelect(forms.Select):
    """Kinds with their printed symbols, so that the page can show the shape of a number at once."""

    symbols: dict[str, str] = {}  # noqa: RUF012 - set on each form's own copy of the widget

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value:
            option["attrs"]["data-symbol"] = self.symbols.get(str(value), "")
        return option


class DocumentForm(Form):
    """The fields of a received document."""

    issuer_name = LineField(
        label=_("Cơ quan ban hành"), max_length=200, widget=PickInput(url=AGENCIES, code="issuer_code")
    )
    issuer_code = LineField(max_length=35, required=False, widget=forms.HiddenInput)
    printed_code = LineField(label=_("Số, ký hiệu"), max_length=42, required=False)
    issued_on = DateField(label=_("Ngày văn bản"), required=False)
    kind_code = forms.ChoiceField(label=_("Loại văn bản"), required=False, widget=KindSelect)
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
        self.organisation = organisation
        self.kinds = law.kinds(regime=organisation.regime, on=on)
        self.fields["kind_code"].choices = kind_choices(organisation, on)  # type: ignore[attr-defined]
        self.fields["kind_code"].widget.symbols = {kind.code: kind.symbol for kind in self.kinds}

    def clean(self) -> dict[str, Any]:
        """Where no kind is chosen the symbol of the typed code names it."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("issuer_name"):
            meant = picks.issuer(cleaned["issuer_name"], cleaned.get("issuer_code", ""), on=self.on)
            cleaned["issuer_name"], cleaned["issuer_code"] = meant
        if not cleaned.get("kind_code") and "kind_code" not in self.errors:
            kind = kind_of_notation(split_code(cleaned.get("printed_code", ""))[1], self.kinds)
            if kind is None:
                self.add_error("kind_code", self.fields["kind_code"].error_messages["required"])
            else:
                cleaned["kind_code"] = kind.code
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
    arrivals: Any = None  # what judging the files found (signing.arrivals.Arrivals)

    book: Any = forms.ModelChoiceField(label=_("Sổ đăng ký"), queryset=Book.objects.none(), empty_label=None)
    arrived_on = DateField(label=_("Ngày đến"))
    received_via = forms.ChoiceField(label=_("Nhận qua"), choices=RECEIVED_AT_DESK, required=False)
    secrecy = forms.ChoiceField(label=_("Độ mật"), choices=[("", _("Không mật")), *Level.choices], required=False)
    file = FileField(label=_("Tệp văn bản"), required=False, accept=ACCEPTED)
    annexes = FilesField(label=_("Tệp kèm theo"), required=False, accept=ACCEPTED)
    confirmed = forms.BooleanField(label=_("Vẫn đăng ký dù có thể trùng"), required=False, widget=forms.HiddenInput)
    signatures_seen = forms.BooleanField(
        label=_("Đã xem chữ ký số không hợp lệ, vẫn tiếp nhận"), required=False, widget=forms.HiddenInput
    )
    late_reason = LineField(label=_("Lý do đăng ký muộn"), max_length=300, required=False)
    scan = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    envelope = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)
    sha256 = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

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
        # What is typed is looked at when the box is left: duplicates, the signer's title, days in full.
        for name in ("issuer_name", "printed_code", "issued_on", "signer_name", "arrived_on", "handle_by"):
            self.fields[name].widget.attrs.update(
                {
                    "hx-post": reverse("registry:incoming_check"),
                    "hx-trigger": "change",
                    "hx-target": "#check",
                    "hx-include": "closest form",
                    "hx-params": "not file,annexes",
                    "hx-disabled-elt": "unset",
                }
            )

    def clean_arrived_on(self) -> date:
        """A day for which no limit can be reckoned is a slip of the fingers, not an arrival."""
        day: date = self.cleaned_data["arrived_on"]
        try:
            limit = in_force(self.organisation, "registry.present_within", on=self.on)
            due_on(day, limit, regime=self.organisation.regime)
        except law.NotCovered as uncovered:
            raise forms.ValidationError(_("Ngày đến này quá xa; hãy xem lại năm.")) from uncovered
        return day


class PacketArrivalForm(ArrivalForm):
    """The same fields for a packet, whose files came with it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("file", "annexes", "secrecy", "received_via", "scan", "envelope", "sha256"):
            del self.fields[name]
        for field in self.fields.values():  # the page of a packet has no place for the desk's checks
            for attribute in [one for one in field.widget.attrs if one.startswith("hx-")]:
                del field.widget.attrs[attribute]


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

    issuer = forms.ModelChoiceField(
        label=_("Cơ quan ban hành"), queryset=Issuer.objects.none(), required=False, empty_label=None
    )
    kind_code = forms.ChoiceField(label=_("Loại văn bản"))
    subject = TextField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    signer = forms.ModelChoiceField(label=_("Người ký"), queryset=Position.objects.none())
    later_signers = LaterSignersField(queryset=Position.objects.none())
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
    joint_bodies = joint_field()
    urgency = urgency_field()
    due_on = DateField(label=_("Hạn trả lời"), required=False)
    secrecy = forms.ChoiceField(label=_("Độ mật"), choices=[("", _("Không mật")), *Level.choices], required=False)
    file = FileField(label=_("Tệp dự thảo (.docx)"), required=False, accept=DRAFTS)

    def __init__(
        self, *args: Any, organisation: Organisation, on: date, signers: Any, bodies: Any, issuers: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]
        self.on = on
        self.fields["kind_code"].choices = kind_choices(organisation, on)  # type: ignore[attr-defined]
        self.fields["signer"].queryset = signers  # type: ignore[attr-defined]
        self.fields["later_signers"].queryset = signers  # type: ignore[attr-defined]
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

    def clean_joint_bodies(self) -> list[Joint]:
        return read_joint(self.cleaned_data["joint_bodies"])

    def recipient_lines(self) -> list[tuple[str, str]]:
        """Every recipient as (name, code); a line without a code is printed but not sent to."""
        bodies: Iterable[Organisation] = self.cleaned_data["recipients"]
        ticked = [(body.name, body.code) for body in bodies]
        codes = {code for _name, code in ticked}
        others = picks.recipients(self.cleaned_data["other_recipients"], on=self.on)
        return [*ticked, *((name, code) for name, code in others if code not in codes)]


class DraftFileForm(VersionedForm):
    file = FileField(label=_("Bản dự thảo mới"), accept=DRAFTS)


class ReservedField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return _("Số %(number)d giữ trước, %(series)s, hết hạn %(day)s") % {
            "number": obj.value,
            "series": obj.period.series.name,
            "day": f"{obj.expires_on:%d/%m/%Y}",
        }


class NumberForm(VersionedForm):
    """The book that numbers a document, and a number reserved for it if there is one."""

    book: Any = forms.ModelChoiceField(label=_("Sổ văn bản đi"), queryset=Book.objects.none(), empty_label=None)
    reserved: Any = ReservedField(
        label=_("Số lấy"), queryset=Number.objects.none(), required=False, empty_label=_("Số tiếp theo của sổ")
    )

    def __init__(self, *args: Any, books: Any, reserved: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        self.fields["reserved"].queryset = reserved  # type: ignore[attr-defined]
