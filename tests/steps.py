"""The steps of the wheel in one line each, through the services, for tests that start in the middle of it."""

from __future__ import annotations

import io
from datetime import date
from functools import cache
from typing import Any

import pikepdf
import pytest

from mocban.archives.models import Fonds, Holding, Place, Submission
from mocban.archives.services.holdings import place_holding
from mocban.archives.services.submissions import receive_submission, submit_files
from mocban.audit import services as audit
from mocban.config.demo.bodies import Body
from mocban.config.demo.compose import letter_pdf
from mocban.config.demo.desk import letter_kind
from mocban.config.demo.wheel import draft as draft_letter
from mocban.content.examine import examine
from mocban.exchange.choices import PacketState
from mocban.exchange.models import Packet
from mocban.exchange.services import receive_pending
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor, system_actor
from mocban.records.intake import Accepted
from mocban.records.models import Document, File, PlanLine
from mocban.records.services import DocumentFields, add_to_file, close_file, open_file
from mocban.registry.choices import ReceivedVia
from mocban.registry.models import Book, Incoming, Outgoing, SigningPlan, Task
from mocban.registry.services.drafting import (
    DraftFile,
    DraftPlan,
    approve_draft,
    create_draft,
    sign_outgoing,
    submit_draft,
)
from mocban.registry.services.incoming import Arrival, register_incoming
from mocban.registry.services.instructions import Orders, instruct
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number

from .world import DAY, World, position

SUBJECT = "Về việc báo cáo công tác văn thư năm 2026"


def refused(code: str) -> Any:
    """The refusal with this code; its sentence is for people, its code for programs."""
    return pytest.raises(RuleBroken, check=lambda error: error.code == code)


@cache
def blank_pdf(title: str = "Công văn") -> bytes:
    """One page without words; another title makes another file."""
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    document.docinfo["/Title"] = title
    output = io.BytesIO()
    document.save(output, deterministic_id=True)
    return output.getvalue()


def accepted(name: str = "cong-van.pdf", data: bytes | None = None) -> Accepted:
    data = blank_pdf() if data is None else data
    return Accepted(examined=examine(data, name), data=data, text="", readable=True)


def fields(body: Body, **changes: Any) -> DocumentFields:
    """The fields of a letter as the clerk types them."""
    kind = letter_kind(body, DAY)
    values = {
        "kind_code": kind.code,
        "kind_name": kind.name_vi,
        "subject": SUBJECT,
        "code_number": "12",
        "code_notation": "UBND-VP",
        "printed_code": "12/UBND-VP",
        "issued_on": date(2026, 11, 2),
        "issuer_name": "Ủy ban nhân dân xã Hòa Bình",
        "signer_name": "Trần Văn Bình",
    }
    return DocumentFields(**{**values, **changes})


def arrival(world: World, *, files: tuple[Accepted, ...] | None = None, **changes: Any) -> Arrival:
    own = {
        name: changes.pop(name)
        for name in ("arrived_on", "received_via", "handle_by", "late_reason")
        if name in changes
    }
    return Arrival(
        document=fields(world.office, **changes),
        **{"arrived_on": DAY, "received_via": ReceivedVia.UPLOAD, **own},
        files=(accepted(),) if files is None else files,
    )


def registered(
    world: World, *, actor: Actor | None = None, book: Book | None = None, on: date = DAY, **changes: Any
) -> Incoming:
    return register_incoming(
        arrival=arrival(world, **changes), book=book or world.office.incoming_book, actor=actor or world.clerk, on=on
    )


def orders(world: World, **changes: Any) -> Orders:
    units = world.office.units
    values = {
        "opinion": "Giao Phòng Văn thư – Lưu trữ tham mưu trả lời.",
        "lead_unit": units["vtlt"],
        "cooperating": [units["tccb"]],
        "handle_by": date(2026, 11, 10),
    }
    return Orders(**{**values, **changes})


def given_task(world: World, *, entry: Incoming | None = None, **changes: Any) -> Task:
    """The lead unit's task of an instructed entry; the officer has it unless `officer` says otherwise."""
    changes.setdefault("officer", position(world.officer))
    made = instruct(entry=entry or registered(world), orders=orders(world, **changes), actor=world.chief, on=DAY)
    return made.tasks.select_related("incoming__document", "unit").get(unit=world.office.units["vtlt"])


@cache
def letter(subject: str, world_key: str) -> bytes:
    body, others = _LETTERS[world_key]
    return letter_pdf(draft_letter(body, others, subject, "vtlt", on=DAY))


