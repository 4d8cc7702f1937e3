"""Rules of submission and custody."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .choices import SubmissionState

SUBMISSION_TRANSITIONS: dict[tuple[SubmissionState, str], SubmissionState] = {
    (SubmissionState.SENT, "receive"): SubmissionState.RECEIVED,
    (SubmissionState.SENT, "return"): SubmissionState.RETURNED,
}


def next_submission(state: str, verb: str) -> SubmissionState:
    following = SUBMISSION_TRANSITIONS.get((SubmissionState(state), verb))
    if following is None:
        raise RuleBroken("submission.wrong_state", _("Lần giao nộp này đã được xử lý xong."))
    return following


def check_lines(files: int, *, citation: str) -> None:
    if files == 0:
        raise RuleBroken("submission.empty", _("Hãy chọn ít nhất một hồ sơ đã kết thúc để giao nộp."), citation)


def check_own_shelf(archives: UUID, fonds: UUID, place: UUID, *, citation: str) -> None:
    """Fonds and box belong to the archives that hold the file."""
    if fonds != archives or place != archives:
        raise RuleBroken("holding.other_body", _("Phông và nơi bảo quản phải thuộc lưu trữ đang giữ hồ sơ."), citation)


def check_packable(*, placed: bool, citation: str) -> None:
    """A package names its fonds, so the file is placed first."""
    if not placed:
        raise RuleBroken("holding.not_placed", _("Hãy xếp hồ sơ vào phông và hộp trước khi tạo gói lưu trữ."), citation)
