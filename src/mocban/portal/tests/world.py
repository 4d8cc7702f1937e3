"""A small body with people, registers and files, written straight into the tables: quick, and any state can be had."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from mocban.content.models import DigitalObject
from mocban.exchange.models import Packet
from mocban.people import grants
from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person, Position, Unit
from mocban.records.models import Document, DocumentObject, File, FileEntry
from mocban.registry.models import (
    Book,
    Incoming,
    Instruction,
    Issuer,
    Number,
    Outgoing,
    Series,
    SeriesPeriod,
    Task,
)

DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 5, 0, tzinfo=UTC)
DESKS = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
_numbers = itertools.count(1)


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@dataclass
class Body:
    """An organisation with one unit, one incoming and one outgoing book."""

    code: str = "H01.1"
    regime: str = "state"
    name: str = "Sở Thử nghiệm"

    def __post_init__(self) -> None:
        self.organisation = Organisation.objects.create(
            name=self.name,
            regime=self.regime,
            symbol="STN",
            code=self.code,
            place="Lam Sơn",
            parent_name="Tỉnh Lam Sơn",
        )
        self.unit = Unit.objects.create(organisation=self.organisation, name="Phòng Tổng hợp", symbol="TH")
        self.books = {direction: self._book(direction) for direction in ("incoming", "outgoing")}

    def _book(self, direction: str) -> Book:
        issuer, _made = Issuer.objects.get_or_create(
            organisation=self.organisation, kind="own", defaults={"name": self.name, "symbol": "STN"}
        )
        series = Series.objects.create(
            organisation=self.organisation, issuer=issuer, direction=direction, name="Chung", period="calendar_year"
        )
        self.periods = getattr(self, "periods", {})
        self.periods[direction] = SeriesPeriod.objects.create(series=series, name="2026", starts_on=date(2026, 1, 1))
        book = Book.objects.create(
            organisation=self.organisation, series=series, kind=direction, name=f"Sổ {direction}", year=2026
        )
        grants.allow(book, self.desks, reason="test")
        return book

    @property
    def desks(self) -> list[str]:
        return [grants.role_token(self.organisation.pk, role) for role in DESKS]

    def person(self, login: str) -> Person:
        return Person.objects.create(
            organisation=self.organisation, login=login, full_name=f"Người {login}", must_change_password=False
        )

    def position(self, *roles: Role, person: Person | None = None, title: str = "Chức vụ") -> Position:
        return Position.objects.create(
            person=person or self.person(f"p{next(_numbers)}"),
            organisation=self.organisation,
            unit=self.unit,
            title=title,
            roles=[role.value for role in roles],
            # One day apart, so that the first position of a person is surely the first one made.
            valid_from=date(2020, 1, 1) + timedelta(days=Position.objects.count()),
        )

    def actor(self, *roles: Role) -> Actor:
        return actor_of(self.position(*roles))

    def document(self, subject: str = "Về việc thử", **fields: Any) -> Document:
        number = next(_numbers)
        given = {
            "kind_code": "official-letter",
            "kind_name": "Công văn",
            "printed_code": f"{number}/SNV",
            "issued_on": DAY,
            "issuer_name": "Sở Nội vụ",
            "created_at": NOON,
        }
        document = Document.objects.create(organisation=self.organisation, subject=subject, **{**given, **fields})
        grants.allow(document, self.desks, reason="test")
        return document

    def stored(self, name: str = "van-ban.pdf") -> DigitalObject:
        return DigitalObject.objects.create(
            organisation=self.organisation,
            sha256=f"{next(_numbers):064x}",
            size=10,
            media_type="application/pdf",
            name=name,
            stored_at=NOON,
            stored_by_name="thử",
        )

    def attach(self, document: Document, role: str, *, ordinal: int = 1) -> DigitalObject:
        stored = self.stored()
        DocumentObject.objects.create(
            document=document, object=stored, role=role, ordinal=ordinal, added_at=NOON, added_by="thử"
        )
        return stored

    def _number(self, direction: str) -> Number:
        return Number.objects.create(
            period=self.periods[direction], value=next(_numbers), taken_on=DAY, taken_at=NOON, taken_by="thử"
        )

    def incoming(self, subject: str = "Về việc thử", *, readers: tuple[str, ...] = (), **fields: Any) -> Incoming:
        number = self._number("incoming")
        given = {"arrived_on": DAY, "received_via": "paper", "present_by": DAY, "created_at": NOON}
        entry = Incoming.objects.create(
            organisation=self.organisation,
            book=self.books["incoming"],
            document=fields.pop("document", None) or self.document(subject),
            number=number,
            number_value=number.value,
            **{**given, **fields},
        )
        grants.allow(entry, [*self.desks, *readers], reason="test")
        return entry

    def instruct(self, entry: Incoming, on: date = DAY) -> Instruction:
        return Instruction.objects.create(
            incoming=entry, opinion="Giao nghiên cứu", lead_unit=self.unit, written_by="thử", written_at=at(on)
        )

    def task(self, entry: Incoming, assignee: Position | None = None, **fields: Any) -> Task:
        task = Task.objects.create(
            organisation=self.organisation,
            incoming=entry,
            instruction=self.instruct(entry),
            unit=self.unit,
            assignee=assignee,
            role="lead",
            created_at=NOON,
            **fields,
        )
        readers = [grants.unit_token(self.unit.pk, Role.HEAD_OF_UNIT)]
        if assignee:
            readers.append(grants.person_token(assignee.person_id, self.organisation.pk))
        grants.allow(task, readers, reason="test")
        return task

    def outgoing(self, drafter: Position, signer: Position, **fields: Any) -> Outgoing:
        document = fields.pop("document", None) or self.document("Trả lời")
        entry = Outgoing.objects.create(
            organisation=self.organisation,
            document=document,
            drafter=drafter,
            signer=signer,
            created_at=NOON,
            **{"unit": self.unit, **fields},
        )
        own = [grants.person_token(held.person_id, self.organisation.pk) for held in (drafter, signer)]
        grants.allow(entry, [*self.desks, grants.unit_token(self.unit.pk), *own], reason="test")
        return entry

    def packet(self, **fields: Any) -> Packet:
        number = next(_numbers)
        given = {"direction": "in", "state": "waiting", "document_key": f"k{number}", "at": NOON}
        given["subject"] = f"Gói tin {number}"
        packet = Packet.objects.create(
            organisation=self.organisation,
            peer_code="A01",
            peer_name="Tỉnh ủy",
            raw=self.stored("g.edxml"),
            sha256=f"{number:064x}",
            **{**given, **fields},
        )
        grants.allow(packet, [grants.role_token(self.organisation.pk, Role.CLERK)], reason="test")
        return packet

    def file(self, maker: Position, *, permanent: bool = False, **fields: Any) -> File:
        number = next(_numbers)
        given = {"title": "Hồ sơ thử", "started_on": date(2026, 1, 5), "state": "open", "created_at": NOON}
        file = File.objects.create(
            organisation=self.organisation,
            unit=self.unit,
            year=2026,
            notation=f"{number:02d}.TH",
            retention_code="1",
            retention_term="Vĩnh viễn" if permanent else "10 năm",
            permanent=permanent,
            maker=maker,
            **{**given, **fields},
        )
        grants.allow(file, [grants.unit_token(self.unit.pk)], reason="test")
        return file

    def put(self, file: File, document: Document) -> FileEntry:
        place = file.entries.count() + 1
        return FileEntry.objects.create(file=file, document=document, ordinal=place, added_at=NOON, added_by="thử")
