"""Sign, or issue, many documents with the PIN typed once: one transaction a document, in the background, resumable."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import Error as DatabaseError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken, Stale
from mocban.notices import services as notices
from mocban.people.actor import Actor, actor_of
from mocban.people.models import Organisation, Position
from mocban.people.selectors import positions_in_force, today
from mocban.records import rules as record_rules
from mocban.signing import keys
from mocban.signing import services as signing

from .. import access, events, reading, rules
from ..choices import SigningItemState, SigningPurpose, SigningState
from ..models import Outgoing, SigningBatch, SigningItem
from .drafting import sign_outgoing
from .issuing import issue_outgoing

BATCH_LIMIT = 200  # documents of one batch
ITEMS_A_JOB = 10  # then the job makes room for others of its queue, and goes on behind them
# What is wrong with the key or the time, not with the document: the batch waits, and no further PIN try is spent.
PAUSES = frozenset(
    {
        "signing.wrong_pin",
        "signing.last_try",
        "signing.pin_locked",
        "signing.pin_expired",
        "signing.no_pin",
        "signing.wrong_otp",
        "signing.no_token",
        "signing.token_busy",
        "signing.key_elsewhere",
        "signing.key_changed",
        "signing.no_key",
        "signing.remote_down",
        "signing.remote_login",
        "signing.remote_refused",
        "signing.remote_rubbish",
        "signing.no_time",
        "signing.clock_differs",
        "signing.not_allowed_place",
    }
)
_AGAIN = RetryStrategy(max_attempts=10, exponential_wait=5)
_log = logging.getLogger(__name__)


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
def start_signing_batch(
    *,
    batch: SigningBatch,
    actor: Actor,
    pin: str = "",
    last_try: bool = False,
    unread_confirmed: Collection[UUID] = (),
    version: int | None = None,
    in_background: bool = True,
) -> SigningBatch:
    """Let the batch run, or go on after a stop, a pause, or with what failed before.

    `unread_confirmed` are the ids of the items that the signer signs although they were never opened; `last_try`
    confirms that the last try of the PIN before the token locks may be made.
    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "signing_batch.unread" | "signing_batch.done").
    """
    access.require(actor, "signing_batch.run", batch)
    batch = _locked_batch(batch)
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
    batch.sealed_pin = keys.seal_pin(json.dumps([pin, last_try]), purpose=_pin_purpose(batch))
    batch.started_at, batch.finished_at, batch.reason = timezone.now(), None, ""
    batch.version += 1
    batch.save()
    audit.record(actor, events.SIGNING_BATCH_STARTED, batch)
    if in_background:
        _defer_batch(batch)
    return batch


@transaction.atomic
def stop_signing_batch(*, batch: SigningBatch, actor: Actor) -> SigningBatch:
    """Stop after the document that is being signed. Raises PermissionDenied, RuleBroken("registry.wrong_state")."""
    access.require(actor, "signing_batch.run", batch)
    batch = _locked_batch(batch)
    batch.state = rules.next_signing(batch.state, "stop")
    _forget_pin(batch)
    audit.record(actor, events.SIGNING_BATCH_STOPPED, batch)
    return batch


@transaction.atomic
def drop_signing_item(*, item: SigningItem, actor: Actor) -> SigningItem:
    """Leave a document out of a batch that does not run; it waits for a signature as before.

    Raises PermissionDenied, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "signing_batch.run", item.batch)
    batch = _locked_batch(item.batch)
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
    batch = _locked_batch(batch)
    batch.state = rules.next_signing(batch.state, "discard")
    batch.items.filter(state=SigningItemState.WAITING).update(state=SigningItemState.DROPPED)
    _forget_pin(batch)
    audit.record(actor, events.SIGNING_BATCH_DISCARDED, batch)
    return batch


@app.task(queue="interactive", name="registry.run_signing_batch", pass_context=False, retry=_AGAIN)
def run_in_background(batch_id: str) -> None:
    """Sign some documents and make room for the next job; a killed worker's job comes back and goes on where it was."""
    batch = SigningBatch.objects.get(pk=batch_id)
    if run_signing_batch(batch=batch, on=today(), most=ITEMS_A_JOB):
        _defer_batch(batch)


def run_signing_batch(*, batch: SigningBatch, on: date, most: int = BATCH_LIMIT) -> bool:
    """Do the next documents of a running batch, at most `most`, as the one who started it; whether more is left.

    Each document and its line in the batch are one transaction, so a killed worker has signed a document wholly or not
    at all. Call it outside any transaction.
    """
    with translation.override("vi"):
        position = positions_in_force(on).filter(pk=batch.position_id).first()
        if position is None:
            _pause_batch(batch, _("Vị trí công tác của người cho chạy lô không còn hiệu lực."))
            return False
        actor = actor_of(position)
        try:
            key = _opened_key(batch, position)
            for _turn in range(most):
                if not _next_item(batch, key, actor, on):
                    return False
        except RuleBroken as broken:
            if broken.code not in PAUSES:
                raise
            _pause_batch(batch, str(broken))
            return False
    return True


