"""Whether a signer has opened what is to be signed: asked of the log of reads, per person and per version."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from mocban.audit.selectors import read_by
from mocban.people.actor import Actor

from .choices import SigningItemState, SigningPurpose
from .models import SigningBatch, SigningItem, SigningPlan


def has_read(plan: SigningPlan, actor: Actor) -> bool:
    """Whether the person behind `actor` opened the prepared file, in whatever position."""
    return bool(read_plans([plan], actor))


def read_plans(plans: Iterable[SigningPlan], actor: Actor) -> set[UUID]:
    """The ids of those plans whose prepared file the person has opened; one query."""
    held = {plan.prepared: plan.pk for plan in plans if plan.prepared is not None}
    if actor.person_id is None:
        return set()
    found = read_by(actor.person_id, held)
    return {plan_id for prepared, plan_id in held.items() if prepared in found}


def unread_items(batch: SigningBatch, actor: Actor) -> list[SigningItem]:
    """The items still to sign whose prepared file the signer never opened; issuing asks for no reading."""
    if batch.purpose != SigningPurpose.SIGN:
        return []
    items = list(batch.items.filter(state__in=[SigningItemState.WAITING, SigningItemState.FAILED]).order_by("ordinal"))
    opened = read_documents([item.outgoing_id for item in items], actor)
    return [item for item in items if item.outgoing_id not in opened]


def read_documents(ids: Iterable[UUID], actor: Actor) -> set[UUID]:
    """The ids of those outgoing documents whose prepared file the person has opened; two queries."""
    plans = list(SigningPlan.objects.filter(outgoing_id__in=list(ids)).select_related("prepared"))
    held = {plan.pk: plan.outgoing_id for plan in plans}
    return {held[plan_id] for plan_id in read_plans(plans, actor)}
