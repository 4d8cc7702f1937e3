"""Judging again: what trust has changed for, what grows old, and what an older engine judged."""

from __future__ import annotations

import logging
from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mocban.lib.errors import RuleBroken
from mocban.people.actor import system_actor

from .. import keys, selectors
from ..choices import Verdict, VerificationCause
from ..models import RevocationData, Verification
from .verifying import verify

BATCH = 50  # files of one run: some minutes, after which other background work has its turn
_LOCK, _UPGRADE = "signing.reverify_due", "signing.reverify_outdated"
_log = logging.getLogger(__name__)


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
    done = sum(_again(found, VerificationCause.SCHEDULE) for found in due)
    if len(due) == BATCH and done:
        reverify_soon()


def reverify_outdated_soon(most: int, *, passed: int = 0) -> None:
    """Queue judging again up to `most` files that an older engine judged; nothing when it is queued already.

    `passed` is how many, the oldest, could not be judged before: they wait for the next night.
    """
    with suppress(AlreadyEnqueued), transaction.atomic():
        reverify_outdated.defer(most=most, passed=passed)


@app.task(queue="bulk", name=_UPGRADE, queueing_lock=_UPGRADE, lock=_UPGRADE, pass_context=False)
def reverify_outdated(most: int, passed: int = 0) -> None:
    """Judge again up to BATCH files of the `most` that are left, the oldest check first; then queue the rest."""
    size = min(BATCH, most)
    due = list(selectors.outdated()[passed : passed + size])
    done = sum(_again(found, VerificationCause.UPGRADE) for found in due)
    if len(due) == size < most:
        reverify_outdated_soon(most - size, passed=passed + size - done)


def _again(found: Verification, cause: VerificationCause) -> bool:
    """Judge one again; False when it could not be done, which is nothing to repeat at once."""
    actor = system_actor(found.object.organisation)
    try:
        verify(stored=found.object, companion=found.companion, actor=actor, cause=cause)
    except RuleBroken:  # frozen meanwhile
        return False
    except Exception:  # one file must not stop the thousands behind it
        _log.exception("Judging %s again failed", found.object_id)
        return False
    return True


@app.task(queue="bulk", name="signing.doubt_revoked", pass_context=False)
def doubt_revoked(revocation_id: str) -> None:
    """Make the valid verdicts due again whose signer stands in a list of revoked certificates that was brought in."""
    from .. import trust_files  # loads cryptography, see keys.py

    revoked = trust_files.revoked_serials(bytes(RevocationData.objects.get(pk=revocation_id).data))
    doubted: list[UUID] = []
    rows = Verification.objects.filter(latest=True, verdict=Verdict.VALID).values_list("pk", "finding__signatures")
    for pk, signatures in rows.iterator(chunk_size=1000):
        if any(one["serial"] in revoked for one in signatures or []):
            doubted.append(pk)
    Verification.objects.filter(pk__in=doubted).update(trust="")
    reverify_soon()
