"""Reads of signatures and of what checking them found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from .choices import Verdict
from .models import Signature, Verification


def last_verification(object_id: UUID) -> Verification | None:
    """Return the latest check of a stored object, or None when it was never checked."""
    return Verification.objects.filter(object_id=object_id).order_by("-checked_at").first()


def signatures_made(object_id: UUID) -> list[Signature]:
    """Return the signatures this installation made that ended in the stored object, oldest first."""
    return list(Signature.objects.filter(signed_object_id=object_id).order_by("signed_at"))


@dataclass(frozen=True)
class Row:
    """One checked signature as a page shows it."""

    signer: str
    organisation: str
    signed_at: datetime | None
    valid: bool
    sentence: str


def rows(found: Verification) -> list[Row]:
    """Return the signatures of a check, in the order of signing."""
    return [
        Row(
            signer=report["signer"] or report["field"],
            organisation=report["organisation"],
            signed_at=datetime.fromisoformat(report["signed_at"]) if report["signed_at"] else None,
            valid=report["valid"],
            sentence=str(Verdict(report["verdict"]).label),
        )
        for report in found.signatures
    ]
