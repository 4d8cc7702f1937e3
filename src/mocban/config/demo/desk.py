"""Documents on the desks of every body: received, some with instructions, some done, some late."""

from __future__ import annotations

from datetime import date, timedelta

from mocban import law
from mocban.law.dates import dated_place
from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Role
from mocban.records.intake import Accepted, accept
from mocban.records.services import DocumentFields
from mocban.registry.choices import ReceivedVia
from mocban.registry.models import Incoming
from mocban.registry.services.incoming import Arrival, register_incoming
from mocban.registry.services.instructions import Orders, instruct
from mocban.registry.services.tasks import finish_task, start_task
from mocban.secrecy.choices import Channel

from .bodies import Body
from .compose import Letter, header_lines, letter_pdf
from .letters import DECREE, MATTERS, paragraphs
from .spec import FILES

LETTERS_A_BODY = 8


def fill_desks(body: Body, bodies: dict[str, Body], *, on: date) -> int:
    """Register the decree with its annexes and letters of the other bodies; move some of them on. Return how many."""
    clerk = body.actor(Role.CLERK)
    entries = [register_decree(body, clerk, on=on)]
    senders = [other for other in bodies.values() if other is not body]
    for place in range(LETTERS_A_BODY):
        sender = senders[place % len(senders)]
        matter = MATTERS[(place + len(body.organisation.code)) % len(MATTERS)]
        entries.append(register_letter(body, sender, matter, place, clerk, on=on))
    for place, entry in enumerate(entries[1:]):
        handle(body, entry, place, on=on)
    return len(entries)


def taken_in(data: bytes, name: str, body: Body, actor: Actor) -> Accepted:
    """The same door as for an upload."""
    return accept(data, name, channel=Channel.UPLOAD, actor=actor, organisation=body.organisation)


def register_decree(body: Body, clerk: Actor, *, on: date) -> Incoming:
    """The real decree on document work with its six annexes, as files of one entry."""
    files = [taken_in((FILES / f"{name}.pdf").read_bytes(), f"{title[:60]}.pdf", body, clerk) for name, title in DECREE]
    arrival = Arrival(
        document=DocumentFields(
            kind_code=letter_kind(body, on).code,
            kind_name="Nghị định",
            subject="Nghị định về công tác văn thư",
            code_number="30",
            code_notation="2020/NĐ-CP",
            printed_code="30/2020/NĐ-CP",
            issued_on=date(2020, 3, 5),
            issuer_name="Chính phủ",
            page_amount=20,
        ),
        arrived_on=on,
        received_via=ReceivedVia.UPLOAD,
        files=files,
    )
    return register_incoming(arrival=arrival, book=body.incoming_book, actor=clerk, on=on)


def letter_kind(body: Body, on: date) -> law.Kind:
    """The official letter of the body's regime."""
    return next(kind for kind in law.kinds(regime=body.organisation.regime, on=on) if kind.is_letter)


def register_letter(body: Body, sender: Body, matter: str, place: int, clerk: Actor, *, on: date) -> Incoming:
    """A letter of another body, composed as its regime prints it."""
    issued = max(on - timedelta(days=2), date(on.year, 1, 1))
    organisation, leader = sender.organisation, sender.position(Role.LEADER)
    kind = letter_kind(sender, issued)
    unit = next(iter(sender.units.values()))
    printed = law.printed_number(
        regime=organisation.regime,
        on=issued,
        number=100 + place,
        kind_symbol=kind.symbol,
        body_symbol=organisation.symbol,
        unit_symbol=unit.symbol if not kind.symbol else "",
    )
    pdf = letter_pdf(
        Letter(
            parent=organisation.parent_name,
            issuer=organisation.name,
            header=header_lines(organisation, issued),
            number=law.number_label(regime=organisation.regime, on=issued) + printed,
            dated=dated_place(regime=organisation.regime, place=organisation.place, day=issued),
            kind="",
            subject=matter,
            to=body.organisation.name,
            paragraphs=paragraphs(matter),
            signer_title=leader.title,
            signer_name=leader.person.full_name,
            recipients=("Như trên", "Lưu"),
        )
    )
    digits = printed[:3]
    arrival = Arrival(
        document=DocumentFields(
            kind_code=letter_kind(body, on).code,
            kind_name="Công văn",
            subject=matter[0].upper() + matter[1:],
            code_number=digits,
            code_notation=printed[4:],
            printed_code=printed,
            issued_on=issued,
            issuer_code=organisation.code,
            issuer_name=organisation.name,
            signer_name=leader.person.full_name,
            signer_title=leader.title,
            urgency=1 if place % 7 == 3 else 0,
            page_amount=1,
        ),
        arrived_on=on,
        received_via=ReceivedVia.PAPER if place == 5 else ReceivedVia.UPLOAD,
        files=[] if place == 5 else [taken_in(pdf, f"{digits}-{organisation.symbol}.pdf", body, clerk)],
    )
    return register_incoming(arrival=arrival, book=body.incoming_book, actor=clerk, on=on)


def handle(body: Body, entry: Incoming, place: int, *, on: date) -> None:
    """Leave the first two waiting; instruct the rest; start some, finish some."""
    if place < 2:
        return
    units = [unit for key, unit in body.units.items() if key != "vp"] or list(body.units.values())
    lead = units[place % len(units)]
    others = [unit for unit in units if unit != lead][:1] if place % 3 == 0 else []
    officers = [p for p in body.positions.values() if p.unit_id == lead.pk and Role.OFFICER.value in p.roles]
    orders = Orders(
        opinion=f"Giao {lead.name} nghiên cứu, tham mưu giải quyết; báo cáo kết quả.",
        lead_unit=lead,
        cooperating=others,
        officer=officers[0] if officers else None,
        handle_by=on + timedelta(days=3 + place),
    )
    instruction = instruct(entry=entry, orders=orders, actor=body.actor(Role.HEAD_OF_OFFICE), on=on)
    task = instruction.tasks.get(unit=lead)
    if officers and place % 2 == 0:
        from_officer = actor_of(officers[0])
        start_task(task=task, actor=from_officer, on=on)
        if place % 4 == 0:
            finish_task(task=task, result="Đã xử lý xong, lưu hồ sơ.", actor=from_officer, on=on)
