"""Sign again: the file that was signed is put aside, the number stays, and a corrected draft takes the same way."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people.actor import Actor

from .. import access, events, rules
from ..models import Outgoing
from ..selectors import parties
from .drafting import address, advance, discard_signed, locked


@transaction.atomic
def sign_again(*, outgoing: Outgoing, reason: str, actor: Actor, on: date, version: int | None = None) -> Outgoing:
    """Send a document that is signed but not issued back to its drafter; number, day and line of the book stay its own.

    What was signed, and filled, is kept as history and never sent. Raises PermissionDenied, Stale,
    RuleBroken("registry.wrong_state" | "outgoing.no_reason").
    """
    access.require(actor, "outgoing.sign_again", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("sign_outgoing", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "sign_again")
    reason = clean_line(reason)
    if not reason:
        raise RuleBroken("outgoing.no_reason", _("Hãy ghi lý do ký lại."), held.citation)
    discard_signed(outgoing, reason=reason, actor=actor)
    advance(outgoing, "sign_again", return_reason=reason[:1000])
    audit.record(
        actor,
        events.OUTGOING_SIGN_AGAIN,
        outgoing,
        basis=held.citations,
        about=[outgoing.document],
        details={"reason": reason},
    )
    drafted = parties(outgoing)
    notices.send(events.TELL_SIGN_AGAIN, to=[drafted.drafter, drafted.signer], about=outgoing, url=address(outgoing))
    return outgoing
