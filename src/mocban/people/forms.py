"""Forms of this app. They only clean; the services decide."""

from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.account.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthMfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as AllauthActivateForm
from django import forms
from django.utils.translation import gettext_lazy as _

from mocban.ui.forms import DateField, FileField, Form, LineField

from .choices import AgencyLevel, Regime, Role
from .models import Unit

LOGIN_ATTRIBUTES = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class PasswordField(forms.CharField):
    """A password as typed: nothing is stripped or normalised, and it is never echoed."""

    def __init__(self, *, autocomplete: str, **kwargs: Any) -> None:
        widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
        super().__init__(max_length=200, strip=False, widget=widget, **kwargs)


class LoginForm(AllauthLoginForm):  # type: ignore[misc]
    """The sign-in form with our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["login"] = LineField(
            label=_("Tên đăng nhập"),
            max_length=60,
            widget=forms.TextInput(attrs={**LOGIN_ATTRIBUTES, "autofocus": True}),
        )
        self.fields["password"] = PasswordField(label=_("Mật khẩu"), autocomplete="current-password")
        self.order_fields(["login", "password"])
        _say_required(self)

    def clean_login(self) -> str:
        return str(self.cleaned_data["login"]).lower()


class ReauthenticateForm(AllauthReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["password"] = PasswordField(label=_("Mật khẩu"), autocomplete="current-password")
        _say_required(self)


def _code_field(label: Any) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return LineField(label=label, max_length=40, widget=forms.TextInput(attrs=attributes))


class AuthenticateForm(AllauthAuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["code"] = _code_field(_("Mã xác thực hoặc mã dự phòng"))
        _say_required(self)


class MfaReauthenticateForm(AllauthMfaReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["code"] = _code_field(_("Mã xác thực hoặc mã dự phòng"))
        _say_required(self)


class ActivateTOTPForm(AllauthActivateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.fields["code"] = _code_field(_("Mã 6 chữ số đang hiện trên điện thoại"))
        _say_required(self)


def _say_required(form: forms.BaseForm) -> None:
    for field in form.fields.values():
        field.error_messages["required"] = _("Mục này không được để trống.")


class NewPasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField(label=_("Mật khẩu mới"), autocomplete="new-password")
    again = PasswordField(label=_("Nhập lại mật khẩu mới"), autocomplete="new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", _("Hai lần nhập mật khẩu không giống nhau."))
        return cleaned


class ChangePasswordForm(NewPasswordForm):
    old = PasswordField(label=_("Mật khẩu hiện tại"), autocomplete="current-password")
    field_order = ["old", "password", "again"]


class ResetForm(NewPasswordForm):
    login = LineField(label=_("Tên đăng nhập"), max_length=60, widget=forms.TextInput(attrs=LOGIN_ATTRIBUTES))
    code = LineField(
        label=_("Mã dùng một lần"),
        max_length=40,
        help_text=_("Quản trị của cơ quan cấp mã này, dạng XXXX-XXXX-XXXX-XXXX."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    field_order = ["login", "code", "password", "again"]


class OrganisationForm(Form):
    name = LineField(label=_("Tên cơ quan"), max_length=200)
    short_name = LineField(label=_("Tên gọi tắt"), max_length=60, required=False)
    parent_name = LineField(label=_("Cơ quan cấp trên trực tiếp"), max_length=200, required=False)
    regime = forms.ChoiceField(
        label=_("Khối"), choices=Regime.choices, help_text=_("Quyết định quy định văn thư, lưu trữ được áp dụng.")
    )
    symbol = LineField(
        label=_("Chữ viết tắt trong ký hiệu"), max_length=20, help_text=_("Đứng trong số, ký hiệu văn bản, ví dụ VPTU.")
    )
    code = LineField(
        label=_("Mã định danh điện tử"), max_length=35, help_text=_("Dùng khi gửi, nhận văn bản liên thông.")
    )
    place = LineField(label=_("Địa danh"), max_length=100, help_text=_("Đứng trước ngày tháng trên văn bản."))
    address = LineField(label=_("Địa chỉ"), max_length=200, required=False)


class StartForm(OrganisationForm, NewPasswordForm):
    """Everything that the first start asks."""

    start_code = LineField(label=_("Mã khởi tạo"), max_length=40, help_text=_("Hiện ở màn hình máy chủ khi khởi động."))
    full_name = LineField(label=_("Họ và tên quản trị"), max_length=100)
    login = LineField(label=_("Tên đăng nhập"), max_length=60, widget=forms.TextInput(attrs=LOGIN_ATTRIBUTES))
    field_order = [
        "start_code", "name", "short_name", "parent_name", "regime", "symbol", "code", "place", "address",
        "full_name", "login", "password", "again",
    ]  # fmt: skip


class UnitForm(Form):
    name = LineField(label=_("Tên đơn vị"), max_length=200)
    symbol = LineField(label=_("Chữ viết tắt"), max_length=20, help_text=_("Duy nhất trong cơ quan, ví dụ TH, TCHC."))


class PersonForm(Form):
    full_name = LineField(label=_("Họ và tên"), max_length=100)
    email = LineField(label=_("Thư điện tử"), max_length=254, required=False)


class RolesInput(forms.CheckboxSelectMultiple):
    """One box a line; Django's own template gives the list the class of the boxes."""

    template_name = "people/roles.html"


