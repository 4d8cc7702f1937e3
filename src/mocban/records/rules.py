"""Rules of documents and files: pure, no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from mocban.content.rules import check_readable
from mocban.lib.errors import RuleBroken, Stale

from .choices import DocumentState, FileState, ObjectRole, PlanState

RECALL_RULE = "Nghị định 30/2020/NĐ-CP, Phụ lục VI phần I mục III khoản 8"

FILE_TRANSITIONS: dict[tuple[FileState, str], FileState] = {
    (FileState.OPEN, "close"): FileState.CLOSED,
    (FileState.CLOSED, "reopen"): FileState.OPEN,
    (FileState.CLOSED, "submit"): FileState.SUBMITTED,
    (FileState.SUBMITTED, "return"): FileState.CLOSED,
    (FileState.SUBMITTED, "receive"): FileState.ARCHIVED,
}


def next_file_state(state: str, verb: str) -> FileState:
    """Return the state after `verb`; RuleBroken when the file's state does not allow it."""
    following = FILE_TRANSITIONS.get((FileState(state), verb))
    if following is None:
        raise RuleBroken(
            "file.wrong_state",
            _("Hồ sơ đang ở trạng thái “%(state)s” nên không thực hiện được bước này.")
            % {"state": FileState(state).label},
        )
    return following


def check_version(expected: int | None, current: int) -> None:
    """Raise Stale when the form was opened on an older version."""
    if expected is not None and expected != current:
        raise Stale(_("Nội dung này vừa được người khác thay đổi. Hãy tải lại trang, xem thay đổi rồi làm lại."))


def check_active(state: str) -> None:
    """Nothing is written to a document that was frozen for a secrecy mark: its words went, and must not come back.

    Nor to one that was recalled. Raises RuleBroken `document.held`, or `content.frozen`, `content.erased` as its files.
    """
    if state == DocumentState.HELD:
        message = _("Văn bản đã bị thu hồi nên được đóng băng: không sửa, không đính kèm, không sao được nữa.")
        raise RuleBroken("document.held", message, RECALL_RULE)
    if state != DocumentState.ACTIVE:
        check_readable(state)


def check_document(values: Mapping[str, object], limits: Mapping[str, int], *, on: date, citation: str) -> None:
    """Refuse an empty subject, a field longer than its column, and a date after the day of entry."""
    if not str(values.get("subject", "")).strip():
        raise RuleBroken("document.no_subject", _("Chưa có trích yếu nội dung văn bản."), citation)
    for name, limit in limits.items():
        length = len(str(values.get(name) or ""))
        if length > limit:
            raise RuleBroken(
                "document.field_too_long",
                _("Trường “%(field)s” dài %(length)d ký tự, nhiều hơn %(limit)d ký tự cho phép.")
                % {"field": name, "length": length, "limit": limit},
                citation,
            )
    issued_on = values.get("issued_on")
    if isinstance(issued_on, date) and issued_on > on:
        raise RuleBroken("document.date_in_future", _("Ngày văn bản không thể sau ngày đăng ký."), citation)


def check_destructible(file_states: Iterable[str], *, citation: str) -> None:
    """What the archives hold is not destroyed on a sender's word. Raises RuleBroken `document.in_archives`."""
    if {FileState.SUBMITTED, FileState.ARCHIVED} & set(file_states):
        message = _(
            "Văn bản nằm trong hồ sơ đã nộp lưu nên không hủy được ở đây. Hãy từ chối thu hồi và ghi lý do, hoặc để "
            "lưu trữ trả lại hồ sơ trước."
        )
        raise RuleBroken("document.in_archives", message, citation)


def check_received_once(role: str, held: int) -> None:
    """The file that was received is never replaced: `held` files have that role. Raises RuleBroken."""
    if role == ObjectRole.MAIN and held:
        message = _("Văn bản đã có tệp; tệp đã nhận được giữ nguyên, không thay bằng tệp khác.")
        raise RuleBroken("document.has_file", message)


def check_plan_open(state: str) -> None:
    if state != PlanState.DRAFT:
        raise RuleBroken("plan.approved", _("Danh mục hồ sơ đã ban hành; không sửa trực tiếp được nữa."))


def check_closable(*, documents: int, state: str, citation: str) -> FileState:
    """A file without documents is not closed."""
    following = next_file_state(state, "close")
    if documents == 0:
        raise RuleBroken("file.empty", _("Hồ sơ chưa có văn bản nào nên chưa thể kết thúc."), citation)
    return following
