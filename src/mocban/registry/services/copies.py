"""Copy documents: asked for, approved by the competent person, numbered, made (NĐ 30/2020, Điều 25–27)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.disk import DiskFile
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, clean_text
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Position
from mocban.people.selectors import holders
from mocban.records import rules as record_rules
from mocban.records import services as records
from mocban.records.choices import FileState, ObjectRole
from mocban.records.intake import Accepted
from mocban.records.models import Document
from mocban.records.selectors import main_part
from mocban.signing import services as signing
from mocban.signing.pdf.copy_values import ALL_PAGES, Excerpt
from mocban.signing.printing import copy_block

from .. import access, copy_rules, events, rules
from ..choices import BookKind, CopyMaker, Medium, SourceForm
from ..models import Book, Copy, Outgoing
from . import numbering

PDF, TEXT = "application/pdf", "text/plain"
SIGNED = "(Đã ký)"


@dataclass(frozen=True)
class CopyPlan:
    """What is asked for. `pages` first and last from 1, (0, 0) for all; `excerpt` the typed words of an extract."""

    document: Document
    kind: str
    source_form: SourceForm
    from_medium: Medium
    to_medium: Medium
    signer: Position
    recipients: Sequence[str] = ()
    amount: int = 1
    pages: tuple[int, int] = ALL_PAGES
    excerpt: str = ""
    purpose: str = ""


@transaction.atomic
def request_copy(*, plan: CopyPlan, scan: Accepted | None = None, actor: Actor, on: date) -> Copy:
    """Ask for a copy; `scan` is the digitised paper where the source is paper. Both passed `records.intake` before.

    Raises PermissionDenied, RuleBroken("copy.wrong_source" | "copy.wrong_maker" | "copy.wrong_medium" |
    "copy.no_part" | "copy.not_issued" | "copy.no_source" | "copy.signer" | "document.held" | …).
    """
    access.require(actor, "copy.request", plan.document)
    document = Document.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=plan.document.pk)
    organisation = document.organisation
    held = basis("copy_document", on=on, regime=organisation.regime)
    record_rules.check_active(document.state)
    outgoing = Outgoing.objects.filter(document=document).first()
    copy_rules.check_issued(outgoing.status if outgoing else None)
    kind = copy_rules.copy_kind(plan.kind, regime=organisation.regime, on=on)
    maker = maker_of(document, outgoing)
    copy_rules.check_source(kind, form=plan.source_form, maker=maker)
    media = law.value("copy.media", on=on, regime=organisation.regime)
    copy_rules.check_media(
        kind,
        form=plan.source_form,
        source=plan.from_medium,
        target=plan.to_medium,
        allowed=media.value[kind.code],
        citation=media.citation,
    )
    excerpt = clean_text(plan.excerpt)
    copy_rules.check_extent(kind, pages=plan.pages, excerpt=excerpt)
    if plan.signer.organisation_id != organisation.pk:
        raise RuleBroken("copy.signer", _("Người ký bản sao phải thuộc cơ quan mình."), held.citation)
    copy = Copy(
        organisation=organisation,
        document=document,
        kind=kind.code,
        kind_name=kind.name,
        source_form=plan.source_form,
        maker=maker,
        from_medium=plan.from_medium,
        to_medium=plan.to_medium,
        first_page=plan.pages[0],
        last_page=plan.pages[1],
        source=source_of(document, scan, actor),
        signer=plan.signer,
        signer_name=plan.signer.person.full_name,
        signer_title=titled(plan.signer),
        recipients=[line[:200] for line in map(clean_line, plan.recipients) if line],
        amount=plan.amount,
        purpose=clean_line(plan.purpose)[:300],
        requester_id=actor.position_id,
        requested_by=f"{actor.person_name}, {actor.position_title}"[:210],
        created_at=timezone.now(),
    )
    if excerpt:
        copy.excerpt = keep(document, excerpt.encode(), "phan-trich.txt", TEXT, actor)
    if copy.source is None and copy.excerpt is None and needs_file(copy):
        message = _("Cần tệp PDF của văn bản nguồn: bản điện tử đã phát hành, đã nhận, hoặc bản quét của văn bản giấy.")
        raise RuleBroken("copy.no_source", message, held.citation)
    copy.save(force_insert=True)
    readers = grants.tokens_of("records.document", [document.pk]).get(document.pk, [])
    desks = [grants.role_token(organisation.pk, role) for role in (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)]
    own = [grants.person_token(plan.signer.person_id, organisation.pk)]
    grants.allow(copy, [*readers, *desks, *own], reason="copy")
    _note(copy, events.COPY_REQUESTED, held.citations, actor)
    notices.send(events.TELL_COPY_APPROVE, to=[plan.signer], about=copy, url=address(copy))
    return copy


def maker_of(document: Document, outgoing: Outgoing | None) -> CopyMaker:
    """What the body is to the document: its issuer, the archives that hold it, or a receiver."""
    if outgoing:
        return CopyMaker.ISSUER
    archived = document.file_entries.filter(file__state=FileState.ARCHIVED).exists()
    return CopyMaker.ARCHIVE if archived else CopyMaker.RECEIVER


def needs_file(copy: Copy) -> bool:
    """Paper photocopied to paper needs no file; every other copy is made from one."""
    return copy.to_medium == Medium.ELECTRONIC or copy.from_medium == Medium.ELECTRONIC


def source_of(document: Document, scan: Accepted | None, actor: Actor) -> DigitalObject | None:
    """The file to copy: the scan handed in, else the document's own PDF."""
    if scan:
        if scan.examined.media_type != PDF:
            raise RuleBroken("copy.scan_pdf", _("Bản quét để sao phải là tệp PDF."))
        stored = content.store(examined=scan.examined, data=scan.data, organisation=document.organisation, actor=actor)
        records.attach(document=document, stored=stored, role=ObjectRole.COPY, actor=actor)
        return stored
    part = main_part(document)
    return part.object if part and part.object.media_type == PDF else None


