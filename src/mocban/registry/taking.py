"""Take files from the scan folder: claim, read, look inside, and hand on or refuse. Outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records.intake import Accepted, accept
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import SecretRefused

from . import desk, scan_folder
from .desk import WaitingScan
from .models import Scan
from .scan_folder import ScanFile
from .services.scans import clear_away, refuse_scan, take_scan

MOVED_ON = frozenset({"scan.gone", "scan.changed", "scan.taken", "scan.growing", "registry.wrong_state"})


@dataclass(frozen=True)
class TakenScan:
    """A claimed file with its bytes."""

    row: Scan
    data: bytes


def take_next(*, organisation: Organisation, actor: Actor) -> tuple[Scan, Accepted] | None:
    """Claim and look at the next file of the folder; None when none waits.

    What cannot come in is noted as refused and the next one is tried, so that one bad file holds up nobody.
    Raises PermissionDenied, RuleBroken("scan.unreadable" | "scan.no_folder").
    """
    clear_away(organisation)
    tried: set[str] = set()
    while waiting := desk.next_scan([one for one in desk.waiting_scans(organisation, actor) if one.key not in tried]):
        tried.add(waiting.key)
        try:
            return take(waiting.file, organisation=organisation, actor=actor)
        except RuleBroken:
            continue  # refused and listed as such, or a colleague was faster
    return None


def take(file: ScanFile, *, organisation: Organisation, actor: Actor, in_batch: bool = False) -> tuple[Scan, Accepted]:
    """Claim one file and look inside.

    Raises SecretRefused (an incident is kept) and RuleBroken as `records.intake.accept`: then the file is noted as
    refused and left where it is; RuleBroken("scan.taken" | "scan.growing" | "scan.gone" | "scan.changed").
    """
    scan = take_scan(file=file, organisation=organisation, actor=actor, in_batch=in_batch)
    try:
        data = scan_folder.read(organisation, file)
        accepted = accept(data, file.shown, channel=Channel.UPLOAD, actor=actor, organisation=organisation)
    except RuleBroken as broken:
        if broken.code not in MOVED_ON:
            secret = isinstance(broken, SecretRefused)
            refuse_scan(scan=scan, code=broken.code, reason=str(broken), secret=secret, actor=actor)
        raise
    return scan, accepted


def taken(scan: Scan, *, organisation: Organisation) -> TakenScan:
    """The bytes of a file that the desk has taken. Raises RuleBroken("scan.gone" | "scan.changed" | …)."""
    file = desk.scan_file(scan)
    if file is None:
        raise RuleBroken("scan.gone", _("Tệp quét không còn trong thư mục; có thể đã bị chuyển đi."))
    return TakenScan(scan, scan_folder.read(organisation, file))


def all_waiting(*, organisation: Organisation, actor: Actor) -> list[WaitingScan]:
    """Every file that the desk could take now, oldest first. Raises as `desk.waiting_scans`."""
    clear_away(organisation)
    return [one for one in desk.waiting_scans(organisation, actor) if one.free and one.state != "aside"]
