"""Put an issued document right by another one: amend, replace, correct (NĐ 30/2020, Điều 18 khoản 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import override

from mocban import law
from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.records import rules as record_rules
from mocban.records import services as records

from .. import access, amendment_rules, events, rules
from ..choices import AmendmentKind, AmendmentState, OutgoingStatus
from ..models import Amendment, Outgoing
from ..selectors import kind_of
from .drafting import DraftFile, DraftPlan, advance, create_draft, locked


@transaction.atomic
def begin_amendment(
    *,
    outgoing: Outgoing,
    kind: AmendmentKind,
    reason: str,
    plan: DraftPlan,
    file: DraftFile | None = None,
    actor: Actor,
    on: date,
    version: int | None = None,
) -> Amendment:
    """Begin the document that amends, replaces or corrects an issued one; when it is issued, it takes effect.

    Wrong content asks for a document of equal form, wrong form or procedure for an official letter. Every body that got
    the old document gets the new one too. Raises PermissionDenied, Stale, RuleBroken("amendment.not_issued" |
    "amendment.pending" | "amendment.wrong_form" | "amendment.no_reason" | drafting rules).
    """
    access.require(actor, "outgoing.amend", outgoing)
    outgoing = locked(outgoing, version)
    organisation = outgoing.organisation
    held = basis("amend_outgoing", on=on, regime=organisation.regime)
    amendment_rules.check_amendable(outgoing.status, citation=held.citation)
    pending = Amendment.objects.filter(outgoing=outgoing, state=AmendmentState.PENDING).exists()
    amendment_rules.check_alone(pending, citation=held.citation)
    reason = clean_line(reason)
    amendment_rules.check_reason(reason, citation=held.citation)
    by = law.value(amendment_rules.RULE_OF[kind], on=on, regime=organisation.regime)
    amendment_rules.check_kind(
        kind,
        old=outgoing.document.kind_code,
        new=kind_of(plan.document.kind_code, organisation=organisation, on=on),
        by=str(by.value),
        citation=by.citation,
    )
    drafted = create_draft(
        plan=replace(plan, recipients=with_holders(outgoing, plan.recipients)), file=file, actor=actor, on=on
    )
    amendment = Amendment.objects.create(
        organisation=organisation,
        outgoing=outgoing,
        kind=kind,
        by_outgoing=drafted,
        reason=reason,
        ordered_by=f"{actor.person_name}, {actor.position_title}"[:310],
        ordered_on=on,
        created_at=timezone.now(),
    )
    show(amendment, [outgoing, drafted])
    audit.record(
        actor,
        events.AMENDMENT_BEGUN,
        amendment,
        basis=[*held.citations, *([by.citation] if by.citation else [])],
        about=[outgoing, outgoing.document, drafted, drafted.document],
        details={"kind": spoken(kind), "reason": reason},
    )
    return amendment


def with_holders(outgoing: Outgoing, recipients: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The recipients of the new document, and every body that got the old one by exchange."""
    codes = {code for _name, code in recipients if code}
    missing = [(one.name, one.code) for one in outgoing.recipients.exclude(packet=None) if one.code not in codes]
    return [*recipients, *missing]


def show(amendment: Amendment, sides: Sequence[Outgoing]) -> None:
    """Whoever sees either document may see that one puts the other right."""
    tokens = grants.tokens_of("registry.outgoing", [side.pk for side in sides])
    grants.allow(amendment, [token for held in tokens.values() for token in held], reason="amendment")


def spoken(kind: str) -> str:
    """The kind as the trail keeps it, in Vietnamese."""
    with override("vi"):
        return str(AmendmentKind(kind).label).lower()


@transaction.atomic
def take_effect(*, outgoing: Outgoing, actor: Actor, on: date) -> Amendment | None:
    """What the issue of `outgoing` means for the document it puts right; None when it puts none right.

    Raises PermissionDenied.
    """
    found = Amendment.objects.filter(by_outgoing=outgoing, state=AmendmentState.PENDING)
    amendment: Amendment | None = found.select_for_update(of=["self"]).select_related("organisation").first()
    if amendment is None:
        return None
    access.require(actor, "outgoing.replace", outgoing)
    old = locked(amendment.outgoing)
    held = basis("amend_outgoing", on=on, regime=old.organisation.regime)
    amendment.state = amendment_rules.next_amendment(amendment.state, "take_effect")
    amendment.version += 1
    amendment.save(update_fields=["state", "version"])
    stands = (OutgoingStatus(old.status), "replace") in rules.OUTGOING_TRANSITIONS
    if amendment.kind == AmendmentKind.REPLACE and stands:
        advance(old, "replace")
    standing = amendment_rules.STANDING[AmendmentKind(amendment.kind)]
    records.mark_document(document=old.document, standing=standing, actor=actor, on=on)
    audit.record(
        actor,
        events.AMENDMENT_EFFECTIVE,
        amendment,
        basis=held.citations,
        about=[old, old.document, outgoing, outgoing.document],
        details={"kind": f"văn bản {spoken(amendment.kind)}", "by": outgoing.document.trail_name},
    )
    return amendment


@transaction.atomic
def cancel_amendment(*, amendment: Amendment, actor: Actor, on: date, version: int | None = None) -> Amendment:
    """Give up putting a document right; the draft goes on as a document of its own. Raises PermissionDenied, Stale,
    RuleBroken("registry.wrong_state").
    """
    access.require(actor, "amendment.cancel", amendment)
    rows = Amendment.objects.select_for_update(of=["self"]).select_related("organisation", "outgoing__document")
    amendment = rows.get(pk=amendment.pk)
    record_rules.check_version(version, amendment.version)
    held = basis("amend_outgoing", on=on, regime=amendment.organisation.regime)
    amendment.state = amendment_rules.next_amendment(amendment.state, "cancel")
    amendment.version += 1
    amendment.save(update_fields=["state", "version"])
    audit.record(
        actor,
        events.AMENDMENT_CANCELLED,
        amendment,
        basis=held.citations,
        about=[amendment.outgoing],
        details={"kind": spoken(amendment.kind)},
    )
    return amendment
