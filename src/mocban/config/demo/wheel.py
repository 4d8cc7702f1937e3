"""One document through its whole life: from the Party office to the department, answered, archived and packed."""

from __future__ import annotations

from datetime import date

from mocban import law
from mocban.archives.models import Fonds, Holding, Place
from mocban.archives.services.holdings import pack_holding, place_holding
from mocban.archives.services.submissions import receive_submission, submit_files
from mocban.audit import services as audit
from mocban.capture.services import to_pdf
from mocban.exchange.choices import PacketState
from mocban.exchange.models import Packet
from mocban.exchange.services import receive_pending
from mocban.people.actor import actor_of, system_actor
from mocban.people.choices import Role
from mocban.records.models import File, PlanLine
from mocban.records.services import DocumentFields, add_to_file, close_file, open_file
from mocban.registry.choices import ReceivedVia
from mocban.registry.models import Book, Incoming, Outgoing, Task
from mocban.registry.rules import series_counts
from mocban.registry.services.drafting import (
    DraftFile,
    DraftPlan,
    approve_draft,
    create_draft,
    sign_outgoing,
    submit_draft,
)
from mocban.registry.services.incoming import Arrival, register_packet
from mocban.registry.services.instructions import Orders, instruct
from mocban.registry.services.issuing import issue_outgoing, take_outgoing_number
from mocban.registry.services.tasks import finish_task, start_task

from .bodies import Body
from .compose import Letter, draft_date, draft_number, header_lines, letter_docx
from .desk import letter_kind, taken_in
from .letters import MATTERS, paragraphs

DOCX = "du-thao.docx"


def turn_once(bodies: dict[str, Body], *, on: date) -> None:
    """The Party office asks, the department answers, files and archives; two more letters wait on other desks."""
    office, department = bodies["vptu"], bodies["snv"]
    asked = issue_letter(office, [department], MATTERS[0], unit="th", on=on)
    entry = accept_packet(department, asked, on=on)
    task = hand_out(department, entry, on=on)
    file = open_from_plan(department, on=on)
    officer = department.actor(Role.OFFICER, "vtlt")
    add_to_file(file=file, document=entry.document, actor=officer, on=on)
    start_task(task=task, actor=officer, on=on)
    answer = issue_letter(department, [office], MATTERS[0], unit="vtlt", task=task, on=on)
    add_to_file(file=file, document=answer.document, actor=officer, on=on)
    shared = task.incoming.tasks.get(unit=department.units["tccb"])
    head = department.actor(Role.HEAD_OF_UNIT, "tccb")
    finish_task(task=shared, result="Đã có ý kiến phối hợp.", actor=head, on=on)
    task.refresh_from_db()
    finish_task(task=task, result=f"Đã trả lời bằng {answer.document.printed_code}.", actor=officer, on=on)
    archive(department, file, on=on)
    issue_letter(bodies["mttq"], [office, bodies["vankhe"]], MATTERS[5], unit="pt", on=on)


def issue_letter(
    body: Body, recipients: list[Body], matter: str, *, unit: str, on: date, task: Task | None = None
) -> Outgoing:
    """Draft, approve, sign, number, seal and issue an official letter; the recipients' desks find it waiting."""
    outgoing = number_letter(body, recipients, matter, unit=unit, on=on, task=task)
    issued = issue_outgoing(outgoing=outgoing, actor=body.actor(Role.CLERK), on=on)
    for other in [*recipients, body]:
        receive_pending(organisation=other.organisation, actor=system_actor(other.organisation), on=on)
    return issued


def number_letter(
    body: Body, recipients: list[Body], matter: str, *, unit: str, on: date, task: Task | None = None
) -> Outgoing:
    """Draft, approve, sign and number an official letter; it waits for the seal."""
    leader = body.position(Role.LEADER)
    author = body.actor(Role.OFFICER, unit)
    kind = letter_kind(body, on)
    subject = f"trả lời về việc {matter}" if task else matter
    accepted = taken_in(letter_docx(draft(body, recipients, subject, unit, on=on)), DOCX, body, author)
    plan = DraftPlan(
        document=DocumentFields(kind_code=kind.code, kind_name=kind.name_vi, subject=subject[0].upper() + subject[1:]),
        unit=body.units[unit],
        signer=leader,
        recipients=[(other.organisation.name, other.organisation.code) for other in recipients],
        reply_to=task.incoming if task else None,
        task=task,
    )
    pdf = to_pdf(data=accepted.data, examined=accepted.examined)
    outgoing = create_draft(plan=plan, file=DraftFile(accepted=accepted, pdf=pdf), actor=author, on=on)
    submit_draft(outgoing=outgoing, actor=author, on=on)
    approve_draft(outgoing=outgoing, actor=body.actor(Role.HEAD_OF_UNIT, unit), on=on)
    prepared = outgoing.signing_plan.prepared
    assert prepared is not None, "submitting has prepared it"
    audit.read(actor_of(leader), prepared)
    sign_outgoing(outgoing=outgoing, actor=actor_of(leader), on=on)
    return take_outgoing_number(outgoing=outgoing, book=book_of_kind(body, kind), actor=body.actor(Role.CLERK), on=on)


