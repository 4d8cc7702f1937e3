"""Forms about signatures: the PIN, the answer about what was not opened, later signers, annexes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from mocban.people.models import Position
from mocban.signing.forms import CodeField
from mocban.ui.forms import FilesField, VersionedForm

from .signing_places import Place

ENCLOSED = ".pdf,.docx,.doc,.odt,.xlsx,.xls,.ods,.png,.jpg,.jpeg,.tif,.tiff"


def pin_field() -> forms.CharField:
    """The PIN or pass phrase of a key, never shown again and never kept in clear."""
    return forms.CharField(
        label=_("Mã PIN của khóa"),
        max_length=128,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )


class IssueForm(VersionedForm):
    """The PIN and the one-time code of the key, where it asks for them; the last try before a lock when it comes."""

    pin = pin_field()
    otp = CodeField(required=False)
    last_try = forms.BooleanField(label=_("Nếu chỉ còn một lần thử mã PIN, tôi vẫn thử"), required=False)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._last_try, self._otp = self.fields["last_try"], self.fields["otp"]
        if place.sends_code:
            self.fields["otp"].sent_by(place.send_url)  # type: ignore[attr-defined]
        if not place.asks_pin:
            del self.fields["pin"]
        if not place.asks_code and "otp" not in self.data:
            del self.fields["otp"]
        if "last_try" not in self.data:
            del self.fields["last_try"]

    def add_error(self, field: str | None, error: Any) -> None:
        """Note the error; where the key turned out to ask for more (last try, code), ask for it on the same page."""
        super().add_error(field, error)
        code = getattr(error, "code", "")
        if code == "signing.last_try":
            self.fields["last_try"] = self._last_try
        if code == "signing.no_otp":
            self.fields["otp"] = self._otp


class SignForm(IssueForm):
    """The signer's own PIN, and the answer about a document that was never opened."""

    unread_confirmed = forms.BooleanField(label=_("Tôi chưa mở văn bản này nhưng vẫn ký"), required=False)

    def __init__(self, *args: Any, read: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if read:
            del self.fields["unread_confirmed"]


class BatchStartForm(IssueForm):
    """PIN and code, once for all documents of a batch; in the background nobody could ask about the last try."""

    def __init__(self, *args: Any, last_try: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last_try and "pin" in self.fields:
            self.fields["last_try"] = self._last_try


class SelectsInOrder(forms.Select):
    """Several boxes of one choice each under one name: their order is the order of what was chosen."""

    rows = 3

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        found = data.getlist(name) if hasattr(data, "getlist") else data.get(name) or []
        return [one for one in found if one]

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = [str(getattr(one, "pk", one)) for one in value or []]
        drawn = []
        for place in range(max(self.rows, len(chosen))):
            name_of_row = _("Người ký thứ %(order)d") % {"order": place + 2}
            own = {**(attrs or {}), "aria-label": name_of_row}
            if place and "id" in own:
                own["id"] = f"{own['id']}_{place}"
            one = chosen[place] if place < len(chosen) else ""
            drawn.append((name_of_row, super().render(name, one, own, renderer)))
        return format_html_join("", '<div class="mb-2"><span class="muted" aria-hidden="true">{}</span>{}</div>', drawn)


class LaterSignersField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Who sign after the first signer, in order."""

    widget = SelectsInOrder

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Người ký tiếp, theo thứ tự"), required=False, **kwargs)
        self.empty_label = "—"

    def clean(self, value: Any) -> list[Any]:  # type: ignore[override]
        found = {str(one.pk): one for one in super().clean(value)}
        return [found[str(one)] for one in value or []]


class LaterSignersForm(VersionedForm):
    later_signers = LaterSignersField(queryset=Position.objects.none())

    def __init__(self, *args: Any, signers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["later_signers"].queryset = signers  # type: ignore[attr-defined]


class EncloseForm(VersionedForm):
    enclosed = FilesField(label=_("Phụ lục, tệp kèm theo"), required=True, accept=ENCLOSED)
