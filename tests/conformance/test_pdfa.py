"""Every paper that the program makes is PDF/A-2b in the veraPDF engine: books, reports, ledger, forms, labels."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pikepdf
import pytest
import time_machine

from mocban.archives.models import Submission, SubmittedFile
from mocban.people import grants
from mocban.people.choices import Role
from mocban.portal.tests.world import NOON, Body
from mocban.registry.choices import BookKind
from mocban.registry.models import Book
from mocban.reports import official, volume
from mocban.reports.figures import Asked
from mocban.reports.handling import FollowUp, follow_up_sheet, incoming_report, outgoing_report
from mocban.reports.labels import in_book, labels_pdf
from mocban.reports.ledgers import ledger_sheet
from mocban.reports.paper import print_sheet
from mocban.reports.periods import period
from mocban.reports.registers import REGISTERS, book_sheet
from mocban.reports.slips import slip_pdf
from tests.conformance.pdfa import check

TODAY = date(2026, 9, 10)
PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def one_day():
    with time_machine.travel("2026-09-10T03:00:00Z", tick=True):
        yield


@pytest.fixture
def office(db, one_day) -> Body:
    office = Body()
    office.task(office.incoming("Về việc ẮẰẲẴẶ “trích dẫn” – … € ★ 文"))
    officer = office.position(Role.OFFICER)
    office.outgoing(officer, officer, book=office.books["outgoing"], number=office._number("outgoing"), number_value=1)
    return office


def sheets(office: Body) -> dict[str, Callable]:
    """Every sheet of the program, by name."""
    clerk, body = office.actor(Role.CLERK), office.organisation
    asked = Asked(clerk, period(2026), TODAY)
    made: dict[str, Callable] = {
        "follow-up": lambda: follow_up_sheet(body, FollowUp(TODAY), actor=clerk),
        "incoming report": lambda: incoming_report(asked, body),
        "outgoing report": lambda: outgoing_report(asked, body),
        "ledger": lambda: ledger_sheet(office.periods["incoming"], actor=clerk, on=TODAY),
    }
    for kind in REGISTERS:
        book = office.books.get(kind) or Book.objects.create(
            organisation=body, kind=kind, name=str(BookKind(kind).label), year=2026
        )
        made[f"book {kind}"] = lambda book=book: book_sheet(book, actor=clerk, on=TODAY)
    return made


NAMES = ["follow-up", "incoming report", "outgoing report", "ledger", *(f"book {kind}" for kind in REGISTERS)]


@pytest.mark.parametrize("name", NAMES)
def test_every_sheet_is_an_archivable_file(office, name):
    assert check(print_sheet(sheets(office)[name]()).data) == ""


def test_every_sheet_is_checked(office):
    assert sorted(sheets(office)) == sorted(NAMES)


@pytest.mark.usefixtures("db", "one_day")
@pytest.mark.parametrize("regime", ["party", "mttq", "congdoan", "doan"])
def test_a_book_of_another_regime_is_an_archivable_file(regime):
    other = Body(code="R1", regime=regime, name="Cơ quan mẫu")
    other.incoming("Mời họp")
    assert check(print_sheet(book_sheet(other.books["incoming"], actor=other.actor(Role.CLERK), on=TODAY)).data) == ""


def test_a_book_bound_of_several_parts_is_an_archivable_file(office, monkeypatch):
    monkeypatch.setattr(volume, "PART", 40)
    for n in range(100):
        office.incoming(f"Văn bản {n}")
    printed = print_sheet(book_sheet(office.books["incoming"], actor=office.actor(Role.CLERK), on=TODAY))
    assert printed.entries == 101
    assert check(printed.data) == ""


def test_the_slip_and_the_labels_are_archivable_files(office):
    clerk, book = office.actor(Role.CLERK), office.books["incoming"]
    entry = book.incoming.get()
    number = entry.number_value
    assert check(slip_pdf(entry, on=TODAY)) == ""
    assert check(labels_pdf(in_book(book, number, number, actor=clerk), skip=5, on=TODAY)) == ""


def test_the_forms_of_files_and_of_their_hand_over_are_archivable_files(office):
    file = office.file(office.position(Role.OFFICER), permanent=True, state="submitted", ended_on=TODAY)
    office.put(file, office.document("Một văn bản", page_amount=2))
    sent = Submission.objects.create(
        organisation=office.organisation, unit=office.unit, title="Tài liệu", sent_by="Người giao", sent_at=NOON
    )
    SubmittedFile.objects.create(submission=sent, file=file, ordinal=1)
    grants.allow(sent, [grants.unit_token(office.unit.pk)], reason="test")
    sent.state, sent.received_by, sent.received_at, sent.condition = "received", "Người nhận", NOON, "Tốt"
    sent.save()
    for pdf in (
        official.contents_list_pdf(file, on=TODAY),
        official.submission_list_pdf(sent, on=TODAY),
        official.handover_minutes_pdf(sent, on=TODAY),
    ):
        assert check(pdf) == ""


def test_the_engine_finds_what_is_wrong(office):
    pdf = print_sheet(sheets(office)["ledger"]()).data
    with pikepdf.Pdf.open(io.BytesIO(pdf)) as spoilt:
        del spoilt.Root.OutputIntents
        del spoilt.Root.Metadata
        broken = io.BytesIO()
        spoilt.save(broken)
    assert "6.6.2.1-1" in check(broken.getvalue())
    assert check(b"no PDF at all").startswith("fail unreadable")
    issued = Path(official.__file__).parents[1] / "config/demo/files/nd30-annex-4.pdf"
    assert check(issued.read_bytes()).startswith("fail")


@pytest.mark.long
def test_the_printed_register_of_10000_entries_keeps_its_limits_and_is_archivable(tmp_path):
    """Expected: 4 minutes. Its twin is the book bound of several parts."""
    out = tmp_path / "register.pdf"
    line = [sys.executable, "bench/printed_register.py", "--rows", "10000", "--out", str(out)]
    done = subprocess.run(line, cwd=PROJECT, capture_output=True, text=True, timeout=600)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert check(out.read_bytes()) == ""
