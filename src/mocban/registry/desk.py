"""What the desk reads: its memory, kinds by symbol, titles by signer, scans that wait, entries without a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils import timezone

from mocban import law
from mocban.capture.fields import read_fields
from mocban.lib.text import clean_line, fold
from mocban.people.actor import Actor
from mocban.people.directory import agency_named
from mocban.people.models import Organisation
from mocban.records.models import Document

from . import access, scan_folder, selectors
from .choices import BatchRowState, ScanState
from .models import Batch, BatchRow, DeskMemory, Incoming, Outgoing, Scan
from .scan_folder import ScanFile

CLAIM_MINUTES = 30  # a file that a colleague took and left may be taken by another after this time
COPIED = ("issuer_name", "signer_name", "signer_title", "kind_code", "urgency")


@dataclass(frozen=True)
class WaitingScan:
    """A file of the scan folder beside what the desk knows of it. `state` is "" for one that simply waits."""

    file: ScanFile
    row: Scan | None
    state: str
    reason: str
    free: bool

    @property
    def shown(self) -> str:
        """Nothing of a refused secret is shown, its name neither."""
        return "" if self.row and self.row.state == ScanState.REFUSED and not self.row.name else self.file.shown

    @property
    def key(self) -> str:
        return self.file.mark


def memory_of(actor: Actor) -> DeskMemory | None:
    """What the actor's desk chose last, with the last entry."""
    if actor.position_id is None:
        return None
    held: DeskMemory | None = (
        DeskMemory.objects.filter(position_id=actor.position_id).select_related("book", "last__document").first()
    )
    return held


def first_values(actor: Actor, books: Sequence[Any], *, on: date) -> dict[str, Any]:
    """The form's first values: today, and the book and the way of receiving of the desk's last entry."""
    values: dict[str, Any] = {"arrived_on": on}
    memory = memory_of(actor)
    if memory is None:
        return values
    values["received_via"] = memory.received_via
    if memory.book_id in {book.pk for book in books}:
        values["book"] = memory.book_id
    return values


def guessed_values(text: str, *, on: date) -> dict[str, str]:
    """What the first page says, by box; an issuer that the directory knows in its own spelling, for pages shout it."""
    values = {guess.name: guess.value for guess in read_fields(text)}
    issuer = values.get("issuer_name", "")
    if issuer and issuer.isupper() and (agency := agency_named(issuer, on=on)):
        values |= {"issuer_name": agency.name, "issuer_code": agency.code}
    return values


def previous_values(actor: Actor) -> dict[str, Any]:
    """The boxes that "copy from the previous entry" fills; empty when the desk has registered nothing yet."""
    memory = memory_of(actor)
    if memory is None or not Incoming.objects.visible_to(actor).filter(pk=memory.last_id).exists():
        return {}
    return {name: getattr(memory.last.document, name) for name in COPIED}


def title_of(actor: Actor, *, signer: str, issuer: str) -> str:
    """The title that this signer had on the last document of that issuer, "" when there is none."""
    name = clean_line(signer)
    if not name or not issuer:
        return ""
    known = (
        Document.objects.visible_to(actor)
        .filter(organisation_id=actor.organisation_id, issuer_folded=fold(clean_line(issuer)), signer_name=name)
        .exclude(signer_title="")
        .order_by("-created_at")
        .values_list("signer_title", flat=True)
    )
    return str(known.first() or "")


def kind_of_notation(notation: str, kinds: Sequence[law.Kind]) -> law.Kind | None:
    """The kind that a symbol names: "QĐ-SNV" and "QĐ/TU" a decision, "2026/QĐ-UBND" too, "SNV-VP" a letter.

    Symbols are case-sensitive and take their marks: QĐ, QyĐ and QC are three kinds (NĐ 30/2020, PL III mục I).
    """
    parts = [part for part in notation.replace("/", "-").split("-") if part]
    if parts and len(parts[0]) == 4 and parts[0].isdigit():
        parts = parts[1:]
    if not parts:
        return None
    named = [kind for kind in kinds if kind.symbol == parts[0]]  # of two kinds with one symbol the first
    if named:
        return named[0]
    letters = [kind for kind in kinds if kind.is_letter and not kind.symbol]
    return letters[0] if letters and len(parts) > 1 and "-" in notation else None


