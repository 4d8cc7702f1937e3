"""What may happen to a stored object."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import ObjectState

TRANSITIONS: dict[tuple[str, str], str] = {
    (ObjectState.STORED, "freeze"): ObjectState.FROZEN,
    (ObjectState.FROZEN, "erase"): ObjectState.ERASED,
}


def next_state(state: str, verb: str) -> str:
    """Return the state after `verb`. Raises RuleBroken `content.wrong_state`."""
    try:
        return TRANSITIONS[(state, verb)]
    except KeyError:
        message = _("Tệp đang ở trạng thái không cho phép bước này; phải phong tỏa rồi mới được xóa.")
        raise RuleBroken("content.wrong_state", message) from None


def check_readable(state: str) -> None:
    """Raise RuleBroken `content.frozen` or `content.erased` unless the bytes may be read."""
    if state == ObjectState.FROZEN:
        message = _("Tệp đã bị phong tỏa vì phát hiện dấu hiệu bí mật nhà nước; không ai được mở.")
        raise RuleBroken("content.frozen", message)
    if state == ObjectState.ERASED:
        raise RuleBroken("content.erased", _("Nội dung tệp đã được xóa theo biên bản hoặc theo lệnh thu hồi."))
