"""Enter the good rows: a chunk a transaction, resumable, in the background; every number stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.utils import timezone, translation
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from mocban.audit import services as audit
from mocban.audit.copying import copy_in
from mocban.audit.services import Happening
from mocban.law.basis import basis
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor, actor_of, system_actor
from mocban.people.choices import Role
from mocban.people.models import Agency, Position
from mocban.people.selectors import today
from mocban.records import rules as record_rules
from mocban.records import services as records
from mocban.records.models import Document
from mocban.records.services import DocumentFields

from ... import access, events, rules
from ...choices import (
    BookKind,
    ImportRowState,
    ImportState,
    IncomingStatus,
    OutgoingOrigin,
    OutgoingStatus,
    ReceivedVia,
)
from ...importing import staged
from ...importing.extraction import context_of
from ...importing.rows import Context, Entry, understand
from ...importing.staged import Outcome
from ...importing.targets import Target, Targets, taken_sentence
from ...models import Book, ImportRow, Incoming, Number, Outgoing, Recipient, RegisterImport
from ..numbering import period_on
from .attaching import Attacher
from .books import close_books, former_book

CHUNK = 500  # rows of one transaction: a longer one would stall the feed of the trail
CHUNKS_A_JOB = 20  # then the job makes room for others of its queue, and goes on behind them
DESKS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
_AGAIN = RetryStrategy(max_attempts=10, exponential_wait=5)
Progress = Callable[[int, int], None]


@transaction.atomic
def start_import(
    *, register_import: RegisterImport, actor: Actor, version: int | None = None, in_background: bool = True
) -> RegisterImport:
    """Let the good rows be entered, or go on after a stop or after corrections.

    Raises PermissionDenied, Stale, RuleBroken (wrong state).
    """
    access.require(actor, "import.run", register_import)
    held = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
    record_rules.check_version(version, held.version)
    held.state = rules.next_import(held.state, "run")
    held.started_by_id = actor.position_id
    held.version += 1
    held.save(update_fields=["state", "started_by", "version"])
    audit.record(actor, events.IMPORT_STARTED, held)
    if in_background:
        enter_in_background.configure(lock=f"import-{held.pk}").defer(import_id=str(held.pk))
    return held


@transaction.atomic
def stop_import(*, register_import: RegisterImport, actor: Actor) -> RegisterImport:
    """Stop after the chunk that is being entered. Raises PermissionDenied, RuleBroken (wrong state)."""
    access.require(actor, "import.prepare", register_import)
    held = RegisterImport.objects.select_for_update().get(pk=register_import.pk)
    held.state = rules.next_import(held.state, "stop")
    held.version += 1
    held.save(update_fields=["state", "version"])
    audit.record(actor, events.IMPORT_STOPPED, held)
    return held


@app.task(queue="bulk", name="registry.enter_import", pass_context=False, retry=_AGAIN)
def enter_in_background(import_id: str) -> None:
    """Enter some chunks and make room for the next job; a killed worker's job comes back and goes on where it was."""
    held = RegisterImport.objects.select_related("organisation").get(pk=import_id)
    position = Position.objects.select_related("person", "organisation", "unit").filter(pk=held.started_by_id).first()
    actor = actor_of(position) if position else system_actor(held.organisation)
    if enter_rows(register_import=held, actor=actor, on=today(), most_chunks=CHUNKS_A_JOB):
        enter_in_background.configure(lock=f"import-{held.pk}").defer(import_id=import_id)


def run_import(
    *, register_import: RegisterImport, actor: Actor, on: date, progress: Progress = lambda done, total: None
) -> RegisterImport:
    """Enter everything now, in this process: the command line's way. Raises as `start_import`."""
    start_import(register_import=register_import, actor=actor, in_background=False)
    enter_rows(register_import=register_import, actor=actor, on=on, progress=progress)
    register_import.refresh_from_db()
    return register_import


def enter_rows(
    *,
    register_import: RegisterImport,
    actor: Actor,
    on: date,
    most_chunks: int = 0,
    progress: Progress = lambda done, total: None,
) -> bool:
    """Enter chunk by chunk until nothing is left, somebody stops it, or `most_chunks` are done; whether more is left.

    Each chunk is one transaction of at most CHUNK rows that holds the import's row, so that two workers never enter the
    same row, and a killed one has entered a chunk wholly or not at all. Call it outside any transaction.
    Raises PermissionDenied.
    """
    access.require(actor, "import.run", register_import)
    held = RegisterImport.objects.select_related("organisation", "series__issuer", "period").get(pk=register_import.pk)
    with translation.override("vi"):
        chunk = Chunk(held, context_of(held, held.organisation, on), actor, on)
        entered = 0
        while True:
            with transaction.atomic():
                done = chunk.enter()
            if done is None:
                return False
            if done == 0:
                break
            entered += done
            progress(entered, int(held.counts.get(ImportRowState.GOOD, 0) + held.counts.get(ImportRowState.WARNED, 0)))
            if most_chunks and entered >= most_chunks * CHUNK:
                return True
    _finish(held, actor=actor, on=on)
    return False


