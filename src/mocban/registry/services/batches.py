"""Batches: stage up to fifty files, type their rows, register them one after the other, each in its own transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor, system_actor
from mocban.people.models import Organisation
from mocban.records.intake import Accepted
from mocban.signing import services as signing

from .. import access, events, rules
from ..choices import BatchRowState
from ..models import Batch, BatchRow, Book, Incoming, Scan
from .incoming import Arrival, register_incoming
from .scans import set_scan_aside

BATCH_LIMIT = 50  # files of one batch


@transaction.atomic
def start_batch(*, organisation: Organisation, actor: Actor) -> Batch:
    """Begin a batch. Raises PermissionDenied."""
    access.require(actor, "incoming.register", organisation)
    batch = Batch.objects.create(
        organisation=organisation,
        position_id=actor.position_id,
        made_by=actor.person_name,
        created_at=timezone.now(),
    )
    audit.record(actor, events.BATCH_STARTED, batch)
    return batch


@transaction.atomic
def stage_file(
    *, batch: Batch, accepted: Accepted, values: Mapping[str, object], actor: Actor, scan: Scan | None = None
) -> BatchRow:
    """Keep an accepted file in the batch with the first values of its boxes.

    It passed `records.intake` before, outside any transaction. Raises PermissionDenied, RuleBroken("batch.full").
    """
    access.require(actor, "incoming.register", batch)
    ordinal = _next_ordinal(batch)
    stored = content.store(examined=accepted.examined, data=accepted.data, organisation=batch.organisation, actor=actor)
    signing.verify_arrived([stored])
    return BatchRow.objects.create(
        organisation_id=batch.organisation_id,
        batch=batch,
        ordinal=ordinal,
        name=accepted.examined.safe_name,
        object=stored,
        scan=scan,
        values={name: str(value) for name, value in values.items() if value not in (None, "")},
        readable=accepted.readable,
    )


@transaction.atomic
def note_refused(*, batch: Batch, name: str, reason: str, actor: Actor) -> BatchRow:
    """Tell in the batch that a file was not taken and why; nothing of the file is kept.

    Raises PermissionDenied, RuleBroken("batch.full").
    """
    access.require(actor, "incoming.register", batch)
    return BatchRow.objects.create(
        organisation_id=batch.organisation_id,
        batch=batch,
        ordinal=_next_ordinal(batch),
        name=name[:255],
        state=BatchRowState.REFUSED,
        reason=reason[:500],
    )


def _next_ordinal(batch: Batch) -> int:
    """The place of the next row; the batch's row is the lock. Raises RuleBroken("batch.full")."""
    Batch.objects.select_for_update().get(pk=batch.pk)
    last = batch.rows.aggregate(last=Max("ordinal"))["last"] or 0
    if last >= BATCH_LIMIT:
        raise RuleBroken("batch.full", _("Mỗi lô nhận tối đa %(limit)d tệp.") % {"limit": BATCH_LIMIT})
    return int(last) + 1


@transaction.atomic
def edit_row(*, row: BatchRow, values: Mapping[str, str], actor: Actor) -> BatchRow:
    """Keep what was typed for a row, so that a closed browser loses nothing. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "incoming.register", row)
    row = _locked(row)
    row.state = rules.next_batch_row(row.state, "edit")
    row.values, row.reason = dict(values), ""
    row.save(update_fields=["state", "values", "reason"])
    return row


@transaction.atomic
def register_row(*, row: BatchRow, arrival: Arrival, book: Book, actor: Actor, on: date) -> Incoming:
    """Register one row with its staged file. Raises as `register_incoming`, RuleBroken("registry.wrong_state")."""
    access.require(actor, "incoming.register", row)
    row = _locked(row)
    state = rules.next_batch_row(row.state, "register")
    stored = [row.object] if row.object else []
    entry = register_incoming(arrival=replace(arrival, stored=stored, scan=row.scan), book=book, actor=actor, on=on)
    row.state, row.incoming, row.reason = state, entry, ""
    row.save(update_fields=["state", "incoming", "reason"])
    return entry


@transaction.atomic
def fail_row(*, row: BatchRow, reason: str, actor: Actor) -> BatchRow:
    """Note why a row could not be registered; it stays and can be mended. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "incoming.register", row)
    row = _locked(row)
    row.state = rules.next_batch_row(row.state, "fail")
    row.reason = reason[:500]
    row.save(update_fields=["state", "reason"])
    return row


@transaction.atomic
def drop_row(*, row: BatchRow, actor: Actor) -> BatchRow:
    """Take a file out of the batch: its staged copy is erased; a file of the scan folder is there to be taken again.

    Raises PermissionDenied, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "incoming.register", row)
    row = _locked(row)
    row.state = rules.next_batch_row(row.state, "drop")
    staged, scan = row.object, row.scan
    row.values, row.object, row.scan = {}, None, None
    row.save(update_fields=["state", "values", "object", "scan"])
    if scan is not None:
        set_scan_aside(scan=scan, actor=actor)
    if staged is not None:
        _erase(staged, row, actor)
    audit.record(actor, events.BATCH_ROW_DROPPED, row.batch, about=[row])
    return row


def _erase(staged: DigitalObject, row: BatchRow, actor: Actor) -> None:
    """A staged copy that nobody registered is no document yet; the installation erases it."""
    content.freeze(staged, actor=actor)
    content.erase(staged, actor=system_actor(row.organisation))


def _locked(row: BatchRow) -> BatchRow:
    held: BatchRow = (
        BatchRow.objects.select_for_update(of=["self"])
        .select_related("batch", "object", "scan", "organisation")
        .get(pk=row.pk)
    )
    return held


def forget_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Wipe what was typed beside staged objects of an incident (settings.SECRECY_FREEZERS); who may is asked there."""
    rows = BatchRow.objects.filter(object_id__in=list(object_ids), organisation_id=actor.organisation_id)
    rows.update(values={}, name="", reason="")
