"""Forms of books, hand-overs, post, kept copies and envelopes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.people.models import Position, Unit
from mocban.secrecy.choices import Level
from mocban.ui.forms import DateField, Form, LineField

from .choices import BookKind
from .models import Book, Recipient
from .services.envelopes import Cover
from .services.kept_copies import Use
from .services.logs import Receiver
from .services.post import Mailing

LOGS = [(kind.value, kind.label) for kind in (BookKind.HANDOVER, BookKind.POST, BookKind.KEPT_COPIES)]
LETTERS = [
    ("", _("Không có")),
    (Level.SECRET.value, _("Chữ C (Mật)")),
    (Level.TOP_SECRET.value, _("Chữ B (Tối mật)")),
    (Level.ABSOLUTE_SECRET.value, _("Chữ A (Tuyệt mật)")),
]


class LogBookForm(Form):
    """Open a book that has no series."""

    kind = forms.ChoiceField(label=_("Loại sổ"), choices=LOGS)
    name = LineField(label=_("Tên sổ"), max_length=150)


class ReopenForm(Form):
    reason = LineField(label=_("Lý do mở lại"), max_length=300)


class LineForm(Form):
    """What every line of a log needs: the book it goes into."""

    book: Any = forms.ModelChoiceField(label=_("Ghi vào sổ"), queryset=Book.objects.none(), empty_label=None)

    def __init__(self, *args: Any, books: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["book"].queryset = books  # type: ignore[attr-defined]


class HandOverForm(LineForm):
    """To whom the chosen rows are handed: exactly one of unit, person, typed name."""

    unit = forms.ModelChoiceField(label=_("Đơn vị nhận"), queryset=Unit.objects.none(), required=False)
    position = forms.ModelChoiceField(label=_("Người nhận"), queryset=Position.objects.none(), required=False)
    name = LineField(label=_("Hoặc nơi nhận ghi tay"), max_length=210, required=False)
    amount = forms.IntegerField(label=_("Số lượng bản"), min_value=1, max_value=10_000, initial=1)
    note = LineField(label=_("Ghi chú"), max_length=300, required=False)

    field_order = ["unit", "position", "name", "amount", "book", "note"]

    def __init__(self, *args: Any, units: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["position"].queryset = positions  # type: ignore[attr-defined]

    def receiver(self) -> Receiver:
        cleaned = self.cleaned_data
        return Receiver(unit=cleaned["unit"], position=cleaned["position"], name=cleaned["name"])


class PaperReceiptForm(Form):
    name = LineField(label=_("Người ký nhận trên giấy"), max_length=150)


class PostForm(LineForm):
    """The places of the recipient list, and one more; a place with nought envelopes gets none."""

    extra_place = LineField(label=_("Nơi nhận khác"), max_length=200, required=False)
    extra_envelopes = forms.IntegerField(label=_("Số bì"), min_value=0, max_value=1_000, required=False, initial=1)
    note = LineField(label=_("Ghi chú"), max_length=300, required=False)

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = recipients
        for recipient in recipients:
            self.fields[f"envelopes-{recipient.ordinal}"] = forms.IntegerField(
                label=recipient.name,
                min_value=0,
                max_value=1_000,
                required=False,
                initial=0 if recipient.packet_id or recipient.email else 1,
            )

    @property
    def rows(self) -> list[Any]:
        """The fields of the places, bound."""
        return [self[f"envelopes-{recipient.ordinal}"] for recipient in self.places]

    def mailings(self) -> list[Mailing]:
        cleaned = self.cleaned_data
        counted = [(place.name, cleaned[f"envelopes-{place.ordinal}"]) for place in self.places]
        if cleaned["extra_place"]:
            counted.append((cleaned["extra_place"], cleaned["extra_envelopes"]))
        return [Mailing(place, envelopes) for place, envelopes in counted if envelopes]


class DayForm(Form):
    day = DateField(label=_("Ngày"), required=False)


class PostReceiptForm(Form):
    receipt = LineField(label=_("Ký nhận hoặc mã bưu gửi"), max_length=100)


class UseForm(LineForm):
    """Who uses a kept copy."""

    position = forms.ModelChoiceField(label=_("Người sử dụng"), queryset=Position.objects.none(), required=False)
    user = LineField(label=_("Hoặc họ tên, đơn vị ghi tay"), max_length=210, required=False)
    permitted_by = LineField(label=_("Người cho phép"), max_length=210)
    file_symbol = LineField(label=_("Số, ký hiệu hồ sơ"), max_length=50, required=False)
    note = LineField(label=_("Ghi chú"), max_length=300, required=False)

    field_order = ["position", "user", "permitted_by", "file_symbol", "book", "note"]

    def __init__(self, *args: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions  # type: ignore[attr-defined]

    def use(self) -> Use:
        cleaned = self.cleaned_data
        names = ("permitted_by", "position", "user", "file_symbol", "note")
        return Use(**{name: cleaned[name] for name in names})


class EnvelopeForm(Form):
    """What stands on an envelope that is handed over unopened."""

    arrived_on = DateField(label=_("Ngày đến"))
    sender = LineField(label=_("Nơi gửi ghi trên bì"), max_length=200)
    position = forms.ModelChoiceField(label=_("Người nhận"), queryset=Position.objects.none(), required=False)
    addressee = LineField(label=_("Hoặc tên người, tổ chức ghi trên bì"), max_length=200, required=False)
    level = forms.ChoiceField(label=_("Ký hiệu mật trên bì"), choices=LETTERS, required=False)
    marks = LineField(label=_("Số, ký hiệu ghi trên bì"), max_length=100, required=False)
    note = LineField(label=_("Ghi chú"), max_length=300, required=False)

    def __init__(self, *args: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions  # type: ignore[attr-defined]

    def cover(self) -> Cover:
        cleaned = self.cleaned_data
        return Cover(**{name: cleaned[name] for name in self.fields})


class FollowUpForm(Form):
    """Which part of the incoming register is followed up."""

    since = DateField(label=_("Từ ngày"), required=False)
    until = DateField(label=_("Đến ngày"), required=False)
    unit = forms.ModelChoiceField(label=_("Đơn vị"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
