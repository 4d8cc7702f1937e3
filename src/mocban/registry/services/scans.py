"""Files of the scan folder: take one, set it aside, refuse it, and move it away once its entry is committed.

A row with a unique mark is the claim, so two clerks never take one file. The bytes stay in the folder until then.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from .. import access, events, rules, scan_folder
from ..choices import ScanState
from ..desk import CLAIM_MINUTES
from ..models import Incoming, Scan
from ..scan_folder import ScanFile

log = logging.getLogger(__name__)


@transaction.atomic
def take_scan(*, file: ScanFile, organisation: Organisation, actor: Actor, in_batch: bool = False) -> Scan:
    """Take a file of the folder for this desk; taking one's own again changes nothing.

    Raises PermissionDenied, RuleBroken("scan.growing" | "scan.refused" | "scan.taken" | "registry.wrong_state").
    """
    access.require(actor, "incoming.register", organisation)
    if file.problem:
        raise RuleBroken("scan.refused", file.problem)
    if file.growing:
        raise RuleBroken("scan.growing", _("Tệp quét còn đang được ghi; hãy chờ vài giây."))
    now = timezone.now()
    Scan.objects.bulk_create(
        [
            Scan(
                organisation=organisation,
                mark=file.mark,
                name=file.shown,
                size=file.size,
                scanned_at=file.changed_at,
                position_id=actor.position_id,
                taken_at=now,
                taken_by=actor.person_name,
                in_batch=in_batch,
            )
        ],
        ignore_conflicts=True,
    )
    scan = Scan.objects.select_for_update().get(organisation=organisation, mark=file.mark)
    _check_free(scan, actor, in_batch=in_batch)
    scan.state = rules.next_scan(scan.state, "take")
    scan.position_id, scan.taken_by, scan.taken_at = actor.position_id, actor.person_name, now
    scan.in_batch = in_batch
    scan.save(update_fields=["state", "position", "taken_by", "taken_at", "in_batch"])
    audit.record(actor, events.SCAN_TAKEN, scan)
    return scan


def _check_free(scan: Scan, actor: Actor, *, in_batch: bool) -> None:
    """A colleague's file stays theirs until it was left for a while; a file of a batch is registered there."""
    if scan.state != ScanState.TAKEN:
        return
    own = scan.position_id == actor.position_id
    left = scan.taken_at < timezone.now() - timedelta(minutes=CLAIM_MINUTES)
    if not own and not left:
        raise RuleBroken("scan.taken", _("%(name)s đang đăng ký tệp quét này.") % {"name": scan.taken_by})
    if scan.in_batch and not in_batch:
        raise RuleBroken("scan.in_batch", _("Tệp quét này đang nằm trong một lô đăng ký."))


@transaction.atomic
def set_scan_aside(*, scan: Scan, actor: Actor) -> Scan:
    """Leave a file for later; it stays in the folder and may be taken again. Raises PermissionDenied, RuleBroken."""
    access.require(actor, "incoming.register", scan)
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    scan.state = rules.next_scan(scan.state, "set_aside")
    scan.in_batch = False
    scan.save(update_fields=["state", "in_batch"])
    audit.record(actor, events.SCAN_SET_ASIDE, scan)
    return scan


@transaction.atomic
def refuse_scan(*, scan: Scan, code: str, reason: str, secret: bool, actor: Actor) -> Scan:
    """Note that a file cannot come in; it stays in the folder, and of a secret one not even the name is kept.

    Raises PermissionDenied, RuleBroken("registry.wrong_state").
    """
    access.require(actor, "incoming.register", scan)
    scan = Scan.objects.select_for_update().get(pk=scan.pk)
    scan.state = rules.next_scan(scan.state, "refuse")
    scan.reason, scan.in_batch = reason[:500], False
    if secret:
        scan.name = ""
    scan.save(update_fields=["state", "reason", "name", "in_batch"])
    audit.record(actor, events.SCAN_REFUSED, scan, details={"code": code})
    return scan


@transaction.atomic
def finish_scan(*, scan: Scan, entry: Incoming, sha256: str, actor: Actor) -> Scan:
    """Bind a file to the entry made from it, in the entry's transaction; it is moved away after the commit.

    Raises PermissionDenied, RuleBroken("scan.taken" | "registry.wrong_state"): registered once, by who took it.
    """
    access.require(actor, "incoming.register", scan)
    scan = Scan.objects.select_for_update().select_related("organisation").get(pk=scan.pk)
    if scan.position_id != actor.position_id and not scan.in_batch:
        raise RuleBroken("scan.taken", _("%(name)s đang đăng ký tệp quét này.") % {"name": scan.taken_by})
    scan.state = rules.next_scan(scan.state, "register")
    scan.incoming, scan.sha256, scan.in_batch = entry, sha256, False
    scan.save(update_fields=["state", "incoming", "sha256", "in_batch"])
    audit.record(actor, events.SCAN_REGISTERED, scan, about=[entry], details={"number": entry.number_value})
    organisation = scan.organisation
    transaction.on_commit(lambda: clear_away(organisation), robust=True)
    return scan


def clear_away(organisation: Organisation) -> int:
    """Move registered files out of the folder into `done/`, and return how many.

    Repeating it is safe: what a crash left behind is moved by the next call. A folder that cannot be written is told
    to the log, and its registered files are simply not offered again.
    """
    files = {file.mark: file for file in scan_folder.listing(organisation)}
    rows = Scan.objects.filter(organisation=organisation, mark__in=list(files), state=ScanState.REGISTERED)
    moved = 0
    for row in rows.select_related("incoming"):
        number = row.incoming.number_value if row.incoming else 0
        prefix, day = f"{number:05d}-{row.pk.hex[-8:]}", timezone.localdate(row.taken_at).isoformat()
        try:
            moved += scan_folder.move_away(organisation, files[row.mark], prefix=prefix, day=day)
        except OSError:
            log.warning("a registered scan could not be moved into the folder of finished ones", exc_info=True)
    return moved
