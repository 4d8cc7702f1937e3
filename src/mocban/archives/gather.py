"""Gather what registry, records and exchange know of a file, as the plain values that preservation packs."""

from __future__ import annotations

from io import BytesIO
from typing import BinaryIO

from django.utils import timezone, translation

from mocban import __version__, law
from mocban.audit.selectors import Entry, history
from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.lib.ids import new_id
from mocban.preservation.package.model import (
    Agent,
    DataObject,
    DocumentDescription,
    Event,
    FileDescription,
    ObjectRole,
    PackageContents,
)
from mocban.records import selectors as records
from mocban.records.choices import ObjectRole as PartRole
from mocban.records.models import Document, File, FileEntry
from mocban.signing import selectors as signing

from .models import Holding

KEPT = (PartRole.ISSUED, PartRole.MAIN, PartRole.ANNEX)


def contents_of(holding: Holding) -> PackageContents:
    """Everything the package of a placed file holds; the file's own history becomes PREMIS events."""
    file, organisation, fonds = holding.file, holding.organisation, holding.fonds
    if fonds is None:
        raise ValueError("a file without a fonds is not packed: rules.check_packable comes first")
    entries = list(records.contents(file))
    with translation.override("vi"):  # a package speaks Vietnamese, whatever screen the archivist reads
        events = events_of(file, entries)
    return PackageContents(
        package_id=new_id(),
        created_at=timezone.now(),
        creator_name=organisation.name,
        fonds_code=fonds.code,
        archives_name=organisation.name,
        archives_code=organisation.code,
        software_version=__version__,
        file=describe_file(holding),
        documents=tuple(describe_document(entry) for entry in entries),
        events=tuple(events),
    )


def describe_file(holding: Holding) -> FileDescription:
    """The file's fields; the years come from the schedule row that the file was opened with."""
    file = holding.file
    row = law.retention_row(file.retention_code, regime=holding.organisation.regime, on=file.started_on)
    found = records.totals(file)
    return FileDescription(
        code=f"{file.year}.{file.notation}",
        title=file.title,
        retention_years=row.years,
        started_on=found["first"] or file.started_on,
        ended_on=found["last"] or file.ended_on or file.started_on,
        note=file.description,
    )


def describe_document(entry: FileEntry) -> DocumentDescription:
    """One document with the objects worth keeping: what was received or issued, else the last version there is."""
    document = entry.document
    parts = list(records.parts(document))
    kept = [part for part in parts if part.role in KEPT]
    if not kept:
        last = records.main_part(document)
        kept = [last] if last else []
    # Of what was issued in several versions, as a scan and its sealed form, the last one is the document.
    issued = [part for part in kept if part.role == PartRole.ISSUED]
    beside = [part for part in kept if part.role == PartRole.ANNEX or part in issued[:-1]]
    return DocumentDescription(
        kind=document.kind_name,
        subject=document.subject,
        issued_on=document.issued_on,
        issuer=document.issuer_name,
        objects=tuple(
            describe_object(part.object, ObjectRole.ATTACHMENT if part in beside else ObjectRole.MAIN) for part in kept
        ),
        pages=document.page_amount or 0,
        number=document.code_number,
        notation=document.code_notation,
        note=document.description,
    )


def describe_object(stored: DigitalObject, role: ObjectRole) -> DataObject:
    """A stored object; its bytes are read, and checked against the digest, when the package is written."""

    def fresh() -> BinaryIO:
        return BytesIO(content.read_bytes(stored))

    found = signing.last_verification(stored.pk)
    rows = signing.rows(found) if found else []
    return DataObject(
        name=stored.name,
        open=fresh,
        sha256=stored.sha256,
        size=stored.size,
        media_type=stored.media_type,
        puid=stored.format_puid,
        role=role,
        signatures=tuple(f"{row.signer}, {row.signed_at:%d/%m/%Y %H:%M:%S}" for row in rows if row.signed_at),
    )


def events_of(file: File, entries: list[FileEntry]) -> list[Event]:
    """The history of the file and of each of its documents, as PREMIS events."""
    found = [event_of(entry, None) for entry in history(file)]
    for place, line in enumerate(entries, start=1):
        found += [event_of(entry, place) for entry in history_of(line.document)]
    return sorted(found, key=lambda event: event.at)


def history_of(document: Document) -> list[Entry]:
    """What was done to the document itself; filing it is part of the file's own history."""
    return [entry for entry in history(document) if not entry.verb.startswith("file.")]


def event_of(entry: Entry, document: int | None) -> Event:
    name = f"{entry.actor}, {entry.position}" if entry.position else entry.actor
    agent = Agent(identifier=name, name=name, kind="person" if entry.position else "software")
    return Event(
        verb=entry.verb, at=entry.at, sentence=entry.sentence, agent=agent, document=document, basis=tuple(entry.basis)
    )
