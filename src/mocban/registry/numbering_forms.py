"""Forms of issuers, series, terms, single numbers, and of documents entered late."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.people.models import Organisation, Unit
from mocban.records.services import DocumentFields
from mocban.secrecy.choices import Level
from mocban.ui.forms import DateField, FileField, FilesField, Form, LineField, TextField, VersionedForm

from .choices import Direction, IssuerKind
from .forms import ACCEPTED, joint_field, kind_choices, read_joint, urgency_field
from .models import Book, Issuer
from .services.joint import Joint


class IssuerForm(Form):
    """A body in whose name the registry numbers documents."""

    kind = forms.ChoiceField(
        label=_("Tư cách ban hành"),
        choices=[(kind.value, kind.label) for kind in IssuerKind if kind != IssuerKind.OWN],
    )
    name = LineField(label=_("Tên cơ quan ban hành"), max_length=200)
    symbol = LineField(
        label=_("Chữ viết tắt trong ký hiệu"),
        max_length=20,
        help_text=_("Ví dụ: TU, HĐTĐKT; chữ này in trong số, ký hiệu."),
    )
    code = LineField(label=_("Mã định danh điện tử"), max_length=35, required=False)

    def __init__(self, *args: Any, with_kind: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_kind:
            del self.fields["kind"]


def symbols_field() -> LineField:
    return LineField(
        label=_("Chỉ dùng cho các ký hiệu (cách nhau dấu phẩy)"),
        max_length=200,
        required=False,
        help_text=_("Ví dụ: QĐ, TB. Bỏ trống cả hai mục thì dãy số dùng cho mọi loại văn bản."),
    )


class SeriesForm(Form):
    """A series: what it counts."""

    direction = forms.ChoiceField(label=_("Đánh số"), choices=Direction.choices)
    name = LineField(label=_("Tên hệ thống số"), max_length=100)
    kind_symbols = symbols_field()
    kind_codes = forms.MultipleChoiceField(
        label=_("Hoặc chỉ dùng cho các tên loại"), required=False, widget=forms.SelectMultiple(attrs={"size": 8})
    )

    def __init__(
        self, *args: Any, organisation: Organisation, on: date, with_direction: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind_codes"].choices = kind_choices(organisation, on)[1:]  # type: ignore[attr-defined]
        if not with_direction:
            del self.fields["direction"]

    def clean_kind_symbols(self) -> list[str]:
        return [part.strip() for part in self.cleaned_data["kind_symbols"].split(",") if part.strip()]


class LayoutForm(Form):
    """What laying out the series of an issuer still needs to know; each only where it matters."""

    groups = TextField(
        label=_("Các nhóm loại văn bản"),
        max_length=2000,
        help_text=_("Mỗi dòng một nhóm: Tên nhóm: ký hiệu, ký hiệu. Các loại còn lại chung một dãy."),
    )
    term_name = LineField(label=_("Tên nhiệm kỳ"), max_length=60, required=False)
    term_starts_on = DateField(label=_("Ngày bắt đầu nhiệm kỳ"), required=False)

    def __init__(self, *args: Any, by_groups: bool, by_term: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not by_groups:
            del self.fields["groups"]
        if not by_term:
            del self.fields["term_name"], self.fields["term_starts_on"]

    def clean_groups(self) -> dict[str, list[str]]:
        lines = [line.partition(":") for line in self.cleaned_data["groups"].splitlines() if line.strip()]
        return {
            name.strip(): [part.strip() for part in symbols.split(",") if part.strip()] for name, _c, symbols in lines
        }

    def term(self) -> tuple[str, date] | None:
        """The term to open, when its first day was typed."""
        name, starts_on = self.cleaned_data.get("term_name", ""), self.cleaned_data.get("term_starts_on")
        return (name, starts_on) if starts_on else None


class TermForm(Form):
    name = LineField(label=_("Tên nhiệm kỳ, đại hội"), max_length=60)
    starts_on = DateField(label=_("Ngày bắt đầu"))
    ends_on = DateField(label=_("Ngày kết thúc"), required=False, help_text=_("Bỏ trống khi chưa biết."))


class TermEndForm(Form):
    ends_on = DateField(label=_("Ngày cuối cùng"))


class TermCorrectionForm(Form):
    name = LineField(label=_("Tên nhiệm kỳ, đại hội"), max_length=60)
    starts_on = DateField(label=_("Ngày bắt đầu"))


class BookForm(Form):
    name = LineField(label=_("Tên sổ"), max_length=150)
    year = forms.IntegerField(label=_("Năm"), min_value=1945, max_value=2200)


class ReasonLineForm(Form):
    reason = LineField(label=_("Lý do"), max_length=300)


class CancelForm(VersionedForm):
    reason = LineField(label=_("Lý do bỏ văn bản"), max_length=300)


class ReserveForm(Form):
    reason = LineField(label=_("Lý do giữ số"), max_length=300, help_text=_("Không ghi nội dung văn bản ở đây."))
    expires_on = DateField(label=_("Giữ đến hết ngày"))


class DraftIssuerForm(VersionedForm):
    """In whose name a draft is issued."""

    issuer = forms.ModelChoiceField(
        label=_("Cơ quan ban hành"), queryset=Issuer.objects.none(), required=False, empty_label=None
    )
    joint_bodies = joint_field()

    def __init__(self, *args: Any, issuers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["issuer"].queryset = issuers  # type: ignore[attr-defined]

    def clean_joint_bodies(self) -> list[Joint]:
        return read_joint(self.cleaned_data["joint_bodies"])


class LateForm(Form):
    """A document that was signed and issued before it was entered."""

    book: Any = forms.ModelChoiceField(label=_("Sổ văn bản đi"), queryset=Book.objects.none(), empty_label=None)
    true_date = DateField(label=_("Ngày thật của văn bản"))
    reason = LineField(label=_("Lý do đăng ký muộn"), max_length=300)
    kind_code = forms.ChoiceField(label=_("Loại văn bản"))
    subject = TextField(label=_("Trích yếu nội dung"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    signer_name = LineField(label=_("Người ký"), max_length=50)
    signer_title = LineField(label=_("Chức vụ người ký"), max_length=100, required=False)
    unit = forms.ModelChoiceField(label=_("Đơn vị soạn thảo"), queryset=Unit.objects.none(), required=False)
    recipients = TextField(
        label=_("Nơi nhận (mỗi dòng một nơi)"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    urgency = urgency_field()
    secrecy = forms.ChoiceField(label=_("Độ mật"), choices=[("", _("Không mật")), *Level.choices], required=False)
    file = FileField(label=_("Tệp văn bản đã ký"), required=False, accept=ACCEPTED)
    annexes = FilesField(label=_("Tệp kèm theo"), required=False, accept=ACCEPTED)

    def __init__(self, *args: Any, organisation: Organisation, on: date, books: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["kind_code"].choices = kind_choices(organisation, on)  # type: ignore[attr-defined]

    def document(self) -> DocumentFields:
        """The cleaned values as the records app takes them."""
        cleaned = self.cleaned_data
        names = dict(self.fields["kind_code"].choices)  # type: ignore[attr-defined]
        return DocumentFields(
            kind_code=cleaned["kind_code"],
            kind_name=str(names[cleaned["kind_code"]]),
            subject=cleaned["subject"],
            signer_name=cleaned["signer_name"],
            signer_title=cleaned["signer_title"],
            urgency=cleaned["urgency"],
        )