def keep(document: Document, data: bytes | DiskFile, name: str, media_type: str, actor: Actor) -> DigitalObject:
    """Store a file of a copy as a part of its document: seen, frozen and destroyed with it."""
    stored = content.store(
        examined=describe(data, name, media_type), data=data, organisation=document.organisation, actor=actor
    )
    records.attach(document=document, stored=stored, role=ObjectRole.COPY, actor=actor)
    return stored


def titled(position: Position) -> str:
    """Authority and title as a signature shows them, "TL. GIÁM ĐỐC | Chánh Văn phòng" on two lines."""
    return "\n".join(part for part in (position.authority, position.title) if part)[:200]


def address(copy: Copy) -> str:
    return f"/registry/copies/{copy.pk}/"


def locked(copy: Copy, version: int | None = None) -> Copy:
    """Re-read the copy with its row locked. Raises Stale, RuleBroken("document.held" | "content.frozen" | …)."""
    held: Copy = (
        Copy.objects.select_for_update(of=["self"])
        .select_related("organisation", "document__organisation", "source", "excerpt", "signer", "requester")
        .get(pk=copy.pk)
    )
    record_rules.check_version(version, held.version)
    record_rules.check_active(held.document.state)
    return held


def advance(copy: Copy, verb: str, **changes: object) -> None:
    """Move to the state after `verb` and save the changed fields with a new version."""
    copy.state = copy_rules.next_copy(copy.state, verb)
    copy.version += 1
    for name, value in changes.items():
        setattr(copy, name, value)
    copy.save(update_fields=["state", "version", *changes])


def _note(copy: Copy, verb: str, citations: Sequence[str], actor: Actor, **details: object) -> None:
    """Record a step of the copy, in the history of the document too."""
    details = {"document": copy.document.trail_name, **details}
    audit.record(actor, verb, copy, basis=citations, about=[copy.document], details=details)