def waiting_scans(organisation: Organisation, actor: Actor) -> list[WaitingScan]:
    """The files of the desk's scan folder, oldest first, with who has them; what is registered is left out.

    Raises RuleBroken("scan.unreadable" | "scan.no_folder").
    """
    files = scan_folder.listing(organisation)
    rows = {row.mark: row for row in Scan.objects.filter(organisation=organisation, mark__in=[f.mark for f in files])}
    described = [_described(file, rows.get(file.mark), actor) for file in files]
    return [one for one in described if one.state != ScanState.REGISTERED]


def _described(file: ScanFile, row: Scan | None, actor: Actor) -> WaitingScan:
    if row is not None:
        own = row.position_id == actor.position_id
        left = row.taken_at < timezone.now() - timedelta(minutes=CLAIM_MINUTES)
        free = row.state == ScanState.ASIDE or (row.state == ScanState.TAKEN and (own or left) and not row.in_batch)
        return WaitingScan(file, row, row.state, row.reason, free)
    if file.problem:
        return WaitingScan(file, None, ScanState.REFUSED, file.problem, free=False)
    return WaitingScan(file, None, "growing" if file.growing else "", "", free=not file.growing)


def next_scan(waiting: Sequence[WaitingScan]) -> WaitingScan | None:
    """The file that "take the next one" means: the desk's own one first, then the oldest that nobody has."""
    own = [one for one in waiting if one.state == ScanState.TAKEN and one.free]
    new = [one for one in waiting if one.state == "" and one.free]
    return next(iter([*own, *new]), None)


def scan_file(scan: Scan) -> ScanFile | None:
    """The file of a row as it lies in the folder now; None when it is gone or has changed."""
    return next((file for file in scan_folder.listing(scan.organisation) if file.mark == scan.mark), None)


def without_file(actor: Actor, *, book: UUID | None = None) -> QuerySet[Any]:
    """Entries of paper documents whose scan is still missing, the oldest first."""
    entries: QuerySet[Any] = selectors.incoming_for(actor, book=book, without_file=True).order_by("created_at", "pk")
    return entries


def counts_without_file(actor: Actor) -> dict[str, Any]:
    """How many entries wait for their scan, and since when."""
    found: dict[str, Any] = without_file(actor).order_by().aggregate(total=Count("pk"), oldest=Min("arrived_on"))
    return found


def open_batches(actor: Actor) -> QuerySet[Any]:
    """Batches of the desk with rows that still wait, newest first."""
    waits = BatchRow.objects.filter(state__in=[BatchRowState.WAITING, BatchRowState.FAILED]).values("batch_id")
    batches: QuerySet[Any] = Batch.objects.visible_to(actor).filter(pk__in=waits).annotate(files=Count("rows"))
    return batches


def can_read_object(object_id: UUID, actor: Actor) -> bool:
    """Whether a stored object waits in a batch of the actor's desk (settings.CONTENT_READERS)."""
    rows = BatchRow.objects.visible_to(actor).filter(object_id=object_id)
    row = rows.exclude(state=BatchRowState.DROPPED).first()
    return row is not None and access.may(actor, "incoming.register", row)


def page_of_object(object_id: UUID, actor: Actor) -> tuple[str, str] | None:
    """Name and address of the register entry whose document holds a stored object (settings.CONTENT_HOLDERS)."""
    entries = ((Outgoing, "registry:outgoing"), (Incoming, "registry:incoming"))
    for model, address in entries:
        mine = model.objects.visible_to(actor).filter(document__parts__object_id=object_id)
        if entry := mine.select_related("document").first():
            return entry.document.printed_code or entry.document.subject[:60], reverse(address, args=[entry.pk])
    return None
