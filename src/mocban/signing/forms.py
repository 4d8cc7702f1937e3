"""Forms of signing."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, PasswordInput, RadioSelect, TextInput
from django.utils.html import format_html
from django.utils.safestring import SafeString
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


class CodeInput(TextInput):
    """A box for a one-time code and, where the service sends it, a button that asks for it.

    The button goes to `send_url` and leaves the form as it is; where that is empty the form itself is posted, with
    `send_code`.
    """

    send_url, sends = "", False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        box = super().render(name, None, attrs, renderer)
        if not self.sends:
            return box
        action: SafeString | str = ""
        if self.send_url:
            action = format_html(
                ' formaction="{}" hx-post="{}" hx-params="csrfmiddlewaretoken" hx-target="#code-sent"',
                self.send_url,
                self.send_url,
            )
        return format_html(
            '<div class="input-group">{}'
            '<button class="btn" name="send_code" value="1" formnovalidate{}>{}</button></div>'
            '<span id="code-sent" role="status"></span>',
            box,
            action,
            _("Gửi mã cho tôi"),
        )


class CodeField(CharField):
    """A one-time code of a remote signing service: browsers may offer what came by message; it is never shown again."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"autocomplete": "one-time-code", "spellcheck": "false"}
        super().__init__(label=_("Mã xác thực một lần (OTP)"), max_length=64, widget=CodeInput(attrs=attrs), **kwargs)

    def sent_by(self, url: str = "") -> None:
        """Draw the button that lets the service send the code."""
        self.widget.sends, self.widget.send_url = True, url


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

    field_order = ["key", "pin", "otp", "named"]
    key = ChoiceField(label=_("Chứng thư"), widget=RadioSelect)
    pin = PinField(
        label=_("Mã PIN để ký thử"),
        required=False,
        help_text=_("Nên nhập: hệ thống ký thử một lần rồi mới ghi. Mã PIN không được lưu."),
    )

    otp = CodeField(required=False, help_text=_("Cần khi chứng thư đã chọn đòi mã này để ký thử."))

    def __init__(
        self, *args: Any, choices: list[tuple[str, str]], asks_code: bool = False, sends: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].choices = choices  # type: ignore[attr-defined]
        if not asks_code:
            del self.fields["otp"]
        elif sends:
            self.fields["otp"].sent_by()  # type: ignore[attr-defined]


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
