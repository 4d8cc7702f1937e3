"""What happens to documents after their issue: one copied, one recalled and waiting for the receiver's answer."""

from __future__ import annotations

from datetime import date

from mocban.exchange.services import receive_pending
from mocban.people.actor import actor_of, system_actor
from mocban.people.choices import Role
from mocban.registry.choices import BookState, Direction, Medium, OutgoingStatus, SourceForm
from mocban.registry.models import Book, Outgoing, Series
from mocban.registry.services.books import open_book
from mocban.registry.services.copies import CopyPlan, approve_copy, make_copy, number_copy, request_copy
from mocban.registry.services.recalls import order_recall
from mocban.registry.services.series import create_series

from .bodies import Body
from .letters import MATTERS
from .wheel import accept_packet, issue_letter

REASON = "Ban hành nhầm phụ lục; văn bản thay thế sẽ được gửi sau."


def copy_and_recall(bodies: dict[str, Body], *, on: date) -> None:
    """The department copies its answer for a unit, and recalls a letter that the Party office has registered."""
    department, office = bodies["snv"], bodies["vptu"]
    answer = Outgoing.objects.filter(organisation=department.organisation, status=OutgoingStatus.ISSUED).first()
    if answer is None:
        raise LookupError("the department has issued nothing to copy")
    copy_for_unit(department, answer, on=on)
    letter = issue_letter(department, [office], MATTERS[8], unit="vtlt", on=on)
    accept_packet(office, letter, on=on)
    order_recall(outgoing=letter, reason=REASON, actor=actor_of(department.position(Role.LEADER)), on=on)
    receive_pending(organisation=office.organisation, actor=system_actor(office.organisation), on=on)


def copy_for_unit(body: Body, outgoing: Outgoing, *, on: date) -> None:
    """A full copy on paper, approved by the head of office."""
    signer, clerk = body.position(Role.HEAD_OF_OFFICE), body.actor(Role.CLERK)
    plan = CopyPlan(
        document=outgoing.document,
        kind="full-copy",
        source_form=SourceForm.ORIGINAL,
        from_medium=Medium.ELECTRONIC,
        to_medium=Medium.PAPER,
        signer=signer,
        recipients=["Phòng Tổ chức cán bộ"],
        amount=2,
        purpose="Phục vụ cuộc họp giao ban",
    )
    copy = request_copy(plan=plan, actor=body.actor(Role.OFFICER, "vtlt"), on=on)
    approve_copy(copy=copy, actor=actor_of(signer), on=on)
    number_copy(copy=copy, book=book_of_copies(body, on=on), actor=clerk, on=on)
    make_copy(copy=copy, actor=clerk, on=on)


def book_of_copies(body: Body, *, on: date) -> Book:
    """The one book of all copies of the body, on the one series that counts them; made where it is missing."""
    clerk, organisation = body.actor(Role.CLERK), body.organisation
    held: Book | None = Book.objects.filter(
        organisation=organisation, kind=Direction.COPIES, year=on.year, state=BookState.OPEN
    ).first()
    if held:
        return held
    series = Series.objects.filter(organisation=organisation, direction=Direction.COPIES, closed_on=None).first()
    if series is None:
        series = create_series(
            organisation=organisation, direction=Direction.COPIES, name="Bản sao", actor=clerk, on=on
        )
    return open_book(series=series, name="Sổ đăng ký bản sao", year=on.year, actor=clerk, on=on)
