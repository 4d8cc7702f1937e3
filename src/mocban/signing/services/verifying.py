"""Judging the signatures of stored files, and keeping what was found."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import ObjectState
from mocban.content.models import DigitalObject
from mocban.lib.disk import DiskFile, content_of
from mocban.lib.errors import RuleBroken
from mocban.notices import services as notices
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.selectors import holders, today

from .. import access, events, keys, selectors, sniff
from ..choices import Verdict, VerificationCause
from ..models import Signature, Verification
from ..verification.detect import CMS, detect
from ..verification.findings import ENGINE, Conclusion, FileFinding, Reason
from ..verification.judging import judge, judge_beside
from ..verification.trust import Trust
from .renewing import PDF, watch

UNSIGNED = FileFinding("", Conclusion.INDETERMINATE, (Reason("file.no_signature"),))
LOST = FileFinding("", Conclusion.INDETERMINATE, (Reason("file.lost"),), readable=False)


@transaction.atomic
def verify(
    *,
    stored: DigitalObject,
    actor: Actor,
    cause: VerificationCause = VerificationCause.ASKED,
    companion: DigitalObject | None = None,
) -> Verification:
    """Judge every signature of a stored file and keep what was found. Takes one to some seconds.

    `companion` is the file that a detached signature signs; one that was found before need not be named again. When
    the verdict was "valid" and is not any more, the registry is told.
    Raises PermissionDenied; RuleBroken when the object is frozen or erased.
    """
    access.require(actor, "signature.verify", stored)
    before = selectors.last_verification(stored.pk)
    companion = companion or (before.companion if before else None)
    trust = keys.trust(at=timezone.now())
    finding = _judged(stored, companion, trust)
    DigitalObject.objects.select_for_update().get(pk=stored.pk)  # two checks at once: one of them is the latest
    Verification.objects.filter(object=stored, latest=True).update(latest=False)
    found = Verification.objects.create(
        object=stored,
        companion=companion,
        checked_at=trust.at,
        cause=cause,
        verdict=finding.conclusion.value,
        signature_count=len(finding.signatures),
        finding=finding.as_values(),
        expires_at=_first_expiry(finding),
        trust=trust.digest(),
        engine=ENGINE,
    )
    good = sum(one.conclusion == Conclusion.VALID for one in finding.signatures)
    audit.record(actor, events.VERIFIED, stored, details={"good": good, "all": len(finding.signatures)})
    if before is not None and before.valid and not found.valid:
        _tell_lost(found)
    return found


def judge_only(data: bytes | DiskFile, *, signed: bytes | DiskFile | None = None) -> Verification:
    """Judge a file in memory and return a report that is not stored; `signed` is what a detached signature is of."""
    trust = keys.trust(at=timezone.now())
    finding = judge(data, trust=trust, content=signed)
    return Verification(
        checked_at=trust.at,
        cause=VerificationCause.ASKED,
        verdict=finding.conclusion.value,
        signature_count=len(finding.signatures),
        finding=finding.as_values(),
        trust=trust.digest(),
        engine=ENGINE,
    )


def note_unsigned(stored: DigitalObject) -> Verification:
    """Keep that a file which came in carries no signature, so that the page can say so instead of "being checked"."""
    found, _made = Verification.objects.get_or_create(
        object=stored,
        latest=True,
        defaults={
            "checked_at": timezone.now(),
            "cause": VerificationCause.ARRIVAL,
            "verdict": Verdict.INDETERMINATE,
            "finding": UNSIGNED.as_values(),
            "engine": ENGINE,
        },
    )
    return found


def verify_arrived(objects: Sequence[DigitalObject]) -> None:
    """Queue the check of files that came in together; a detached signature finds its file among them."""
    if any(stored.media_type in sniff.SIGNABLE for stored in objects):
        verify_together.defer(object_ids=[str(stored.pk) for stored in objects])


def verify_now(objects: Sequence[DigitalObject]) -> None:
    """Check at once what came in together and has not been checked yet: nobody decides before the result is there."""
    known = set(Verification.objects.filter(object__in=objects, latest=True).values_list("object_id", flat=True))
    for stored in objects:
        if stored.pk not in known and stored.media_type in sniff.SIGNABLE and stored.state == ObjectState.STORED:
            _verify_first(stored, [other for other in objects if other.pk != stored.pk], note=True)


@app.task(queue="interactive", name="signing.verify_together", pass_context=False)
def verify_together(object_ids: list[str]) -> None:
    """Verify files that came in together; a job that runs again finds the checks made."""
    verify_now(_stored(object_ids))


@app.task(queue="bulk", name="signing.verify_signatures", pass_context=False)
def verify_signatures(object_id: str, beside: list[str] | None = None, note: bool = False) -> None:
    """Verify a stored file once, after it was attached; a job that runs again finds the check made.

    `beside` names the files of the same document; with `note` a file without signatures gets a report that says so.
    """
    found = _stored([object_id, *(beside or [])])
    ours = [stored for stored in found if str(stored.pk) == object_id]
    if not ours or Verification.objects.filter(object=ours[0]).exists() or ours[0].state != ObjectState.STORED:
        return
    _verify_first(ours[0], [stored for stored in found if stored is not ours[0]], note=note)


def _verify_first(stored: DigitalObject, others: Sequence[DigitalObject], *, note: bool) -> None:
    """Judge what may carry signatures; a plain file costs no helper process."""
    try:
        file = content.read_file(stored)
    except RuleBroken:  # frozen meanwhile, or lost: whoever opens it is told so
        return
    if not sniff.may_be_signed(file):
        if note:
            note_unsigned(stored)
        return
    actor = system_actor(stored.organisation)
    companion = _companion(file, stored, others)
    found = verify(stored=stored, companion=companion, actor=actor, cause=VerificationCause.ARRIVAL)
    # What is signed here is watched by what signs it, from the organisation's signature on.
    if found.valid and stored.media_type == PDF and not Signature.objects.filter(signed_object=stored).exists():
        with contextlib.suppress(RuleBroken):
            watch(stored=stored, pdf=file, on=today())


def _companion(file: DiskFile, stored: DigitalObject, others: Sequence[DigitalObject]) -> DigitalObject | None:
    if detect(file) != CMS:
        return None
    readable = [one for one in others if one.state == ObjectState.STORED]
    beside = [
        sniff.Beside(one.name, one.sha256, lambda one=one: content.read_file(one), one)  # type: ignore[misc]
        for one in readable
    ]
    found = sniff.signed_beside(content_of(file), stored.name, beside)
    return found.stored if found else None


def _judged(stored: DigitalObject, companion: DigitalObject | None, trust: Trust) -> FileFinding:
    try:
        file = content.read_file(stored)
        signed = content.read_file(companion) if companion else None
    except RuleBroken as broken:
        if broken.code != "content.lost":
            raise
        return LOST
    return judge_beside(file, trust=trust, beside=lambda: signed)


def _first_expiry(finding: FileFinding) -> datetime | None:
    ends = [one.valid_until for one in finding.signatures if one.valid_until and one.form != "timestamp"]
    return min((datetime.fromisoformat(end) for end in ends), default=None)


def _stored(object_ids: Iterable[str]) -> list[DigitalObject]:
    """The objects in the order of their ids as given; what is gone is left out."""
    found = DigitalObject.objects.select_related("organisation").in_bulk(list(object_ids))
    ordered = [next((one for one in found.values() if str(one.pk) == key), None) for key in object_ids]
    return [one for one in ordered if one is not None]


def _tell_lost(found: Verification) -> None:
    """Tell the registry of the object's body that a signature called valid before is valid no longer."""
    stored = found.object
    signers = [row.signer for row in selectors.rows(found) if row.signer]
    details = {"signer": ", ".join(signers)[:200] or "–", "verdict": Verdict(found.verdict).label}
    url = reverse("signing:object", args=[stored.pk])
    clerks = holders(stored.organisation_id, Role.CLERK, on=today())
    notices.send(events.TELL_VERDICT_CHANGED, to=clerks, about=stored, url=url, details=details)
