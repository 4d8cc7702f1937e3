"""Follow-up book, reports on handling, ledger, slip and labels: what they say, and for whom."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from mocban.lib.errors import RuleBroken
from mocban.people import grants
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.portal.tests.world import Body
from mocban.registry.models import Number
from mocban.reports.figures import FIGURES, Asked
from mocban.reports.handling import FollowUp, follow_up_sheet, incoming_report, outgoing_report
from mocban.reports.labels import MOST, in_book, labels_pdf, matrix
from mocban.reports.ledgers import ledger_sheet
from mocban.reports.paper import print_sheet
from mocban.reports.periods import period
from mocban.reports.slips import slip_pdf

from .reading import pages_of, text_of

TODAY = date(2026, 9, 10)
PAST, AHEAD = TODAY - timedelta(days=3), TODAY + timedelta(days=3)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(body):
    return body.position(Role.CLERK, Role.HEAD_OF_OFFICE)


@pytest.fixture
def clerk(desk):
    return actor_of(desk)


@pytest.fixture
def asked(clerk):
    return Asked(clerk, period(2026, "q3"), TODAY)


def lines(sheet):
    return [list(row) for row in sheet.grids[0].rows()]


@pytest.fixture
def handled(body):
    """One entry of each outcome: in time, late, waiting, waiting late, not handed to a unit yet."""
    for resolved, by in ((PAST, TODAY), (TODAY, PAST), (None, AHEAD), (None, PAST)):
        status = "resolved" if resolved else "instructed"
        body.task(body.incoming("Việc", handle_by=by, resolved_on=resolved, status=status))
    return body.incoming("Chưa giao")


def test_each_entry_is_counted_once_under_its_unit_and_the_late_ones_are_those_of_the_figures(body, handled, asked):
    rows = lines(incoming_report(asked, body.organisation))
    assert rows == [
        ["Chưa giao đơn vị", 1, 0, 0, 1, 0, 0],
        ["Phòng Tổng hợp", 4, 1, 1, 1, 1, 0],
        ["Cộng", 5, 1, 1, 2, 1, 0],
    ]
    whole = dict(zip(("amount", "in_time", "late", "waiting", "waiting_late"), rows[-1][1:], strict=False))
    assert whole["amount"] == FIGURES["incoming"].rows(asked).count()
    assert whole["late"] + whole["waiting_late"] == FIGURES["late-handling"].rows(asked).count()


def test_what_an_old_register_brought_waits_for_nobody(body, asked):
    body.incoming("Sổ cũ", status="former")
    assert lines(incoming_report(asked, body.organisation))[-1] == ["Cộng", 1, 0, 0, 0, 0, 1]


def test_the_report_on_outgoing_documents_counts_issued_in_time_late_and_not_yet(body, asked):
    officer = body.position(Role.OFFICER)
    for status, issue_by, issued in (("issued", TODAY, PAST), ("issued", PAST, TODAY), ("signed", AHEAD, None)):
        moment = f"{issued}T03:00:00Z" if issued else None
        body.outgoing(officer, officer, status=status, signed_on=PAST, issue_by=issue_by, issued_at=moment)
    assert lines(outgoing_report(asked, body.organisation))[-1] == ["Cộng", 3, 1, 1, 1, 0]
    assert FIGURES["late-issuing"].rows(asked).count() == 1


def test_an_empty_period_prints_a_sentence(body, clerk):
    sheet = incoming_report(Asked(clerk, period(1999), TODAY), body.organisation)
    assert "Trong kỳ không có văn bản nào." in text_of(print_sheet(sheet).data)


def test_the_follow_up_book_shows_deadline_progress_and_reply_and_its_cover_names_no_numbers(body, handled, clerk):
    first = body.books["incoming"].incoming.order_by("number_value").first()
    officer = body.position(Role.OFFICER)
    reply = body.outgoing(officer, officer, status="issued", reply_to=first)
    sheet = follow_up_sheet(body.organisation, FollowUp(TODAY), actor=clerk)
    rows = lines(sheet)
    assert rows[0][5] == reply.document.printed_code
    assert [row[4] for row in rows] == [
        "Đã giải quyết ngày 07/09/2026",
        "Đã giải quyết ngày 10/09/2026, quá hạn",
        "Đang giải quyết",
        "Đang giải quyết, quá hạn",
        "Chờ cho ý kiến",
    ]
    cover = pages_of(print_sheet(sheet).data)[0]
    assert "Từ ngày 01/01/2026 đến ngày 31/12/2026" in cover
    assert "Từ số" not in cover


def test_the_follow_up_book_can_be_narrowed_as_its_page(body, handled, clerk):
    late = FollowUp(TODAY, unit=body.unit, progress="late")
    sheet = follow_up_sheet(body.organisation, late, actor=clerk)
    assert len(lines(sheet)) == 1
    assert sheet.cover[-2:] == ["Phòng Tổng hợp", "Quá hạn"]


def test_the_ledger_prints_every_number_once_and_what_became_of_it(body, clerk):
    entry = body.incoming("Có văn bản")
    numbers = body.periods["incoming"]
    Number.objects.exclude(pk=entry.number_id).delete()
    given = {"period": numbers, "taken_on": TODAY, "taken_at": entry.created_at, "taken_by": "Người giữ sổ"}
    entry.number.value = entry.number_value = 1
    entry.number.save()
    entry.save()
    Number.objects.create(value=2, state="void", reason="Ghi nhầm", **given)
    Number.objects.create(value=3, state="reserved", reason="Chờ ký", expires_on=AHEAD, **given)
    Number.objects.create(value=4, state="elsewhere", reason="Sổ mật", **given)
    numbers.last_number = 4
    numbers.save()
    sheet = ledger_sheet(numbers, actor=clerk, on=TODAY)
    rows = lines(sheet)
    assert [row[0] for row in rows] == ["1", "2", "3", "4"]
    assert [row[1] for row in rows] == ["Đã dùng", "Bỏ số", "Giữ trước khi ký", "Dùng ở sổ khác"]
    assert [row[5] for row in rows][1:] == ["Ghi nhầm", "Chờ ký; giữ đến ngày 13/09/2026", "Sổ mật"]
    words = text_of(print_sheet(sheet).data)
    assert entry.document.printed_code in words
    assert "Mẫu chờ xác nhận" in words


def test_the_slip_has_three_parts_filled_with_what_the_system_knows(body, clerk):
    entry = body.incoming("Về việc thử phiếu")
    words = text_of(slip_pdf(entry, on=TODAY))
    for part in (
        "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN",
        "Lam Sơn, ngày 10 tháng 09 năm 2026",
        "Về việc thử phiếu",
        "1. Ý kiến của lãnh đạo cơ quan, tổ chức",
        "Giao đơn vị, cá nhân chủ trì:",
        "2. Ý kiến của lãnh đạo đơn vị",
        "3. Ý kiến đề xuất của người giải quyết",
    ):
        assert part in words, part
    officer = body.position(Role.OFFICER)
    body.task(entry, officer, result="Đề nghị trả lời", done_on=TODAY, handle_by=AHEAD)
    words = text_of(slip_pdf(entry, on=TODAY))
    for part in ("Giao chủ trì: Phòng Tổng hợp", "Ý kiến: Giao nghiên cứu", "giao Người", "Đề nghị trả lời"):
        assert part in words, part


def test_labels_show_number_day_and_code_and_leave_out_used_places(body, clerk):
    entries = [body.incoming(f"Văn bản {n}") for n in range(30)]
    first, last = entries[0].number_value, entries[-1].number_value
    book = body.books["incoming"]
    pages = pages_of(labels_pdf(in_book(book, first, last, actor=clerk), skip=0, on=TODAY))
    assert [len(re.findall("Số đến:", page)) for page in pages] == [24, 6]
    pages = pages_of(labels_pdf(in_book(book, first, last, actor=clerk), skip=20, on=TODAY))
    assert [len(re.findall("Số đến:", page)) for page in pages] == [4, 24, 2]
    assert f"Số đến: {first} Ngày đến: 01/09/2026" in pages[0]
    assert "Văn bản 0" not in " ".join(pages)  # a label never shows the subject


def test_too_many_labels_or_none_are_refused(body, clerk):
    def refused(first: int, last: int) -> str:
        with pytest.raises(RuleBroken) as problem:
            labels_pdf(in_book(body.books["incoming"], first, last, actor=clerk), skip=0, on=TODAY)
        return problem.value.code

    assert refused(1, MOST + 1) == "labels.too_many"
    assert refused(5, 4) == "labels.none"


def test_a_mark_is_a_square_with_its_three_corners():
    rows = matrix("H01.1 2026 đến 12")
    assert {len(row) for row in rows} == {len(rows)}
    assert [rows[0][:7], rows[0][-7:], rows[-1][:7]] == ["1111111"] * 3


@pytest.fixture
def addresses(body):
    entry = body.incoming("Mời họp")
    body.periods["incoming"].last_number = 0
    book = body.books["incoming"].pk
    return {
        "ledger": reverse("reports:ledger_pdf", args=[body.periods["incoming"].pk]),
        "ledger workbook": reverse("reports:ledger_xlsx", args=[body.periods["incoming"].pk]),
        "slip": reverse("reports:slip_pdf", args=[entry.pk]),
        "labels": reverse("reports:labels", args=[book]) + f"?first={entry.number_value}&last={entry.number_value}",
    }


def test_prints_of_one_body_are_hidden_from_another(addresses, desk, client):
    client.force_login(Body(code="Z9", name="Cơ quan khác").position(Role.CLERK).person)
    assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
        addresses, 404
    )
    client.force_login(desk.person)
    assert {name: client.get(address).status_code for name, address in addresses.items()} == dict.fromkeys(
        addresses, 200
    )


def test_the_ledger_and_the_reports_are_not_for_every_officer(body, addresses, client):
    client.force_login(body.position(Role.OFFICER).person)
    assert client.get(addresses["ledger"]).status_code == 403
    assert client.get(reverse("reports:handling")).status_code == 403
    assert client.get(reverse("reports:handling_report_pdf", args=["incoming"])).status_code == 403


def test_the_page_of_the_reports_shows_both_and_their_prints(body, handled, desk, client):
    client.force_login(desk.person)
    words = client.get(reverse("reports:handling") + "?year=2026").content.decode()
    assert "Báo cáo giải quyết văn bản đến" in words
    assert "Báo cáo giải quyết văn bản đi" in words
    for name in ("incoming", "outgoing"):
        for ending in ("pdf", "xlsx"):
            assert client.get(reverse(f"reports:handling_report_{ending}", args=[name])).status_code == 200
    assert client.get(reverse("reports:handling") + "?year=abc").status_code == 422
    assert client.get(reverse("reports:handling_report_pdf", args=["other"])).status_code == 404


def test_the_follow_up_prints_the_choice_of_its_page(body, handled, desk, client):
    client.force_login(desk.person)
    answer = client.get(reverse("reports:handling_pdf") + "?since=2026-09-01&progress=late")
    assert answer.status_code == 200
    assert "Quá hạn" in text_of(answer.content)
    assert client.get(reverse("reports:handling_xlsx")).status_code == 200
    assert client.get(reverse("reports:handling_pdf") + "?since=xx").status_code == 404


def test_the_labels_page_asks_which_and_refuses_in_words(body, desk, client):
    client.force_login(desk.person)
    address = reverse("reports:labels", args=[body.books["incoming"].pk])
    assert "70 × 37 mm" in client.get(address).content.decode()
    assert client.get(address + "?first=a&last=2").status_code == 422
    refused = client.get(address + "?first=1&last=2")
    assert refused.status_code == 409
    assert "Không có văn bản nào" in refused.content.decode()


def test_prints_leave_over_the_api(body, addresses, desk, client):
    client.force_login(desk.person)
    book, entry = body.books["incoming"], body.books["incoming"].incoming.get()
    assert client.get("/api/v1/prints/books").json()[0]["volume"] == 1
    for address in (
        f"books/{book.pk}/register.pdf",
        f"books/{book.pk}/register.xlsx",
        f"ledgers/{body.periods['incoming'].pk}.pdf",
        f"incoming/{entry.pk}/slip.pdf",
        "handling/incoming.xlsx?year=2026",
    ):
        answer = client.get(f"/api/v1/prints/{address}")
        assert (address, answer.status_code) == (address, 200)
    assert client.get("/api/v1/prints/handling/incoming.pdf?year=0").status_code == 422
    assert client.get(f"/api/v1/prints/books/{book.pk}/register.doc").status_code == 422


def test_volumes_are_sealed_and_read_over_the_api(body, addresses, desk, client):
    client.force_login(desk.person)
    book = body.books["incoming"]
    volumes = f"/api/v1/prints/books/{book.pk}/volumes"
    assert client.post(volumes).status_code == 409  # still open
    book.state = "locked"
    book.save()
    made = client.post(volumes)
    assert made.status_code == 201
    assert client.get(volumes).json() == [made.json()]
    assert client.get(f"{volumes}/{made.json()['id']}.pdf").content.startswith(b"%PDF")
    client.force_login(Body(code="Z9", name="Cơ quan khác").position(Role.CLERK).person)
    assert client.get(volumes).status_code == 404


def test_what_the_reader_may_not_see_is_not_in_the_follow_up(body, clerk):
    hidden = body.incoming("Không cho xem")
    grants.Grant.objects.filter(object_id=hidden.pk).delete()
    assert lines(follow_up_sheet(body.organisation, FollowUp(TODAY), actor=clerk)) == []


def test_labels_of_chosen_entries_leave_out_what_is_not_ones_own(body, desk, client):
    client.force_login(desk.person)
    mine, theirs = body.incoming("Mời họp"), Body(code="Z9", name="Cơ quan khác").incoming("Của bên khác")
    address = reverse("reports:labels_pdf")
    found = text_of(client.get(f"{address}?ids={mine.pk}&ids={theirs.pk}&ids=nonsense").content)
    assert found.count("Số đến:") == 1
    refused = client.get(f"{address}?ids={theirs.pk}")
    assert refused.status_code == 409
    assert "Không có văn bản nào để in nhãn" in refused.content.decode()
    assert client.get(address + "?" + "&".join([f"ids={mine.pk}"] * (MOST + 1))).status_code == 409
