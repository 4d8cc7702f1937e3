"""Draft, submit, approve, return and sign an outgoing document."""

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
from mocban.signing.carrying import refuse_signed_draft

from .. import access, events, reading, rules
from ..choices import OutgoingStatus
from ..models import Incoming, Issuer, Outgoing, Recipient, SigningPlan, Task
from ..selectors import parties
from .joint import Joint, check_issuer, write_joint
from .preparing import prepare_outgoing
from .signers import write_signers


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
    later_signers: Sequence[Position] = ()  # who sign after `signer`, in order


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
    write_signers(outgoing, plan.later_signers, citation=held.citation)
    readers = [grants.unit_token(plan.unit.pk), grants.person_token(plan.signer.person_id, organisation.pk)]
    readers += [grants.role_token(organisation.pk, role) for role in (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)]
    if actor.person_id:
        readers.append(grants.person_token(actor.person_id, organisation.pk))
    later = [grants.person_token(one.person_id, organisation.pk) for one in plan.later_signers]
    for obj in (outgoing, document):
        grants.allow(obj, readers, reason="drafting")
        grants.allow(obj, later, reason="signing")
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
    rules.check_no_number(outgoing.number_id is None, citation=held.citation)
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

    A signed version is never replaced, and a file that is signed already is no draft: signing here would rewrite it.
    Raises PermissionDenied, Stale, RuleBroken("outgoing.signed" | "registry.wrong_state" | "signing.signed_draft").
    """
    access.require(actor, "outgoing.upload", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    original = law.value("signature.makes_original", on=on, regime=outgoing.organisation.regime)
    rules.check_file_open(outgoing.status, citation=original.citation)
    refuse_signed_draft(file.accepted.data)
    advance(outgoing, "upload")
    discard_prepared(outgoing, reason=_("Đã có bản dự thảo mới."), actor=actor)
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
    """Send the draft to the head of unit, prepared for signing: what a signer could not sign is refused here already.

    Raises PermissionDenied, Stale, RuleBroken("outgoing.no_file" | as `prepare_outgoing` | …).
    """
    access.require(actor, "outgoing.submit", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "submit")
    prepare_outgoing(outgoing=outgoing, actor=actor, on=on)
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
    rules.next_outgoing(outgoing.status, "return")
    if outgoing.status == OutgoingStatus.COSIGNING:
        discard_signed(outgoing, reason=reason, actor=actor)
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


def discard_prepared(outgoing: Outgoing, *, reason: str, actor: Actor) -> None:
    """What was prepared is of an older draft: it becomes history, and so do the places that were chosen in it."""
    plans = SigningPlan.objects.filter(outgoing=outgoing).exclude(prepared=None)
    if plans.update(prepared=None, fingerprint="", fields=[], pages=[], moved={}, moved_by=""):
        roles = [ObjectRole.PREPARED]
        records.supersede_parts(document=outgoing.document, roles=roles, reason=reason, actor=actor)


def discard_signed(outgoing: Outgoing, *, reason: str, actor: Actor) -> None:
    """What was signed becomes history: nobody signs on it, fills it or sends it. A step inside a verb that asked."""
    roles = [ObjectRole.PREPARED, ObjectRole.SIGNED]
    records.supersede_parts(document=outgoing.document, roles=roles, reason=reason, actor=actor)
    outgoing.later_signers.update(signed_at=None)
    SigningPlan.objects.filter(outgoing=outgoing).update(prepared=None, fingerprint="")


@transaction.atomic
def sign_outgoing(
    *,
    outgoing: Outgoing,
    actor: Actor,
    on: date,
    version: int | None = None,
    unread_confirmed: bool = False,
    pin: str = "",
    last_try: bool = False,
    key: signing.OpenKey | None = None,
) -> Outgoing:
    """The signer whose turn it is signs the prepared file; number and date are fields in it, to be filled later.

    `unread_confirmed` is the signer's own answer to the question whether to sign what was never opened. `key` is one
    opened before, for many documents in one go; else the key is opened with `pin`, `last_try` as in `signing.open_key`.
    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "outgoing.no_file" | "outgoing.unread" | signing
    rules).
    """
    access.require(actor, "outgoing.sign", outgoing)
    outgoing = locked(outgoing, version)
    access.require(actor, "outgoing.sign", outgoing)  # the turn may have passed to the next signer meanwhile
    held = basis("sign_outgoing", on=on, regime=outgoing.organisation.regime)
    limit = in_force(outgoing.organisation, "registry.issue_within", on=on)
    waiting = list(outgoing.later_signers.filter(signed_at=None).order_by("ordinal"))
    first = outgoing.status == OutgoingStatus.APPROVED
    more = waiting if first else waiting[1:]
    verb = "sign_on" if more else "sign"
    rules.next_outgoing(outgoing.status, verb)
    plan = prepare_outgoing(outgoing=outgoing, actor=actor, on=on) if first else outgoing.signing_plan
    was_read = reading.has_read(plan, actor)
    rules.check_read(was_read or unread_confirmed, citation=held.citation)
    before = standing_part(outgoing, ObjectRole.PREPARED if first else ObjectRole.SIGNED).object
    signed = signing.sign_as_person(
        prepared=content.read_file(before),
        name=f"{outgoing.document.subject[:60]}.pdf",
        turn=0 if first else waiting[0].ordinal,
        organisation=outgoing.organisation,
        actor=actor,
        on=on,
        pin=pin,
        last_try=last_try,
        key=key,
    )
    records.attach(document=outgoing.document, stored=signed, role=ObjectRole.SIGNED, actor=actor)
    if not first:
        waiting[0].signed_at = timezone.now()
        waiting[0].save(update_fields=["signed_at"])
    advance(outgoing, verb, signed_on=on, issue_by=due_on(on, limit, regime=outgoing.organisation.regime))
    if not was_read:
        audit.record(actor, events.UNREAD_CONFIRMED, outgoing, about=[outgoing.document])
    audit.record(
        actor,
        events.OUTGOING_SIGNED,
        outgoing,
        basis=[*held.citations, limit.citation],
        about=[outgoing.document],
    )
    if more:
        notices.send(events.TELL_SIGN, to=[more[0].position], about=outgoing, url=address(outgoing))
        return outgoing
    if outgoing.number_id:  # signed again: the number stays with the document
        advance(outgoing, "keep_number")
    notices.send(
        events.TELL_NUMBER,
        to=holders(outgoing.organisation_id, Role.CLERK, on=on),
        about=outgoing,
        url=address(outgoing),
    )
    return outgoing


def standing_part(outgoing: Outgoing, role: ObjectRole) -> DocumentObject:
    """The last file of a role that no later one has taken the place of. Raises RuleBroken("outgoing.not_signed")."""
    parts = outgoing.document.parts.filter(role=role, superseded_at=None).select_related("object")
    part = parts.order_by("ordinal").last()
    if part is None:
        raise RuleBroken("outgoing.not_signed", _("Văn bản chưa được ký số."))
    return part
