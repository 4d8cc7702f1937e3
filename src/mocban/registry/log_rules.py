"""Rules of the books without numbers of their own: hand-over, post, use of kept copies, envelopes. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.secrecy.marks import detect_marks, level_of

from .choices import BookKind, OutgoingStatus

AT_ONCE = 200  # lines that one press may write


def check_log(kind: str, wanted: BookKind, *, citation: str) -> None:
    """A line goes into the book of its kind."""
    if kind != wanted:
        raise RuleBroken("book.other_kind", _("Sổ đã chọn không phải “%s”.") % wanted.label, citation)


def check_amount(count: int) -> None:
    """At least one line, and not more at once than a person can check."""
    if not count:
        raise RuleBroken("log.nothing_chosen", _("Hãy chọn ít nhất một dòng."))
    if count > AT_ONCE:
        raise RuleBroken("log.too_many", _("Mỗi lần chỉ ghi được %d dòng. Hãy chọn bớt.") % AT_ONCE)


def check_receiver(*, unit_body: UUID | None, position_body: UUID | None, name: str, body: UUID, citation: str) -> None:
    """Exactly one receiver, of the own body when it is a unit or a person of this system."""
    given = [body_of for body_of in (unit_body, position_body) if body_of is not None]
    if len(given) + bool(name) != 1:
        raise RuleBroken(
            "hand_over.one_receiver", _("Hãy chọn đúng một nơi nhận: đơn vị, người nhận hoặc tên ghi tay."), citation
        )
    if any(body_of != body for body_of in given):
        raise RuleBroken("hand_over.other_body", _("Chỉ chuyển giao cho đơn vị, người của cơ quan mình."), citation)


def check_issued(status: str, *, citation: str) -> None:
    """Only an issued document leaves the registry."""
    if status != OutgoingStatus.ISSUED:
        raise RuleBroken("log.not_issued", _("Văn bản đi chưa phát hành nên chưa chuyển, gửi được."), citation)


def check_secret_receiver(*, level: str, addressee: UUID | None, receiver: UUID | None, citation: str) -> None:
    """An envelope with the letter of a secret is handed to the one who may open it, and to nobody else."""
    if level and (addressee is None or receiver != addressee):
        raise RuleBroken(
            "envelope.only_addressee", _("Bì có ký hiệu mật chỉ được chuyển cho người có thẩm quyền đã ghi."), citation
        )


def check_not_received(received: object, *, citation: str) -> None:
    """What was received stays as it was written."""
    if received is not None:
        raise RuleBroken("hand_over.received", _("Dòng này đã được ký nhận."), citation)


def check_day(day: date, *, on: date) -> None:
    """A day in the book is not in the future."""
    if day > on:
        raise RuleBroken("log.later_day", _("Ngày ghi vào sổ không thể sau ngày hôm nay."))


def check_cover(words: Iterable[str], *, marks: str, citation: str) -> None:
    """A secrecy mark is told by its letter, never typed among other words: what stands beside it may tell too much."""
    if level_of(marks) or detect_marks("\n".join(words)):
        raise RuleBroken(
            "envelope.marked_secret",
            _("Bì có dấu chỉ độ mật: hãy chọn ký hiệu mật ở ô riêng và không ghi số, ký hiệu, nội dung."),
            citation,
        )


def check_secret_cover(*, level: str, marks: str, note: str, addressee: UUID | None, citation: str) -> None:
    """Of an envelope with the letter of a secret only the sender and the one who may open it are written down."""
    if not level:
        return
    if marks or note:
        raise RuleBroken(
            "envelope.secret_words",
            _("Bì có ký hiệu mật: không ghi số, ký hiệu và ghi chú trên hệ thống này."),
            citation,
        )
    if addressee is None:
        raise RuleBroken("envelope.no_addressee", _("Bì có ký hiệu mật: hãy chọn người có thẩm quyền nhận."), citation)


def check_not_secret(level: str, *, citation: str) -> None:
    """What a secret envelope holds is registered in the register of secrets, which is not kept here."""
    if level:
        raise RuleBroken(
            "envelope.secret",
            _("Bì có ký hiệu mật không đăng ký trên hệ thống này; văn bản vào sổ đăng ký bí mật nhà nước đến."),
            citation,
        )


def check_use(*, user: str, permitted_by: str, citation: str) -> None:
    """A line names who uses the copy and who permitted it."""
    if not user:
        raise RuleBroken("kept_copy.no_user", _("Hãy chọn hoặc ghi người sử dụng bản lưu."), citation)
    if not permitted_by:
        raise RuleBroken("kept_copy.no_permission", _("Hãy ghi người cho phép sử dụng bản lưu."), citation)


def check_lent(returned_on: date | None, *, citation: str) -> None:
    if returned_on is not None:
        raise RuleBroken("kept_copy.returned", _("Bản lưu này đã được trả."), citation)


def check_addressee(addressee: str, *, position_body: UUID | None, body: UUID, citation: str) -> None:
    """Somebody stands on the envelope; a person of this system is one of the own body."""
    if not addressee:
        raise RuleBroken("envelope.no_addressee", _("Hãy ghi hoặc chọn người nhận trên bì."), citation)
    if position_body is not None and position_body != body:
        raise RuleBroken("envelope.other_body", _("Người nhận phải thuộc cơ quan mình."), citation)


def check_name(name: str) -> None:
    """A paper receipt names who signed."""
    if not name:
        raise RuleBroken("log.no_name", _("Hãy ghi tên người ký nhận."))


def check_reason(reason: str, *, citation: str) -> None:
    if not reason:
        raise RuleBroken("book.no_reason", _("Hãy ghi lý do mở lại sổ."), citation)


def check_last_volume(*, later: bool, citation: str) -> None:
    """Lines go on in the last volume only."""
    if later:
        raise RuleBroken("book.later_volume", _("Sổ này đã có quyển tiếp theo; hãy ghi tiếp vào quyển đó."), citation)


def check_reservations(reserved: int, *, citation: str) -> None:
    """A book closes when the fate of every number is known."""
    if reserved:
        raise RuleBroken(
            "book.reserved_numbers",
            _("Còn %d số giữ trước khi ký. Hãy dùng, trả lại hoặc bỏ các số đó rồi mới kết thúc sổ.") % reserved,
            citation,
        )


def check_opening_year(year: int, *, on: date, citation: str) -> None:
    """Books are opened for the running year or, at its end, for the next."""
    if year not in (on.year, on.year + 1):
        raise RuleBroken("book.far_year", _("Chỉ mở sổ của năm nay hoặc năm sau."), citation)
