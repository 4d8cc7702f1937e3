"""What is typed about packets, mail and the mailbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import Form, LineField, TextField

from .choices import MailSecurity
from .services import MailboxFields

_PASSWORD_HINT = _("Để trống nếu giữ mật khẩu đã lưu. Mật khẩu được mã hóa khi lưu và không hiện lại.")


class RefuseForm(Form):
    reason = TextField(label=_("Lý do từ chối"), max_length=500, help_text=_("Nơi gửi sẽ nhận được lý do này."))


class DeclineForm(Form):
    reason = TextField(label=_("Lý do không tiếp nhận"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    answer = forms.BooleanField(label=_("Gửi thư báo lý do cho người gửi"), required=False)

    def __init__(self, *args: Any, answerable: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not answerable:
            del self.fields["answer"]


class PasswordField(forms.CharField):
    """A password as typed: nothing of it is cleaned away, and it is never drawn again."""

    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=500, strip=False, required=False, **kwargs)


class MailboxForm(Form):
    """The administrator's page of the official mailbox."""

    address = LineField(label=_("Địa chỉ hộp thư công vụ"), max_length=254)
    active = forms.BooleanField(label=_("Đang dùng: tự lấy thư mỗi phút"), required=False, initial=True)
    imap_host = LineField(label=_("Máy chủ nhận thư (IMAP)"), max_length=253)
    imap_port = forms.IntegerField(label=_("Cổng IMAP"), min_value=1, max_value=65_535, initial=993)
    imap_security = forms.ChoiceField(label=_("Bảo mật đường truyền IMAP"), choices=MailSecurity.choices)
    imap_login = LineField(label=_("Tên đăng nhập IMAP"), max_length=254)
    imap_password = PasswordField(label=_("Mật khẩu IMAP"), help_text=_PASSWORD_HINT)
    smtp_host = LineField(
        label=_("Máy chủ gửi thư (SMTP)"), max_length=253, required=False, help_text=_("Để trống nếu chỉ nhận thư.")
    )
    smtp_port = forms.IntegerField(label=_("Cổng SMTP"), min_value=1, max_value=65_535, initial=465)
    smtp_security = forms.ChoiceField(label=_("Bảo mật đường truyền SMTP"), choices=MailSecurity.choices)
    smtp_login = LineField(label=_("Tên đăng nhập SMTP"), max_length=254, required=False)
    smtp_password = PasswordField(label=_("Mật khẩu SMTP"), help_text=_PASSWORD_HINT)
    authserv_id = LineField(
        label=_("Tên máy chủ kiểm tra người gửi (authserv-id)"),
        max_length=253,
        required=False,
        help_text=_("Chỉ tin kết quả SPF, DKIM, DMARC do máy chủ này ghi. Để trống thì thư hiện “chưa kiểm tra”."),
    )
    capture_tag = LineField(
        label=_("Nhãn địa chỉ riêng của cán bộ"),
        max_length=20,
        initial="hs",
        help_text=_("Địa chỉ riêng có dạng hopthu+nhãn-mã@…; máy chủ thư phải nhận địa chỉ có dấu cộng."),
    )
    done_folder = LineField(
        label=_("Chuyển thư đã nhận vào thư mục"),
        max_length=100,
        required=False,
        help_text=_("Để trống thì thư ở lại hộp thư đến và được đánh dấu đã đọc."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def mailbox(self) -> MailboxFields:
        """The cleaned values as the service takes them."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return MailboxFields(**values)
