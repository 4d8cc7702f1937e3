"""Official forms as PDF: contents of a file, list and minutes of a hand-over; columns from the law data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.archives.choices import SubmissionState
from mocban.archives.models import Submission
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.records.models import DocumentObject, File, FileEntry
from mocban.records.selectors import contents

from . import printing
from .layout import Section, day, form
from .registers import kind_subject
from .sheets import Cells, Column, columns_of, printed, values


def _section(columns: Sequence[Column], rows: Sequence[Any], cells: Cells, **more: Any) -> Section:
    return Section(
        columns=[column.label for column in columns],
        widths=[column.width for column in columns],
        rows=[[printed(value) for value in row] for row in values(columns, cells, rows)],
        centred=[place for place, column in enumerate(columns) if column.centred],
        **more,
    )


def contents_list_pdf(file: File, *, on: date) -> bytes:
    """Return the list of the documents in a file (mục lục văn bản trong hồ sơ, NĐ 30/2020, PL V)."""
    columns, note = columns_of("contents_list", file.organisation, on)
    entries = list(contents(file))
    pages = _page_ranges(entries)
    cells: Cells = {
        "ordinal": lambda entry: str(entry.ordinal),
        "number_symbol": lambda entry: entry.document.printed_code,
        "issued_on": lambda entry: day(entry.document.issued_on),
        "kind_subject": lambda entry: kind_subject(entry.document),
        "issuer": lambda entry: entry.document.issuer_name,
        "sheet_page": lambda entry: pages[entry.pk],
        "remarks": lambda entry: entry.document.description,
    }
    return printing.render(
        "table.typ",
        form(
            file.organisation,
            title=_("Mục lục văn bản, tài liệu trong hồ sơ"),
            subtitles=[
                _("Hồ sơ số: %(notation)s") % {"notation": file.notation},
                file.title,
                _("Thời hạn bảo quản: %(term)s") % {"term": file.retention_term},
            ],
            on=on,
            sections=[_section(columns, entries, cells, foot=note)],
        ),
    )


def _page_ranges(entries: Sequence[FileEntry]) -> dict[Any, str]:
    """From which page to which each document goes; empty from the first document on whose pages are not known."""
    ranges: dict[Any, str] = {}
    last: int | None = 0
    for entry in entries:
        amount = entry.document.page_amount
        if last is None or not amount:
            last, ranges[entry.pk] = None, ""
            continue
        first, last = last + 1, last + amount
        ranges[entry.pk] = str(first) if first == last else f"{first}–{last}"
    return ranges


_SUBMITTED: Cells = {
    "ordinal": lambda line: str(line.ordinal),
    "file_symbol": lambda line: line.file.notation,
    "title": lambda line: line.file.title,
    "dates": lambda line: " – ".join(part for part in (day(line.file.started_on), day(line.file.ended_on)) if part),
    "retention": lambda line: line.file.retention_term,
    "sheets_pages": lambda line: str(line.pages or ""),
    "remarks": lambda line: line.file.description,
}


def submission_list_pdf(submission: Submission, *, on: date) -> bytes:
    """Return the list of the files handed over (mục lục hồ sơ nộp lưu, NĐ 30/2020, PL V).

    Permanent files and those kept for a term stand in two lists; the list of permanent ones has no column for the term.
    """
    columns, note = columns_of("submission_list", submission.organisation, on)
    lines = list(_lines(submission))
    kept = [line for line in lines if line.file.permanent]
    limited = [line for line in lines if not line.file.permanent]
    without_term = [column for column in columns if column.key != "retention"]
    sections = [
        _section(shown, rows, _SUBMITTED, title=title, foot=_total(rows))
        for shown, rows, title in (
            (without_term, kept, _("Hồ sơ bảo quản vĩnh viễn")),
            (columns, limited, _("Hồ sơ bảo quản có thời hạn")),
        )
        if rows
    ]
    subtitles = [submission.title, submission.unit.name, note]
    data = form(
        submission.organisation,
        title=_("Mục lục hồ sơ nộp lưu"),
        subtitles=[row for row in subtitles if row],
        on=on,
        sections=sections,
        signers=[_("Bên giao"), _("Bên nhận")],
    )
    return printing.render("table.typ", data)


def _lines(submission: Submission) -> QuerySet[Any]:
    lines = submission.lines.select_related("file").annotate(pages=Sum("file__entries__document__page_amount"))
    return lines.order_by("ordinal")


def _total(rows: Sequence[Any]) -> str:
    return _("Cộng: %(number)d hồ sơ.") % {"number": len(rows)}


def handover_minutes_pdf(submission: Submission, *, on: date) -> bytes:
    """Return the minutes of a hand-over that took place (biên bản giao nhận; NĐ 30/2020, Điều 30, PL V).

    Raises RuleBroken("minutes.not_received") while the archives have not taken the files over.
    """
    organisation = submission.organisation
    if submission.state != SubmissionState.RECEIVED or submission.received_at is None:
        held = basis("receive_file", on=on, regime=organisation.regime)
        raise RuleBroken(
            "minutes.not_received", _("Biên bản giao nhận chỉ có khi lưu trữ đã tiếp nhận hồ sơ."), held.citation
        )
    received = timezone.localtime(submission.received_at)
    files = File.objects.filter(submissions__submission=submission)
    data = form(
        organisation,
        title=_("Biên bản giao nhận hồ sơ, tài liệu"),
        on=on,
        signers=[_("Đại diện bên giao"), _("Đại diện bên nhận")],
    )
    data |= {
        "basis": list(basis("receive_file", on=received.date(), regime=organisation.regime).citations),
        "opening": _("Hôm nay, %(when)s, tại %(place)s, hai bên gồm:")
        % {"when": f"{received:%H:%M, %d/%m/%Y}", "place": organisation.name},
        "parties": [
            {"name": _("Bên giao"), "lines": [submission.sent_by, submission.unit.name]},
            {"name": _("Bên nhận"), "lines": [submission.received_by, _("Lưu trữ hiện hành")]},
        ],
        "agreed": _("Hai bên đã giao nhận hồ sơ, tài liệu với các nội dung sau:"),
        "facts": _facts(submission, files),
        "closing": _("Mục lục hồ sơ nộp lưu kèm theo biên bản này. Biên bản do hệ thống lập khi lưu trữ tiếp nhận."),
    }
    return printing.render("minutes.typ", data)


def _facts(submission: Submission, files: QuerySet[Any]) -> list[dict[str, str]]:
    span = files.aggregate(first=Min("started_on"), last=Max("ended_on"))
    objects = DocumentObject.objects.filter(document__file_entries__file__in=files).values("object_id").distinct()
    pairs = [
        (_("Tên khối tài liệu"), submission.title),
        (_("Thời gian của tài liệu"), " – ".join(day(value) for value in span.values() if value)),
        (_("Số hồ sơ điện tử"), str(files.count())),
        (_("Số tệp tin"), str(objects.count())),
        (_("Tình trạng tài liệu giao nộp"), submission.condition),
    ]
    return [{"name": name, "value": value} for name, value in pairs]
