"""Reads of signatures and of what checking them found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet

from mocban.content.choices import ObjectState

from .choices import Bearing, Verdict
from .models import Verification
from .verification.findings import ENGINE, FileFinding, SignatureFinding
from .verification.sentences import sentence


def last_verification(object_id: UUID) -> Verification | None:
    """Return the latest check of a stored object, or None when it was never checked."""
    return Verification.objects.filter(object_id=object_id, latest=True).select_related("companion").first()


def verification(pk: UUID) -> Verification | None:
    """Return a stored report; the caller asks whether its object may be read."""
    return Verification.objects.filter(pk=pk).first()


def checks_of(object_id: UUID, *, limit: int = 50) -> list[Verification]:
    """Return the newest checks of a stored object; the caller asks whether it may be read."""
    return list(Verification.objects.filter(object_id=object_id).order_by("-checked_at", "-id")[:limit])


def due_again(*, at: datetime, ground: str) -> QuerySet[Verification]:
    """Return the latest checks that are due again at `at`, the oldest first; `ground` is the digest of today's trust.

    Undecided ones once trust has changed; valid ones that are doubted or grown old, or whose signer's certificate is
    about to end or has ended since: then only a time stamp can still prove the signature.
    """
    old = at - timedelta(days=settings.SIGNATURE_VERIFY_AGAIN_DAYS)
    soon = timedelta(days=settings.SIGNATURE_EXPIRY_NOTICE_DAYS)
    undecided = Q(verdict=Verdict.INDETERMINATE) & ~Q(trust=ground)
    ending = Q(expires_at__lte=at + soon, checked_at__lt=F("expires_at") - soon)
    ended = Q(expires_at__lte=at, checked_at__lt=F("expires_at"))
    valid = Q(verdict=Verdict.VALID) & (Q(trust="") | Q(checked_at__lt=old) | ending | ended)
    held = Verification.objects.filter(latest=True, signature_count__gt=0, object__state=ObjectState.STORED)
    due = held.filter(undecided | valid).select_related("object__organisation", "companion")
    return due.order_by("checked_at")


def outdated() -> QuerySet[Verification]:
    """Return the latest checks that an older engine made, the oldest first; plain files hold nothing to judge."""
    held = Verification.objects.filter(latest=True, engine__lt=ENGINE, object__state=ObjectState.STORED)
    due = held.exclude(bearing=Bearing.NO_SIGNATURE).select_related("object__organisation", "companion")
    return due.order_by("engine", "checked_at")


@dataclass(frozen=True)
class Row:
    """One checked signature as a page shows it."""

    signer: str
    organisation: str
    signed_at: datetime | None
    verdict: Verdict
    sentences: tuple[str, ...]
    stamped_by: str  # whose time it is; empty for the signer's own clock: no time stamp

    @property
    def valid(self) -> bool:
        return self.verdict == Verdict.VALID


def rows(found: Verification) -> list[Row]:
    """Return the signatures of a check, in the order of signing."""
    return [_row(one) for one in FileFinding.read(found.finding).signatures]


def _row(one: SignatureFinding) -> Row:
    moment = one.proved_at or one.claimed_at
    return Row(
        signer=one.signer or one.name,
        organisation=one.organisation,
        signed_at=datetime.fromisoformat(moment) if moment else None,
        verdict=Verdict(one.conclusion.value),
        sentences=tuple(sentence(reason) for reason in one.reasons),
        stamped_by=one.time_by if one.proved_at else "",
    )
