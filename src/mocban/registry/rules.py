"""Rules of the registry: pure functions and the tables of transitions."""

from __future__ import annotations

from datetime import date
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.law import Kind
from mocban.lib.errors import RuleBroken

from .choices import (
    BatchRowState,
    BookKind,
    BookState,
    EnvelopeState,
    ImportState,
    IncomingStatus,
    OutgoingStatus,
    ScanState,
    SigningItemState,
    SigningState,
    TaskStatus,
)

OUTGOING_TRANSITIONS: dict[tuple[OutgoingStatus, str], OutgoingStatus] = {
    (OutgoingStatus.DRAFT, "upload"): OutgoingStatus.DRAFT,
    (OutgoingStatus.DRAFT, "set_issuer"): OutgoingStatus.DRAFT,
    (OutgoingStatus.DRAFT, "set_signers"): OutgoingStatus.DRAFT,
    (OutgoingStatus.DRAFT, "enclose"): OutgoingStatus.DRAFT,
    (OutgoingStatus.DRAFT, "place"): OutgoingStatus.DRAFT,
    (OutgoingStatus.SUBMITTED, "place"): OutgoingStatus.SUBMITTED,
    (OutgoingStatus.APPROVED, "place"): OutgoingStatus.APPROVED,
    (OutgoingStatus.DRAFT, "submit"): OutgoingStatus.SUBMITTED,
    (OutgoingStatus.SUBMITTED, "withdraw"): OutgoingStatus.DRAFT,
    (OutgoingStatus.SUBMITTED, "approve"): OutgoingStatus.APPROVED,
    (OutgoingStatus.SUBMITTED, "return"): OutgoingStatus.DRAFT,
    (OutgoingStatus.APPROVED, "return"): OutgoingStatus.DRAFT,
    # "sign_on" is a signature with more signers to come; "sign" is the last one, and mostly the only one.
    (OutgoingStatus.APPROVED, "sign"): OutgoingStatus.SIGNED,
    (OutgoingStatus.APPROVED, "sign_on"): OutgoingStatus.COSIGNING,
    (OutgoingStatus.COSIGNING, "sign_on"): OutgoingStatus.COSIGNING,
    (OutgoingStatus.COSIGNING, "sign"): OutgoingStatus.SIGNED,
    (OutgoingStatus.COSIGNING, "return"): OutgoingStatus.DRAFT,
    (OutgoingStatus.SIGNED, "number"): OutgoingStatus.NUMBERED,
    # A document that is signed again has its number already.
    (OutgoingStatus.SIGNED, "keep_number"): OutgoingStatus.NUMBERED,
    (OutgoingStatus.NUMBERED, "issue"): OutgoingStatus.ISSUED,
    (OutgoingStatus.COSIGNING, "sign_again"): OutgoingStatus.DRAFT,
    (OutgoingStatus.SIGNED, "sign_again"): OutgoingStatus.DRAFT,
    (OutgoingStatus.NUMBERED, "sign_again"): OutgoingStatus.DRAFT,
    (OutgoingStatus.DRAFT, "cancel"): OutgoingStatus.CANCELLED,  # only of a draft that holds a number
    (OutgoingStatus.SIGNED, "cancel"): OutgoingStatus.CANCELLED,
    (OutgoingStatus.NUMBERED, "cancel"): OutgoingStatus.CANCELLED,
    (OutgoingStatus.ISSUED, "replace"): OutgoingStatus.REPLACED,
    (OutgoingStatus.ISSUED, "recall"): OutgoingStatus.RECALLED,
    (OutgoingStatus.REPLACED, "recall"): OutgoingStatus.RECALLED,
}

TASK_TRANSITIONS: dict[tuple[TaskStatus, str], TaskStatus] = {
    (TaskStatus.WAITING, "assign"): TaskStatus.WAITING,
    (TaskStatus.WAITING, "start"): TaskStatus.DOING,
    (TaskStatus.DOING, "assign"): TaskStatus.WAITING,
    (TaskStatus.WAITING, "finish"): TaskStatus.DONE,
    (TaskStatus.DOING, "finish"): TaskStatus.DONE,
    (TaskStatus.WAITING, "stop"): TaskStatus.STOPPED,
    (TaskStatus.DOING, "stop"): TaskStatus.STOPPED,
}

