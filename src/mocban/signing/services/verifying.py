"""Judging the signatures of stored files, and keeping what was found."""

from __future__ import annotations

import contextlib

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor, system_actor

from .. import access, events, keys
from ..choices import VerificationCause
from ..models import Verification
from ..verification.findings import Conclusion
from ..verification.judging import judge

# Every signature names the bytes that it covers, and stands where no compressed stream can hide it.
SIGNED_MARK = b"/ByteRange"


@transaction.atomic
def verify(*, stored: DigitalObject, actor: Actor, cause: VerificationCause = VerificationCause.ASKED) -> Verification:
    """Judge every signature of a stored file and keep what was found. Takes one to some seconds.

    Raises PermissionDenied; RuleBroken when the object is frozen.
    """
    access.require(actor, "signature.verify", stored)
    trust = keys.trust(at=timezone.now())
    finding = judge(content.read_bytes(stored), trust=trust)
    found = Verification.objects.create(
        object=stored,
        checked_at=trust.at,
        cause=cause,
        verdict=finding.conclusion.value,
        signature_count=len(finding.signatures),
        finding=finding.as_values(),
    )
    good = sum(one.conclusion == Conclusion.VALID for one in finding.signatures)
    audit.record(actor, events.VERIFIED, stored, details={"good": good, "all": len(finding.signatures)})
    return found


@app.task(queue="bulk", name="signing.verify_signatures", pass_context=False)
def verify_signatures(object_id: str) -> None:
    """Verify a stored PDF once, after it came in; a job that runs again finds the check made."""
    stored = DigitalObject.objects.select_related("organisation").filter(pk=object_id).first()
    if stored is None or Verification.objects.filter(object=stored).exists():
        return
    with contextlib.suppress(RuleBroken):  # an unreadable PDF has no signatures to show; the page offers a new check
        if SIGNED_MARK in content.read_bytes(stored):
            verify(stored=stored, actor=system_actor(stored.organisation), cause=VerificationCause.ARRIVAL)
