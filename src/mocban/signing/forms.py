"""Forms of signing."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, PasswordInput, RadioSelect
from django.utils.translation import gettext_lazy as _

from mocban.ui import forms


class ImageForm(forms.Form):
    """The picture of a hand's signature or of a seal."""

    image = forms.FileField(
        label=_("Ảnh chữ ký hoặc con dấu"),
        accept=".png",
        help_text=_("Tệp PNG nền trong suốt: chữ ký màu xanh; con dấu màu đỏ, đúng kích thước thực."),
    )


class PinField(CharField):
    """A PIN or passphrase as it is typed: never shown again, remembered by no browser, not even when it was wrong."""

    def __init__(self, **kwargs: Any) -> None:
        widget = PasswordInput(render_value=False, attrs={"autocomplete": "off", "spellcheck": "false"})
        super().__init__(strip=False, max_length=200, widget=widget, **kwargs)


class KeyForm(forms.Form):
    """What every place of a key asks: a confirmation when the certificate is in another name."""

    named = BooleanField(
        label=_("Chứng thư đứng tên khác nhưng đúng là của người (cơ quan) này"),
        required=False,
        help_text=_("Chỉ đánh dấu khi bạn đã kiểm tra tên trên chứng thư."),
    )


class KeyFileForm(KeyForm):
    """A PKCS#12 file and its passphrase."""

    field_order = ["file", "passphrase", "named"]
    file = forms.FileField(
        label=_("Tệp khóa"), accept=".p12,.pfx", help_text=_("Tệp PKCS#12 (.p12, .pfx) của tổ chức chứng thực.")
    )
    passphrase = PinField(
        label=_("Mật khẩu của tệp"),
        required=False,
        help_text=_("Dùng để mở tệp lúc này và không được lưu. Mỗi lần ký, người ký nhập lại mật khẩu này."),
    )


class FoundKeyForm(KeyForm):
    """One of the keys that a device or a service has shown, and the PIN for a first signature."""

    field_order = ["key", "pin", "named"]
    key = ChoiceField(label=_("Chứng thư"), widget=RadioSelect)
    pin = PinField(
        label=_("Mã PIN để ký thử"),
        required=False,
        help_text=_("Nên nhập: hệ thống ký thử một lần rồi mới ghi. Mã PIN không được lưu."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = choices  # type: ignore[attr-defined]


class ServiceForm(forms.Form):
    """Which account of which remote signing service to look into."""

    service = ChoiceField(label=_("Dịch vụ ký số"))
    account = forms.LineField(
        label=_("Tên tài khoản ở dịch vụ"),
        max_length=100,
        required=False,
        help_text=_("Để trống khi dịch vụ chỉ có một tài khoản chung cho hệ thống."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["service"].choices = choices  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """To whom the device with the organisation's key was given, when, and who allowed it in writing."""

    receiver = ChoiceField(label=_("Người nhận"))
    day = forms.DateField(label=_("Ngày giao"))
    permission = forms.LineField(
        label=_("Văn bản cho phép"),
        max_length=300,
        help_text=_("Số, ký hiệu, ngày của văn bản cho phép giao và của biên bản giao nhận."),
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["receiver"].choices = choices  # type: ignore[attr-defined]


class TimeAuthorityForm(forms.Form):
    """One authority that stamps the time."""

    name = forms.LineField(label=_("Tên"), max_length=100)
    url = forms.LineField(
        label=_("Địa chỉ"), max_length=300, help_text=_("Địa chỉ RFC 3161, bắt đầu bằng http:// hoặc https://.")
    )
