"""How an issued document is put right: by what, and what becomes of it. Pure functions."""

from __future__ import annotations

from django.utils.translation import gettext as _

from mocban.exchange.choices import Purpose
from mocban.law import Kind
from mocban.lib.errors import RuleBroken
from mocban.records.choices import Standing

from .choices import AmendmentKind, AmendmentState, OutgoingStatus
from .rules import refused

AMENDMENT_TRANSITIONS: dict[tuple[AmendmentState, str], AmendmentState] = {
    (AmendmentState.PENDING, "take_effect"): AmendmentState.EFFECTIVE,
    (AmendmentState.PENDING, "cancel"): AmendmentState.CANCELLED,
}
# The law parameter that says by what kind of document each is done.
RULE_OF = {
    AmendmentKind.AMEND: "recall.correction_of_content",
    AmendmentKind.REPLACE: "recall.correction_of_content",
    AmendmentKind.CORRECT: "recall.correction_of_form",
}
STANDING = {
    AmendmentKind.AMEND: Standing.AMENDED,
    AmendmentKind.REPLACE: Standing.REPLACED,
    AmendmentKind.CORRECT: Standing.CORRECTED,
    AmendmentKind.RECALL: Standing.RECALLED,
}
PURPOSE = {
    AmendmentKind.AMEND: Purpose.UPDATE,
    AmendmentKind.REPLACE: Purpose.REPLACE,
    AmendmentKind.CORRECT: Purpose.UPDATE,
}
LONGEST_REASON = 500


def check_amendable(status: str, *, citation: str) -> None:
    """Only what was issued and stands is put right. Raises RuleBroken("amendment.not_issued")."""
    if status != OutgoingStatus.ISSUED:
        message = _("Chỉ sửa đổi, thay thế, đính chính văn bản đã phát hành, chưa bị thay thế hay thu hồi.")
        raise RuleBroken("amendment.not_issued", message, citation)


def check_kind(kind: AmendmentKind, *, old: str, new: Kind, by: str, citation: str) -> None:
    """The new document must have the form that the fault asks for. Raises RuleBroken("amendment.wrong_form").

    `old` is the code of the old document's kind, `by` the value of the law parameter (`RULE_OF`).
    """
    if by == "official_letter" and not new.is_letter:
        message = _("Sai sót về thể thức, kỹ thuật trình bày, thủ tục được đính chính bằng công văn.")
        raise RuleBroken("amendment.wrong_form", message, citation)
    if by == "document_of_equal_form" and new.code != old:
        message = _("Sai sót về nội dung được sửa đổi, thay thế bằng văn bản có hình thức tương đương (cùng tên loại).")
        raise RuleBroken("amendment.wrong_form", message, citation)


def check_reason(reason: str, *, citation: str) -> None:
    """Raises RuleBroken("amendment.no_reason" | "amendment.long_reason")."""
    if not reason:
        raise RuleBroken("amendment.no_reason", _("Hãy ghi lý do; nơi nhận sẽ đọc lý do này."), citation)
    if len(reason) > LONGEST_REASON:
        message = _("Lý do dài quá %(longest)d ký tự.") % {"longest": LONGEST_REASON}
        raise RuleBroken("amendment.long_reason", message, citation)


def check_alone(pending: bool, *, citation: str) -> None:
    """One document at a time puts another right. Raises RuleBroken("amendment.pending")."""
    if pending:
        message = _("Đã có văn bản sửa đổi, thay thế hoặc đính chính đang soạn cho văn bản này.")
        raise RuleBroken("amendment.pending", message, citation)


def next_amendment(state: str, verb: str) -> AmendmentState:
    """The state after `verb`. Raises RuleBroken("registry.wrong_state")."""
    following = AMENDMENT_TRANSITIONS.get((AmendmentState(state), verb))
    if following is None:
        raise refused(AmendmentState(state).label)
    return following