def _opened_key(batch: SigningBatch, position: Position) -> signing.OpenKey | None:
    """Open the key once for this run; None when the batch does not run any more."""
    held = SigningBatch.objects.select_related("organisation").get(pk=batch.pk)
    if held.state != SigningState.RUNNING:
        return None
    pin, last_try = json.loads(keys.open_pin(held.sealed_pin, purpose=_pin_purpose(held)))
    owner = position.person if held.purpose == SigningPurpose.SIGN else held.organisation
    waiting = held.items.filter(state=SigningItemState.WAITING).count()
    return signing.open_key(
        owner, organisation=held.organisation, pin=pin, last_try=last_try, signatures=max(waiting, 1)
    )


def _pin_purpose(batch: SigningBatch) -> str:
    """What the PIN is sealed for: this batch alone."""
    return f"signing_batch:{batch.pk}"


def _next_item(batch: SigningBatch, key: signing.OpenKey | None, actor: Actor, on: date) -> bool:
    """Do the next document; False when none is left or the batch does not run. Raises what pauses the batch."""
    with transaction.atomic():
        held = _locked_batch(batch)
        if held.state != SigningState.RUNNING or key is None:
            return False
        item = held.items.filter(state=SigningItemState.WAITING).select_related("outgoing__document").first()
        if item is None:
            _finish_batch(held, actor)
            return False
        begun = time.monotonic()
        reason = _do_item(held, item, key, actor, on)
        item.state = SigningItemState.FAILED if reason else SigningItemState.DONE
        item.reason, item.done_at, item.seconds = reason[:500], timezone.now(), time.monotonic() - begun
        item.save(update_fields=["state", "reason", "done_at", "seconds"])
    return True


def _do_item(batch: SigningBatch, item: SigningItem, key: signing.OpenKey, actor: Actor, on: date) -> str:
    """Sign or issue one document as single signing does; return why it could not be, or "". Raises what pauses."""
    given: dict[str, Any] = {
        "outgoing": item.outgoing,
        "actor": actor,
        "on": on,
        "version": item.outgoing_version,
        "key": key,
    }
    try:
        with transaction.atomic():
            if batch.purpose == SigningPurpose.SIGN:
                sign_outgoing(**given, unread_confirmed=item.unread_confirmed)
            else:
                issue_outgoing(**given)
    except RuleBroken as broken:
        if broken.code in PAUSES:
            raise
        return str(broken)
    except Stale:
        return _("Văn bản đã thay đổi sau khi bạn chọn; hãy mở xem lại rồi ký.")
    except PermissionDenied as denied:
        return str(denied)
    except DatabaseError:
        raise  # nothing is known of the other documents either: the job comes back
    except Exception:
        _log.exception("signing item %s", item.pk)
        return _("Lỗi ngoài dự kiến khi xử lý văn bản này; hãy báo quản trị. Các văn bản khác không bị ảnh hưởng.")
    return ""


def _finish_batch(held: SigningBatch, actor: Actor) -> None:
    held.state = rules.next_signing(held.state, "finish")
    held.finished_at = timezone.now()
    _forget_pin(held)
    states = list(held.items.values_list("state", flat=True))
    details = {"done": states.count(SigningItemState.DONE), "failed": states.count(SigningItemState.FAILED)}
    audit.record(actor, events.SIGNING_BATCH_FINISHED, held, details=details)
    notices.send(events.TELL_BATCH_DONE, to=[held.position], about=held, url=address_of(held))


@transaction.atomic
def _pause_batch(batch: SigningBatch, reason: str) -> None:
    """Wait for the person: without the PIN, for a wrong one must not be tried again by itself."""
    held = _locked_batch(batch)
    if held.state != SigningState.RUNNING:
        return
    held.state, held.reason = rules.next_signing(held.state, "pause"), reason[:500]
    _forget_pin(held)
    audit.record(actor_of(held.position), events.SIGNING_BATCH_PAUSED, held, details={"reason": held.reason})
    notices.send(events.TELL_BATCH_PAUSED, to=[held.position], about=held, url=address_of(held))


def _forget_pin(held: SigningBatch) -> None:
    held.sealed_pin = ""
    held.version += 1
    held.save()


def address_of(batch: SigningBatch) -> str:
    return f"/registry/signing/{batch.pk}/"


def _locked_batch(batch: SigningBatch) -> SigningBatch:
    held: SigningBatch = (
        SigningBatch.objects.select_for_update(of=["self"])
        .select_related("organisation", "position__person", "position__organisation", "position__unit")
        .get(pk=batch.pk)
    )
    return held


def _defer_batch(batch: SigningBatch) -> None:
    run_in_background.configure(lock=f"signing-batch-{batch.pk}").defer(batch_id=str(batch.pk))
