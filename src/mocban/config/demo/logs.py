"""The books without numbers of their own: every body keeps them, and the department has lines in each."""

from __future__ import annotations

from datetime import date
from typing import Any

from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.registry.choices import BookKind, IncomingStatus, OutgoingStatus
from mocban.registry.models import Book, Incoming, Outgoing
from mocban.registry.services.books import open_log
from mocban.registry.services.envelopes import Cover, register_envelope
from mocban.registry.services.kept_copies import Use, lend_copy
from mocban.registry.services.logs import Receiver, confirm_receipts, hand_over
from mocban.registry.services.post import Mailing, send_by_post

from .bodies import Body

LOGS = (BookKind.HANDOVER, BookKind.POST, BookKind.KEPT_COPIES)


def open_logs(body: Body, *, on: date) -> None:
    """Open the three books of the year: from now on every instruction stands in the hand-over book."""
    clerk = body.actor(Role.CLERK)
    for kind in LOGS:
        name = str(kind.label)
        open_log(organisation=body.organisation, kind=kind, name=name, year=on.year, actor=clerk, on=on)


def write_lines(body: Body, *, on: date) -> None:
    """One entry and two envelopes handed over, one envelope waiting, a letter at the post, a kept copy in use."""
    clerk, officer, head = body.actor(Role.CLERK), body.position(Role.OFFICER, "vtlt"), body.position(Role.HEAD_OF_UNIT)
    books = {book.kind: book for book in Book.objects.filter(organisation=body.organisation, kind__in=LOGS)}
    common: dict[str, Any] = {"actor": clerk, "on": on}
    waiting = Incoming.objects.filter(organisation=body.organisation, status=IncomingStatus.REGISTERED)
    entry = waiting.select_related("document", "organisation").order_by("number_value")[0]
    unit = body.units["vtlt"]
    hand_over(items=[entry], receiver=Receiver(unit=unit), book=books[BookKind.HANDOVER], **common)
    personal = [
        Cover(sender="Hội Cựu chiến binh tỉnh Đông Lĩnh", arrived_on=on, position=officer),
        Cover(sender="Thư viện tỉnh Đông Lĩnh", arrived_on=on, position=head),
    ]
    for cover in personal:
        envelope = register_envelope(cover=cover, organisation=body.organisation, **common)
        receiver = Receiver(position=cover.position)
        [line] = hand_over(items=[envelope], receiver=receiver, book=books[BookKind.HANDOVER], **common)
    confirm_receipts(lines=[line], actor=actor_of(head), on=on)
    union = Cover(sender="Liên đoàn Lao động tỉnh Đông Lĩnh", arrived_on=on, addressee="Công đoàn cơ sở")
    register_envelope(cover=union, organisation=body.organisation, **common)
    issued = Outgoing.objects.filter(organisation=body.organisation, status=OutgoingStatus.ISSUED)
    letter = issued.select_related("document", "organisation").order_by("created_at")[0]
    send_by_post(outgoing=letter, mailings=[Mailing("Thư viện tỉnh Đông Lĩnh", 2)], book=books[BookKind.POST], **common)
    use = Use(permitted_by=str(body.position(Role.HEAD_OF_OFFICE)), position=officer)
    lend_copy(document=letter.document, use=use, book=books[BookKind.KEPT_COPIES], **common)