INCOMING_TRANSITIONS: dict[tuple[IncomingStatus, str], IncomingStatus] = {
    (IncomingStatus.REGISTERED, "instruct"): IncomingStatus.INSTRUCTED,
    (IncomingStatus.INSTRUCTED, "instruct"): IncomingStatus.INSTRUCTED,
    (IncomingStatus.INSTRUCTED, "resolve"): IncomingStatus.RESOLVED,
    (IncomingStatus.REGISTERED, "recall"): IncomingStatus.RECALLED,
    (IncomingStatus.INSTRUCTED, "recall"): IncomingStatus.RECALLED,
    (IncomingStatus.RESOLVED, "recall"): IncomingStatus.RECALLED,
}

# "continue" locks a volume and opens the next one; "reopen" needs a reason.
BOOK_TRANSITIONS: dict[tuple[BookState, str], BookState] = {
    (BookState.OPEN, "continue"): BookState.LOCKED,
    (BookState.OPEN, "lock"): BookState.LOCKED,
    (BookState.OPEN, "close"): BookState.CLOSED,
    (BookState.LOCKED, "continue"): BookState.LOCKED,
    (BookState.LOCKED, "close"): BookState.CLOSED,
    (BookState.LOCKED, "reopen"): BookState.OPEN,
    (BookState.CLOSED, "reopen"): BookState.OPEN,
}

ENVELOPE_TRANSITIONS: dict[tuple[EnvelopeState, str], EnvelopeState] = {
    (EnvelopeState.WAITING, "hand"): EnvelopeState.HANDED,
    (EnvelopeState.HANDED, "take_back"): EnvelopeState.WAITING,
    (EnvelopeState.HANDED, "return"): EnvelopeState.RETURNED,
    (EnvelopeState.RETURNED, "register"): EnvelopeState.REGISTERED,
}

SCAN_TRANSITIONS: dict[tuple[ScanState, str], ScanState] = {
    (ScanState.TAKEN, "take"): ScanState.TAKEN,
    (ScanState.ASIDE, "take"): ScanState.TAKEN,
    (ScanState.TAKEN, "set_aside"): ScanState.ASIDE,
    (ScanState.TAKEN, "refuse"): ScanState.REFUSED,
    (ScanState.TAKEN, "register"): ScanState.REGISTERED,
}

BATCH_ROW_TRANSITIONS: dict[tuple[BatchRowState, str], BatchRowState] = {
    (BatchRowState.WAITING, "edit"): BatchRowState.WAITING,
    (BatchRowState.FAILED, "edit"): BatchRowState.WAITING,
    (BatchRowState.WAITING, "fail"): BatchRowState.FAILED,
    (BatchRowState.FAILED, "fail"): BatchRowState.FAILED,
    (BatchRowState.WAITING, "drop"): BatchRowState.DROPPED,
    (BatchRowState.FAILED, "drop"): BatchRowState.DROPPED,
    (BatchRowState.WAITING, "register"): BatchRowState.REGISTERED,
    (BatchRowState.FAILED, "register"): BatchRowState.REGISTERED,
}

# A batch that is done runs again for what failed in it.
SIGNING_TRANSITIONS: dict[tuple[SigningState, str], SigningState] = {
    (SigningState.READY, "run"): SigningState.RUNNING,
    (SigningState.PAUSED, "run"): SigningState.RUNNING,
    (SigningState.STOPPED, "run"): SigningState.RUNNING,
    (SigningState.DONE, "run"): SigningState.RUNNING,
    (SigningState.RUNNING, "pause"): SigningState.PAUSED,
    (SigningState.RUNNING, "stop"): SigningState.STOPPED,
    (SigningState.RUNNING, "finish"): SigningState.DONE,
    (SigningState.READY, "complete"): SigningState.DONE,  # the last document was signed at the person's own computer
    (SigningState.PAUSED, "complete"): SigningState.DONE,
    (SigningState.STOPPED, "complete"): SigningState.DONE,
    (SigningState.DONE, "complete"): SigningState.DONE,
    (SigningState.READY, "grow"): SigningState.READY,
    (SigningState.READY, "change"): SigningState.READY,
    (SigningState.PAUSED, "change"): SigningState.PAUSED,
    (SigningState.STOPPED, "change"): SigningState.STOPPED,
    (SigningState.DONE, "change"): SigningState.DONE,
    (SigningState.READY, "discard"): SigningState.DISCARDED,
    (SigningState.PAUSED, "discard"): SigningState.DISCARDED,
    (SigningState.STOPPED, "discard"): SigningState.DISCARDED,
}

