"""What the list of the unsigned shows at a first look: a letter waiting for its seal, and the scan of a paper one."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO

import pypdfium2
from PIL.Image import Image

from mocban import law
from mocban.law.dates import dated_place
from mocban.people.choices import Role
from mocban.records.services import DocumentFields
from mocban.registry.models import Outgoing
from mocban.registry.services.late import LateDocument, enter_late_outgoing

from .bodies import Body
from .compose import Letter, header_lines, letter_pdf
from .desk import letter_kind, taken_in
from .letters import MATTERS, paragraphs
from .wheel import book_of_kind, number_letter

SCAN_DPI = 200  # what NĐ 30/2020, Phụ lục I phần II asks of a scan that is to be sealed
PAPER_DAYS = 5


def leave_unsigned(body: Body, other: Body, *, on: date) -> None:
    """One letter with a number and no seal, one that was issued on paper and entered late with its scan."""
    number_letter(body, [other], MATTERS[10], unit="vtlt", on=on)
    enter_scan(body, MATTERS[9], on=on)


def enter_scan(body: Body, matter: str, *, on: date) -> Outgoing:
    """A letter that the leader signed by hand, as the clerk scanned it."""
    organisation, leader, clerk = body.organisation, body.position(Role.LEADER), body.actor(Role.CLERK)
    kind = letter_kind(body, on)
    book = book_of_kind(body, kind)
    day = max(on - timedelta(days=PAPER_DAYS), date(on.year, 1, 1))
    letter = Letter(
        parent=organisation.parent_name,
        issuer=organisation.name,
        header=header_lines(organisation, day),
        number=law.number_label(regime=organisation.regime, on=day),
        dated=dated_place(regime=organisation.regime, place=organisation.place, day=day),
        kind="",
        subject=matter,
        to="Các phòng thuộc Sở",
        paragraphs=paragraphs(matter),
        signer_title=leader.title,
        signer_name=leader.person.full_name,
        recipients=("Như trên", "Lưu"),
    )
    late = LateDocument(
        document=DocumentFields(
            kind_code=kind.code,
            kind_name=kind.name_vi,
            subject=matter[0].upper() + matter[1:],
            signer_name=leader.person.full_name,
            signer_title=leader.title,
        ),
        true_date=day,
        reason="Phát hành bằng giấy khi đường truyền hỏng.",
        unit=body.units["vtlt"],
        recipients=["Các phòng thuộc Sở"],
        files=[taken_in(scanned(letter_pdf(letter)), "ban-quet.pdf", body, clerk)],
    )
    return enter_late_outgoing(late=late, book=book, actor=clerk, on=on)


def scanned(pdf: bytes) -> bytes:
    """Return the pages as a scanner gives them: pictures, without a letter of text."""
    document = pypdfium2.PdfDocument(pdf)
    pages: list[Image] = [page.render(scale=SCAN_DPI / 72).to_pil().convert("RGB") for page in document]
    document.close()
    output = BytesIO()
    pages[0].save(output, "PDF", resolution=SCAN_DPI, save_all=True, append_images=pages[1:])
    return output.getvalue()
