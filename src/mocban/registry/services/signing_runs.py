"""A batch that runs: one transaction a document, in the background, resumable after a kill, a stop, a refused PIN."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.notices import services as notices
from mocban.people.actor import Actor, actor_of
from mocban.people.models import Position
from mocban.people.selectors import positions_in_force, today
from mocban.signing import keys
from mocban.signing import services as signing
from mocban.signing.choices import KeyPlace
from mocban.signing.models import KeySource, PendingSignature

from .. import events, rules
from ..choices import SigningItemState, SigningPurpose, SigningState
from ..models import SigningBatch, SigningItem
from .key_steps import KeyStep, begin, finish, issuing_step, signing_step
from .signing_items import PAUSES, attempted, otp_wanted

ITEMS_A_JOB = 25  # then the job makes room for others of its queue, and goes on behind them
_AGAIN = RetryStrategy(max_attempts=10, exponential_wait=5)


@app.task(queue="interactive", name="registry.run_signing_batch", pass_context=False, retry=_AGAIN)
def run_in_background(batch_id: str) -> None:
    """Sign some documents and make room for the next job; a killed worker's job comes back and goes on where it was."""
    batch = SigningBatch.objects.get(pk=batch_id)
    if run_signing_batch(batch=batch, on=today(), most=ITEMS_A_JOB):
        defer_batch(batch)


def run_signing_batch(*, batch: SigningBatch, on: date, most: int = 200) -> bool:
    """Do the next documents of a running batch, at most `most`, as the one who started it; whether more is left.

    Each document and its line in the batch are one transaction, so a killed worker has signed a document wholly or not
    at all. With a key at a remote service as many are done as the service authorises at once (`most` where it asks for
    nothing that a person must give anew). Call it outside any transaction.
    """
    with translation.override("vi"):
        position = positions_in_force(on).filter(pk=batch.position_id).first()
        if position is None:
            _pause_batch(batch, _("Vị trí công tác của người cho chạy lô không còn hiệu lực."))
            return False
        try:
            return _done_some(batch, position, on, most)
        except RuleBroken as broken:
            if broken.code not in PAUSES:
                raise
            _pause_batch(batch, str(broken))
            return False


def _done_some(batch: SigningBatch, position: Position, on: date, most: int) -> bool:
    held = SigningBatch.objects.select_related("organisation").get(pk=batch.pk)
    if held.state != SigningState.RUNNING:
        return False
    given, actor = _opened_pin(held), actor_of(position)
    own = held.purpose == SigningPurpose.SIGN
    source = keys.source(organisation_id=held.organisation_id, person_id=position.person_id if own else None)
    if source is not None and source.place == KeyPlace.REMOTE:
        return _done_together(held, source, given, actor, on, most)
    owner = position.person if own else held.organisation
    key = signing.open_key(owner, organisation=held.organisation, pin=given.pin, last_try=given.last_try)
    return all(_next_item(batch, lambda step: step.work(key), actor, on) for _turn in range(most))


def _done_together(batch: SigningBatch, source: KeySource, given: Given, actor: Actor, on: date, most: int) -> bool:
    """Prepare documents, let the service sign them with one authorisation, and put the signatures in one by one."""
    wanted = signing.look_again(source)
    anew = wanted["otp"] or wanted["outside"]  # the person gives something each time: as many as possible at once
    room = wanted["at_once"] if anew else min(wanted["at_once"], most)
    begun = _begun(batch, actor, on, room)
    waiting = [row for rows in begun.values() for row in rows]
    try:
        if wanted["otp"] and waiting and not given.otp:
            raise otp_wanted(spent=given.spent)
        brought = dict(signing.sign_waiting(waiting, pin=given.pin, otp=given.otp))
        if wanted["otp"] and waiting:
            _code_spent(batch)
        for ordinal, rows in begun.items():
            signatures = [(str(row.pk), brought[str(row.pk)]) for row in rows]
            if not _next_item(batch, partial(finish, signatures=signatures), actor, on, ordinal=ordinal):
                return False
    finally:
        signing.drop_begun(waiting)
    return _next_item(batch, None, actor, on, ordinal=0)


def _begun(batch: SigningBatch, actor: Actor, on: date, room: int) -> dict[int, list[PendingSignature]]:
    """Prepare waiting documents by their place in the batch, until `room` signatures are wanted.

    What cannot be signed is marked as failed. A document that alone wants more than there is room is prepared alone.
    """
    found: dict[int, list[PendingSignature]] = {}
    wanted, after = 0, 0
    while wanted < room:
        held = SigningBatch.objects.get(pk=batch.pk)
        waiting = held.items.filter(state=SigningItemState.WAITING, ordinal__gt=after).select_related("outgoing")
        item = waiting.select_related("outgoing__document", "outgoing__organisation").first()
        if item is None or held.state != SigningState.RUNNING:
            break
        after = item.ordinal
        rows: list[PendingSignature] = []
        reason = attempted(partial(_prepare, rows, item, held, actor, on))
        if reason:
            _next_item(batch, None, actor, on, ordinal=after, reason=reason)
            continue
        if found and wanted + len(rows) > room:
            signing.drop_begun(rows)
            break
        found[after] = rows
        wanted += len(rows)
    return found


