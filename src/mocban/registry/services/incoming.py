"""Register a document that arrived, and correct the entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.exchange import services as exchange
from mocban.exchange.models import Packet
from mocban.law import Held
from mocban.law.basis import basis
from mocban.law.dates import due_on
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation
from mocban.people.selectors import holders, in_force
from mocban.records import rules as record_rules
from mocban.records import services as records
from mocban.records.choices import ObjectRole, Urgency
from mocban.records.intake import Accepted
from mocban.records.models import Document
from mocban.records.services import DocumentFields

from .. import access, events, numbering_rules, rules
from ..choices import OPEN_TASKS, IncomingStatus, ReceivedVia
from ..models import Book, DeskMemory, Envelope, Incoming, Scan
from . import numbering
from .envelopes import enter_envelope
from .scans import finish_scan


@dataclass(frozen=True)
class Arrival:
    """What the clerk enters: the document's fields, how and when it came, and its files (the first is the document).

    `stored` are files that a batch keeps already; `scan` is the file of the scan folder that `files` or `stored` hold.
    """

    document: DocumentFields
    arrived_on: date
    received_via: ReceivedVia
    files: Sequence[Accepted] = ()
    handle_by: date | None = None
    stored: Sequence[DigitalObject] = ()
    scan: Scan | None = None
    late_reason: str = ""  # why it is entered after the allowed day: needed then, ignored otherwise
    invalid_seen: bool = False  # somebody saw that a signature is not valid and accepts the document all the same
    envelope: Envelope | None = None  # the personal envelope in which it came, returned for registration


@transaction.atomic
def register_incoming(*, arrival: Arrival, book: Book, actor: Actor, on: date) -> Incoming:
    """Enter a received document in a register and take its number (NĐ 30/2020, Điều 22).

    The files were accepted by `records.intake` before: nothing secret reaches this function.
    Raises PermissionDenied, RuleBroken("book.locked" | "incoming.arrives_later" | "book.wrong_year" | …).
    """
    access.require(actor, "incoming.register", book)
    organisation = book.organisation
    held = basis("register_incoming", on=on, regime=organisation.regime)
    limit = in_force(organisation, "registry.present_within", on=on)
    rules.check_book_open(book.state, citation=held.citation)
    rules.check_arrival(arrived_on=arrival.arrived_on, on=on, year=book.year, citation=held.citation)
    document = records.add_document(values=arrival.document, organisation=organisation, actor=actor, on=on)
    held_files = [*arrival.stored, *store_all(arrival.files, organisation, actor)]
    for place, stored in enumerate(held_files):
        role = ObjectRole.ANNEX if place else ObjectRole.MAIN
        records.attach(document=document, stored=stored, role=role, actor=actor)
    entry = enter(document, arrival, book, actor=actor, on=on, limit=limit, citations=held.citations)
    if arrival.scan is not None:
        finish_scan(scan=arrival.scan, entry=entry, sha256=held_files[0].sha256, actor=actor)
    if arrival.envelope is not None:
        enter_envelope(envelope=arrival.envelope, entry=entry, actor=actor, on=on)
    _remember(entry, actor)
    return entry


def store_all(files: Sequence[Accepted], organisation: Organisation, actor: Actor) -> list[DigitalObject]:
    """Keep accepted files, in order."""
    return [
        content.store(examined=file.examined, data=file.data, organisation=organisation, actor=actor) for file in files
    ]


def _remember(entry: Incoming, actor: Actor) -> None:
    """Note the desk's last book and way of receiving, with which its next form begins; one statement."""
    if actor.position_id is None:
        return
    memory = DeskMemory(
        organisation_id=entry.organisation_id,
        position_id=actor.position_id,
        book_id=entry.book_id,
        received_via=entry.received_via,
        last=entry,
    )
    changed = ["organisation", "book", "received_via", "last"]
    DeskMemory.objects.bulk_create([memory], update_conflicts=True, unique_fields=["position"], update_fields=changed)


@transaction.atomic
def attach_file(*, entry: Incoming, file: Accepted, actor: Actor, on: date, scan: Scan | None = None) -> Incoming:
    """Add the scan of a paper document that was registered before it (NĐ 30/2020, Điều 22).

    Raises PermissionDenied, RuleBroken("incoming.has_file" | "content.frozen" | "scan.taken").
    """
    access.require(actor, "incoming.change", entry)
    entry = Incoming.objects.select_for_update(of=["self"]).select_related("document", "organisation").get(pk=entry.pk)
    held = basis("register_incoming", on=on, regime=entry.organisation.regime)
    if entry.document.parts.filter(role=ObjectRole.MAIN).exists():
        raise RuleBroken("incoming.has_file", _("Văn bản này đã có tệp."), held.citation)
    [stored] = store_all([file], entry.organisation, actor)
    records.attach(document=entry.document, stored=stored, role=ObjectRole.MAIN, actor=actor)
    if scan is not None:
        finish_scan(scan=scan, entry=entry, sha256=stored.sha256, actor=actor)
    audit.record(
        actor,
        events.INCOMING_ATTACHED,
        entry,
        basis=held.citations,
        about=[entry.document],
        details={"number": entry.number_value},
    )
    return entry


