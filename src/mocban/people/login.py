"""How allauth behaves here: closed to sign-up, silent about which accounts exist, every sign-in on the trail."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from . import services

_WRONG = _("Tên đăng nhập hoặc mật khẩu không đúng.")


class ClosedAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by an administrator."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _WRONG,
        "invalid_login": _WRONG,
        "incorrect_password": _("Mật khẩu không đúng."),
        "too_many_login_attempts": _("Có quá nhiều lần đăng nhập sai. Hãy thử lại sau ít phút."),
        "rate_limited": _("Bạn thao tác quá nhanh. Hãy thử lại sau ít phút."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        services.note_refused_sign_in(login=str(credentials.get("username", "")))

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """Only somebody with the right password comes here, so this tells no stranger that the account exists."""
        messages.error(request, _("Tài khoản này đã bị khóa. Hãy liên hệ quản trị của cơ quan."))
        return redirect("people:login")

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        services.note_sign_in(person=user)
        return super().post_login(request, user, **kwargs)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """allauth's own messages are not in Vietnamese; our pages say what has happened."""

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        methods = super().get_reauthentication_methods(user)
        names = {"reauthenticate": _("Dùng mật khẩu"), "mfa_reauthenticate": _("Dùng mã xác thực")}
        return [{**method, "description": names.get(method["id"], method["description"])} for method in methods]

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count by address and login together: a stranger elsewhere cannot lock somebody out."""
        return f"{self.get_client_ip(request)}:{super()._get_login_attempts_cache_key(request, **credentials)}"


class SealedMfaAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Second factors: their secrets are kept encrypted with a key made from the installation's secret."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Mã xác thực không đúng."),
        "cannot_delete_authenticator": _("Không tắt được xác thực hai bước."),
        "cannot_generate_recovery_codes": _("Hãy bật xác thực hai bước trước khi tạo mã dự phòng."),
    }

    def get_totp_issuer(self) -> str:
        return str(settings.INSTALLATION_NAME)

    def get_totp_label(self, user: Any) -> str:
        return str(user.login)

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """No mail: the trail records changes of the second factor's owner, and many offices have no mail server."""


def _cipher() -> Fernet:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"mocban second factors")
    return Fernet(base64.urlsafe_b64encode(derived.derive(settings.SECRET_KEY.encode())))