IMPORT_TRANSITIONS: dict[tuple[ImportState, str], ImportState] = {
    (ImportState.READING, "stage"): ImportState.STAGED,
    (ImportState.STAGED, "check"): ImportState.CHECKING,
    (ImportState.CHECKED, "check"): ImportState.CHECKING,
    (ImportState.CHECKING, "report"): ImportState.CHECKED,
    (ImportState.CHECKED, "run"): ImportState.RUNNING,
    (ImportState.STOPPED, "run"): ImportState.RUNNING,
    (ImportState.DONE, "run"): ImportState.RUNNING,
    (ImportState.RUNNING, "stop"): ImportState.STOPPED,
    (ImportState.RUNNING, "finish"): ImportState.DONE,
    (ImportState.READING, "discard"): ImportState.DISCARDED,
    (ImportState.STAGED, "discard"): ImportState.DISCARDED,
    (ImportState.CHECKED, "discard"): ImportState.DISCARDED,
}


def refused(label: object) -> RuleBroken:
    """The refusal of a step that the present state does not allow."""
    return RuleBroken(
        "registry.wrong_state",
        _("Đang ở trạng thái “%(state)s” nên không thực hiện được bước này.") % {"state": label},
    )


# From the leader's signature on, the file is what was signed.
SIGNED = (
    OutgoingStatus.COSIGNING,
    OutgoingStatus.SIGNED,
    OutgoingStatus.NUMBERED,
    OutgoingStatus.ISSUED,
    OutgoingStatus.RECALLED,
    OutgoingStatus.REPLACED,
)


def check_file_open(status: str, *, citation: str) -> None:
    """The file of a signed document is not replaced. Raises RuleBroken("outgoing.signed")."""
    if status in SIGNED:
        message = _(
            "Văn bản đã được ký số nên không thay, không sửa tệp được nữa: mọi thay đổi đều làm mất giá trị chữ ký. "
            "Trước khi phát hành thì trả lại hoặc cho ký lại, bản đã ký được để riêng; sau khi phát hành thì ban hành "
            "văn bản thay thế hoặc đính chính."
        )
        raise RuleBroken("outgoing.signed", message, citation)


def next_outgoing(status: str, verb: str) -> OutgoingStatus:
    following = OUTGOING_TRANSITIONS.get((OutgoingStatus(status), verb))
    if following is None:
        raise refused(OutgoingStatus(status).label)
    return following


def check_read(known: bool, *, citation: str) -> None:
    """Nobody signs a document unseen without saying so."""
    if not known:
        message = _("Bạn chưa mở văn bản này. Hãy mở đọc, hoặc xác nhận rằng bạn vẫn ký dù chưa mở.")
        raise RuleBroken("outgoing.unread", message, citation)


def check_batch_size(documents: int, *, most: int) -> None:
    """A batch has at least one document, and no more than anybody can look through."""
    if not documents:
        raise RuleBroken("signing_batch.empty", _("Hãy chọn ít nhất một văn bản."))
    if documents > most:
        raise RuleBroken("signing_batch.too_many", _("Mỗi lô nhận tối đa %(most)d văn bản.") % {"most": most})


def check_selectable(status: str, purpose: str) -> None:
    """Whether a document in this state waits for what the batch does."""
    if purpose not in {verb for state, verb in OUTGOING_TRANSITIONS if state == status}:
        raise refused(OutgoingStatus(status).label)


def check_droppable(state: str) -> None:
    """What is done is not undone by leaving it out."""
    if state not in (SigningItemState.WAITING, SigningItemState.FAILED):
        raise refused(SigningItemState(state).label)


def check_all_read(unread: int) -> None:
    """Every document of a batch was opened, or the signer said of this one that it is signed unseen."""
    if unread:
        message = _("Còn %(unread)d văn bản bạn chưa mở. Hãy mở đọc, hoặc đánh dấu xác nhận từng văn bản vẫn ký.")
        raise RuleBroken("signing_batch.unread", message % {"unread": unread})


def check_cancellable(status: str, *, has_number: bool) -> None:
    """A draft that gave no number up is simply left alone; one that waits to be signed again holds a number."""
    if status == OutgoingStatus.DRAFT and not has_number:
        raise refused(OutgoingStatus.DRAFT.label)


def check_no_number(free: bool, *, citation: str) -> None:
    """A document that holds a number stays with the issuer whose series gave it."""
    if not free:
        message = _("Văn bản đã có số nên không đổi cơ quan ban hành được; hãy bỏ văn bản rồi soạn lại nếu cần đổi.")
        raise RuleBroken("outgoing.has_number", message, citation)


