"""Reads of trust for pages: anchors in words, and how fresh the revocation data is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When

from mocban.people.actor import Actor

from . import keys, rules
from .choices import AnchorState
from .models import Intermediate, RevocationData, TrustAnchor

SOON = timedelta(days=2)  # before its end a list is shown as about to end
ANCHOR_TONES = {AnchorState.PROPOSED: "warning", AnchorState.TRUSTED: "success", AnchorState.ENDED: "neutral"}


def anchors_listed(actor: Actor) -> QuerySet[TrustAnchor]:
    """Every anchor of the installation: what waits first, then what counts, then what counted once."""
    rows: QuerySet[TrustAnchor] = TrustAnchor.objects.visible_to(actor)
    ranks = [When(state=state, then=Value(rank)) for rank, state in enumerate(AnchorState.values)]
    return rows.order_by(Case(*ranks), "subject", "id")


def waiting_for_second(actor: Actor) -> QuerySet[TrustAnchor]:
    """The anchors that wait for this administrator to check what another one proposed, or asked to withdraw."""
    rows: QuerySet[TrustAnchor] = TrustAnchor.objects.visible_to(actor)
    proposed = Q(state=AnchorState.PROPOSED) & ~Q(proposed_by_id=actor.person_id)
    given_up = Q(state=AnchorState.TRUSTED, withdrawal_by_id__isnull=False) & ~Q(withdrawal_by_id=actor.person_id)
    return rows.filter(proposed | given_up).defer("certificate")


def waiting_for(anchors: list[TrustAnchor], actor: Actor) -> int:
    """How many of the anchors wait for this administrator as the second one."""
    return sum(any(verb in rules.SECOND for verb in steps(anchor, actor)) for anchor in anchors)


def steps(anchor: TrustAnchor, actor: Actor) -> list[str]:
    """The verbs that this person may do to an anchor now, by the table of transitions."""
    found = rules.possible(
        anchor.state,
        withdrawal_asked=anchor.withdrawal_asked,
        person=actor.person_id,
        first=anchor.first_person_id,
    )
    return [verb for verb in found if verb != "propose"]  # proposing again begins with the file


def configured() -> list[Any]:
    """What is trusted by the folder of keys: the trial authority and the PEM files, as CertificateFacts."""
    from . import trust_files  # loads cryptography, see keys.py

    return trust_files.all_facts(keys.trusted())


@dataclass(frozen=True)
class Fresh:
    """One piece of revocation data and how fresh it is: "good", "soon", "stale", "superseded" or "undated"."""

    row: RevocationData
    state: str

    @property
    def tone(self) -> str:
        tones = {"good": "success", "soon": "warning", "stale": "danger", "undated": "info"}
        return tones.get(self.state, "neutral")


def freshness(row: RevocationData, *, at: datetime) -> str:
    """Say how fresh a piece of revocation data is at the moment `at`."""
    if row.superseded_at is not None:
        return "superseded"
    if row.next_update is None:
        return "undated"
    if row.next_update <= at:
        return "stale"
    return "soon" if row.next_update <= at + SOON else "good"


def revocation_listed(actor: Actor, *, at: datetime, limit: int = 200) -> list[Fresh]:
    """The newest revocation data first, without the bytes."""
    rows = RevocationData.objects.visible_to(actor).defer("data").order_by("-imported_at", "-id")[:limit]
    return [Fresh(row, freshness(row, at=at)) for row in rows]


def intermediates_listed(actor: Actor) -> QuerySet[Intermediate]:
    """Every intermediate certificate, by name."""
    rows: QuerySet[Intermediate] = Intermediate.objects.visible_to(actor)
    return rows.order_by("subject")
