"""Whether a signer has opened what is to be signed: asked of the log of reads, per person and per version."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from mocban.audit.selectors import read_by
from mocban.people.actor import Actor

from .models import SigningPlan


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