def next_task(status: str, verb: str) -> TaskStatus:
    following = TASK_TRANSITIONS.get((TaskStatus(status), verb))
    if following is None:
        raise refused(TaskStatus(status).label)
    return following


def next_incoming(status: str, verb: str) -> IncomingStatus:
    following = INCOMING_TRANSITIONS.get((IncomingStatus(status), verb))
    if following is None:
        raise refused(IncomingStatus(status).label)
    return following


def next_book(state: str, verb: str) -> BookState:
    following = BOOK_TRANSITIONS.get((BookState(state), verb))
    if following is None:
        raise refused(BookState(state).label)
    return following


def next_envelope(state: str, verb: str) -> EnvelopeState:
    following = ENVELOPE_TRANSITIONS.get((EnvelopeState(state), verb))
    if following is None:
        raise refused(EnvelopeState(state).label)
    return following


def next_scan(status: str, verb: str) -> ScanState:
    following = SCAN_TRANSITIONS.get((ScanState(status), verb))
    if following is None:
        raise refused(ScanState(status).label)
    return following


def next_batch_row(status: str, verb: str) -> BatchRowState:
    following = BATCH_ROW_TRANSITIONS.get((BatchRowState(status), verb))
    if following is None:
        raise refused(BatchRowState(status).label)
    return following


def next_signing(state: str, verb: str) -> SigningState:
    following = SIGNING_TRANSITIONS.get((SigningState(state), verb))
    if following is None:
        raise refused(SigningState(state).label)
    return following


def next_import(state: str, verb: str) -> ImportState:
    following = IMPORT_TRANSITIONS.get((ImportState(state), verb))
    if following is None:
        raise refused(ImportState(state).label)
    return following


def check_book_open(state: str, *, citation: str) -> None:
    """Nothing is entered in a locked book."""
    if state != BookState.OPEN:
        raise RuleBroken("book.locked", _("Sổ này đã khóa. Hãy chọn sổ khác hoặc mở quyển tiếp theo."), citation)


def check_own(book_body: UUID, body: UUID, *, citation: str) -> None:
    """A body enters its documents in its own books."""
    if book_body != body:
        raise RuleBroken("book.other_body", _("Sổ đã chọn không phải sổ của cơ quan mình."), citation)


def check_book_year(year: int, *, on: date, citation: str) -> None:
    """A book takes the entries of its own year."""
    if on.year != year:
        raise RuleBroken("book.wrong_year", _("Sổ đã chọn không phải sổ của năm %d.") % on.year, citation)


def check_arrival(*, arrived_on: date, on: date, year: int, citation: str) -> None:
    """A document arrives not after the day of entry, and goes into the book of the day's year."""
    if arrived_on > on:
        raise RuleBroken("incoming.arrives_later", _("Ngày đến không thể sau ngày đăng ký."), citation)
    check_book_year(year, on=on, citation=citation)


def check_deadline(*, handle_by: date | None, on: date) -> None:
    if handle_by is not None and handle_by < on:
        raise RuleBroken("instruction.past_deadline", _("Hạn giải quyết không thể ở trước ngày hôm nay."))


class Counting(Protocol):
    """What decides which kinds a series counts: by printed symbol, by kind, or with both lists empty all."""

    kind_symbols: list[str]
    kind_codes: list[str]


def series_counts(series: Counting, kind: Kind) -> bool:
    """Whether the series gives numbers to documents of this kind."""
    if not series.kind_symbols and not series.kind_codes:
        return True
    return kind.symbol in series.kind_symbols or kind.code in series.kind_codes


def check_series(*, kind: str, counts: bool, citation: str, own: bool = True) -> None:
    """The book must be one of outgoing documents, of the document's issuer, and its series must count this kind."""
    if kind != BookKind.OUTGOING:
        raise RuleBroken("series.incoming", _("Sổ đã chọn không phải sổ văn bản đi."), citation)
    if not own:
        raise RuleBroken("series.other_issuer", _("Sổ đã chọn không phải sổ của cơ quan ban hành này."), citation)
    if not counts:
        raise RuleBroken("series.other_kind", _("Sổ đã chọn không dùng cho loại văn bản này."), citation)


def split_code(printed: str, *, number: int) -> tuple[str, str]:
    """Split the printed number and symbol ("12-CV/VPTU", "05/SNV-VP") into CodeNumber and CodeNotation (PL VI)."""
    digits = printed[: next(place for place, sign in enumerate(printed) if not sign.isdigit())]
    if int(digits) != number:
        raise ValueError(f"{printed} does not begin with {number}")
    return digits, printed[len(digits) + 1 :]
