"""What may happen to a trust anchor, and when two agreements count as two."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import AnchorState, TrustPurpose

# An anchor whose withdrawal is asked stays trusted until the second administrator agrees.
TRANSITIONS: dict[tuple[str, str], str] = {
    (AnchorState.PROPOSED, "agree"): AnchorState.TRUSTED,
    (AnchorState.PROPOSED, "refuse"): AnchorState.ENDED,
    (AnchorState.PROPOSED, "take_back"): AnchorState.ENDED,
    (AnchorState.TRUSTED, "ask_withdrawal"): AnchorState.TRUSTED,
    (AnchorState.TRUSTED, "agree_withdrawal"): AnchorState.ENDED,
    (AnchorState.TRUSTED, "keep"): AnchorState.TRUSTED,
    (AnchorState.ENDED, "propose"): AnchorState.PROPOSED,
}
SECOND = frozenset({"agree", "refuse", "agree_withdrawal"})  # verbs of another person than the first
FIRST = frozenset({"take_back"})  # verbs of the first person alone
ABOUT_WITHDRAWAL = frozenset({"agree_withdrawal", "keep"})  # possible only once somebody asked
GROUP = 4  # hexadecimal digits that the second person types from the fingerprint read out


def next_state(state: str, verb: str, *, withdrawal_asked: bool = False) -> str:
    """Return the state after `verb`. Raises RuleBroken `trust.wrong_state`."""
    found = TRANSITIONS.get((state, verb))
    if found is None or (state == AnchorState.TRUSTED and (verb in ABOUT_WITHDRAWAL) != withdrawal_asked):
        message = _("Chứng thư này vừa được người khác xử lý hoặc không ở trạng thái cho phép bước này.")
        raise RuleBroken("trust.wrong_state", message)
    return found


def possible(state: str, *, withdrawal_asked: bool, person: UUID | None, first: UUID | None) -> list[str]:
    """Return the verbs that the table allows a person now; `first` is who proposed, or who asked to withdraw."""
    found = []
    for source, verb in TRANSITIONS:
        asked_fits = state != AnchorState.TRUSTED or (verb in ABOUT_WITHDRAWAL) == withdrawal_asked
        person_fits = (verb not in SECOND or person != first) and (verb not in FIRST or person == first)
        if source == state and asked_fits and person_fits:
            found.append(verb)
    return found


def check_person(verb: str, person: UUID | None, first: UUID | None) -> None:
    """Raise RuleBroken unless a natural person acts, and for the second step another one than for the first."""
    if person is None:
        raise RuleBroken("trust.nobody", _("Việc tin cậy một chứng thư phải do người quản trị xác nhận."))
    if verb in SECOND and person == first:
        message = _("Bạn đã làm bước thứ nhất; bước thứ hai phải do một quản trị khác làm.")
        raise RuleBroken("trust.same_person", message)
    if verb in FIRST and person != first:
        raise RuleBroken("trust.not_proposer", _("Chỉ người đề nghị rút lại được đề nghị; người khác thì từ chối."))


def check_anchor(*, authority: bool, self_signed: bool, timestamping: bool, not_after: datetime, at: datetime) -> None:
    """Raise RuleBroken `trust.not_authority` for a certificate of a holder, `trust.expired` for a dead one."""
    if not (authority or self_signed or timestamping):
        message = _(
            "Đây là chứng thư của một người hoặc cơ quan ký, không phải của tổ chức chứng thực hay nơi cấp dấu thời "
            "gian; tin cậy nó sẽ bỏ qua mọi kiểm tra."
        )
        raise RuleBroken("trust.not_authority", message)
    if not_after < at:
        message = _("Chứng thư đã hết hạn ngày %(day)s.")
        raise RuleBroken("trust.expired", message % {"day": f"{not_after:%d/%m/%Y}"})


def check_terms(purposes: Collection[str], since: date | None, until: date | None, *, timestamping_only: bool) -> None:
    """Raise RuleBroken when nothing is trusted, the days are crossed, or a time stamper is trusted for more."""
    if not purposes or not set(purposes) <= set(TrustPurpose.values):
        raise RuleBroken("trust.no_purpose", _("Hãy chọn ít nhất một việc mà chứng thư được tin cậy."))
    if since and until and until < since:
        raise RuleBroken("trust.crossed_days", _("Ngày cuối cùng phải từ ngày bắt đầu trở đi."))
    if timestamping_only and TrustPurpose.SIGNING in purposes:
        message = _("Chứng thư này chỉ để cấp dấu thời gian, không tin cậy để ký văn bản được.")
        raise RuleBroken("trust.purpose", message)


def check_fingerprint(typed: str, sha256: str) -> None:
    """Raise RuleBroken unless the second person typed the last groups of the fingerprint, as the issuer publishes it.

    Typing them is what makes the comparison happen: a button alone would be pressed without looking.
    """
    digits = "".join(letter for letter in typed.casefold() if letter in "0123456789abcdef")
    if len(digits) < 2 * GROUP or not sha256.endswith(digits):
        message = _(
            "Các ký tự đã gõ không phải phần cuối dấu vân tay của chứng thư. Hãy đối chiếu với bản công bố của nơi "
            "cấp; nếu khác thì từ chối."
        )
        raise RuleBroken("trust.fingerprint", message)
