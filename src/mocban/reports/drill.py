"""The list behind a figure: on the page, as a workbook, as PDF. One set of columns serves all three."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.ui.tables import Cell, Column, cells

from . import printing
from .figures import DOCUMENT, INCOMING, OUTGOING, Asked, Figure
from .layout import Section, form

MOST_SHEET_ROWS = 50_000
CHUNK = 2_000
# Characters in the workbook, relative widths on paper.
WIDTHS = {"number": 8, "date": 12, "text": 30}

ORDER: dict[str, tuple[str, ...]] = {
    INCOMING: ("-arrived_on", "-number_value"),
    OUTGOING: ("-created_at",),
    DOCUMENT: ("-created_at",),
}


def _issued_day(row: Any) -> date | None:
    return timezone.localtime(row.issued_at).date() if row.issued_at else None


def columns(figure: Figure) -> list[Column]:
    """Return the columns of the list behind a figure: those of its noun, and the numbers that it sums."""
    shown = {INCOMING: _incoming, OUTGOING: _outgoing, DOCUMENT: _document}[figure.noun]()
    return [*shown, *_pages_saved()] if figure.sums else shown


def _incoming() -> list[Column]:
    return [
        Column(_("Số đến"), "number_value", "number", lambda row: reverse("registry:incoming", args=[row.pk])),
        Column(_("Ngày đến"), "arrived_on", "date"),
        Column(_("Cơ quan ban hành"), "document.issuer_name"),
        Column(_("Số, ký hiệu"), "document.printed_code"),
        Column(_("Trích yếu"), "document.subject"),
        Column(_("Hạn trình"), "present_by", "date"),
        Column(_("Hạn giải quyết"), "handle_by", "date"),
        Column(_("Tình trạng"), lambda row: row.get_status_display()),
    ]


def _outgoing() -> list[Column]:
    return [
        Column(
            _("Số, ký hiệu"), "document.printed_code", "text", lambda row: reverse("registry:outgoing", args=[row.pk])
        ),
        Column(_("Ngày văn bản"), "document.issued_on", "date"),
        Column(_("Trích yếu"), "document.subject"),
        Column(_("Người ký"), "document.signer_name"),
        Column(_("Ngày ký"), "signed_on", "date"),
        Column(_("Hạn phát hành"), "issue_by", "date"),
        Column(_("Ngày phát hành"), _issued_day, "date"),
        Column(_("Tình trạng"), lambda row: row.get_status_display()),
    ]


def _pages_saved() -> list[Column]:
    return [
        Column(_("Số trang"), "page_count", "number"),
        Column(_("Nơi nhận bản điện tử"), "reached", "number"),
        Column(_("Trang không phải in"), "pages_saved", "number"),
    ]


def _document() -> list[Column]:
    return [
        Column(_("Trích yếu"), "subject", "text", lambda row: reverse("records:document", args=[row.pk])),
        Column(_("Số, ký hiệu"), "printed_code"),
        Column(_("Ngày văn bản"), "issued_on", "date"),
        Column(_("Loại văn bản"), "kind_name"),
        Column(_("Cơ quan ban hành"), "issuer_name"),
    ]


def ordered(figure: Figure, asked: Asked) -> QuerySet[Any]:
    """The list of a figure in the order of the page."""
    return figure.rows(asked).order_by(*ORDER[figure.noun], "pk")


def workbook(figure: Figure, asked: Asked) -> bytes:
    """Return the list as .xlsx. Every text is written as text: nothing from a document can become a formula or a link.

    Raises RuleBroken("report.too_long").
    """
    rows = ordered(figure, asked)
    if rows.count() > MOST_SHEET_ROWS:
        raise RuleBroken(
            "report.too_long",
            _("Danh sách có hơn %(most)d dòng. Hãy chọn kỳ ngắn hơn.") % {"most": MOST_SHEET_ROWS},
        )
    buffer = BytesIO()
    with Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        _fill(book, figure, asked, rows)
    return buffer.getvalue()


def _fill(book: Workbook, figure: Figure, asked: Asked, rows: QuerySet[Any]) -> None:
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    shown = columns(figure)
    sheet.write_string(0, 0, f"{asked.actor.organisation_name} – {figure.label} – {asked.period.label}")
    for place, column in enumerate(shown):
        sheet.set_column(place, place, WIDTHS[column.kind])
        sheet.write_string(2, place, str(column.label), bold)
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK), start=3):
        for place, cell in enumerate(cells(shown, row)):
            _write(sheet, number, place, cell, day)
    sheet.freeze_panes(3, 0)


def _write(sheet: Any, row: int, place: int, cell: Cell, day: Any) -> None:
    if isinstance(cell.value, date):
        sheet.write_datetime(row, place, cell.value, day)
    elif isinstance(cell.value, int):
        sheet.write_number(row, place, cell.value)
    elif cell.value:
        sheet.write_string(row, place, str(cell.value))


def list_pdf(figure: Figure, asked: Asked, organisation: Organisation) -> bytes:
    """Return the list for the printer. Raises RuleBroken("report.too_long")."""
    rows = ordered(figure, asked)
    printing.check_size(rows.count())
    shown = columns(figure)
    section = Section(
        columns=[str(column.label) for column in shown],
        widths=[WIDTHS[column.kind] for column in shown],
        rows=[[_printed(cell) for cell in cells(shown, row)] for row in rows],
    )
    data = form(
        organisation,
        title=str(figure.label),
        subtitles=[asked.period.label],
        on=asked.on,
        sections=[section],
        wide=True,
    )
    return printing.render("table.typ", data)


def _printed(cell: Cell) -> str:
    if isinstance(cell.value, date):
        return f"{cell.value:%d/%m/%Y}"
    return "" if cell.value is None else str(cell.value)
