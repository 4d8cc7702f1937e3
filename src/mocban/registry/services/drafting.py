"""Draft, submit, approve, return and sign an outgoing document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import RenditionKind
from mocban.law.basis import basis
from mocban.law.dates import due_on
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Position, Unit
from mocban.people.selectors import holders, in_force
from mocban.records import rules as record_rules
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.intake import Accepted
from mocban.records.models import DocumentObject
from mocban.records.services import DocumentFields
from mocban.signing import services as signing

from .. import access, events, rules
from ..choices import IssuerKind
from ..models import Incoming, Issuer, Outgoing, Recipient, Task
from ..selectors import issuers_of, kind_of, parties
from .codes import joint_symbols, printed_code
from .joint import Joint, check_issuer, write_joint


@dataclass(frozen=True)
class DraftPlan:
    """What the drafter settles first: fields, unit, signer, recipients (name, code or ""), what it answers."""

    document: DocumentFields
    unit: Unit
    signer: Position
    recipients: Sequence[tuple[str, str]]
    reply_to: Incoming | None = None
    task: Task | None = None
    issuer: Issuer | None = None  # none: the organisation itself
    joint: Sequence[Joint] = ()


@dataclass(frozen=True)
class DraftFile:
    """An accepted draft file and its PDF, converted before the transaction (the same bytes when it came as PDF)."""

    accepted: Accepted
    pdf: bytes


def locked(outgoing: Outgoing, version: int | None = None) -> Outgoing:
    """Re-read the draft with its row locked. Raises Stale: two people on one draft do not overwrite each other."""
    held: Outgoing = (
        Outgoing.objects.select_for_update(of=["self"])
        .select_related("document", "organisation", "unit", "signer__person", "drafter__person")
        .get(pk=outgoing.pk)
    )
    record_rules.check_version(version, held.version)
    return held


def advance(outgoing: Outgoing, verb: str, **changes: object) -> None:
    """Move to the state after `verb` and save the changed fields with a new version."""
    outgoing.status = rules.next_outgoing(outgoing.status, verb)
    outgoing.version += 1
    for name, value in changes.items():
        setattr(outgoing, name, value)
    outgoing.save(update_fields=["status", "version", *changes])


def address(outgoing: Outgoing) -> str:
    return f"/registry/outgoing/{outgoing.pk}/"


def latest_draft(outgoing: Outgoing) -> DocumentObject | None:
    """The last uploaded version of the draft, or None."""
    return outgoing.document.parts.filter(role=ObjectRole.DRAFT).select_related("object").order_by("ordinal").last()


@transaction.atomic
def create_draft(*, plan: DraftPlan, file: DraftFile | None, actor: Actor, on: date) -> Outgoing:
    """Begin an outgoing document, as a reply to an incoming one or on its own (NĐ 30/2020, Điều 10).

    Raises PermissionDenied, RuleBroken (document rules, "outgoing.other_body").
    """
    access.require(actor, "outgoing.draft", plan.unit)
    organisation = plan.unit.organisation
    held = basis("draft_outgoing", on=on, regime=organisation.regime)
    if plan.signer.organisation_id != organisation.pk:
        raise RuleBroken("outgoing.other_body", _("Người ký phải thuộc cơ quan ban hành."), held.citation)
    check_issuer(plan.issuer, organisation.pk)
    document = records.add_document(values=plan.document, organisation=organisation, actor=actor, on=on)
    outgoing = Outgoing.objects.create(
        organisation=organisation,
        issuer=plan.issuer,
        document=document,
        unit=plan.unit,
        drafter_id=actor.position_id,
        signer=plan.signer,
        reply_to=plan.reply_to,
        task=plan.task,
        created_at=timezone.now(),
    )
    Recipient.objects.bulk_create(
        Recipient(outgoing=outgoing, ordinal=place, name=clean_line(name)[:200], code=clean_line(code)[:35])
        for place, (name, code) in enumerate(plan.recipients, start=1)
    )
    write_joint(outgoing, plan.joint)
    readers = [grants.unit_token(plan.unit.pk), grants.person_token(plan.signer.person_id, organisation.pk)]
    readers += [grants.role_token(organisation.pk, role) for role in (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)]
    if actor.person_id:
        readers.append(grants.person_token(actor.person_id, organisation.pk))
    for obj in (outgoing, document):
        grants.allow(obj, readers, reason="drafting")
    about = [document, *([plan.reply_to, plan.reply_to.document] if plan.reply_to else [])]
    audit.record(actor, events.DRAFT_CREATED, outgoing, basis=held.citations, about=about)
    if file:
        upload_draft(outgoing=outgoing, file=file, actor=actor, on=on)
    return outgoing


@transaction.atomic
def set_issuer(
    *,
    outgoing: Outgoing,
    issuer: Issuer | None,
    bodies: Sequence[Joint],
    actor: Actor,
    on: date,
    version: int | None = None,
) -> Outgoing:
    """Say in whose name a draft is issued, and with which bodies jointly; ours leads and gives the number.

    `issuer` None is the organisation itself. Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" |
    "issuer.closed" | "outgoing.other_body" | "joint.…").
    """
    access.require(actor, "outgoing.set_issuer", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "set_issuer")
    check_issuer(issuer, outgoing.organisation_id)
    write_joint(outgoing, bodies)
    advance(outgoing, "set_issuer", issuer=issuer)
    details = {"issuer": issuer.name if issuer else outgoing.organisation.name, "bodies": len(bodies)}
    audit.record(
        actor, events.OUTGOING_ISSUER_SET, outgoing, basis=held.citations, about=[outgoing.document], details=details
    )
    return outgoing


@transaction.atomic
def upload_draft(
    *, outgoing: Outgoing, file: DraftFile, actor: Actor, on: date, version: int | None = None
) -> DocumentObject:
    """Add the next version of the draft; the earlier ones stay (NĐ 30/2020, PL VI: every draft is kept).

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "outgoing.upload", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    advance(outgoing, "upload")
    stored = content.store(
        examined=file.accepted.examined, data=file.accepted.data, organisation=outgoing.organisation, actor=actor
    )
    part = records.attach(document=outgoing.document, stored=stored, role=ObjectRole.DRAFT, actor=actor)
    if stored.media_type != "application/pdf":
        content.store_rendition(
            original=stored,
            kind=RenditionKind.PDF,
            data=file.pdf,
            name=f"{stored.name}.pdf",
            media_type="application/pdf",
            actor=actor,
        )
    audit.record(
        actor,
        events.DRAFT_UPLOADED,
        outgoing,
        basis=held.citations,
        about=[outgoing.document],
        details={"ordinal": part.ordinal},
    )
    return part


