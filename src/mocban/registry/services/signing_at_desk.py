"""A batch signed with a USB token at the person's own computer: document by document in two halves, with one PIN there.

The batch does not run here: its documents are begun and finished by the page that the person has open. What is signed
stays signed whatever becomes of page, token or network; the rest waits in the batch.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils import timezone

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.actor import Actor
from mocban.signing.models import PendingSignature

from .. import access, rules
from ..choices import SigningItemState
from ..models import SigningItem
from .key_steps import begin, finish
from .signing_items import PAUSES
from .signing_runs import finish_batch, locked_batch, step_of


def begin_signing_item(
    *, item: SigningItem, actor: Actor, on: date, unread_confirmed: bool = False
) -> list[PendingSignature]:
    """Return what the token must sign for one document of a batch that does not run.

    A document that cannot be signed is marked with the reason. Raises PermissionDenied, Stale, RuleBroken as
    `key_steps.begin`.
    """
    access.require(actor, "signing_batch.run", item.batch)
    rules.next_signing(item.batch.state, "change")
    rules.check_droppable(item.state)
    item.unread_confirmed = unread_confirmed
    item.save(update_fields=["unread_confirmed"])
    if item.state == SigningItemState.FAILED:
        item.outgoing_version = item.outgoing.version
        item.save(update_fields=["outgoing_version"])
    try:
        return begin(step_of(item, item.batch, actor, on))
    except (RuleBroken, Stale) as refused:
        if not isinstance(refused, RuleBroken) or refused.code not in PAUSES:
            _fail(item, str(refused))
        raise


@transaction.atomic
def finish_signing_item(
    *, item: SigningItem, signatures: Sequence[tuple[str, bytes]], actor: Actor, on: date
) -> SigningItem:
    """Put the signatures in; with the last document the batch is done.

    Raises PermissionDenied, Stale, RuleBroken as `key_steps.finish`.
    """
    access.require(actor, "signing_batch.run", item.batch)
    batch, begun = locked_batch(item.batch), time.monotonic()
    rules.next_signing(batch.state, "change")
    held = batch.items.select_for_update(of=["self"]).select_related("outgoing").get(pk=item.pk)
    rules.check_droppable(held.state)
    finish(step_of(held, batch, actor, on), signatures)
    held.state, held.reason = SigningItemState.DONE, ""
    held.done_at, held.seconds = timezone.now(), time.monotonic() - begun
    held.save(update_fields=["state", "reason", "done_at", "seconds"])
    if batch.started_at is None:
        batch.started_at = timezone.now()
        batch.save(update_fields=["started_at"])
    open_still = [SigningItemState.WAITING, SigningItemState.FAILED]
    if not batch.items.filter(state__in=open_still).exists():
        finish_batch(batch, verb="complete")
    return held


def _fail(item: SigningItem, reason: str) -> None:
    item.state, item.reason, item.done_at = SigningItemState.FAILED, reason[:500], timezone.now()
    item.save(update_fields=["state", "reason", "done_at"])