@transaction.atomic
def register_packet(*, packet: Packet, arrival: Arrival, book: Book, actor: Actor, on: date) -> Incoming:
    """Accept a waiting packet: enter it in the register with the files it carried, and report status 03 to the sender.

    Raises as `register_incoming`, and RuleBroken when the packet no longer waits.
    """
    access.require(actor, "incoming.register", book)
    packet = Packet.objects.select_for_update().get(pk=packet.pk)
    organisation = book.organisation
    held = basis("receive_incoming", on=on, regime=organisation.regime)
    rules.check_own(book.organisation_id, packet.organisation_id, citation=held.citation)
    limit = in_force(organisation, "registry.present_within", on=on)
    rules.check_book_open(book.state, citation=held.citation)
    rules.check_arrival(arrived_on=arrival.arrived_on, on=on, year=book.year, citation=held.citation)
    document = records.add_document(values=arrival.document, organisation=organisation, actor=actor, on=on)
    exchange.accept(packet=packet, document_id=document.pk, actor=actor, on=on)
    for place, attachment in enumerate(packet.attachments.select_related("object")):
        role = ObjectRole.ANNEX if place else ObjectRole.MAIN
        records.attach(document=document, stored=attachment.object, role=role, actor=actor)
    entry = enter(document, arrival, book, actor=actor, on=on, limit=limit, citations=held.citations, packet=packet)
    audit.record(
        actor,
        events.PACKET_REGISTERED,
        entry,
        basis=held.citations,
        about=[document, packet],
        details={"number": entry.number_value},
    )
    return entry


def enter(
    document: Document,
    arrival: Arrival,
    book: Book,
    *,
    actor: Actor,
    on: date,
    limit: Held,
    citations: Sequence[str],
    packet: Packet | None = None,
) -> Incoming:
    """Take the number and write the entry: the common end of both ways into the register.

    The book's row is locked here and no earlier: until the end nobody locks the volume, and clerks wait for the number
    only, never for each other's files.
    """
    state = Book.objects.select_for_update().values_list("state", flat=True).get(pk=book.pk)
    rules.check_book_open(state, citation=citations[0] if citations else "")
    late = _is_late(arrival, book, on=on)
    number = numbering.take(
        numbering.series_of(book),
        on=on,
        actor=actor,
        true_date=arrival.arrived_on if late else None,
        reason=clean_line(arrival.late_reason) if late else "",
    )
    urgent = arrival.document.urgency != Urgency.NORMAL
    present_by = arrival.arrived_on if urgent else due_on(arrival.arrived_on, limit, regime=book.organisation.regime)
    entry = Incoming.objects.create(
        organisation_id=book.organisation_id,
        document=document,
        book=book,
        number=number,
        number_value=number.value,
        arrived_on=arrival.arrived_on,
        received_via=arrival.received_via,
        packet=packet,
        present_by=present_by,
        handle_by=arrival.handle_by,
        created_at=timezone.now(),
    )
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    grants.allow(entry, [grants.role_token(book.organisation_id, role) for role in desks], reason="registry")
    audit.record(
        actor,
        events.INCOMING_REGISTERED,
        entry,
        basis=[*citations, limit.citation],
        about=[document],
        details={"number": number.value, "present_by": present_by.strftime("%d/%m/%Y")},
    )
    if arrival.invalid_seen:
        receiving = basis("receive_incoming", on=on, regime=book.organisation.regime)
        audit.record(actor, events.INVALID_SIGNATURE_SEEN, entry, basis=receiving.citations, about=[document])
    notices.send(
        events.TELL_INCOMING,
        to=holders(book.organisation_id, Role.HEAD_OF_OFFICE, on=on),
        about=entry,
        url=f"/registry/incoming/{entry.pk}/",
    )
    return entry


def _is_late(arrival: Arrival, book: Book, *, on: date) -> bool:
    """Whether it is entered after the allowed day: then a reason is needed, else RuleBroken("incoming.late_reason")."""
    allowed = in_force(book.organisation, "registry.register_within", on=on)
    return numbering_rules.check_arrival_late(
        arrived_on=arrival.arrived_on,
        due=due_on(arrival.arrived_on, allowed, regime=book.organisation.regime),
        on=on,
        reason=clean_line(arrival.late_reason),
        citation=allowed.citation,
    )


@transaction.atomic
def correct_incoming(
    *, entry: Incoming, values: DocumentFields, handle_by: date | None, actor: Actor, on: date, version: int | None
) -> Incoming:
    """Correct an entry; number and day of arrival stay. Raises PermissionDenied, Stale, RuleBroken (document rules)."""
    access.require(actor, "incoming.change", entry)
    entry = Incoming.objects.select_for_update(of=["self"]).select_related("document", "organisation").get(pk=entry.pk)
    record_rules.check_version(version, entry.version)
    held = basis("register_incoming", on=on, regime=entry.organisation.regime)
    records.update_document(document=entry.document, values=values, actor=actor, on=on)
    changes = {}
    if entry.handle_by != handle_by:
        changes["handle_by"] = (str(entry.handle_by or ""), str(handle_by or ""))
    entry.handle_by = handle_by
    entry.version += 1
    entry.save(update_fields=["handle_by", "version"])
    audit.record(actor, events.INCOMING_CHANGED, entry, basis=held.citations, about=[entry.document], changes=changes)
    return entry


def resolve_if_done(entry: Incoming, *, actor: Actor, on: date) -> None:
    """Mark an entry resolved when none of its tasks is open: the consequence of finishing the last task."""
    if entry.status != IncomingStatus.INSTRUCTED or entry.tasks.filter(status__in=OPEN_TASKS).exists():
        return
    entry.status = rules.next_incoming(entry.status, "resolve")
    entry.resolved_on = on
    entry.save(update_fields=["status", "resolved_on"])
    held = basis("handle_incoming", on=on, regime=entry.organisation.regime)
    audit.record(actor, events.INCOMING_RESOLVED, entry, basis=held.citations, about=[entry.document])
    if entry.packet:
        exchange.report(packet=entry.packet, code="06", actor=actor, on=on)
