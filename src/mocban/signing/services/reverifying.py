"""Judging again: what trust has changed for, and what grows old."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mocban.lib.errors import RuleBroken
from mocban.people.actor import system_actor

from .. import keys, selectors
from ..choices import RevocationKind, Verdict, VerificationCause
from ..models import RevocationData, Verification
from .verifying import verify

BATCH = 50  # files of one run: some minutes, after which other background work has its turn
_LOCK = "signing.reverify_due"


def reverify_soon() -> None:
    """Queue judging again what is due; nothing when it is queued already. Inside the transaction of the change."""
    with suppress(AlreadyEnqueued), transaction.atomic():  # a refused job must not take the transaction with it
        reverify_due.defer()


def doubt_all_valid() -> None:
    """Make every valid verdict due again: trust was withdrawn, and nobody knows yet which rested on it."""
    Verification.objects.filter(latest=True, verdict=Verdict.VALID).update(trust="")
    reverify_soon()


@app.task(queue="bulk", name=_LOCK, queueing_lock=_LOCK, lock=_LOCK, pass_context=False)
def reverify_due() -> None:
    """Judge again up to BATCH files, the oldest check first; a full batch queues the next one."""
    now = timezone.now()
    due = list(selectors.due_again(at=now, ground=keys.trust(at=now).digest())[:BATCH])
    done = sum(_again(found) for found in due)
    if len(due) == BATCH and done:
        reverify_soon()


def _again(found: Verification) -> bool:
    """Judge one again; False when it was frozen meanwhile, which is nothing to repeat at once."""
    actor = system_actor(found.object.organisation)
    try:
        verify(stored=found.object, companion=found.companion, actor=actor, cause=VerificationCause.SCHEDULE)
    except RuleBroken:
        return False
    return True


@app.task(queue="bulk", name="signing.doubt_revoked", pass_context=False)
def doubt_revoked(revocation_id: str) -> None:
    """Make the valid verdicts due again whose signer stands in a list of revoked certificates that was brought in."""
    from .. import trust_files  # loads cryptography, see keys.py

    kept = RevocationData.objects.get(pk=revocation_id)
    if kept.kind == RevocationKind.CRL:
        revoked = trust_files.revoked_serials(bytes(kept.data))
    else:
        revoked = {kept.serial}
    doubted: list[UUID] = []
    rows = Verification.objects.filter(latest=True, verdict=Verdict.VALID).values_list("pk", "finding__signatures")
    for pk, signatures in rows.iterator(chunk_size=1000):
        if any(one["serial"] in revoked for one in signatures or []):
            doubted.append(pk)
    Verification.objects.filter(pk__in=doubted).update(trust="")
    reverify_soon()