def _prepare(rows: list[PendingSignature], item: SigningItem, batch: SigningBatch, actor: Actor, on: date) -> None:
    rows += begin(step_of(item, batch, actor, on), place=KeyPlace.REMOTE)


def _next_item(
    batch: SigningBatch,
    work: Callable[[KeyStep[Any]], object] | None,
    actor: Actor,
    on: date,
    *,
    ordinal: int | None = None,
    reason: str = "",
) -> bool:
    """Do the next document (or that one) by `work`; False when none is left or the batch does not run.

    Place 0 does none and only looks whether one is left. Without work it has failed for `reason`. Raises what pauses
    the batch.
    """
    with transaction.atomic():
        held = locked_batch(batch)
        if held.state != SigningState.RUNNING:
            return False
        waiting = held.items.filter(state=SigningItemState.WAITING).select_related("outgoing__document")
        item = (waiting.filter(ordinal=ordinal) if ordinal else waiting).first()
        if item is None and not ordinal:
            finish_batch(held)
            return False
        if item is None or ordinal == 0:
            return True
        begun = time.monotonic()
        if work is not None:
            reason = attempted(lambda: work(step_of(item, held, actor, on)))
        item.state = SigningItemState.FAILED if reason else SigningItemState.DONE
        item.reason, item.done_at, item.seconds = reason[:500], timezone.now(), time.monotonic() - begun
        item.save(update_fields=["state", "reason", "done_at", "seconds"])
    return True


def step_of(item: SigningItem, batch: SigningBatch, actor: Actor, on: date) -> KeyStep[Any]:
    """The verb for one document of a batch. Raises PermissionDenied."""
    given: dict[str, Any] = {"outgoing": item.outgoing, "actor": actor, "on": on, "version": item.outgoing_version}
    if batch.purpose == SigningPurpose.SIGN:
        return signing_step(**given, unread_confirmed=item.unread_confirmed)
    return issuing_step(**given)


@dataclass(frozen=True)
class Given:
    """What the person typed for the batch; `spent` once the code was used."""

    pin: str
    last_try: bool
    otp: str
    spent: bool = False


def sealed(batch: SigningBatch, given: Given) -> str:
    """What was typed, sealed for this batch alone."""
    return keys.seal_pin(json.dumps(asdict(given)), purpose=f"signing_batch:{batch.pk}")


def _opened_pin(batch: SigningBatch) -> Given:
    return Given(**json.loads(keys.open_pin(batch.sealed_pin, purpose=f"signing_batch:{batch.pk}")))


@transaction.atomic
def _code_spent(batch: SigningBatch) -> None:
    """A one-time code works once: the next documents need another one."""
    held = locked_batch(batch)
    if held.state == SigningState.RUNNING:
        held.sealed_pin = sealed(held, replace(_opened_pin(held), otp="", spent=True))
        held.save(update_fields=["sealed_pin"])


def finish_batch(held: SigningBatch, *, verb: str = "finish") -> None:
    """Nothing is left to do: count, record, tell."""
    held.state = rules.next_signing(held.state, verb)
    held.finished_at = timezone.now()
    forget_pin(held)
    states = list(held.items.values_list("state", flat=True))
    details = {"done": states.count(SigningItemState.DONE), "failed": states.count(SigningItemState.FAILED)}
    audit.record(actor_of(held.position), events.SIGNING_BATCH_FINISHED, held, details=details)
    notices.send(events.TELL_BATCH_DONE, to=[held.position], about=held, url=address_of(held))


@transaction.atomic
def _pause_batch(batch: SigningBatch, reason: str) -> None:
    """Wait for the person: without the PIN, for a wrong one must not be tried again by itself."""
    held = locked_batch(batch)
    if held.state != SigningState.RUNNING:
        return
    held.state, held.reason = rules.next_signing(held.state, "pause"), reason[:500]
    forget_pin(held)
    audit.record(actor_of(held.position), events.SIGNING_BATCH_PAUSED, held, details={"reason": held.reason})
    notices.send(events.TELL_BATCH_PAUSED, to=[held.position], about=held, url=address_of(held))


def forget_pin(held: SigningBatch) -> None:
    held.sealed_pin = ""
    held.version += 1
    held.save()


def address_of(batch: SigningBatch) -> str:
    return f"/registry/signing/{batch.pk}/"


def locked_batch(batch: SigningBatch) -> SigningBatch:
    held: SigningBatch = (
        SigningBatch.objects.select_for_update(of=["self"])
        .select_related("organisation", "position__person", "position__organisation", "position__unit")
        .get(pk=batch.pk)
    )
    return held


def defer_batch(batch: SigningBatch) -> None:
    run_in_background.configure(lock=f"signing-batch-{batch.pk}").defer(batch_id=str(batch.pk))
