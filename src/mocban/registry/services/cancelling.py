"""Cancel what was signed or numbered but not issued: its number becomes void with the reason, its papers stay."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people.actor import Actor

from .. import access, events, numbering_rules, rules
from ..models import Outgoing
from ..selectors import parties
from .drafting import address, advance, locked
from .numbering import locked_number


@transaction.atomic
def cancel_outgoing(*, outgoing: Outgoing, reason: str, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """Cancel a document before it is issued. Raises PermissionDenied, Stale, RuleBroken("number.no_reason" | …)."""
    access.require(actor, "outgoing.cancel", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("void_number", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "cancel")
    rules.check_cancellable(outgoing.status, has_number=outgoing.number_id is not None)
    reason = clean_line(reason)[:300]
    numbering_rules.check_reason(reason)
    if outgoing.number:
        number = locked_number(outgoing.number)
        number.state = numbering_rules.next_number_state(number.state, "cancel")
        number.reason = reason
        number.save(update_fields=["state", "reason"])
    advance(outgoing, "cancel", return_reason=reason)
    audit.record(actor, events.OUTGOING_CANCELLED, outgoing, basis=held.citations, about=[outgoing.document])
    notices.send(events.TELL_CANCELLED, to=[parties(outgoing).drafter], about=outgoing, url=address(outgoing))
    return outgoing
