"""Say who signs a draft after its first signer, in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.models import Position

from .. import access, events, rules
from ..models import Outgoing
from .drafting import advance, locked
from .signers import write_signers


@transaction.atomic
def set_signers(
    *, outgoing: Outgoing, positions: Sequence[Position], actor: Actor, on: date, version: int | None = None
) -> Outgoing:
    """Replace those who sign after the first signer; each gets a field of the own in the prepared file.

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "signers.twice" | "signers.too_many" |
    "outgoing.other_body").
    """
    access.require(actor, "outgoing.set_signers", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "set_signers")
    before = {one.position.person_id for one in outgoing.later_signers.select_related("position")}
    write_signers(outgoing, positions, citation=held.citation)
    after = {position.person_id for position in positions}
    for obj in (outgoing, outgoing.document):
        for people, verb in ((before - after, grants.withdraw), (after, grants.allow)):
            verb(obj, [grants.person_token(one, outgoing.organisation_id) for one in people], reason="signing")
    advance(outgoing, "set_signers")
    audit.record(
        actor,
        events.OUTGOING_SIGNERS_SET,
        outgoing,
        basis=held.citations,
        about=[outgoing.document],
        details={"signers": len(positions)},
    )
    return outgoing