@transaction.atomic
def _finish(held: RegisterImport, *, actor: Actor, on: date) -> None:
    locked = RegisterImport.objects.select_for_update().get(pk=held.pk)
    if locked.state != ImportState.RUNNING:
        return
    close_books(locked, on=on)
    locked.counts = staged.count(locked)
    locked.state = rules.next_import(locked.state, "finish")
    locked.finished_at = timezone.now()
    locked.version += 1
    locked.save(update_fields=["counts", "state", "finished_at", "version"])
    details = {"entered": locked.counts[ImportRowState.ENTERED], "bad": locked.counts[ImportRowState.BAD]}
    audit.record(actor, events.IMPORT_FINISHED, locked, details=details)
    to = Position.objects.filter(pk=locked.started_by_id)
    notices.send(events.TELL_IMPORT_DONE, to=to, about=locked, url=f"/registry/imports/{locked.pk}/")


@dataclass(frozen=True)
class Placed:
    """A row that will be entered: what it says and where its number goes."""

    row: ImportRow
    entry: Entry
    target: Target


class Chunk:
    """Enters the next rows of one import; made anew for each run."""

    def __init__(self, held: RegisterImport, context: Context, actor: Actor, on: date) -> None:
        self._held, self._context, self._actor, self._on = held, context, actor, on
        self._incoming = held.direction == BookKind.INCOMING
        self._system = system_actor(held.organisation)
        self._tokens = [grants.role_token(held.organisation_id, role) for role in DESKS]
        self._citations = basis("register_incoming", on=on, regime=held.organisation.regime).citations
        self._attacher = Attacher(held, self._system)
        self._codes: dict[str, str] = {}

    def enter(self) -> int | None:
        """Enter one chunk in the caller's transaction.

        Returns how many rows it dealt with, 0 when none is left, None when the import no longer runs.
        """
        locked = RegisterImport.objects.select_for_update().get(pk=self._held.pk)
        if locked.state != ImportState.RUNNING:
            return None
        rows = list(
            self._held.rows.filter(state__in=[ImportRowState.GOOD, ImportRowState.WARNED]).order_by("ordinal")[:CHUNK]
        )
        if not rows:
            return 0
        placed, failed = self._place(rows)
        staged.keep_outcomes(failed)
        if placed:
            self._write(placed)
        locked.counts = {**locked.counts, "dealt": int(locked.counts.get("dealt", 0)) + len(rows)}
        locked.save(update_fields=["counts"])
        return len(rows)

    def _place(self, rows: Sequence[ImportRow]) -> tuple[list[Placed], list[Outcome]]:
        """Read the rows again, lock their periods, and part those whose number is free from the others."""
        targets = Targets(self._held, {kind.code: kind for kind in self._context.kinds})
        placed: list[Placed] = []
        failed: list[Outcome] = []
        for row in rows:
            read = understand(row.fields, self._context, sheet=row.sheet)
            target = targets.find(read.entry) if read.entry else " ".join(read.problems)
            if read.entry is None or isinstance(target, str):
                failed.append(Outcome(row.pk, ImportRowState.BAD, str(target), row.fields))
                continue
            placed.append(Placed(row, read.entry, target))
        placed = self._lock_periods(placed)
        free: list[Placed] = []
        taken = self._taken(placed)
        for one in placed:
            period = one.target.period
            assert period is not None
            number = (period.pk, one.entry.value, one.entry.mark)
            if number in taken:
                problem = taken_sentence(one.entry.label, one.target, taken[number])
                failed.append(Outcome(one.row.pk, ImportRowState.BAD, problem, one.row.fields))
                continue
            taken[number] = "used"
            free.append(one)
        return free, failed

    def _lock_periods(self, placed: Sequence[Placed]) -> list[Placed]:
        """Open the years that are not open yet, and lock every period, always in the same order."""
        periods = {}
        for one in sorted(placed, key=lambda one: one.target.key):
            if one.target.key not in periods:
                period = one.target.period or period_on(one.target.series, on=date(one.target.year, 1, 1))
                periods[one.target.key] = type(period).objects.select_for_update().get(pk=period.pk)
        return [
            Placed(one.row, one.entry, Target(one.target.series, periods[one.target.key], one.target.year))
            for one in placed
        ]

    def _taken(self, placed: Sequence[Placed]) -> dict[tuple[object, int, str], str]:
        values = {one.entry.value for one in placed}
        periods = {one.target.period for one in placed}
        found = Number.objects.filter(period__in=periods, value__in=values)
        return {
            (period, value, mark): state
            for period, value, mark, state in found.values_list("period_id", "value", "mark", "state")
        }

    def _write(self, placed: Sequence[Placed]) -> None:
        now = timezone.now()
        moments = [moment_of(one.entry) for one in placed]
        self._look_up(placed)
        documents = records.add_documents(
            values=[(self._coded(one.entry), moment) for one, moment in zip(placed, moments, strict=True)],
            organisation=self._held.organisation,
            actor=self._system,
            on=self._on,
        )
        numbers = [
            Number(
                period=one.target.period,
                value=one.entry.value,
                mark=one.entry.mark,
                taken_on=one.entry.day,
                taken_at=now,
                taken_by=self._actor.person_name,
            )
            for one in placed
        ]
        copy_in(numbers)
        entries = self._entries(placed, documents, numbers, moments)
        grants.allow_new(entries, self._tokens, reason="registry")
        verb = events.INCOMING_IMPORTED if self._incoming else events.OUTGOING_IMPORTED
        audit.record_many(
            self._actor,
            verb,
            [
                Happening(entry, about=(document,), details={"number": one.entry.label})
                for entry, document, one in zip(entries, documents, placed, strict=True)
            ],
            basis=self._citations,
        )
        self._advance(placed)
        self._attacher.attach(zip(placed, documents, strict=True))
        for one, entry in zip(placed, entries, strict=True):
            one.row.entry_id = entry.pk
        staged.mark_entered([one.row for one in placed])

    def _look_up(self, placed: Sequence[Placed]) -> None:
        """Find the codes of issuers that the directory knows by exactly this name, and by no second one."""
        names = {one.entry.document.issuer_name for one in placed} - set(self._codes) - {""}
        found: dict[str, set[str]] = {}
        for name, code in Agency.objects.filter(name__in=names).values_list("name", "code"):
            found.setdefault(name, set()).add(code)
        self._codes |= {name: next(iter(codes)) if len(codes := found.get(name, set())) == 1 else "" for name in names}

    def _coded(self, entry: Entry) -> DocumentFields:
        """The document with its issuer's code, where neither the sheet nor the body gave one."""
        code = entry.document.issuer_code or self._codes.get(entry.document.issuer_name, "")
        return replace(entry.document, issuer_code=code)

    def _entries(
        self,
        placed: Sequence[Placed],
        documents: Sequence[Document],
        numbers: Sequence[Number],
        moments: Sequence[datetime],
    ) -> Sequence[Incoming] | Sequence[Outgoing]:
        books: dict[tuple[object, int], Book] = {}
        for one in placed:
            place = (one.target.series.pk, one.entry.year)
            if place not in books:
                books[place] = former_book(
                    one.target.series, one.entry.year, self._held, actor=self._actor, on=self._on
                )
        common = [
            {
                "organisation_id": self._held.organisation_id,
                "document": document,
                "book": books[(one.target.series.pk, one.entry.year)],
                "number": number,
                "number_value": number.value,
                "created_at": moment,
            }
            for one, document, number, moment in zip(placed, documents, numbers, moments, strict=True)
        ]
        if self._incoming:
            arrivals = [
                Incoming(
                    arrived_on=one.entry.day,
                    present_by=one.entry.day,
                    received_via=ReceivedVia.FORMER,
                    status=IncomingStatus.FORMER,
                    **values,
                )
                for one, values in zip(placed, common, strict=True)
            ]
            copy_in(arrivals)
            return arrivals
        entries = [
            Outgoing(
                issuer_id=one.target.series.issuer_id,
                series=one.target.series,
                origin=OutgoingOrigin.IMPORTED,
                status=OutgoingStatus.ISSUED,
                signed_on=one.entry.day,
                issued_at=moment,
                copies_amount=one.entry.copies,
                **values,
            )
            for one, values, moment in zip(placed, common, moments, strict=True)
        ]
        copy_in(entries)
        copy_in(
            [
                Recipient(outgoing=entry, ordinal=ordinal, name=name)
                for entry, one in zip(entries, placed, strict=True)
                for ordinal, name in enumerate(one.entry.recipients, start=1)
            ]
        )
        return entries

    def _advance(self, placed: Sequence[Placed]) -> None:
        """The counter goes on behind the highest number; the gaps below stay gaps, and the ledger says so."""
        highest: dict[object, int] = {}
        for one in placed:
            key = one.target.key
            highest[key] = max(highest.get(key, 0), one.entry.value)
        for key, period in {one.target.key: one.target.period for one in placed}.items():
            assert period is not None
            if highest[key] > period.last_number:
                period.last_number = highest[key]
                period.save(update_fields=["last_number"])


def moment_of(entry: Entry) -> datetime:
    """Where lists put an old entry: its own day, in the order of the numbers. When it was imported, the trail knows."""
    start = datetime(entry.day.year, entry.day.month, entry.day.day, 1, tzinfo=UTC)
    return start + timedelta(milliseconds=entry.value)
