"""Number, seal and issue a signed document (NĐ 30/2020, Điều 15–18)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from mocban import law
from mocban.audit import services as audit
from mocban.content.models import DigitalObject
from mocban.exchange import services as exchange
from mocban.exchange.services import OutgoingPacket
from mocban.law.basis import basis
from mocban.law.dates import dated_place
from mocban.notices import services as notices
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records import rules as record_rules
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.models import Document
from mocban.signing import services as signing

from .. import access, events, rules
from ..amendment_rules import PURPOSE
from ..choices import AmendmentKind
from ..models import Amendment, Book, Number, Outgoing
from ..selectors import is_issuer, kind_of, parties
from . import numbering
from .amendments import take_effect
from .codes import issuing_body, joint_symbols, printed_code
from .drafting import address, advance, locked, standing_part
from .enclosing import sign_enclosed
from .mail import send_to_known

NUMBERED_FIELDS = (
    "printed_code",
    "code_number",
    "code_notation",
    "issued_on",
    "issuer_name",
    "issuer_code",
    "signer_name",
    "signer_title",
    "version",
)


@transaction.atomic
def take_outgoing_number(
    *,
    outgoing: Outgoing,
    book: Book,
    actor: Actor,
    on: date,
    version: int | None = None,
    reserved: Number | None = None,
) -> Outgoing:
    """Take the number, only after the competent person's signature; number, symbol and date become the document's.

    `reserved` is a number of the book's series that was held back before the signature; without it the next one is
    taken. Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "book.other_body" | "book.locked" |
    "book.wrong_year" | "series.incoming" | "series.other_kind" | "series.other_issuer" | "content.frozen" | as
    `numbering.use_reserved`).
    """
    access.require(actor, "outgoing.number", outgoing)
    outgoing = locked(outgoing, version)
    organisation = outgoing.organisation
    document = Document.objects.select_for_update().get(pk=outgoing.document_id)
    record_rules.check_active(document.state)
    held = basis("number_outgoing", on=on, regime=organisation.regime)
    rules.next_outgoing(outgoing.status, "number")
    book = Book.objects.select_for_update(of=["self"]).select_related("series__issuer").get(pk=book.pk)
    rules.check_own(book.organisation_id, organisation.pk, citation=held.citation)
    rules.check_book_open(book.state, citation=held.citation)
    rules.check_book_year(book.year, on=on, citation=held.citation)
    kind = kind_of(document.kind_code, organisation=organisation, on=on)
    series = numbering.series_of(book)
    drafted = parties(outgoing)
    rules.check_series(
        kind=book.kind,
        counts=rules.series_counts(series, kind),
        citation=held.citation,
        own=is_issuer(series, outgoing),
    )
    if reserved:
        number = numbering.use_reserved(reserved, series=series, on=on)
    else:
        number = numbering.take(series, on=on, actor=actor)
    document.printed_code = printed_code(
        organisation=organisation,
        issuer=series.issuer,
        kind=kind,
        number=number.value,
        unit_symbol=drafted.unit.symbol,
        on=on,
        joint=joint_symbols(outgoing),
    )
    document.code_number, document.code_notation = rules.split_code(document.printed_code, number=number.value)
    document.issued_on = on
    document.issuer_name, document.issuer_code = issuing_body(organisation, series.issuer)
    document.signer_name, document.signer_title = drafted.signer.person.full_name, drafted.signer.title
    document.version += 1
    document.save(update_fields=NUMBERED_FIELDS)
    outgoing.document = document
    advance(outgoing, "number", number=number, number_value=number.value, book=book, series=series)
    audit.record(
        actor,
        events.OUTGOING_NUMBERED,
        outgoing,
        basis=held.citations,
        about=[document],
        details={"number": document.printed_code},
    )
    return outgoing


@transaction.atomic
def issue_outgoing(
    *,
    outgoing: Outgoing,
    actor: Actor,
    on: date,
    version: int | None = None,
    pin: str = "",
    last_try: bool = False,
    key: signing.OpenKey | None = None,
) -> Outgoing:
    """Fill number and date, seal with the organisation's key, and send to every recipient that has a code.

    `key` is the organisation's key opened before, for many documents; else it is opened here with `pin`.
    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | signing and exchange rules).
    """
    access.require(actor, "outgoing.issue", outgoing)
    outgoing = locked(outgoing, version)
    organisation, document = outgoing.organisation, outgoing.document
    held = basis("issue_outgoing", on=on, regime=organisation.regime)
    rules.next_outgoing(outgoing.status, "issue")
    signed = standing_part(outgoing, ObjectRole.SIGNED)
    opened = key or signing.open_key(organisation, organisation=organisation, pin=pin, last_try=last_try)
    sealed = signing.fill_and_seal(
        signed=signed.object,
        number_text=law.number_label(regime=organisation.regime, on=on) + document.printed_code,
        date_text=dated_place(regime=organisation.regime, place=organisation.place, day=issued_on(document)),
        name=f"{document.printed_code.replace('/', '-')}.pdf",
        organisation=organisation,
        actor=actor,
        on=on,
        key=opened,
    )
    records.attach(document=document, stored=sealed, role=ObjectRole.ISSUED, actor=actor)
    annexes = sign_enclosed(outgoing, key=opened, actor=actor, on=on)
    advance(outgoing, "issue", issued_at=timezone.now())
    audit.record(
        actor,
        events.OUTGOING_ISSUED,
        outgoing,
        basis=held.citations,
        about=[document, *([outgoing.reply_to, outgoing.reply_to.document] if outgoing.reply_to else [])],
        details={"number": document.printed_code},
    )
    amendment = take_effect(outgoing=outgoing, actor=actor, on=on)
    send(outgoing, [sealed, *annexes], organisation, actor=actor, on=on, amendment=amendment)
    send_to_known(outgoing, actor=actor, on=on)
    notices.send(events.TELL_ISSUED, to=[parties(outgoing).drafter], about=outgoing, url=address(outgoing))
    return outgoing


def amending(amendment: Amendment | None) -> dict[str, Any]:
    """What the packet says of the document that this one puts right; nothing when that one never travelled."""
    if amendment is None:
        return {}
    sent = amendment.outgoing.recipients.exclude(packet=None).select_related("packet").first()
    if sent is None or sent.packet is None:
        return {}
    purpose = PURPOSE[AmendmentKind(amendment.kind)]
    return {"purpose": purpose, "reason": amendment.reason, "about_key": sent.packet.document_key}


def issued_on(document: Document) -> date:
    """The day that came with the number. Raises ValueError before that."""
    if document.issued_on is None:
        raise ValueError("a document without a day is not issued")
    return document.issued_on


def send(
    outgoing: Outgoing,
    files: Sequence[DigitalObject],
    organisation: Organisation,
    *,
    actor: Actor,
    on: date,
    amendment: Amendment | None = None,
) -> None:
    """Hand the issued document to the exchange for the recipients that have a code, and keep their packets."""
    document = outgoing.document
    addressed = {recipient.code: recipient for recipient in outgoing.recipients.all() if recipient.code}
    if not addressed:
        return
    answered = outgoing.reply_to.packet if outgoing.reply_to else None
    packets = exchange.send_document(
        packet=OutgoingPacket(
            document_id=document.pk,
            code_number=document.code_number,
            code_notation=document.code_notation,
            issued_on=document.issued_on,
            kind_name=document.kind_name,
            subject=document.subject,
            signer_name=document.signer_name,
            signer_title=document.signer_title,
            urgency=document.urgency,
            due_on=document.due_on,
            recipients=[(code, recipient.name) for code, recipient in addressed.items()],
            files=files,
            reply_to=answered,
            **amending(amendment),
        ),
        organisation=organisation,
        actor=actor,
        on=on,
    )
    for packet in packets:
        recipient = addressed[packet.peer_code]
        recipient.packet = packet
        recipient.save(update_fields=["packet"])