class PostForm(Form):
    """The fields of a position."""

    title = LineField(label=_("Chức vụ"), max_length=100)
    unit = forms.ModelChoiceField(
        label=_("Đơn vị"), queryset=Unit.objects.none(), required=False, empty_label=_("(không thuộc đơn vị nào)")
    )
    roles = forms.MultipleChoiceField(
        label=_("Vai trò"), choices=Role.choices, widget=RolesInput, help_text=_("Chọn ít nhất một.")
    )
    authority = LineField(
        label=_("Quyền hạn ký"),
        max_length=60,
        required=False,
        help_text=_("Ví dụ TM., KT., TL. Để trống nếu không ký."),
    )
    valid_from = DateField(label=_("Từ ngày"))
    valid_to = DateField(label=_("Đến hết ngày"), required=False)

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class NewPersonForm(PostForm, PersonForm):
    login = LineField(
        label=_("Tên đăng nhập"),
        max_length=60,
        help_text=_("Chữ thường không dấu, chữ số, dấu chấm."),
        widget=forms.TextInput(attrs={**LOGIN_ATTRIBUTES, "autocomplete": "off"}),
    )
    field_order = ["full_name", "login", "email", "title", "unit", "roles", "authority", "valid_from", "valid_to"]


class AppointForm(PostForm):
    login = LineField(label=_("Tên đăng nhập"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    field_order = ["login", "title", "unit", "roles", "authority", "valid_from", "valid_to"]


class LastDayForm(Form):
    last_day = DateField(label=_("Ngày làm việc cuối cùng ở vị trí này"))


class SettingForm(Form):
    """A value of the organisation's own; the widget of `value` follows the parameter."""

    value = forms.CharField(label=_("Giá trị"), max_length=200)
    citation = LineField(
        label=_("Quy chế, quyết định của cơ quan"),
        max_length=200,
        help_text=_("Ví dụ: Quy chế công tác văn thư, Điều 5."),
    )
    valid_from = DateField(label=_("Áp dụng từ ngày"))
    reason = LineField(label=_("Lý do làm khác quy định"), max_length=300, required=False)
    until = DateField(label=_("Áp dụng đến hết ngày"), required=False)

    def __init__(self, *args: Any, choices: list[tuple[str, Any]], departure: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if choices:
            self.fields["value"] = forms.ChoiceField(label=_("Giá trị"), choices=choices)
            self.order_fields(["value", "citation", "valid_from"])
        if not departure:
            del self.fields["reason"], self.fields["until"]


class TokenForm(Form):
    position = forms.ModelChoiceField(label=_("Vị trí công tác"), queryset=Unit.objects.none(), empty_label=None)
    label = LineField(label=_("Dùng cho việc gì"), max_length=100)
    days = forms.IntegerField(label=_("Thời hạn (ngày)"), initial=90)

    def __init__(self, *args: Any, positions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].queryset = positions  # type: ignore[attr-defined]


class AgencyForm(Form):
    """One entry of the directory."""

    code = LineField(label=_("Mã định danh điện tử"), max_length=35)
    former_codes = LineField(label=_("Mã cũ"), max_length=500, required=False, help_text=_("Cách nhau dấu phẩy."))
    name = LineField(label=_("Tên cơ quan"), max_length=200)
    short_name = LineField(label=_("Tên gọi tắt"), max_length=60, required=False)
    abbreviations = LineField(
        label=_("Chữ viết tắt"), max_length=300, required=False, help_text=_("Cách nhau dấu phẩy, ví dụ SNV.")
    )
    parent_name = LineField(label=_("Cơ quan cấp trên trực tiếp"), max_length=200, required=False)
    parent_code = LineField(label=_("Mã cơ quan cấp trên"), max_length=35, required=False)
    regime = forms.ChoiceField(label=_("Khối"), choices=[("", "–"), *Regime.choices], required=False)
    level = forms.ChoiceField(label=_("Cấp"), choices=[("", _("(theo tên)")), *AgencyLevel.choices], required=False)
    place = LineField(label=_("Địa danh"), max_length=100, required=False)
    email = LineField(label=_("Hộp thư công vụ"), max_length=254, required=False)
    valid_from = DateField(label=_("Hoạt động từ ngày"), required=False)
    valid_to = DateField(label=_("Hoạt động đến hết ngày"), required=False)
    successor_code = LineField(
        label=_("Mã cơ quan kế thừa"),
        max_length=35,
        required=False,
        help_text=_("Khi cơ quan này đã sáp nhập."),
    )

    def clean_former_codes(self) -> list[str]:
        return _listed(self.cleaned_data["former_codes"])

    def clean_abbreviations(self) -> list[str]:
        return _listed(self.cleaned_data["abbreviations"])


def _listed(typed: str) -> list[str]:
    return [one.strip() for one in typed.replace(";", ",").split(",") if one.strip()]


class DirectoryForm(Form):
    """A sheet of agencies; the button says whether it is only judged or entered."""

    file = FileField(label=_("Tệp danh bạ (.xlsx, .csv)"), accept=".xlsx,.csv")


class SheetForm(Form):
    file = FileField(label=_("Tệp .xlsx"), accept=".xlsx")
