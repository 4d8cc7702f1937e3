"""The password rule of the law data, as a validator of Django."""

from __future__ import annotations

import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from mocban import law

from .selectors import today


class LawfulPasswordValidator:
    """At least as many characters and kinds of character as security.password_length and password_classes ask.

    The kinds are small letters, capitals, digits and other signs (QCVN 12:2026/BCA, accounts). `min_length` is the
    installation's own bound, used where it is the stricter one.
    """

    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: Any = None) -> None:
        length, classes = self._asked(user)
        if len(password) < length:
            raise ValidationError(_("Mật khẩu phải có ít nhất %(length)d ký tự.") % {"length": length}, "too_short")
        if len({_kind(character) for character in password}) < classes:
            raise ValidationError(_("Mật khẩu phải có đủ chữ thường, chữ hoa, chữ số và ký tự khác."), "too_few_kinds")

    def get_help_text(self) -> str:
        return _("Ít nhất %(length)d ký tự, đủ chữ thường, chữ hoa, chữ số và ký tự khác.") % {
            "length": self.min_length
        }

    def _asked(self, user: Any) -> tuple[int, int]:
        regime = user.organisation.regime if user is not None else "state"
        on = today()
        asked = law.value("security.password_length", on=on, regime=regime).value
        return max(self.min_length, asked), law.value("security.password_classes", on=on, regime=regime).value


def _kind(character: str) -> str:
    category = unicodedata.category(character)
    return category if category in ("Ll", "Lu", "Nd") else "other"
