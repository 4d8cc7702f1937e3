"""Many documents to sign or to issue with the PIN typed once: chosen, started, stopped, given up."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records import rules as record_rules

from .. import access, events, reading, rules
from ..choices import SigningItemState, SigningPurpose
from ..models import Outgoing, SigningBatch, SigningItem
from .signing_runs import Given, defer_batch, forget_pin, locked_batch, sealed

BATCH_LIMIT = 200  # documents of one batch


@transaction.atomic
def make_signing_batch(
    *, documents: Sequence[Outgoing], purpose: SigningPurpose, organisation: Organisation, actor: Actor
) -> SigningBatch:
    """Select documents to sign or to issue together, in this order; nothing is signed yet.

    Raises PermissionDenied, RuleBroken("signing_batch.empty" | "signing_batch.too_many" | "registry.wrong_state").
    """
    access.require(actor, "signing_batch.start", organisation)
    assert actor.position_id is not None  # the table names roles, and only a position has roles
    rules.check_batch_size(len(documents), most=BATCH_LIMIT)
    for outgoing in documents:
        access.require(actor, f"outgoing.{purpose}", outgoing)
        rules.check_selectable(outgoing.status, purpose)
    batch = SigningBatch.objects.create(
        organisation=organisation,
        position_id=actor.position_id,
        made_by=actor.person_name,
        purpose=purpose,
        created_at=timezone.now(),
    )
    SigningItem.objects.bulk_create(
        SigningItem(batch=batch, ordinal=place, outgoing=outgoing, outgoing_version=outgoing.version)
        for place, outgoing in enumerate(documents, start=1)
    )
    audit.record(actor, events.SIGNING_BATCH_MADE, batch, details={"documents": len(documents)})
    return batch


@transaction.atomic
def add_to_signing_batch(*, batch: SigningBatch, documents: Sequence[Outgoing], actor: Actor) -> SigningBatch:
    """Select more documents for a batch that was not started yet, behind those it has; what is in it already stays.

    Raises PermissionDenied, RuleBroken as `make_signing_batch`.
    """
    access.require(actor, "signing_batch.run", batch)
    batch = locked_batch(batch)
    rules.next_signing(batch.state, "grow")
    known = set(batch.items.values_list("outgoing_id", flat=True))
    more = [outgoing for outgoing in documents if outgoing.pk not in known]
    rules.check_batch_size(len(known) + len(more) if documents else 0, most=BATCH_LIMIT)
    for outgoing in more:
        access.require(actor, f"outgoing.{batch.purpose}", outgoing)
        rules.check_selectable(outgoing.status, batch.purpose)
    last = batch.items.order_by("-ordinal").values_list("ordinal", flat=True).first() or 0
    SigningItem.objects.bulk_create(
        SigningItem(batch=batch, ordinal=place, outgoing=outgoing, outgoing_version=outgoing.version)
        for place, outgoing in enumerate(more, start=last + 1)
    )
    batch.version += 1
    batch.save(update_fields=["version"])
    audit.record(actor, events.SIGNING_BATCH_GREW, batch, details={"documents": len(more)})
    return batch


@transaction.atomic
def start_signing_batch(
    *,
    batch: SigningBatch,
    actor: Actor,
    pin: str = "",
    otp: str = "",
    last_try: bool = False,
    unread_confirmed: Collection[UUID] = (),
    version: int | None = None,
    in_background: bool = True,
) -> SigningBatch:
    """Let the batch run, or go on after a stop, a pause, or with what failed before.

    `unread_confirmed` are the ids of the items that the signer signs although they were never opened; `last_try`
    confirms that the last try of the PIN before the token locks may be made; `otp` is a one-time code.
    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "signing_batch.unread" | "signing_batch.done").
    """
    access.require(actor, "signing_batch.run", batch)
    batch = locked_batch(batch)
    record_rules.check_version(version, batch.version)
    batch.state = rules.next_signing(batch.state, "run")
    failed = batch.items.filter(state=SigningItemState.FAILED).select_related("outgoing")
    for item in failed:
        item.state, item.reason, item.outgoing_version = SigningItemState.WAITING, "", item.outgoing.version
        item.save(update_fields=["state", "reason", "outgoing_version"])
    waiting = batch.items.filter(state=SigningItemState.WAITING)
    if not waiting.exists():
        raise RuleBroken("signing_batch.done", _("Không còn văn bản nào của lô cần làm."))
    waiting.filter(pk__in=list(unread_confirmed)).update(unread_confirmed=True)
    waiting.exclude(pk__in=list(unread_confirmed)).update(unread_confirmed=False)
    unread = reading.unread_items(batch, actor)
    rules.check_all_read(len([item for item in unread if not item.unread_confirmed]))
    batch.sealed_pin = sealed(batch, Given(pin=pin, last_try=last_try, otp=otp))
    batch.started_at, batch.finished_at, batch.reason = timezone.now(), None, ""
    batch.version += 1
    batch.save()
    audit.record(actor, events.SIGNING_BATCH_STARTED, batch)
    if in_background:
        defer_batch(batch)
    return batch


@transaction.atomic
def stop_signing_batch(*, batch: SigningBatch, actor: Actor) -> SigningBatch:
    """Stop after the document that is being signed. Raises PermissionDenied, RuleBroken("registry.wrong_state")."""
    access.require(actor, "signing_batch.run", batch)
    batch = locked_batch(batch)
    batch.state = rules.next_signing(batch.state, "stop")
    forget_pin(batch)
    audit.record(actor, events.SIGNING_BATCH_STOPPED, batch)
    return batch


@transaction.atomic
def drop_signing_item(*, item: SigningItem, actor: Actor) -> SigningItem:
    """Leave a document out of a batch that does not run; it waits for a signature as before.

    Raises PermissionDenied, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "signing_batch.run", item.batch)
    batch = locked_batch(item.batch)
    rules.next_signing(batch.state, "change")
    held = batch.items.select_for_update().get(pk=item.pk)
    rules.check_droppable(held.state)
    held.state = SigningItemState.DROPPED
    held.save(update_fields=["state"])
    batch.version += 1
    batch.save(update_fields=["version"])
    audit.record(actor, events.SIGNING_ITEM_DROPPED, batch, about=[held.outgoing])
    return held


@transaction.atomic
def discard_signing_batch(*, batch: SigningBatch, actor: Actor) -> SigningBatch:
    """Give a batch up; what it signed stays signed. Raises PermissionDenied, RuleBroken("registry.wrong_state")."""
    access.require(actor, "signing_batch.run", batch)
    batch = locked_batch(batch)
    batch.state = rules.next_signing(batch.state, "discard")
    batch.items.filter(state=SigningItemState.WAITING).update(state=SigningItemState.DROPPED)
    forget_pin(batch)
    audit.record(actor, events.SIGNING_BATCH_DISCARDED, batch)
    return batch