@transaction.atomic
def submit_draft(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """Send the draft to the head of unit. Raises PermissionDenied, Stale, RuleBroken("outgoing.no_file" | …)."""
    access.require(actor, "outgoing.submit", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    if latest_draft(outgoing) is None:
        raise RuleBroken("outgoing.no_file", _("Chưa có tệp dự thảo nên chưa trình được."), held.citation)
    advance(outgoing, "submit", return_reason="")
    audit.record(actor, events.DRAFT_SUBMITTED, outgoing, basis=held.citations, about=[outgoing.document])
    heads = holders(outgoing.organisation_id, Role.HEAD_OF_UNIT, on=on, unit_id=outgoing.unit_id)
    notices.send(events.TELL_APPROVE, to=heads, about=outgoing, url=address(outgoing))
    return outgoing


@transaction.atomic
def withdraw_draft(*, outgoing: Outgoing, actor: Actor, on: date) -> Outgoing:
    """The drafter takes a submitted draft back (undo). Raises PermissionDenied, RuleBroken."""
    access.require(actor, "outgoing.withdraw", outgoing)
    outgoing = locked(outgoing)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    advance(outgoing, "withdraw")
    audit.record(actor, events.DRAFT_WITHDRAWN, outgoing, basis=held.citations, about=[outgoing.document])
    return outgoing


@transaction.atomic
def approve_draft(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """The head of unit answers for the content (NĐ 30/2020, Điều 12). Raises PermissionDenied, Stale, RuleBroken."""
    access.require(actor, "outgoing.approve", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("approve_draft", on=on, regime=outgoing.organisation.regime)
    advance(outgoing, "approve")
    audit.record(actor, events.DRAFT_APPROVED, outgoing, basis=held.citations, about=[outgoing.document])
    notices.send(events.TELL_SIGN, to=[parties(outgoing).signer], about=outgoing, url=address(outgoing))
    return outgoing


@transaction.atomic
def return_draft(*, outgoing: Outgoing, reason: str, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """Send the draft back with a reason. Raises PermissionDenied, Stale, RuleBroken("outgoing.no_reason" | …)."""
    access.require(actor, "outgoing.return", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("approve_draft", on=on, regime=outgoing.organisation.regime)
    reason = clean_line(reason)
    if not reason:
        raise RuleBroken("outgoing.no_reason", _("Hãy ghi lý do trả lại."), held.citation)
    advance(outgoing, "return", return_reason=reason[:1000])
    audit.record(
        actor,
        events.DRAFT_RETURNED,
        outgoing,
        basis=held.citations,
        about=[outgoing.document],
        details={"reason": reason},
    )
    notices.send(events.TELL_RETURNED, to=[parties(outgoing).drafter], about=outgoing, url=address(outgoing))
    return outgoing


@transaction.atomic
def sign_outgoing(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """The leader signs the PDF of the last draft; number and date are laid in as fields to be filled later.

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "outgoing.no_file" | signing rules).
    """
    access.require(actor, "outgoing.sign", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("sign_outgoing", on=on, regime=outgoing.organisation.regime)
    limit = in_force(outgoing.organisation, "registry.issue_within", on=on)
    rules.next_outgoing(outgoing.status, "sign")
    draft = latest_draft(outgoing)
    if draft is None:
        raise RuleBroken("outgoing.no_file", _("Chưa có tệp dự thảo nên chưa ký được."), held.citation)
    printable = content.rendition(draft.object, RenditionKind.PDF) or draft.object
    signed = signing.sign_as_person(
        pdf=content.read_bytes(printable),
        name=f"{outgoing.document.subject[:60]}.pdf",
        signer_name=parties(outgoing).signer.person.full_name,
        organisation=outgoing.organisation,
        actor=actor,
        on=on,
        symbol=expected_symbol(outgoing, on=on),
    )
    records.attach(document=outgoing.document, stored=signed, role=ObjectRole.SIGNED, actor=actor)
    advance(outgoing, "sign", signed_on=on, issue_by=due_on(on, limit, regime=outgoing.organisation.regime))
    audit.record(
        actor,
        events.OUTGOING_SIGNED,
        outgoing,
        basis=[*held.citations, limit.citation],
        about=[outgoing.document],
    )
    notices.send(
        events.TELL_NUMBER,
        to=holders(outgoing.organisation_id, Role.CLERK, on=on),
        about=outgoing,
        url=address(outgoing),
    )
    return outgoing


def expected_symbol(outgoing: Outgoing, *, on: date) -> str:
    """What will follow the number ("/SNV-VP", "-CV/VPTU"), or "" while the body has no issuer to number in its name.

    The draft's printed symbol is checked against it before the leader signs, not after.
    """
    issuer = issuers_of(outgoing.organisation_id).filter(pk=outgoing.issuer_id).first() if outgoing.issuer_id else None
    issuer = issuer or issuers_of(outgoing.organisation_id).filter(kind=IssuerKind.OWN).first()
    if issuer is None:
        return ""
    printed = printed_code(
        organisation=outgoing.organisation,
        issuer=issuer,
        kind=kind_of(outgoing.document.kind_code, organisation=outgoing.organisation, on=on),
        number=1,
        unit_symbol=parties(outgoing).unit.symbol,
        on=on,
        joint=joint_symbols(outgoing),
    )
    return printed.lstrip("0123456789")
