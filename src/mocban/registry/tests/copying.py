"""Steps of copies and recalls in one line each, for the tests of this app."""

from __future__ import annotations

from typing import Any

from mocban.exchange.models import Packet
from mocban.exchange.services import receive_pending
from mocban.people.actor import system_actor
from mocban.records.models import Document
from mocban.registry.choices import Direction, Medium, SourceForm
from mocban.registry.models import Book, Copy, Incoming, Outgoing
from mocban.registry.services.books import open_book
from mocban.registry.services.copies import CopyPlan, approve_copy, make_copy, number_copy, request_copy
from mocban.registry.services.incoming import register_packet
from mocban.registry.services.series import create_series
from tests import steps
from tests.world import DAY, World, position


def copies_book(world: World) -> Book:
    """The book of copies of the department, with the one series of all its copies."""
    found = Book.objects.filter(organisation=world.office.organisation, kind=Direction.COPIES).first()
    if found:
        return found
    series = create_series(
        organisation=world.office.organisation,
        direction=Direction.COPIES,
        name="Bản sao",
        actor=world.clerk,
        on=DAY,
    )
    return open_book(series=series, name="Sổ đăng ký bản sao", year=DAY.year, actor=world.clerk, on=DAY)


def copy_plan(world: World, document: Document, **changes: Any) -> CopyPlan:
    """A full copy on paper of an electronic original."""
    values: dict[str, Any] = {
        "document": document,
        "kind": "full-copy",
        "source_form": SourceForm.ORIGINAL,
        "from_medium": Medium.ELECTRONIC,
        "to_medium": Medium.PAPER,
        "signer": position(world.chief),
        "recipients": ["Phòng Tổ chức cán bộ"],
        "amount": 3,
    }
    return CopyPlan(**{**values, **changes})


def requested(world: World, document: Document, *, scan: Any = None, **changes: Any) -> Copy:
    return request_copy(plan=copy_plan(world, document, **changes), scan=scan, actor=world.officer, on=DAY)


def numbered(world: World, copy: Copy) -> Copy:
    approve_copy(copy=copy, actor=world.chief, on=DAY)
    return number_copy(copy=copy, book=copies_book(world), actor=world.clerk, on=DAY)


def made(world: World, document: Document, *, scan: Any = None, **changes: Any) -> Copy:
    """Needs the fixture `keys` for an electronic copy."""
    copy = requested(world, document, scan=scan, **changes)
    return make_copy(copy=numbered(world, copy), actor=world.clerk, on=DAY)


def deliver(world: World) -> None:
    """Let both bodies take in what waits for them."""
    for body in (world.other, world.office, world.other):
        receive_pending(organisation=body.organisation, actor=system_actor(body.organisation), on=DAY)


def accepted(world: World, outgoing: Outgoing) -> Incoming:
    """The other body registers what the department issued."""
    deliver(world)
    packet = Packet.objects.get(
        organisation=world.other.organisation, code_number=outgoing.document.code_number, state="waiting"
    )
    arrival = steps.arrival(world, files=(), received_via="exchange", subject=packet.subject)
    clerk = world.stranger
    entry = register_packet(packet=packet, arrival=arrival, book=world.other.incoming_book, actor=clerk, on=DAY)
    deliver(world)
    return entry
