"""Passwords of mailboxes at rest: sealed with a key of the installation's secret, opened only to sign in.

A copied database without the secret opens nothing; a value copied to another mailbox does not open there either.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken


def seal(plain: str, *, owner: str) -> str:
    """Return the sealed text; `owner` names what it belongs to. An empty text stays empty."""
    return _lock(owner).encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str, *, owner: str) -> str:
    """Return the plain text. Raises RuleBroken `mailbox.sealed` under another secret or owner."""
    if not sealed:
        return ""
    try:
        return _lock(owner).decrypt(sealed.encode()).decode()
    except InvalidToken:
        message = _("Không mở được mật khẩu đã lưu của hộp thư (khóa hệ thống đã đổi). Hãy nhập lại mật khẩu.")
        raise RuleBroken("mailbox.sealed", message) from None


def _lock(owner: str) -> Fernet:
    secret = settings.SECRET_KEY.encode()
    return Fernet(
        base64.urlsafe_b64encode(hmac.new(secret, b"mocban mailbox\0" + owner.encode(), hashlib.sha256).digest())
    )
