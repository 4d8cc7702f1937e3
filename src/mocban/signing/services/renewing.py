"""Keeping signatures provable: watch each signed file, and stamp it again before its last time stamp dies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.lib.disk import DiskFile, opened
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.people.selectors import in_force

from .. import access, events, grading, proofs
from ..choices import Level
from ..models import LongTerm, Signature

PDF = "application/pdf"


def watch(*, stored: DigitalObject, pdf: bytes | DiskFile, on: date, ours: bool = False) -> LongTerm | None:
    """Keep how long the signatures of a stored file can be proved; None when it has none. Watching twice changes
    nothing.

    A projection of what the file says. `ours` are files that this program has just made: they need no helper process.
    Raises RuleBroken("signing.unreadable").
    """
    from ..pdf import contained
    from ..pdf.refusals import Refused, as_rule

    try:
        found = _read(pdf) if ours else contained.run("lengthen_read", pdf, {})[0]
    except Refused as refused:
        raise as_rule(refused) from refused
    if not found["signatures"]:
        return None
    until = last_day(found["stamps"], in_force(stored.organisation, "signature.algorithm_ends", on=on).value)
    row, _made = LongTerm.objects.update_or_create(
        object=stored,
        defaults={"organisation": stored.organisation, "level": found["level"], "renew_before": until},
    )
    return row


def _read(pdf: bytes | DiskFile) -> dict[str, Any]:
    from ..pdf import lengthening  # loads pyHanko, see keys.py

    with opened(pdf) as stream:
        return lengthening.read(stream)


def last_signature(pdf: bytes | DiskFile) -> tuple[str, datetime | None]:
    """Return the level of the signatures in a file that this program has just signed, and the last one's time stamp."""
    found = _read(pdf)
    times = [datetime.fromisoformat(stamp["at"]) for stamp in found["stamps"] if stamp["kind"] == "signature"]
    return found["level"], times[-1] if times and found["level"] != Level.BASIC else None


def last_day(stamps: list[dict[str, str]], algorithm_ends: Any) -> date | None:
    """Return the day on which what the last time stamp rests on dies: its certificate or one of its algorithms.

    Where no time stamp covers the whole file, the first one of a signature to die decides; None without any.
    """
    whole = [stamp for stamp in stamps if stamp["kind"] == "document"]
    days = [
        day
        for stamp in (whole[-1:] or stamps)
        for day in (
            datetime.fromisoformat(stamp["until"]).date(),
            *(
                date.fromisoformat(algorithm_ends[name])
                for name in (stamp["digest"], stamp["signature_digest"], stamp["key"])
                if name in algorithm_ends
            ),
        )
    ]
    return min(days, default=None)


def renew(*, row: LongTerm, actor: Actor, on: date) -> DigitalObject:
    """Store the file anew with revocation data and a time stamp over the whole; the old file stays as it is.

    Not one transaction: the network is asked in between. Renewing twice gives the first result. A failure is kept with
    its sentence and raised again.
    Raises PermissionDenied; RuleBroken `signing.*` (no authority, no time, no revocation data, revoked, unreadable).
    """
    access.require(actor, "proof.renew", row)
    if row.renewed_as is not None:
        return row.renewed_as
    try:
        pdf = content.read_file(row.object)
        made = _lengthened(row.organisation, pdf, on)
    except RuleBroken as refused:
        LongTerm.objects.filter(pk=row.pk).update(failed_at=timezone.now(), failure=str(refused.message)[:200])
        raise
    return _keep(row, made, actor, on)


def _lengthened(organisation: Organisation, pdf: DiskFile, on: date) -> DiskFile:
    from ..pdf import contained, lengthening  # loads pyHanko, see keys.py
    from ..pdf.grades import ARCHIVE, Grade
    from ..pdf.refusals import Refused, as_rule, refuse

    stamper = grading.stamper_for(organisation, on=on)
    try:
        if stamper is None:
            refuse("signing.no_authority")
        found, _data = contained.run("lengthen_read", pdf, {})
        return lengthening.append(pdf, found, Grade(ARCHIVE, stamper, grading.evidence()), require=True)
    except Refused as refused:
        raise as_rule(refused) from refused
    finally:
        grading.remember(stamper)


@transaction.atomic
def _keep(row: LongTerm, made: DiskFile, actor: Actor, on: date) -> DigitalObject:
    row = LongTerm.objects.select_for_update().get(pk=row.pk)
    if row.renewed_as is not None:
        return row.renewed_as
    old = row.object
    stored = content.store(
        examined=describe(made, old.name, PDF), data=made, organisation=row.organisation, actor=actor
    )
    renewed = watch(stored=stored, pdf=made, on=on)
    assert renewed is not None
    # The signatures made here stand in the new file as they stood in the old one.
    copies = list(Signature.objects.filter(signed_object=old))
    for copy in copies:
        copy.pk, copy.signed_object, copy.level = Signature._meta.pk.get_default(), stored, renewed.level
    Signature.objects.bulk_create(copies)
    row.renewed_as, row.failed_at, row.failure = stored, None, ""
    row.save(update_fields=["renewed_as", "failed_at", "failure"])
    until = f"{renewed.renew_before:%d/%m/%Y}" if renewed.renew_before else _("không rõ ngày")
    audit.record(actor, events.RENEWED, stored, details={"until": until}, about=[old])
    return stored


def renew_due(*, organisation: Organisation, actor: Actor, on: date, limit: int) -> tuple[int, int]:
    """Renew what is due, the most pressing first; returns how many were renewed and how many failed.

    What failed today is tried again from tomorrow on, so that one that always fails holds up no other.
    """
    if not proofs.asks_for_time(organisation):
        return 0, 0  # the page says so; a failure for each file would say it a thousand times
    due = proofs.renewals_due(organisation, on=on).exclude(failed_at__date=timezone.localdate())
    renewed = failed = 0
    for row in due.filter(Q(renewed_as=None))[:limit]:
        try:
            renew(row=row, actor=actor, on=on)
            renewed += 1
        except RuleBroken:
            failed += 1
    return renewed, failed
