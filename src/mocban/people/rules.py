"""What a login, a symbol, a position and a code must look like. Pure: no database, the day is an argument."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import Role

LONGEST_TOKEN_DAYS = 366  # a bound of ours: a token is renewed at least once a year
CODE_HOURS = 24  # life of a one-time code for a password
FIRST_CODE_HOURS = 7 * 24  # the same for an account that has never had one
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
_SYMBOL = re.compile(r"[^\W_][^\W_&.-]*([&.-][^\W_&.-]+)*")
_CODE = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*")


def check_login(login: str) -> None:
    """Refuse a login that is not 2 to 60 small ASCII letters, digits, dots, hyphens or underscores."""
    if not _LOGIN.fullmatch(login):
        raise RuleBroken(
            "person.login_malformed",
            _("Tên đăng nhập gồm 2 đến 60 ký tự: chữ thường không dấu, chữ số, dấu chấm, gạch nối, gạch dưới."),
        )


def check_symbol(symbol: str) -> None:
    """Refuse an abbreviation that would break the number and symbol of a document (spaces, slashes)."""
    if not 1 <= len(symbol) <= 20 or not _SYMBOL.fullmatch(symbol):
        raise RuleBroken(
            "symbol.malformed",
            _("Chữ viết tắt gồm 1 đến 20 chữ cái, chữ số, có thể nối bằng «-», «&» hoặc «.», không có dấu cách."),
        )


def check_code(code: str) -> None:
    """Refuse an exchange code that is not letters and digits joined by dots, hyphens or underscores."""
    if not 1 <= len(code) <= 35 or not _CODE.fullmatch(code):
        raise RuleBroken(
            "organisation.code_malformed",
            _("Mã định danh gồm tối đa 35 chữ cái không dấu, chữ số, có thể nối bằng dấu chấm hoặc gạch nối."),
        )


def check_given(label: object, text: str) -> None:
    """Refuse an empty required text; `label` names it."""
    if not text:
        raise RuleBroken("people.empty", _("Mục «%(label)s» không được để trống.") % {"label": label})


def check_length(label: object, text: str, longest: int) -> None:
    """Refuse a text of more than `longest` characters."""
    if len(text) > longest:
        raise RuleBroken(
            "people.too_long",
            _("Mục «%(label)s» dài quá %(longest)d ký tự.") % {"label": label, "longest": longest},
        )


def check_email(email: str) -> None:
    """Refuse an address that is given but malformed, or longer than 254 characters (RFC 5321)."""
    try:
        if email:
            validate_email(email)
    except ValidationError as malformed:
        raise RuleBroken("person.email", _("Địa chỉ thư điện tử không đúng dạng.")) from malformed
    check_length(_("Thư điện tử"), email, 254)


def check_roles(roles: Collection[str]) -> None:
    """Refuse a position without a role, or with one that does not exist."""
    if not roles or not set(roles) <= set(Role.values):
        raise RuleBroken("position.roles", _("Vị trí công tác phải có ít nhất một vai trò trong danh sách."))


def check_term(valid_from: date, valid_to: date | None) -> None:
    """Refuse a position that ends before it begins."""
    if valid_to is not None and valid_to < valid_from:
        raise RuleBroken("position.days", _("Ngày kết thúc phải từ ngày bắt đầu trở đi."))


def check_administrator_stays(remaining: int) -> None:
    """Refuse the step that would leave an organisation without an administrator in force."""
    if remaining < 1:
        raise RuleBroken(
            "position.last_administrator",
            _("Cơ quan phải còn ít nhất một quản trị đang hoạt động. Hãy giao vai trò quản trị cho người khác trước."),
        )


def check_token_days(days: int) -> None:
    """Refuse a token that lives less than a day or more than a year."""
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise RuleBroken(
            "token.days",
            _("Thời hạn của mã truy cập là từ 1 đến %(longest)d ngày.") % {"longest": LONGEST_TOKEN_DAYS},
        )
