"""Hand documents and envelopes over to units and persons, and take their receipt (NĐ 30/2020, Điều 23 khoản 1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Position, Unit
from mocban.people.selectors import holders

from .. import access, events, log_rules, rules
from ..choices import BookKind, BookState
from ..models import Book, Envelope, HandOver, Incoming, Outgoing, Task
from .books import DESKS, locked

Handed = Incoming | Outgoing | Envelope
ON_SYSTEM = gettext_noop("Chuyển trên hệ thống")
ON_PAPER = gettext_noop("%s (ký trên giấy)")


@dataclass(frozen=True)
class Receiver:
    """To whom: a unit, a person in a position, or a name for somebody who has no account here. Exactly one of them."""

    unit: Unit | None = None
    position: Position | None = None
    name: str = ""

    @property
    def printed(self) -> str:
        return str(self.position or self.unit or self.name)[:210]


@transaction.atomic
def hand_over(
    *,
    items: Sequence[Handed],
    receiver: Receiver,
    book: Book,
    actor: Actor,
    on: date,
    amount: int = 1,
    note: str = "",
) -> list[HandOver]:
    """Write one line of the hand-over book for each item; the receiver may see it from now on, and is told.

    An envelope leaves unopened. Raises PermissionDenied, RuleBroken("log.nothing_chosen" | "log.too_many" |
    "hand_over.one_receiver" | "hand_over.other_body" | "book.other_kind" | "book.other_body" | "book.locked" |
    "book.wrong_year" | "log.not_issued" | "envelope.only_addressee" | "registry.wrong_state").
    """
    access.require(actor, "hand_over.make", book)
    log_rules.check_amount(len(items))
    held = basis("hand_over", on=on, regime=book.organisation.regime)
    name = clean_line(receiver.name)[:210]
    receiver = Receiver(receiver.unit, receiver.position, name)
    log_rules.check_receiver(
        unit_body=receiver.unit.organisation_id if receiver.unit else None,
        position_body=receiver.position.organisation_id if receiver.position else None,
        name=name,
        body=book.organisation_id,
        citation=held.citation,
    )
    envelopes = _lock(items)
    book = enter_log(book, BookKind.HANDOVER, on=on, citation=held.citation)
    ordinal = next_ordinal(book, HandOver)
    lines: list[HandOver] = []
    for item in items:
        rules.check_own(book.organisation_id, item.organisation_id, citation=held.citation)
        if isinstance(item, Outgoing):
            log_rules.check_issued(item.status, citation=held.citation)
        line = _write(
            envelopes.get(item.pk, item),
            receiver,
            book,
            ordinal + len(lines),
            amount=amount,
            note=clean_line(note)[:300],
            actor=actor,
            on=on,
            citation=held.citation,
        )
        lines.append(line)
    _tell(lines, receiver, on=on)
    return lines


def enter_log(book: Book, kind: BookKind, *, on: date, citation: str) -> Book:
    """Lock the book's row before its next line is written: it is open, of its kind, and of the day's year."""
    book = locked(book)
    log_rules.check_log(book.kind, kind, citation=citation)
    rules.check_book_open(book.state, citation=citation)
    rules.check_book_year(book.year, on=on, citation=citation)
    return book


def next_ordinal(book: Book, model: type[Any]) -> int:
    """The next line of a book whose row is locked."""
    last = model.objects.filter(book=book).aggregate(last=Max("ordinal"))["last"]
    return int(last or 0) + 1


def _lock(items: Sequence[Handed]) -> dict[Any, Envelope]:
    """Lock the rows before the book, as an instruction does that distributes one; return the envelopes read anew."""
    entries = [item.pk for item in items if isinstance(item, Incoming)]
    list(Incoming.objects.select_for_update(no_key=True).filter(pk__in=entries).order_by("pk").values_list("pk"))
    ids = [item.pk for item in items if isinstance(item, Envelope)]
    return {one.pk: one for one in Envelope.objects.select_for_update().filter(pk__in=ids).order_by("pk")}


def _write(
    item: Handed,
    receiver: Receiver,
    book: Book,
    ordinal: int,
    *,
    amount: int,
    note: str,
    actor: Actor,
    on: date,
    citation: str,
) -> HandOver:
    line = HandOver(
        organisation_id=book.organisation_id,
        book=book,
        ordinal=ordinal,
        unit=receiver.unit,
        position=receiver.position,
        receiver=receiver.printed,
        amount=amount,
        handed_on=on,
        handed_by=_signature(actor),
        note=note,
    )
    if isinstance(item, Envelope):
        receiving = receiver.position.pk if receiver.position else None
        log_rules.check_secret_receiver(
            level=item.level, addressee=item.position_id, receiver=receiving, citation=citation
        )
        item.state, item.handed_on = rules.next_envelope(item.state, "hand"), on
        item.version += 1
        item.save(update_fields=["state", "handed_on", "version"])
        line.envelope = item
    elif isinstance(item, Incoming):
        line.incoming = item
    else:
        line.outgoing = item
    line.save(force_insert=True)
    grants.allow(line, [grants.role_token(book.organisation_id, role) for role in DESKS], reason="registry")
    _share(line)
    receiver_named = receiver.printed if receiver.unit or receiver.position else _("người nhận ghi trong sổ")
    about = [item] if isinstance(item, Envelope) else [item, item.document]
    audit.record(
        actor,
        events.HAND_OVER_MADE,
        line,
        basis=[citation] if citation else [],
        about=about,
        details={"receiver": receiver_named},
    )
    return line


def _share(line: HandOver) -> None:
    """The receiver may see the line and what was handed over: the head of the unit, or the person alone."""
    for obj in (line, *_handed(line)):
        grants.allow(obj, _tokens(line), reason=_reason(line))


def _tokens(line: HandOver) -> list[str]:
    if line.position:
        return [grants.person_token(line.position.person_id, line.organisation_id)]
    return [grants.unit_token(line.unit_id, Role.HEAD_OF_UNIT)] if line.unit_id else []


def _handed(line: HandOver) -> list[Any]:
    """What was handed over: an entry with its document, or the envelope."""
    entry = line.incoming or line.outgoing
    return [entry, entry.document] if entry else [line.envelope]


def _reason(line: HandOver) -> str:
    return f"handed {line.pk.hex}"


def _signature(actor: Actor) -> str:
    return f"{actor.person_name}, {actor.position_title}" if actor.position_title else actor.person_name


def _tell(lines: Sequence[HandOver], receiver: Receiver, *, on: date) -> None:
    """Tell the receiver once, however many lines were written."""
    told = [receiver.position] if receiver.position else []
    if receiver.unit:
        told = list(holders(receiver.unit.organisation_id, Role.HEAD_OF_UNIT, on=on, unit_id=receiver.unit.pk))
    kind = events.TELL_ENVELOPE if lines[0].envelope_id else events.TELL_HANDED
    notices.send(kind, to=told, about=lines[0], url=f"/registry/books/hand-overs/{lines[0].pk}/")


def _locked_lines(lines: Sequence[HandOver]) -> list[HandOver]:
    """Re-read the lines with their rows locked, with what they hand over."""
    found = (
        HandOver.objects.select_for_update(of=["self"])
        .select_related(
            "book", "organisation", "envelope", "incoming__document", "outgoing__document", "position", "unit"
        )
        .filter(pk__in=[line.pk for line in lines])
        .order_by("pk")
    )
    return list(found)


@transaction.atomic
def confirm_receipts(*, lines: Sequence[HandOver], actor: Actor, on: date) -> list[HandOver]:
    """The receiver signs for the lines in the system: name and time (ký nhận).

    Raises PermissionDenied, RuleBroken("log.nothing_chosen" | "log.too_many" | "hand_over.received").
    """
    log_rules.check_amount(len(lines))
    for line in lines:
        access.require(actor, "hand_over.confirm", line)
    held_lines = _locked_lines(lines)
    for line in held_lines:
        _receive(line, _signature(actor), events.HAND_OVER_RECEIVED, actor=actor, on=on)
    return held_lines


@transaction.atomic
def note_receipt(*, line: HandOver, name: str, actor: Actor, on: date) -> HandOver:
    """The clerk notes who signed on paper.

    Raises PermissionDenied, RuleBroken("hand_over.received" | "log.no_name").
    """
    access.require(actor, "hand_over.note_receipt", line)
    [line] = _locked_lines([line])
    name = clean_line(name)
    log_rules.check_name(name)
    _receive(line, (ON_PAPER % name)[:210], events.HAND_OVER_NOTED, actor=actor, on=on)
    return line


def _receive(line: HandOver, name: str, event: str, *, actor: Actor, on: date) -> None:
    held = basis("hand_over", on=on, regime=line.organisation.regime)
    log_rules.check_not_received(line.received_at, citation=held.citation)
    line.received_at, line.received_by = timezone.now(), name[:210]
    line.save(update_fields=["received_at", "received_by"])
    if line.envelope:
        line.envelope.received_at = line.received_at
        line.envelope.save(update_fields=["received_at"])
    audit.record(actor, event, line, basis=held.citations, about=_handed(line))


@transaction.atomic
def undo_hand_over(*, line: HandOver, actor: Actor, on: date) -> None:
    """Take a line out of the book while nobody has received it; the receiver no longer sees what it handed over.

    Raises PermissionDenied, RuleBroken("hand_over.received" | "book.locked").
    """
    access.require(actor, "hand_over.undo", line)
    [line] = _locked_lines([line])
    held = basis("hand_over", on=on, regime=line.organisation.regime)
    log_rules.check_not_received(line.received_at, citation=held.citation)
    rules.check_book_open(locked(line.book).state, citation=held.citation)
    if line.envelope:
        line.envelope.state = rules.next_envelope(line.envelope.state, "take_back")
        line.envelope.handed_on = None
        line.envelope.version += 1
        line.envelope.save(update_fields=["state", "handed_on", "version"])
    named = line.receiver if line.unit_id or line.position_id else _("người nhận ghi trong sổ")
    audit.record(
        actor,
        events.HAND_OVER_UNDONE,
        line,
        basis=held.citations,
        about=_handed(line),
        details={"receiver": named},
    )
    _unshare(line)
    line.delete()


def _unshare(line: HandOver) -> None:
    """Take back what the line let the receiver see; another line, or a task, for the same document keeps its own."""
    grants.withdraw(line, _tokens(line), reason=_reason(line))
    works = Q(assignee_id=line.position_id) if line.position_id else Q(unit_id=line.unit_id)
    if line.incoming and line.incoming.tasks.filter(works).exists():
        return
    for obj in _handed(line):
        grants.withdraw(obj, _tokens(line), reason=_reason(line))
    about = {"incoming": line.incoming_id, "outgoing": line.outgoing_id, "envelope": line.envelope_id}
    others = HandOver.objects.filter(**about).exclude(pk=line.pk)
    for other in others.select_related("incoming__document", "outgoing__document", "envelope", "position"):
        _share(other)


def distribute(entry: Incoming, tasks: Sequence[Task], *, actor: Actor, on: date) -> None:
    """Write the electronic distribution that an instruction makes in the hand-over book, where the body keeps one.

    A step inside `instruct`, which has asked. A unit that has the document already gets no second line.
    """
    own = Book.objects.filter(organisation_id=entry.organisation_id, kind=BookKind.HANDOVER, year=on.year)
    book = own.filter(state=BookState.OPEN).order_by("name", "volume").first()
    if book is None:
        return
    held = basis("hand_over", on=on, regime=entry.organisation.regime)
    book = enter_log(book, BookKind.HANDOVER, on=on, citation=held.citation)
    having = set(entry.hand_overs.values_list("unit_id", flat=True))
    units = [task.unit for task in tasks if task.unit_id not in having]
    for ordinal, unit in enumerate(units, start=next_ordinal(book, HandOver)):
        _write(
            entry,
            Receiver(unit=unit),
            book,
            ordinal,
            amount=1,
            note=ON_SYSTEM,
            actor=actor,
            on=on,
            citation=held.citation,
        )


def receive_with_task(task: Task, *, actor: Actor, on: date) -> None:
    """Whoever takes a task up, or hands it to an officer, has received the document for the unit.

    A step inside the verbs of tasks, which have asked.
    """
    to_them = Q(unit_id=task.unit_id) | (Q(position_id=task.assignee_id) if task.assignee_id else Q(pk=None))
    open_lines = HandOver.objects.filter(to_them, incoming_id=task.incoming_id, received_at=None)
    for line in _locked_lines(list(open_lines)):
        _receive(line, _signature(actor), events.HAND_OVER_RECEIVED, actor=actor, on=on)