@transaction.atomic
def approve_copy(*, copy: Copy, actor: Actor, on: date, version: int | None = None) -> Copy:
    """The competent person decides that the copy is made, and will sign it (NĐ 30/2020, Điều 27).

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "copy.approve", copy)
    copy = locked(copy, version)
    held = basis("approve_copy", on=on, regime=copy.organisation.regime)
    advance(copy, "approve")
    _note(copy, events.COPY_APPROVED, held.citations, actor)
    clerks = holders(copy.organisation_id, Role.CLERK, on=on)
    notices.send(events.TELL_COPY_NUMBER, to=clerks, about=copy, url=address(copy))
    return copy


@transaction.atomic
def refuse_copy(*, copy: Copy, reason: str, actor: Actor, on: date, version: int | None = None) -> Copy:
    """Refuse a copy, with a reason. Raises PermissionDenied, Stale, RuleBroken("copy.no_reason" | …)."""
    access.require(actor, "copy.refuse", copy)
    copy = locked(copy, version)
    held = basis("approve_copy", on=on, regime=copy.organisation.regime)
    reason = clean_line(reason)[:500]
    if not reason:
        raise RuleBroken("copy.no_reason", _("Hãy ghi lý do không duyệt."), held.citation)
    advance(copy, "refuse", refusal=reason)
    _note(copy, events.COPY_REFUSED, held.citations, actor, reason=reason)
    told = [copy.requester] if copy.requester else []
    notices.send(events.TELL_COPY_REFUSED, to=told, about=copy, url=address(copy))
    return copy


@transaction.atomic
def number_copy(*, copy: Copy, book: Book, actor: Actor, on: date, version: int | None = None) -> Copy:
    """Take the next number of the one series that all copies of the body share.

    Raises PermissionDenied, Stale, RuleBroken("copy.other_book" | "book.locked" | "book.wrong_year" | …).
    """
    access.require(actor, "copy.number", copy)
    copy = locked(copy, version)
    organisation = copy.organisation
    held = basis("number_copy", on=on, regime=organisation.regime)
    copy_rules.next_copy(copy.state, "number")
    book = Book.objects.select_for_update(of=["self"]).select_related("series__issuer").get(pk=book.pk)
    rules.check_own(book.organisation_id, organisation.pk, citation=held.citation)
    rules.check_book_open(book.state, citation=held.citation)
    rules.check_book_year(book.year, on=on, citation=held.citation)
    if book.kind != BookKind.COPIES:
        raise RuleBroken("copy.other_book", _("Sổ đã chọn không phải sổ đăng ký bản sao."), held.citation)
    series = numbering.series_of(book)
    number = numbering.take(series, on=on, actor=actor)
    kind = copy_rules.copy_kind(copy.kind, regime=organisation.regime, on=on)
    printed = law.printed_copy_number(
        regime=organisation.regime,
        on=on,
        number=number.value,
        kind_symbol=kind.symbol,
        body_symbol=series.issuer.symbol,
    )
    advance(
        copy, "number", book=book, number=number, number_value=number.value, printed_code=printed[:60], copied_on=on
    )
    _note(copy, events.COPY_NUMBERED, held.citations, actor, number=copy.printed_code)
    return copy


@transaction.atomic
def make_copy(
    *,
    copy: Copy,
    actor: Actor,
    on: date,
    version: int | None = None,
    pin: str = "",
    last_try: bool = False,
    key: signing.OpenKey | None = None,
) -> Copy:
    """Make the copy: sealed with the organisation's key, or ready for printer, hand and stamp; always a new file.

    `pin` opens the organisation's key where it asks for one; `last_try` as in `signing.keys.store_for`.
    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | signing rules).
    """
    access.require(actor, "copy.make", copy)
    copy = locked(copy, version)
    held = basis("make_copy", on=on, regime=copy.organisation.regime)
    copy_rules.next_copy(copy.state, "make")
    advance(copy, "make", object=made_file(copy, actor=actor, on=on, pin=pin, last_try=last_try, key=key))
    _note(copy, events.COPY_MADE, held.citations, actor, amount=copy.amount)
    told = [copy.requester] if copy.requester else []
    notices.send(events.TELL_COPY_MADE, to=told, about=copy, url=address(copy))
    return copy


def made_file(
    copy: Copy,
    *,
    actor: Actor,
    on: date,
    pin: str = "",
    last_try: bool = False,
    key: signing.OpenKey | None = None,
) -> DigitalObject | None:
    """The file of the copy; none where paper is photocopied by hand and nothing was scanned."""
    pdf = original_pages(copy)
    if pdf is None:
        return None
    pages = (copy.first_page, copy.last_page)
    name = f"{copy.kind}-{copy.number_value}.pdf"
    if copy.to_medium == Medium.PAPER:
        block = copy_block(
            organisation=copy.organisation,
            copy_kind=copy.kind_name,
            number=copy.printed_code,
            title=copy.signer_title.split("\n"),
            name=copy.signer_name,
            recipients=copy.recipients,
            on=copy.copied_on or on,
        )
        data = signing.paper_copy(pdf=pdf, block=block, pages=pages)
        return keep(copy.document, data, name, PDF, actor)
    stored = signing.seal_copy(
        pdf=pdf,
        copy_kind=copy.kind_name,
        pages=pages,
        from_paper=copy.from_medium == Medium.PAPER and copy.excerpt is None,
        name=name,
        organisation=copy.organisation,
        actor=actor,
        on=on,
        pin=pin,
        last_try=last_try,
        key=key,
    )
    records.attach(document=copy.document, stored=stored, role=ObjectRole.COPY, actor=actor)
    return stored


def original_pages(copy: Copy) -> DiskFile | None:
    """The pages to copy: the source's, or the typed words of the extract under the head of the document."""
    if copy.excerpt is None:
        return content.read_file(copy.source) if copy.source else None
    document = copy.document
    words = content.read_bytes(copy.excerpt).decode()
    set_anew = signing.excerpt_page(
        Excerpt(
            issuer=document.issuer_name,
            number=f"Số: {document.printed_code}" if document.printed_code else "",
            dated=f"Ngày {document.issued_on:%d/%m/%Y}" if document.issued_on else "",
            kind=document.kind_name,
            subject=document.subject,
            paragraphs=tuple(line for line in words.split("\n") if line),
            signer_title=document.signer_title,
            signer_name=document.signer_name,
            signed=SIGNED,
        )
    )
    return content.on_disk(set_anew)
