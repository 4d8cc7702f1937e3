"""Rules of the exchange: pure functions raising RuleBroken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import PacketState, StatusCode

TRANSITIONS: dict[tuple[str, str], PacketState] = {
    (PacketState.WAITING, "accept"): PacketState.ACCEPTED,
    (PacketState.WAITING, "refuse"): PacketState.REFUSED,
    (PacketState.WAITING, "recall"): PacketState.RECALLED,
    (PacketState.ACCEPTED, "recall"): PacketState.RECALLED,
    (PacketState.REFUSED, "recall"): PacketState.RECALLED,
}
# What a status says about a document that we sent. A state only moves to a later one of this order: statuses arrive
# twice and out of order, and a body that refused may accept in the end.
_ORDER = (PacketState.SENT, PacketState.REFUSED, PacketState.ACCEPTED)
_MEANS = {
    StatusCode.REFUSED: PacketState.REFUSED,
    StatusCode.ACCEPTED: PacketState.ACCEPTED,
    StatusCode.ASSIGNED: PacketState.ACCEPTED,
    StatusCode.IN_PROGRESS: PacketState.ACCEPTED,
    StatusCode.FINISHED: PacketState.ACCEPTED,
}
REPORTABLE = frozenset(
    {StatusCode.ASSIGNED, StatusCode.IN_PROGRESS, StatusCode.FINISHED, StatusCode.AGREED, StatusCode.DECLINED}
)
_MEGABYTE = 1024 * 1024


def next_state(state: str, verb: str, *, citation: str = "") -> PacketState:
    """The state after the clerk's step. Raises RuleBroken `packet.wrong_state`."""
    try:
        return TRANSITIONS[(state, verb)]
    except KeyError:
        message = _("Gói tin này không còn chờ tiếp nhận.")
        raise RuleBroken("packet.wrong_state", message, citation) from None


def state_after(state: str, code: str, *, recall: bool = False) -> str:
    """The state of a sent packet after a status about it: never one that lies before the present state.

    A packet that asks for a document back (`recall`) is answered by 15 and 16, which end it either way.
    """
    if recall:
        answered = {StatusCode.AGREED: PacketState.ACCEPTED, StatusCode.DECLINED: PacketState.REFUSED}
        return answered.get(code, state) if state == PacketState.SENT else state  # type: ignore[call-overload]
    if code not in set(_MEANS):
        return state
    meant = _MEANS[StatusCode(code)]
    return max(PacketState(state), meant, key=_ORDER.index)


def check_sendable(
    *,
    secrecy_level: str,
    code_number: str,
    code_notation: str,
    subject: str,
    issued_on: date | None,
    recipients: Sequence[str],
    files: int,
    on: date,
    secrecy_citation: str = "",
    citation: str = "",
) -> None:
    """A document travels when it is open, complete, issued, and goes to somebody once.

    Raises RuleBroken `exchange.secret`, `exchange.incomplete`, `exchange.not_issued`, `exchange.recipients`.
    """
    if secrecy_level:
        message = _("Văn bản có độ mật không được gửi qua trục liên thông.")
        raise RuleBroken("exchange.secret", message, secrecy_citation)
    if not (code_number and code_notation and subject and files):
        message = _("Văn bản thiếu số, ký hiệu, trích yếu hoặc tệp nên chưa gửi liên thông được.")
        raise RuleBroken("exchange.incomplete", message, citation)
    if issued_on is None or issued_on > on:
        raise RuleBroken("exchange.not_issued", _("Văn bản chưa có ngày ban hành hợp lệ."), citation)
    if not recipients or len(set(recipients)) != len(recipients):
        message = _("Danh sách nơi nhận liên thông trống hoặc có nơi nhận bị lặp.")
        raise RuleBroken("exchange.recipients", message, citation)


def check_size(size: int, *, megabytes: int, citation: str) -> None:
    """Raises RuleBroken `exchange.too_large`; `size` in bytes."""
    if size > megabytes * _MEGABYTE:
        message = _("Gói tin lớn hơn %(limit)s MB nên không gửi qua trục liên thông được.") % {"limit": megabytes}
        raise RuleBroken("exchange.too_large", message, citation)


def check_reason(reason: str, *, longest: int, citation: str) -> None:
    """Raises RuleBroken `packet.no_reason`, `packet.long_reason`."""
    if not reason:
        raise RuleBroken("packet.no_reason", _("Hãy ghi lý do từ chối để nơi gửi biết."), citation)
    if len(reason) > longest:
        message = _("Lý do dài quá %(longest)s ký tự.") % {"longest": longest}
        raise RuleBroken("packet.long_reason", message, citation)


def check_registrable(*, recall: bool, asked_back: bool, citation: str) -> None:
    """A recall is no document, and what its sender wants back is not registered before the clerk has answered.

    Raises RuleBroken `packet.is_recall`, `packet.asked_back`.
    """
    if recall:
        message = _("Đây là yêu cầu thu hồi, không phải văn bản mới: hãy đồng ý hoặc từ chối thu hồi.")
        raise RuleBroken("packet.is_recall", message, citation)
    if asked_back:
        message = _("Nơi gửi đã yêu cầu thu hồi văn bản này. Hãy trả lời yêu cầu thu hồi trước.")
        raise RuleBroken("packet.asked_back", message, citation)


def check_asked_back(asked_back: bool, *, citation: str) -> None:
    """Raises RuleBroken `packet.not_asked_back` when nothing was recalled, or it was answered before."""
    if not asked_back:
        message = _("Không có yêu cầu thu hồi nào đang chờ trả lời cho văn bản này.")
        raise RuleBroken("packet.not_asked_back", message, citation)


def check_reportable(code: str) -> None:
    """Raises RuleBroken `packet.status_unknown` for a code that no desk reports by itself."""
    if code not in REPORTABLE:
        raise RuleBroken("packet.status_unknown", _("Mã trạng thái này không do người xử lý báo."))
