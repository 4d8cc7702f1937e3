"""Rules of mail: pure functions raising RuleBroken."""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import DeliveryState, MailState

TRANSITIONS: dict[tuple[MailState, str], MailState] = {
    (MailState.WAITING, "register"): MailState.REGISTERED,
    (MailState.WAITING, "decline"): MailState.DECLINED,
    (MailState.WAITING, "capture"): MailState.CAPTURED,
    (MailState.LEFT, "decline"): MailState.DECLINED,
    (MailState.LEFT, "retry"): MailState.WAITING,
    (MailState.DECLINED, "restore"): MailState.WAITING,
}
# A message of ours only moves forward: reports arrive twice, late and out of order. What failed may have arrived after
# all, and what is read was delivered whatever another report says.
_ORDER = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.UNCERTAIN,
    DeliveryState.SENT,
    DeliveryState.FAILED,
    DeliveryState.DELIVERED,
    DeliveryState.READ,
)
_MEANS = {"failed": DeliveryState.FAILED, "delivered": DeliveryState.DELIVERED, "displayed": DeliveryState.READ}
AGAIN = (DeliveryState.FAILED, DeliveryState.UNCERTAIN)  # what the clerk may have sent once more
_TAG = re.compile(r"[a-z0-9]{1,20}")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|\[[0-9a-fA-F:.]{2,45}\]")
_MEGABYTE = 1024 * 1024


def next_state(state: str, verb: str, *, whole: bool = True, citation: str = "") -> MailState:
    """The state after a step; a mail without content (`whole` False) returns to where it lay.

    Raises RuleBroken `mail.wrong_state`.
    """
    following = TRANSITIONS.get((MailState(state), verb))
    if following is None:
        message = _("Thư đang ở trạng thái “%(state)s” nên không thực hiện được bước này.")
        raise RuleBroken("mail.wrong_state", message % {"state": MailState(state).label}, citation)
    return MailState.LEFT if verb == "restore" and not whole else following


def state_after(state: str, event: str) -> str:
    """The state of a delivery after a report ("failed", "delivered", "displayed", or one that means nothing here)."""
    meant = _MEANS.get(event)
    return state if meant is None else max(DeliveryState(state), meant, key=_ORDER.index)


def check_reason(reason: str, *, longest: int) -> None:
    """Raises RuleBroken `mail.no_reason`, `mail.long_reason`."""
    if not reason:
        raise RuleBroken("mail.no_reason", _("Hãy ghi lý do không tiếp nhận."))
    if len(reason) > longest:
        raise RuleBroken("mail.long_reason", _("Lý do dài quá %(longest)s ký tự.") % {"longest": longest})


def check_address(address: str) -> None:
    """Raises RuleBroken `mail.address` for what is no plain address."""
    try:
        validate_email(address)
    except ValidationError as malformed:
        message = _("“%(address)s” không phải là một địa chỉ thư điện tử.") % {"address": address[:100]}
        raise RuleBroken("mail.address", message) from malformed
    if not address.isascii() or len(address) > 254:
        message = _("Địa chỉ “%(address)s” có ký tự mà máy chủ thư không nhận.") % {"address": address[:100]}
        raise RuleBroken("mail.address", message)


def check_host(host: str) -> None:
    """Raises RuleBroken `mailbox.host`."""
    if not _HOST.fullmatch(host):
        raise RuleBroken("mailbox.host", _("Tên máy chủ “%(host)s” không đúng dạng.") % {"host": host[:100]})


def check_port(port: int) -> None:
    """Raises RuleBroken `mailbox.port`."""
    if not 1 <= port <= 65_535:
        raise RuleBroken("mailbox.port", _("Cổng phải từ 1 đến 65535."))


def check_tag(tag: str) -> None:
    """Raises RuleBroken `mailbox.tag`."""
    if not _TAG.fullmatch(tag):
        raise RuleBroken("mailbox.tag", _("Nhãn địa chỉ riêng chỉ gồm chữ cái thường không dấu và chữ số."))


def check_size(size: int, *, limit: int) -> None:
    """Raises RuleBroken `mail.too_large`; both in bytes."""
    if size > limit:
        message = _("Các tệp gửi kèm lớn hơn %(limit)s MB nên không gửi qua thư điện tử được.")
        raise RuleBroken("mail.too_large", message % {"limit": limit // _MEGABYTE})


def token_in(recipients: Iterable[str], *, mailbox: str, tag: str) -> str:
    """The word of the personal address (local+tag-word@domain) that a message was sent to, "" when to none."""
    local, _at, domain = mailbox.casefold().rpartition("@")
    start, end = f"{local}+{tag.casefold()}-", f"@{domain}"
    for address in recipients:
        plain = address.casefold()
        if plain.startswith(start) and plain.endswith(end):
            return plain[len(start) : -len(end)]
    return ""


def subject_lines(subject: str) -> str:
    """The subject, and what it puts in brackets or before a colon as lines of their own, for the secrecy check."""
    pieces = re.split(r"[\[\](){}<>:|–—]| - ", subject)
    return "\n".join([subject, *(piece.strip() for piece in pieces if piece.strip())])
