"""Official forms as PDF: registers, contents of a file, list and minutes of a hand-over; columns from the law data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Min, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban import law
from mocban.archives.choices import SubmissionState
from mocban.archives.models import Submission
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.records.models import DocumentObject, File, FileEntry
from mocban.records.selectors import contents
from mocban.registry.choices import BookKind
from mocban.registry.models import Book, Incoming, Outgoing

from . import printing
from .layout import Section, awaits, day, form

Cells = Mapping[str, Callable[[Any], str]]
NARROW, MIDDLE, WIDE = 2, 3, 8
WIDTHS = {
    "ordinal": 1,
    "arrival_number": NARROW,
    "kind_subject": WIDE,
    "title": WIDE,
    "issuer": 5,
    "recipients": 5,
    "number_symbol": 4,
    "file_symbol": 4,
}


def _columns(table: str, regime: str, on: date) -> tuple[list[tuple[str, str]], str]:
    """The columns of a form on that day, key and label, and the citation of the form (empty while it awaits)."""
    rows = sorted(law.table(table, regime=regime, on=on), key=lambda row: int(row["ordinal"]))
    return [(row["key"], row["label"]) for row in rows], rows[0]["citation"]


def _section(columns: Sequence[tuple[str, str]], rows: Sequence[Any], values: Cells, **more: Any) -> Section:
    return Section(
        columns=[label for _key, label in columns],
        widths=[WIDTHS.get(key, MIDDLE) for key, _label in columns],
        # A column that the system has nothing for (signature of receipt, remarks) stays empty for the pen.
        rows=[[values[key](row) if key in values else "" for key, _label in columns] for row in rows],
        **more,
    )


def _kind_subject(document: Any) -> str:
    return f"{document.kind_name}: {document.subject}" if document.kind_name else document.subject


def _first_instruction(entry: Any) -> str:
    first = next(iter(entry.instructions.all()), None)
    return day(timezone.localtime(first.written_at).date()) if first else ""


_INCOMING: Cells = {
    "arrived_on": lambda entry: day(entry.arrived_on),
    "arrival_number": lambda entry: str(entry.number_value),
    "issuer": lambda entry: entry.document.issuer_name,
    "number_symbol": lambda entry: entry.document.printed_code,
    "issued_on": lambda entry: day(entry.document.issued_on),
    "kind_subject": lambda entry: _kind_subject(entry.document),
    "recipients": lambda entry: "; ".join(dict.fromkeys(task.unit.name for task in entry.tasks.all())),
    "moved_on": _first_instruction,
    "remarks": lambda entry: entry.document.description,
}
_OUTGOING: Cells = {
    "number_symbol": lambda entry: entry.document.printed_code,
    "issued_on": lambda entry: day(entry.document.issued_on),
    "kind_subject": lambda entry: _kind_subject(entry.document),
    "signer": lambda entry: entry.document.signer_name,
    "recipients": lambda entry: "; ".join(recipient.name for recipient in entry.recipients.all()),
    "copy_keeper": lambda entry: entry.unit.name,
    "moved_on": lambda entry: day(timezone.localtime(entry.issued_at).date() if entry.issued_at else None),
    "remarks": lambda entry: entry.document.description,
}


def register_pdf(book: Book, *, actor: Actor, on: date) -> bytes:
    """Return the pages of a register (NĐ 30/2020, PL IV): what the actor may see of it, in the order of numbers.

    Raises RuleBroken("report.too_long").
    """
    incoming = book.kind == BookKind.INCOMING
    columns, cited = _columns(f"register_{book.kind}", book.organisation.regime, on)
    rows: QuerySet[Any] = _incoming_rows(book, actor) if incoming else _outgoing_rows(book, actor)
    printing.check_size(rows.count())
    section = _section(columns, list(rows), _INCOMING if incoming else _OUTGOING, foot=awaits(cited))
    return printing.render(
        "table.typ",
        form(
            book.organisation,
            title=book.name,
            subtitles=[_("Năm %(year)d – Quyển số %(volume)d") % {"year": book.year, "volume": book.volume}],
            on=on,
            sections=[section],
            wide=True,
        ),
    )


def _incoming_rows(book: Book, actor: Actor) -> QuerySet[Any]:
    entries = Incoming.objects.visible_to(actor).filter(book=book).order_by("number_value")
    rows: QuerySet[Any] = entries.select_related("document").prefetch_related("instructions", "tasks__unit")
    return rows


def _outgoing_rows(book: Book, actor: Actor) -> QuerySet[Any]:
    documents = Outgoing.objects.visible_to(actor).filter(book=book).order_by("number_value")
    rows: QuerySet[Any] = documents.select_related("document", "unit").prefetch_related("recipients")
    return rows


def contents_list_pdf(file: File, *, on: date) -> bytes:
    """Return the list of the documents in a file (mục lục văn bản trong hồ sơ, NĐ 30/2020, PL V)."""
    columns, cited = _columns("contents_list", file.organisation.regime, on)
    entries = list(contents(file))
    pages = _page_ranges(entries)
    values: Cells = {
        "ordinal": lambda entry: str(entry.ordinal),
        "number_symbol": lambda entry: entry.document.printed_code,
        "issued_on": lambda entry: day(entry.document.issued_on),
        "kind_subject": lambda entry: _kind_subject(entry.document),
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
            sections=[_section(columns, entries, values, foot=awaits(cited))],
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
    columns, cited = _columns("submission_list", submission.organisation.regime, on)
    lines = list(_lines(submission))
    kept = [line for line in lines if line.file.permanent]
    limited = [line for line in lines if not line.file.permanent]
    without_term = [column for column in columns if column[0] != "retention"]
    sections = [
        _section(shown, rows, _SUBMITTED, title=title, foot=_total(rows))
        for shown, rows, title in (
            (without_term, kept, _("Hồ sơ bảo quản vĩnh viễn")),
            (columns, limited, _("Hồ sơ bảo quản có thời hạn")),
        )
        if rows
    ]
    subtitles = [submission.title, submission.unit.name, awaits(cited)]
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
