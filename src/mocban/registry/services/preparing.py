"""Lay every field into a draft's PDF before anybody signs: the prepared file is what is read and what is signed."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import RenditionKind
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex
from mocban.people.actor import Actor
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.signing import services as signing
from mocban.signing.services import Prepared

from .. import access, events
from ..choices import IssuerKind
from ..models import Outgoing, SigningPlan
from ..selectors import issuers_of, kind_of, parties
from .codes import joint_symbols, printed_code

PDF = "application/pdf"


def latest_draft(outgoing: Outgoing) -> DocumentObject | None:
    """The last uploaded version of the draft, or None."""
    return outgoing.document.parts.filter(role=ObjectRole.DRAFT).select_related("object").order_by("ordinal").last()


def printable_of(draft: DocumentObject) -> DigitalObject:
    """The PDF of a draft: itself, or what it was converted to."""
    return content.rendition(draft.object, RenditionKind.PDF) or draft.object


@transaction.atomic
def prepare_outgoing(*, outgoing: Outgoing, actor: Actor, on: date) -> SigningPlan:
    """Return the plan with the prepared file of the latest draft, made now unless it is there already.

    Raises PermissionDenied; RuleBroken("outgoing.no_file" | signing rules: a printed number or date, another symbol,
    no place, encrypted, unreadable).
    """
    access.require(actor, "outgoing.prepare", outgoing)
    plan, _made = SigningPlan.objects.select_for_update(of=["self"]).get_or_create(
        outgoing=outgoing, defaults={"organisation_id": outgoing.organisation_id, "made_at": timezone.now()}
    )
    draft = _draft(outgoing, on=on)
    fingerprint = _fingerprint(outgoing, draft, plan.moved, on=on)
    if plan.prepared_id and plan.fingerprint == fingerprint:
        return plan
    _keep(plan, _laid(outgoing, draft, plan.moved, on=on), fingerprint, outgoing, actor, on=on)
    return plan


def move_fields(plan: SigningPlan, moved: dict[str, Any], *, outgoing: Outgoing, actor: Actor, on: date) -> SigningPlan:
    """Lay the fields anew where somebody wants them, a step inside the verb; raises as `prepare_outgoing`."""
    access.require(actor, "outgoing.place", outgoing)
    draft = _draft(outgoing, on=on)
    prepared = _laid(outgoing, draft, moved, on=on)
    plan.moved, plan.moved_by = moved, actor.person_name if moved else ""
    _keep(plan, prepared, _fingerprint(outgoing, draft, moved, on=on), outgoing, actor, on=on)
    return plan


def first_places(outgoing: Outgoing, *, on: date) -> Prepared:
    """Where the fields would lie, for somebody to move them from: also where the draft leaves no room for them.

    Raises RuleBroken("outgoing.no_file" | signing rules that no place mends). Nothing is changed.
    """
    return signing.starting_places(**_to_lay(outgoing, _draft(outgoing, on=on), on=on))


def _draft(outgoing: Outgoing, *, on: date) -> DocumentObject:
    draft = latest_draft(outgoing)
    if draft is None:
        held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
        raise RuleBroken("outgoing.no_file", _("Chưa có tệp dự thảo nên chưa trình, chưa ký được."), held.citation)
    return draft


def _laid(outgoing: Outgoing, draft: DocumentObject, moved: dict[str, Any], *, on: date) -> Prepared:
    return signing.prepare_document(**_to_lay(outgoing, draft, on=on), moved=moved)


def _to_lay(outgoing: Outgoing, draft: DocumentObject, *, on: date) -> dict[str, Any]:
    first, *later = signers_of(outgoing)
    return {
        "pdf": content.read_file(printable_of(draft)),
        "signer_name": first,
        "later_signers": later,
        "organisation": outgoing.organisation,
        "symbol": expected_symbol(outgoing, on=on),
        "on": on,
    }


def _keep(
    plan: SigningPlan, prepared: Prepared, fingerprint: str, outgoing: Outgoing, actor: Actor, *, on: date
) -> None:
    """Store the prepared file; the one before becomes history, for it is not what will be signed."""
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    document = outgoing.document
    name = f"{document.subject[:60]}.pdf"
    stored = content.store(
        examined=describe(prepared.pdf, name, PDF), data=prepared.pdf, organisation=outgoing.organisation, actor=actor
    )
    if plan.prepared_id:
        reason = _("Chỗ ghi số, ngày, chữ ký được đặt lại.")
        records.supersede_parts(document=document, roles=[ObjectRole.PREPARED], reason=reason, actor=actor)
    records.attach(document=document, stored=stored, role=ObjectRole.PREPARED, actor=actor)
    plan.prepared, plan.fingerprint, plan.made_at = stored, fingerprint, timezone.now()
    plan.fields = [field.as_values() for field in prepared.fields]
    plan.pages = [list(size) for size in prepared.pages]
    plan.save()
    audit.record(
        actor,
        events.OUTGOING_PREPARED,
        outgoing,
        basis=held.citations,
        about=[document],
        details={"fields": len(plan.fields)},
    )


def signers_of(outgoing: Outgoing) -> list[str]:
    """The names of all who sign, in order, as the draft must print them."""
    later = outgoing.later_signers.select_related("position__person").order_by("ordinal")
    return [parties(outgoing).signer.person.full_name, *(one.position.person.full_name for one in later)]


def _fingerprint(outgoing: Outgoing, draft: DocumentObject, moved: dict[str, Any], *, on: date) -> str:
    made_from = [str(draft.object_id), expected_symbol(outgoing, on=on), signers_of(outgoing), moved]
    return sha256_hex(json.dumps(made_from, sort_keys=True).encode())


def expected_symbol(outgoing: Outgoing, *, on: date) -> str:
    """What will follow the number ("/SNV-VP", "-CV/VPTU"), or "" while the body has no issuer to number in its name.

    The draft's printed symbol is checked against it before the leader signs, not after. A document that is signed
    again has its number, and so its symbol, already.
    """
    if outgoing.number_id:
        return outgoing.document.printed_code.lstrip("0123456789")
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
