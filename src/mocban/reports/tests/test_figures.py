"""A number is the length of the list behind it; only those who answer for the office read them."""

from __future__ import annotations

import random
import zipfile
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from mocban.exchange.models import Mailbox, MailDelivery
from mocban.people import grants
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.portal.tests.world import Body, at
from mocban.registry.models import PaperIssue, Recipient, SigningPlan
from mocban.reports import drill
from mocban.reports.figures import FIGURES, Asked, count
from mocban.reports.periods import PARTS, period

from .signed_world import checked, issued, made

TODAY = date(2026, 9, 10)
FIGURES_PAGE = reverse("reports:figures")

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(body):
    return body.position(Role.HEAD_OF_OFFICE)


@pytest.fixture
def browser(head, client):
    client.force_login(head.person)
    return client


def numbers(position, year=2026, part=""):
    asked = Asked(actor_of(position), period(year, part), TODAY)
    return {counted.figure.name: counted.number for counted in count(asked)}


def random_world(body: Body, seed: int) -> None:
    """Documents in every state, in and around 2026, some of them in files."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable world, no secret
    maker = body.position(Role.OFFICER)
    file = body.file(maker)

    def day():
        return TODAY - timedelta(days=chance.randrange(0, 500))

    for _ in range(chance.randrange(5, 25)):
        arrived = day()
        entry = body.incoming(
            arrived_on=arrived,
            received_via=chance.choice(["paper", "exchange", "mail", "upload"]),
            present_by=arrived + timedelta(days=1),
            handle_by=chance.choice([None, arrived + timedelta(days=5)]),
            status=chance.choice(["registered", "instructed", "resolved"]),
            resolved_on=chance.choice([None, arrived + timedelta(days=chance.randrange(1, 10))]),
        )
        if chance.random() < 0.7:
            stored = body.attach(entry.document, "main")
            if chance.random() < 0.7:
                holders = chance.choice([(), ("person",), ("organisation",), ("person", "organisation")])
                checked(stored, chance.choice(["valid", "invalid", "indeterminate"]), *holders)
        if chance.random() < 0.5:
            body.instruct(entry, arrived + timedelta(days=chance.randrange(0, 4)))
        if chance.random() < 0.4:
            body.put(file, entry.document)
        if chance.random() < 0.2:
            grants.Grant.objects.filter(object_id__in=[entry.pk, entry.document_id]).delete()
    for _ in range(chance.randrange(5, 20)):
        signed = day()
        issued = chance.random() < 0.6
        left = signed + timedelta(days=chance.randrange(0, 4))
        outgoing = body.outgoing(
            maker,
            maker,
            document=body.document("Đi", issued_on=left),
            status="issued" if issued else chance.choice(["draft", "approved", "signed", "numbered"]),
            signed_on=signed,
            issue_by=chance.choice([None, signed + timedelta(days=1)]),
            issued_at=at(left) if issued else None,
        )
        if chance.random() < 0.8:
            body.attach(outgoing.document, "issued")
        for kind, role in (("person", "signed"), ("organisation", "issued")):
            if chance.random() < 0.6:
                made(body, body.attach(outgoing.document, role, ordinal=2), kind)
        if chance.random() < 0.4:
            body.put(file, outgoing.document)


@pytest.mark.parametrize("seed", range(6))
def test_in_any_world_each_number_is_the_length_of_its_list_and_the_parts_add_up(body, head, seed):
    random_world(body, seed)
    for year, part in ((2026, ""), (2026, "q3"), (2025, "m12")):
        asked = Asked(actor_of(head), period(year, part), TODAY)
        found = numbers(head, year, part)
        for name, figure in FIGURES.items():
            rows = list(drill.ordered(figure, asked))
            number = sum(getattr(row, figure.sums) for row in rows) if figure.sums else len(rows)
            assert (found[name], len(rows)) == (number, len({row.pk for row in rows})), name
            whole = {row.pk for row in FIGURES[figure.of].rows(asked)} if figure.of else {row.pk for row in rows}
            assert {row.pk for row in rows} <= whole, name
        assert found["incoming"] == found["incoming-with-file"] + found["incoming-without-file"]
        assert found["issued"] == found["issued-electronic"] + found["issued-paper"]
        assert found["incoming"] == found["received-electronic"] + found["received-paper"]
        for way in ("issued", "received"):
            assert found[f"{way}-electronic"] == found[f"{way}-signed"] + found[f"{way}-unsigned"]
        assert found["documents"] == found["filed"] + found["unfiled"]


def test_each_late_figure_counts_exactly_the_late_ones(body, head):
    officer = body.position(Role.OFFICER)
    early, late = TODAY - timedelta(days=9), TODAY - timedelta(days=1)
    body.incoming(present_by=TODAY)
    body.incoming(present_by=late)
    body.instruct(body.incoming(status="instructed", present_by=early), early)
    body.instruct(body.incoming(status="instructed", present_by=early), late)
    body.incoming(status="resolved", present_by=TODAY, handle_by=early, resolved_on=early)
    body.incoming(status="resolved", present_by=TODAY, handle_by=early, resolved_on=late)
    body.incoming(status="instructed", present_by=TODAY, handle_by=TODAY)
    for issued_at in (at(early), at(late), None):
        status = "issued" if issued_at else "signed"
        body.outgoing(officer, officer, status=status, signed_on=early, issue_by=early, issued_at=issued_at)
    found = numbers(head)
    assert {name: found[name] for name in ("late-presenting", "late-handling", "late-issuing")} == {
        "late-presenting": 2,
        "late-handling": 1,
        "late-issuing": 2,
    }
    assert (found["with-deadline"], found["signed"]) == (3, 3)


def test_a_document_is_signed_only_with_both_signatures_and_paper_is_counted_apart(body, head):
    officer = body.position(Role.OFFICER)
    for kinds in ([], ["person"], ["organisation"], ["person", "organisation"]):
        issued(body, officer, *kinds)
    body.outgoing(officer, officer, status="issued")
    found = numbers(head)
    names = ("issued", "issued-electronic", "issued-signed", "issued-unsigned", "issued-paper")
    assert [found[name] for name in names] == [5, 4, 1, 3, 1]


def test_pages_are_saved_where_a_document_went_out_electronically_and_was_not_printed_after_all(body, head, browser):
    officer = body.position(Role.OFFICER)
    sent = issued(body, officer, on=TODAY)
    SigningPlan.objects.create(
        organisation=body.organisation, outgoing=sent, pages=[[210, 297]] * 3, made_at=at(TODAY)
    )  # fmt: skip
    by_exchange, by_mail, in_doubt, on_paper = (
        Recipient.objects.create(outgoing=sent, ordinal=place, name=name)
        for place, name in enumerate(("Tỉnh ủy", "Xã Hòa Bình", "Xã Vân Khê", "Lưu: VT"))
    )
    assert numbers(head)["pages-saved"] == 0
    Recipient.objects.filter(pk=by_exchange.pk).update(packet=body.packet(direction="out", state="sent"))
    assert numbers(head)["pages-saved"] == 3
    box = Mailbox.objects.create(organisation=body.organisation, address="vanthu@snv.example")
    for recipient, state in ((by_mail, "delivered"), (in_doubt, "uncertain")):
        MailDelivery.objects.create(
            organisation=body.organisation, mailbox=box, purpose="document", recipient_id=recipient.pk, state=state,
            address="nhan@example.vn", message_id=state, subject="x", text="x", queued_at=at(TODAY),
        )  # fmt: skip
    assert numbers(head)["pages-saved"] == 6
    words = browser.get(reverse("reports:drill", args=["pages-saved"]) + "?year=2026").content.decode()
    assert "Trang không phải in" in words
    assert "Văn bản đi" in words
    PaperIssue.objects.create(
        organisation=body.organisation, outgoing=sent, ordinal=1, amount=5, stamped_on=TODAY, stamped_by="thử",
        created_at=at(TODAY),
    )  # fmt: skip
    assert numbers(head)["pages-saved"] == 0, "never less than none"
    assert on_paper.packet is None


def test_the_first_and_the_last_day_belong_to_the_period(body, head):
    for day in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 9, 30), date(2026, 10, 1)):
        body.incoming(arrived_on=day)
    assert numbers(head, 2026, "q3")["incoming"] == 2
    assert numbers(head, 2026, "m7")["incoming"] == 1
    assert numbers(head)["incoming"] == 4


@pytest.mark.parametrize("part", [code for code, _label in PARTS])
def test_periods_of_a_year_lie_inside_it(part):
    found = period(2024, part)
    assert date(2024, 1, 1) <= found.since <= found.until <= date(2024, 12, 31)
    assert (found.until + timedelta(days=1)).day == 1


def test_another_body_and_hidden_documents_are_not_counted(body, head):
    Body(code="X1", name="Cơ quan khác").incoming()
    hidden = body.incoming()
    grants.Grant.objects.filter(object_id=hidden.pk).delete()
    body.incoming()
    assert numbers(head)["incoming"] == 1


def test_figures_and_lists_need_few_queries(body, browser, django_assert_max_num_queries):
    random_world(body, 3)
    browser.get(FIGURES_PAGE)
    with django_assert_max_num_queries(20):
        page = browser.get(FIGURES_PAGE, {"year": 2026})
    assert page.status_code == 200
    for name in FIGURES:
        assert reverse("reports:drill", args=[name]) + "?year=2026&amp;part=" in page.content.decode()
        with django_assert_max_num_queries(20):
            assert browser.get(reverse("reports:drill", args=[name])).status_code == 200


@pytest.mark.parametrize("role", [Role.CLERK, Role.OFFICER, Role.HEAD_OF_UNIT, Role.ARCHIVIST, Role.ADMINISTRATOR])
@pytest.mark.parametrize("view", ["drill", "drill_xlsx", "drill_pdf"])
def test_others_do_not_read_figures(body, client, role, view):
    client.force_login(body.position(role).person)
    assert client.get(FIGURES_PAGE).status_code == 403
    assert client.get(reverse(f"reports:{view}", args=["incoming"])).status_code == 403


def test_the_leader_reads_them_too(body, client):
    client.force_login(body.position(Role.LEADER).person)
    assert client.get(FIGURES_PAGE).status_code == 200


@pytest.mark.parametrize("asked", [{"year": "một"}, {"year": "99999"}, {"part": "q9"}, {"year": "2026\x00"}])
def test_an_impossible_period_gets_a_sentence(browser, asked):
    for address in (
        FIGURES_PAGE,
        reverse("reports:drill", args=["filed"]),
        reverse("reports:drill_xlsx", args=["filed"]),
    ):
        answer = browser.get(address, asked)
        assert answer.status_code == 422
        assert "field-error" in answer.content.decode()


def test_an_unknown_figure_is_not_found(browser):
    assert browser.get(reverse("reports:drill", args=["khong-co"])).status_code == 404


def test_the_workbook_holds_the_list_and_no_formula(body, head, browser):
    for subject in ("=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "{=1}", "http://la.example", "Bình thường"):
        body.incoming(subject)
    answer = browser.get(reverse("reports:drill_xlsx", args=["incoming"]), {"year": 2026})
    assert answer["Content-Disposition"] == 'attachment; filename="incoming-2026.xlsx"'
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == 3 + numbers(head)["incoming"]
    subjects = {row[4] for row in rows[3:]}
    assert {"=1+1", "{=1}", "http://la.example"} <= subjects
    with zipfile.ZipFile(BytesIO(answer.content)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
        names = packed.namelist()
    assert "<f>" not in sheet
    assert "<hyperlink" not in sheet
    assert not any("vba" in name for name in names)


def test_the_list_prints_as_pdf(body, browser):
    body.incoming("Văn bản #strong[lạ] $x$ *đậm*")
    answer = browser.get(reverse("reports:drill_pdf", args=["incoming"]), {"year": 2026})
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF")