_LETTERS: dict[str, tuple[Body, list[Body]]] = {}


def draft_pdf(world: World) -> bytes:
    """A real draft of the department: number and day still open, the leader's name below."""
    key = world.office.organisation.name
    _LETTERS.setdefault(key, (world.office, [world.other]))
    return letter(SUBJECT, key)


def plan(world: World, **changes: Any) -> DraftPlan:
    kind = letter_kind(world.office, DAY)
    other = world.other.organisation
    values = {
        "document": DocumentFields(kind_code=kind.code, kind_name=kind.name_vi, subject=SUBJECT),
        "unit": world.office.units["vtlt"],
        "signer": position(world.leader),
        "recipients": [(other.name, other.code), ("Lưu: VT", "")],
    }
    return DraftPlan(**{**values, **changes})


def draft_file(world: World) -> DraftFile:
    data = draft_pdf(world)
    return DraftFile(accepted=accepted("du-thao.pdf", data), pdf=data)


def drafted(world: World, *, with_file: bool = True, actor: Actor | None = None, **changes: Any) -> Outgoing:
    file = draft_file(world) if with_file else None
    return create_draft(plan=plan(world, **changes), file=file, actor=actor or world.officer, on=DAY)


def approved(world: World, **changes: Any) -> Outgoing:
    outgoing = drafted(world, **changes)
    submit_draft(outgoing=outgoing, actor=world.officer, on=DAY)
    return approve_draft(outgoing=outgoing, actor=world.head, on=DAY)


def signed(world: World, **changes: Any) -> Outgoing:
    """Needs the fixture `keys`."""
    return sign_outgoing(outgoing=opened(approved(world, **changes), world.leader), actor=world.leader, on=DAY)


def opened(outgoing: Outgoing, actor: Actor) -> Outgoing:
    """The actor has opened what is to be signed."""
    audit.read(actor, SigningPlan.objects.select_related("prepared").get(outgoing=outgoing).prepared)
    return outgoing


def outgoing_book(world: World) -> Book:
    return next(iter(world.office.outgoing_books.values()))


def numbered(world: World, **changes: Any) -> Outgoing:
    return take_outgoing_number(outgoing=signed(world, **changes), book=outgoing_book(world), actor=world.clerk, on=DAY)


def issued(world: World, **changes: Any) -> Outgoing:
    return issue_outgoing(outgoing=numbered(world, **changes), actor=world.clerk, on=DAY)


def waiting_packet(world: World) -> Packet:
    """What the department issued waits at the other body."""
    issued(world)
    receiver = world.other.organisation
    receive_pending(organisation=receiver, actor=system_actor(receiver), on=DAY)
    return Packet.objects.get(organisation=receiver, state=PacketState.WAITING)


def opened_file(world: World, **changes: Any) -> File:
    line = PlanLine.objects.get(plan__organisation=world.office.organisation, notation="01.VTLT")
    values = {
        "unit": world.office.units["vtlt"],
        "maker": position(world.officer),
        "notation": line.notation,
        "title": line.title,
        "retention_code": line.retention_code,
        "plan_line": line,
        "actor": world.officer,
        "on": DAY,
    }
    return open_file(**{**values, **changes})


def closed_file(world: World, *, document: Document | None = None, **changes: Any) -> File:
    """A closed file of the unit with one document in it."""
    file = opened_file(world, **changes)
    held = document or given_task(world).incoming.document
    add_to_file(file=file, document=held, actor=world.officer, on=DAY)
    return close_file(file=file, actor=world.officer, on=DAY)


def sent(world: World, **changes: Any) -> Submission:
    files = changes.pop("files", None) or [closed_file(world, **changes)]
    return submit_files(unit=world.office.units["vtlt"], files=files, title="", actor=world.officer, on=DAY)


def received(world: World, **changes: Any) -> Holding:
    submission = sent(world, **changes)
    receive_submission(submission=submission, condition="Đầy đủ", actor=world.archivist, on=DAY)
    return Holding.objects.get(submission=submission)


def shelf(world: World) -> dict[str, Any]:
    own = {"organisation": world.office.organisation}
    return {"fonds": Fonds.objects.get(**own), "place": Place.objects.filter(**own).first()}


def placed(world: World, **changes: Any) -> Holding:
    return place_holding(holding=received(world, **changes), **shelf(world), actor=world.archivist, on=DAY)
