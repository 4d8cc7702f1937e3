"""The books of the registry as sheets: which rows and cells each kind of book has (NĐ 30/2020, PL IV)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban import law
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.registry.choices import BookKind, IncomingStatus, OutgoingStatus
from mocban.registry.models import Book, Copy, HandOver, Incoming, KeptCopyUse, Outgoing, PostItem

from .corrections import Correction, corrections_of
from .sheets import Cells, Column, Grid, Sheet, Value, columns_of, values

# What became of an entry after it was registered, told in the column of remarks.
TOLD = {IncomingStatus.RECALLED, OutgoingStatus.CANCELLED, OutgoingStatus.RECALLED, OutgoingStatus.REPLACED}
CHUNK = 1_000  # rows read at once, with one query for each kind of thing that hangs on them


@dataclass(frozen=True)
class Register:
    """How one kind of book is read: its law table, its rows for a reader, the day and the number of a row."""

    table: str
    rows: Callable[[Book, Actor], QuerySet[Any]]
    cells: Cells
    day: str
    number: str
    noun: Any


def kind_subject(document: Any) -> str:
    """Kind and subject as the registers join them."""
    return f"{document.kind_name}: {document.subject}" if document.kind_name else document.subject


def described(document: Any) -> str:
    """Kind, number and day of a document in one cell."""
    parts = [document.kind_name, document.printed_code and _("số %s") % document.printed_code]
    dated = _("ngày %s") % f"{document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    return " ".join(part for part in (*parts, dated) if part)


def _code_and_day(document: Any) -> str:
    dated = f"{document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    return ", ".join(part for part in (document.printed_code, dated) if part)


def _joined(*parts: Any) -> str:
    return "; ".join(str(part) for part in parts if part)


def _remarks(entry: Any) -> str:
    """The remark of the desk, and what happened to the entry that a reader of the register must know."""
    number = entry.number
    late = _("đăng ký muộn, ngày %s") % f"{number.true_date:%d/%m/%Y}" if number and number.true_date else ""
    told = entry.get_status_display() if entry.status in TOLD else ""
    return _joined(entry.document.description, late, told)


def handlers(entry: Incoming) -> str:
    """The units that handle an incoming document, else those to whom it was handed."""
    units = [task.unit.name for task in entry.tasks.all()]
    return "; ".join(dict.fromkeys(units or [over.receiver for over in entry.hand_overs.all()]))


def _moved(entry: Incoming) -> date | None:
    """The day of the hand-over, else of the first instruction."""
    days = [over.handed_on for over in entry.hand_overs.all()]
    days += [timezone.localtime(one.written_at).date() for one in entry.instructions.all()]
    return days[0] if days else None


def _received(lines: Sequence[HandOver]) -> str:
    """Who confirmed the receipt in the system; on paper the cell stays empty for the pen."""
    return "; ".join(dict.fromkeys(line.received_by for line in lines if line.received_by))


def _day(moment: Any) -> date | None:
    return timezone.localtime(moment).date() if moment else None


def _incoming(book: Book, actor: Actor) -> QuerySet[Any]:
    entries = Incoming.objects.visible_to(actor).filter(book=book).order_by("number_value", "number__mark")
    rows: QuerySet[Any] = entries.select_related("document", "number").prefetch_related(
        "instructions", "tasks__unit", "hand_overs"
    )
    return rows


def _outgoing(book: Book, actor: Actor) -> QuerySet[Any]:
    documents = Outgoing.objects.visible_to(actor).filter(book=book).order_by("number_value", "number__mark")
    rows: QuerySet[Any] = documents.select_related("document", "unit", "number").prefetch_related(
        "recipients", "hand_overs"
    )
    return rows


def _copies(book: Book, actor: Actor) -> QuerySet[Any]:
    copies = Copy.objects.visible_to(actor).filter(book=book, number_value__isnull=False).order_by("number_value")
    rows: QuerySet[Any] = copies.select_related("document")
    return rows


def _hand_overs(book: Book, actor: Actor) -> QuerySet[Any]:
    lines = HandOver.objects.visible_to(actor).filter(book=book).order_by("ordinal")
    rows: QuerySet[Any] = lines.select_related("incoming__document", "outgoing__document", "envelope")
    return rows


def _post(book: Book, actor: Actor) -> QuerySet[Any]:
    rows: QuerySet[Any] = PostItem.objects.visible_to(actor).filter(book=book).order_by("ordinal")
    return rows


def _kept(book: Book, actor: Actor) -> QuerySet[Any]:
    lines = KeptCopyUse.objects.visible_to(actor).filter(book=book).order_by("ordinal")
    rows: QuerySet[Any] = lines.select_related("document")
    return rows


_INCOMING: Cells = {
    "arrived_on": lambda entry: entry.arrived_on,
    "arrival_number": lambda entry: f"{entry.number_value}{entry.number.mark}",
    "issuer": lambda entry: entry.document.issuer_name,
    "number_symbol": lambda entry: entry.document.printed_code,
    "issued_on": lambda entry: entry.document.issued_on,
    "kind_subject": lambda entry: kind_subject(entry.document),
    "recipients": handlers,
    "moved_on": _moved,
    "receipt_signature": lambda entry: _received(entry.hand_overs.all()),
    "remarks": _remarks,
}
_OUTGOING: Cells = {
    "number_symbol": lambda entry: entry.document.printed_code,
    "issued_on": lambda entry: entry.document.issued_on,
    "kind_subject": lambda entry: kind_subject(entry.document),
    "signer": lambda entry: entry.document.signer_name,
    "recipients": lambda entry: "; ".join(recipient.name for recipient in entry.recipients.all()),
    "copy_keeper": lambda entry: entry.unit.name if entry.unit else "",
    "copies": lambda entry: entry.copies_amount,
    "moved_on": lambda entry: _day(entry.issued_at),
    "receipt_signature": lambda entry: _received(entry.hand_overs.all()),
    "remarks": _remarks,
}


_COPIES: Cells = {
    "number_symbol": lambda copy: copy.printed_code,
    "copied_on": lambda copy: copy.copied_on,
    "copy_kind": lambda copy: copy.kind_name,
    "copied_document": lambda copy: _joined(described(copy.document), copy.document.subject),
    "signer": lambda copy: copy.signer_name,
    "recipients": lambda copy: "; ".join(copy.recipients),
    "copies": lambda copy: copy.amount,
    "remarks": lambda copy: copy.purpose,
}


def _over_code(line: HandOver) -> str:
    """The arrival number of what came in, the code of what goes out, what stands on an unopened envelope."""
    if line.incoming:
        return _("%(number)s (%(code)s)") % {
            "number": line.incoming.number_value,
            "code": line.incoming.document.printed_code,
        }
    if line.outgoing:
        return str(line.outgoing.document.printed_code)
    return line.envelope.marks if line.envelope else ""


def _over_subject(line: HandOver) -> str:
    about = line.incoming or line.outgoing
    if about:
        return kind_subject(about.document)
    return _("Bì thư chuyển nguyên, từ %s") % line.envelope.sender if line.envelope else ""


_HANDOVER: Cells = {
    "moved_on": lambda line: line.handed_on,
    "number_symbol": _over_code,
    "kind_subject": _over_subject,
    "recipients": lambda line: line.receiver,
    "copies": lambda line: line.amount,
    "receipt_signature": lambda line: line.received_by,
    "remarks": lambda line: line.note,
}
_POST: Cells = {
    "moved_on": lambda line: line.sent_on,
    "number_symbol": lambda line: line.printed_code,
    "recipients": lambda line: line.recipient,
    "envelopes": lambda line: line.envelopes,
    "post_receipt": lambda line: line.receipt,
    "remarks": lambda line: line.note,
}
_KEPT: Cells = {
    "used_on": lambda line: line.used_on,
    "user": lambda line: line.user,
    "number_symbol_date": lambda line: _code_and_day(line.document),
    "kind_subject": lambda line: kind_subject(line.document),
    "file_symbol": lambda line: line.file_symbol,
    "returned_on": lambda line: line.returned_on,
    "permitted_by": lambda line: line.permitted_by,
    "remarks": lambda line: line.note,
}

_DOCUMENTS, _TIMES = gettext_lazy("văn bản"), gettext_lazy("lượt")
REGISTERS: dict[str, Register] = {
    BookKind.INCOMING: Register("register_incoming", _incoming, _INCOMING, "arrived_on", "number_value", _DOCUMENTS),
    BookKind.OUTGOING: Register(
        "register_outgoing", _outgoing, _OUTGOING, "document__issued_on", "number_value", _DOCUMENTS
    ),
    BookKind.COPIES: Register(
        "register_copies", _copies, _COPIES, "copied_on", "number_value", gettext_lazy("bản sao")
    ),
    BookKind.HANDOVER: Register("register_handover", _hand_overs, _HANDOVER, "handed_on", "ordinal", _TIMES),
    BookKind.POST: Register("register_post", _post, _POST, "sent_on", "ordinal", _TIMES),
    BookKind.KEPT_COPIES: Register("register_kept_copies", _kept, _KEPT, "used_on", "ordinal", _TIMES),
}


def book_sheet(book: Book, *, actor: Actor, on: date, since: int = 1) -> Sheet:
    """Return a book as the form of its kind: what the actor may see of it from the number `since` on, in order.

    `book` comes with its organisation.
    """
    register = REGISTERS[book.kind]
    columns, note = columns_of(register.table, book.organisation, on)
    rows = register.rows(book, actor).filter(**{f"{register.number}__gte": since})
    corrected = corrections_of(book, actor)
    span = rows.aggregate(
        since=Min(register.day), until=Max(register.day), first=Min(register.number), last=Max(register.number)
    )
    noun = str(register.noun)
    main = Grid(
        columns,
        lambda: _noted(columns, register, rows, corrected),
        totals=_("Cộng trang: {page} %(noun)s; cộng dồn: {all} %(noun)s") % {"noun": noun},
        empty=_("Chưa có dòng nào."),
    )
    return Sheet(
        organisation=book.organisation,
        title=book.name,
        on=on,
        grids=[main, *_corrections_grid(corrected)],
        cover=_cover(book, on, span),
        volume=(cover_labels(book.organisation, on)["volume"], str(book.volume)),
        notes=note,
        closing=_closing(book, span, noun),
        signers=[_("Người lập sổ"), _("Người có thẩm quyền")],
        span=(span["first"], span["last"]),
    )


def _noted(
    columns: Sequence[Column], register: Register, rows: QuerySet[Any], corrected: dict[Any, list[Correction]]
) -> Iterator[list[Value]]:
    """The rows; one that was corrected after its volume was sealed shows which corrections are meant."""
    last = len(columns) - 1
    for row in rows.iterator(chunk_size=CHUNK):
        [cells] = values(columns, register.cells, [row])
        if marks := corrected.get(row.pk):
            note = _("Đính chính (%s)") % ", ".join(str(one.ordinal) for one in marks)
            cells[last] = "; ".join(part for part in (str(cells[last] or ""), note) if part)
        yield cells


def _corrections_grid(corrected: dict[Any, list[Correction]]) -> list[Grid]:
    listed = [one for marks in corrected.values() for one in marks]
    if not listed:
        return []
    columns = [
        Column("ordinal", _("Số TT")),
        Column("arrival_number", _("Số trong sổ")),
        Column("corrected_on", _("Ngày đính chính")),
        Column("by", _("Người đính chính")),
        Column("field", _("Nội dung")),
        Column("before", _("Đã in")),
        Column("after", _("Nay là")),
    ]
    rows: list[list[Value]] = [
        [one.ordinal, one.number, one.on, one.by, one.label, one.before, one.after] for one in listed
    ]
    return [Grid(columns, lambda: rows, heading=_("Đính chính sau khi in quyển"))]


def cover_labels(organisation: Organisation, on: date) -> dict[str, str]:
    """The printed words of the cover of a book, by key."""
    rows = law.table("book_cover", regime=organisation.regime, on=on)
    return {row["key"]: row["label"] for row in rows}


def _cover(book: Book, on: date, span: dict[str, Any]) -> list[str]:
    """The lines of the cover, filled with what the book holds; dots where it is still empty."""
    labels = cover_labels(book.organisation, on)
    days = [f"{span[name]:%d/%m/%Y}" if span[name] else "………" for name in ("since", "until")]
    numbers = [str(span[name] or "………") for name in ("first", "last")]
    lines = [f"{labels['year']}: {book.year}", filled(labels["dates"], days)]
    return [*lines, filled(labels["numbers"], numbers)]


def filled(label: str, texts: Sequence[str]) -> str:
    """A line of the cover with these texts in the places of its dots."""
    for text in texts:
        label = label.replace("…", text, 1) if text[0] != "…" else label.replace("…", "\0\0\0", 1)
    return label.replace("\0\0\0", "………")


def _closing(book: Book, span: dict[str, Any], noun: str) -> list[str]:
    """What the last page states; the sums of the year when the book was closed."""
    lines = [
        _("Quyển sổ này có {pages} trang (không kể bìa), ghi {entries} %(noun)s, từ số %(first)s đến số %(last)s.")
        % {"noun": noun, "first": span["first"] or "……", "last": span["last"] or "……"}
    ]
    if book.closed_on:
        lines.append(_("Sổ kết thúc ngày %s.") % f"{book.closed_on:%d/%m/%Y}")
    unused = [(_("số bỏ"), "void"), (_("số giữ chưa dùng"), "reserved"), (_("số dùng ở sổ khác"), "elsewhere")]
    counted = [f"{label}: {book.summary[key]}" for label, key in unused if book.summary.get(key)]
    if counted:
        lines.append(_("Các số không có văn bản trong sổ: %s.") % "; ".join(counted))
    return lines