def book_of_kind(body: Body, kind: law.Kind) -> Book:
    """The body's book that numbers this kind of document."""
    return next(book for book in body.outgoing_books.values() if book.series and series_counts(book.series, kind))


def draft(body: Body, recipients: list[Body], subject: str, unit: str, *, on: date) -> Letter:
    """The draft as an officer types it: number and day still open."""
    organisation, leader = body.organisation, body.position(Role.LEADER)
    kind = letter_kind(body, on)
    symbol = (
        f"-{kind.symbol}/{organisation.symbol}" if kind.symbol else f"/{organisation.symbol}-{body.units[unit].symbol}"
    )
    return Letter(
        parent=organisation.parent_name,
        issuer=organisation.name,
        header=header_lines(organisation, on),
        number=draft_number(organisation, on, symbol),
        dated=draft_date(organisation, on),
        kind="",
        subject=subject,
        to="; ".join(other.organisation.name for other in recipients),
        paragraphs=paragraphs(subject),
        signer_title=leader.title,
        signer_name=leader.person.full_name,
        recipients=("Như trên", "Lưu"),
    )


def accept_packet(body: Body, sent: Outgoing, *, on: date) -> Incoming:
    """The clerk registers the packet that waits, and the sender learns of it."""
    packet = Packet.objects.get(
        organisation=body.organisation,
        state=PacketState.WAITING,
        code_number=sent.document.code_number,
        code_notation=sent.document.code_notation,
    )
    kind = letter_kind(body, on)
    arrival = Arrival(
        document=DocumentFields(
            kind_code=kind.code,
            kind_name=kind.name_vi,
            subject=packet.subject,
            code_number=packet.code_number,
            code_notation=packet.code_notation,
            printed_code=sent.document.printed_code,
            issued_on=packet.issued_on,
            issuer_code=packet.peer_code,
            issuer_name=packet.peer_name,
            signer_name=packet.signer_name,
            signer_title=packet.signer_title,
            page_amount=1,
        ),
        arrived_on=on,
        received_via=ReceivedVia.EXCHANGE,
    )
    entry = register_packet(
        packet=packet, arrival=arrival, book=body.incoming_book, actor=body.actor(Role.CLERK), on=on
    )
    sender = sent.organisation
    receive_pending(organisation=sender, actor=system_actor(sender), on=on)
    return entry


def hand_out(body: Body, entry: Incoming, *, on: date) -> Task:
    """The head of office writes the instruction; the records unit leads."""
    orders = Orders(
        opinion="Giao Phòng Văn thư – Lưu trữ chủ trì tham mưu văn bản trả lời, trình Giám đốc ký.",
        lead_unit=body.units["vtlt"],
        cooperating=[body.units["tccb"]],
        officer=body.position(Role.OFFICER, "vtlt"),
        handle_by=on,
    )
    instruction = instruct(entry=entry, orders=orders, actor=body.actor(Role.HEAD_OF_OFFICE), on=on)
    return instruction.tasks.get(unit=body.units["vtlt"])


def open_from_plan(body: Body, *, on: date) -> File:
    """The officer opens the planned file of the unit."""
    officer = body.position(Role.OFFICER, "vtlt")
    line = PlanLine.objects.filter(plan__organisation=body.organisation, unit=body.units["vtlt"]).first()
    if line is None:
        raise LookupError("the plan of the records unit has no line")
    return open_file(
        unit=body.units["vtlt"],
        maker=officer,
        notation=line.notation,
        title=line.title,
        retention_code=line.retention_code,
        plan_line=line,
        actor=actor_of(officer),
        on=on,
    )


def archive(body: Body, file: File, *, on: date) -> None:
    """Close, hand over, receive, place, pack."""
    officer, archivist = body.actor(Role.OFFICER, "vtlt"), body.actor(Role.ARCHIVIST)
    closed = close_file(file=file, actor=officer, on=on)
    submission = submit_files(unit=body.units["vtlt"], files=[closed], title="", actor=officer, on=on)
    receive_submission(submission=submission, condition="Đầy đủ, tình trạng tốt", actor=archivist, on=on)
    holding = Holding.objects.get(file=file)
    own = {"organisation": body.organisation}
    placed = place_holding(
        holding=holding,
        fonds=Fonds.objects.filter(**own).order_by("code")[0],
        place=Place.objects.filter(**own)[0],
        actor=archivist,
        on=on,
    )
    pack_holding(holding=placed, actor=archivist, on=on)
