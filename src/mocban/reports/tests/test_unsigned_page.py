"""The page of the unsigned: every number leads to its documents, every row to what the law lets one do about it."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from mocban.people.choices import Role
from mocban.portal.tests.world import Body

from .reading import text_of
from .signed_world import checked, issued, received

PAGE = reverse("reports:unsigned")

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(body):
    return body.position(Role.CLERK, Role.HEAD_OF_OFFICE)


@pytest.fixture
def browser(desk, client):
    client.force_login(desk.person)
    return client


@pytest.fixture
def officer(body):
    return body.position(Role.OFFICER)


@pytest.fixture
def many(body, officer):
    """Nine unsigned documents of several months, units and lacks, and three that need nothing."""
    for month in (7, 8, 8, 9):
        issued(body, officer, "person", on=date(2026, month, 3))
    issued(body, officer, on=date(2026, 9, 1), unit=None)
    issued(body, officer, "person", "organisation")
    body.outgoing(officer, officer, status="issued")
    for verdict, holders in (("valid", ("person",)), ("invalid", ("person",)), ("", ()), ("indeterminate", ())):
        received(body, verdict, *holders)
    received(body, "valid", "person", "organisation")


def shown(browser, **asked):
    answer = browser.get(PAGE, {"year": 2026, **asked})
    assert answer.status_code == 200
    return answer


def listed(answer):
    return [item["row"].pk for item in answer.context["items"]]


def test_each_number_of_the_table_is_the_length_of_the_list_it_leads_to(browser, many):
    for way, whole in (("outgoing", 5), ("incoming", 4)):
        answer = shown(browser, way=way)
        assert len(listed(answer)) == whole
        addresses = [
            (number, url)
            for line in answer.context["table"]
            for number, url in [(line["number"], line["url"]), *((number, url) for _m, number, url in line["months"])]
            if number
        ]
        addresses += [(number, url) for _label, number, url in answer.context["lacks"]]
        assert len(addresses) > 5
        for number, url in addresses:
            found = browser.get(url)
            assert len(listed(found)) == number, url
            assert found.context["page"].total_text == str(number)


def test_the_share_leaves_paper_out(browser, many):
    words = html.unescape(shown(browser).content.decode())
    assert "16,7%" in words
    assert "1 trên 6 văn bản điện tử" in words


def test_what_is_numbered_but_not_issued_is_listed_and_left_out_of_the_share(browser, body, officer):
    issued(body, officer, "person", "organisation")
    issued(body, officer, "person", status="numbered")
    words = html.unescape(shown(browser).content.decode())
    assert "1 trên 1 văn bản điện tử" in words
    assert "trong đó 1 chưa phát hành, không tính vào tỷ lệ" in words


@pytest.mark.parametrize(
    ("verdict", "holders", "address", "words"),
    [
        ("", (), "signing:object", "Kiểm tra ngay"),
        ("indeterminate", ("person",), "signing:object", "Kiểm tra lại"),
        ("valid", ("person",), "registry:outgoing_new", "Đề nghị nơi gửi ký, gửi lại"),
        ("invalid", ("person",), "registry:outgoing_new", "Chỉ nơi gửi ký được văn bản của mình."),
    ],
)
def test_what_came_is_checked_or_asked_for_anew(body, browser, verdict, holders, address, words):
    entry = received(body, verdict, *holders)
    page = html.unescape(shown(browser, way="incoming").content.decode())
    pk = entry.document.parts.get().object_id if address == "signing:object" else None
    assert words in page
    assert (reverse(address, args=[pk]) if pk else f"{reverse(address)}?ask={entry.pk}") in page


def test_the_law_is_named_where_nothing_can_be_signed_any_more(body, browser, officer):
    outgoing = issued(body, officer, "person")
    page = html.unescape(shown(browser).content.decode())
    assert "Văn bản đã phát hành thì không ký thêm được" in page
    assert "Điều 18 khoản 3" in page
    assert reverse("registry:outgoing_amend", args=[outgoing.pk, "replace"]) in page


def test_a_scan_is_sealed_and_a_number_issued_only_by_the_clerk(body, browser, officer, client):
    scan = issued(body, officer, origin="late")
    checked(scan.document.parts.get(role="issued").object, "indeterminate")
    numbered = body.outgoing(officer, officer, status="numbered")
    addresses = [
        reverse("registry:outgoing_from_paper", args=[scan.pk]),
        reverse("registry:outgoing_issue", args=[numbered.pk]),
    ]
    page = html.unescape(shown(browser).content.decode())
    assert [address in page for address in addresses] == [True, True]
    assert "Điều 18 khoản 6" in page
    client.force_login(body.position(Role.LEADER).person)
    page = html.unescape(shown(client).content.decode())
    assert [address in page for address in addresses] == [False, False]
    assert "Chờ văn thư ký số của cơ quan lên bản quét." in page


def test_asking_the_sender_begins_a_letter_to_it(body, browser):
    entry = received(body, "valid", "person")
    form = browser.get(reverse("registry:outgoing_new"), {"ask": entry.pk}).context["form"]
    assert entry.document.printed_code in form.initial["subject"]
    assert form.initial["other_recipients"] == entry.document.issuer_name
    stranger = Body(code="X1", name="Cơ quan khác")
    assert browser.get(reverse("registry:outgoing_new"), {"ask": received(stranger).pk}).status_code == 404


def test_the_list_prints_and_goes_into_a_workbook_as_it_is_narrowed(browser, many):
    asked = {"year": 2026, "way": "outgoing", "lack": "person_only"}
    paper = browser.get(reverse("reports:unsigned_pdf"), asked)
    words = text_of(paper.content)
    assert "chưa đủ chữ ký số" in words.casefold()
    assert words.count("Chỉ có chữ ký số của người ký") >= 4
    sheet = browser.get(reverse("reports:unsigned_xlsx"), asked)
    rows = CalamineWorkbook.from_filelike(BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows if isinstance(row[0], float)] == [1.0, 2.0, 3.0, 4.0]


def test_the_list_leaves_over_the_api_too(body, browser, many, client):
    address = "/api/v1/prints/unsigned.xlsx?year=2026&way=incoming"
    rows = CalamineWorkbook.from_filelike(BytesIO(browser.get(address).content)).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if isinstance(row[0], float)]) == 4
    assert (
        text_of(browser.get("/api/v1/prints/unsigned.pdf?year=2026&lack=person_only").content).count("03/08/2026") == 2
    )
    assert browser.get("/api/v1/prints/unsigned.pdf?year=2026&lack=signed").status_code == 422
    client.force_login(body.position(Role.OFFICER).person)
    assert client.get(address).status_code == 403


def test_a_period_without_any_says_so(browser):
    assert "Không có văn bản điện tử nào chưa đủ chữ ký số" in shown(browser).content.decode()
    assert "Không có văn bản nào ở lựa chọn này" in shown(browser, lack="invalid").content.decode()


def test_the_page_needs_few_queries_whatever_the_number_of_rows(body, browser, officer, django_assert_max_num_queries):
    shown(browser)
    for _ in range(12):
        issued(body, officer, "person")
        received(body)
    for way in ("outgoing", "incoming", "copies"):
        with django_assert_max_num_queries(16):
            shown(browser, way=way)


@pytest.mark.parametrize("asked", [{"way": "khac"}, {"unit": "x"}, {"lack": "signed"}, {"part": "q9"}, {"year": "một"}])
def test_a_choice_that_is_none_gets_a_sentence(browser, asked):
    answer = browser.get(PAGE, asked)
    assert answer.status_code == 422
    assert re.search("field-error|form-error|alert", answer.content.decode())
    assert browser.get(reverse("reports:unsigned_pdf"), asked).status_code == 404


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HEAD_OF_UNIT, Role.ARCHIVIST, Role.ADMINISTRATOR])
def test_others_do_not_read_it(body, client, role):
    client.force_login(body.position(role).person)
    assert client.get(PAGE).status_code == 403
    assert client.get(reverse("reports:unsigned_xlsx")).status_code == 403
