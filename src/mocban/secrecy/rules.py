"""What may happen to an incident, and when two confirmations count as two."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import IncidentState

MIN_MINUTES = 20  # characters: "đã xóa" alone is no minutes
TRANSITIONS: dict[tuple[str, str], str] = {
    (IncidentState.OPEN, "freeze"): IncidentState.FROZEN,
    (IncidentState.FROZEN, "confirm"): IncidentState.FROZEN,
    (IncidentState.FROZEN, "erase"): IncidentState.ERASED,
}


def next_state(state: str, verb: str, *, citation: str) -> str:
    """Return the state after `verb`. Raises RuleBroken `secrecy.wrong_state`."""
    try:
        return TRANSITIONS[(state, verb)]
    except KeyError:
        message = _("Sự cố này không còn gì để xóa: nội dung chưa từng được lưu hoặc đã được xóa.")
        raise RuleBroken("secrecy.wrong_state", message, citation) from None


def check_eraser(person: UUID | None, first: UUID | None, *, citation: str) -> None:
    """Raise RuleBroken unless a natural person confirms, and the second is another than the first."""
    if person is None:
        raise RuleBroken("secrecy.nobody", _("Việc xóa phải do người có trách nhiệm xác nhận."), citation)
    if person == first:
        message = _("Bạn đã xác nhận lần thứ nhất; lần thứ hai phải do một người khác xác nhận.")
        raise RuleBroken("secrecy.same_person", message, citation)


def check_minutes(minutes: str, *, citation: str) -> None:
    """Raise RuleBroken `secrecy.no_minutes` when the first confirmation does not say how and why."""
    if len(minutes) < MIN_MINUTES:
        message = _("Hãy ghi nội dung biên bản: lý do, cách xóa, người chứng kiến (ít nhất %(count)d ký tự).")
        raise RuleBroken("secrecy.no_minutes", message % {"count": MIN_MINUTES}, citation)
