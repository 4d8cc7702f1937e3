"""The inbox unites what waits over all positions in force, late ones first, in few queries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mocban.people import grants
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.portal.inbox import ROWS, total, waiting
from mocban.signing.models import TrustAnchor

from .world import Body

TODAY = date(2026, 9, 10)
INBOX = reverse("portal:inbox")

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db) -> Body:
    return Body(code="A02.1", regime="party", name="Đảng ủy Thử nghiệm")


@pytest.fixture
def person(body):
    return body.person("nhieuviec")


@pytest.fixture
def busy(body, other, person):
    """Somebody who is clerk and head of a unit here, and leader of another body."""
    return [
        body.position(Role.CLERK, Role.HEAD_OF_UNIT, person=person, title="Trưởng phòng"),
        body.position(Role.OFFICER, Role.ARCHIVIST, person=person, title="Kiêm nhiệm"),
        other.position(Role.LEADER, Role.HEAD_OF_OFFICE, person=person, title="Bí thư"),
    ]


def by_name(positions, actor=None, **more):
    found = waiting(positions, actor or actor_of(positions[0]), on=TODAY, **more)
    return {one.name: one for one in found}


def fill(body, other, busy, rows):
    clerk, officer, leader = busy
    for _ in range(rows):
        body.packet()
        entry = body.incoming()
        body.task(entry, officer, handle_by=TODAY)
        body.task(body.incoming(), None)
        other.incoming(present_by=TODAY - timedelta(days=1))
        body.outgoing(officer, clerk, status="submitted")
        body.outgoing(officer, clerk, status="approved")
        body.outgoing(clerk, clerk, status="draft")
        body.outgoing(officer, officer, status="signed", issue_by=TODAY)
        other.outgoing(leader, leader, status="approved")
        body.file(clerk, state="closed", submit_by=TODAY)


def test_each_position_sees_its_own_lists_and_the_inbox_holds_all_of_them(body, other, busy):
    fill(body, other, busy, 1)
    found = by_name(busy)
    assert {name: one.total for name, one in found.items()} == {
        "packets": 1,
        "instruct": 1,
        "sign": 2,
        "approve": 1,
        "assign": 1,
        "tasks": 1,
        "returned": 1,
        "number": 1,
        "submit": 1,
    }
    assert {item.position.organisation for item in found["sign"].items} == {body.organisation, other.organisation}


def test_a_position_without_the_role_or_the_grant_sees_nothing_of_it(body, other, busy):
    fill(body, other, busy, 1)
    stranger = other.position(Role.CLERK)
    assert set(by_name([stranger])) == set()
    assert "packets" not in by_name([busy[1]])
    assert "instruct" not in by_name([busy[0]])


def test_what_is_late_stands_first_and_is_counted(body, busy):
    days = [TODAY + timedelta(days=2), None, TODAY - timedelta(days=3), TODAY, TODAY - timedelta(days=1)]
    for day in days:
        body.task(body.incoming(), busy[1], handle_by=day)
    tasks = by_name(busy)["tasks"]
    assert [item.day for item in tasks.items] == [days[2], days[4], days[3], days[0], None]
    assert [item.late for item in tasks.items] == [True, True, False, False, False]
    assert (tasks.total, tasks.late) == (5, 2)


def test_a_packet_is_late_when_the_limit_for_registering_has_run_out(body, busy):
    body.packet(at="2026-09-09T03:00:00Z")
    body.packet(at="2026-09-08T03:00:00Z")
    packets = by_name(busy)["packets"]
    assert [(item.day, item.late) for item in packets.items] == [(date(2026, 9, 8), True), (date(2026, 9, 9), False)]


def test_a_long_list_shows_the_most_urgent_rows_and_the_whole_number(body, busy):
    for number in range(ROWS + 5):
        body.task(body.incoming(), busy[1], handle_by=TODAY - timedelta(days=number))
    tasks = by_name(busy)["tasks"]
    assert (len(tasks.items), tasks.total, tasks.late, tasks.hidden) == (ROWS, ROWS + 5, ROWS + 4, 5)
    assert tasks.items[0].day == TODAY - timedelta(days=ROWS + 4)
    assert len(by_name(busy, only="tasks", rows=200)["tasks"].items) == ROWS + 5


def test_the_totals_of_two_positions_are_added(body, other, busy):
    body.outgoing(busy[1], busy[0], status="approved")
    for _ in range(3):
        other.outgoing(busy[2], busy[2], status="approved")
    lists = waiting(busy, actor_of(busy[0]), on=TODAY)
    assert {one.name: one.total for one in lists}["sign"] == 4
    assert total(lists) == (4, 0)


@pytest.mark.parametrize("rows", [0, 1, 7])
def test_the_page_needs_at_most_twenty_queries_for_any_number_of_rows(
    body, other, busy, person, client, rows, django_assert_max_num_queries
):
    fill(body, other, busy, rows)
    client.force_login(person)
    client.get(INBOX)
    with django_assert_max_num_queries(20):
        assert client.get(INBOX).status_code == 200


def test_a_row_of_another_position_offers_to_switch_to_it(body, other, busy, person, client):
    theirs = other.incoming("Văn bản của cơ quan kia")
    client.force_login(person)
    page = client.get(INBOX).content.decode()
    assert "Văn bản của cơ quan kia" in page
    assert f'name="position" value="{busy[2].pk}"' in page
    address = reverse("registry:incoming", args=[theirs.pk])
    assert f'href="{address}"' not in page
    client.post(reverse("people:switch_position"), {"position": busy[2].pk, "next": INBOX})
    assert f'href="{address}"' in client.get(INBOX).content.decode()


def test_an_ended_position_no_longer_brings_its_work(body, other, busy, person, client):
    other.incoming("Văn bản của cơ quan kia")
    busy[2].valid_to = TODAY - timedelta(days=1)
    busy[2].save()
    client.force_login(person)
    assert "Văn bản của cơ quan kia" not in client.get(INBOX).content.decode()


def test_an_empty_inbox_says_so(body, person, busy, client):
    client.force_login(person)
    assert "Không có việc nào đang chờ" in client.get(INBOX).content.decode()


def test_an_unknown_list_in_the_address_gives_the_whole_inbox(body, person, busy, client):
    body.packet()
    client.force_login(person)
    assert "Gói tin" in client.get(INBOX, {"list": "x'\x00"}).content.decode()


def test_a_subject_with_markup_stays_text(body, person, busy, client):
    body.packet(subject="<script>alert(1)</script>")
    client.force_login(person)
    page = client.get(INBOX).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_home_shows_counts_with_links_next_steps_and_new_documents(
    body, other, busy, person, client, django_assert_max_num_queries
):
    fill(body, other, busy, 6)
    document = body.document("Văn bản vừa đăng ký")
    document.created_at = "2026-09-09T03:00:00Z"
    document.save()
    hidden = other.document("Văn bản của cơ quan kia")
    client.force_login(person)
    with django_assert_max_num_queries(22):
        page = client.get(reverse("portal:home")).content.decode()
    assert f"{INBOX}#tasks" in page
    assert "Đăng ký văn bản đến" in page
    assert "Văn bản vừa đăng ký" in page
    assert hidden.subject not in page


def test_home_of_somebody_with_nothing_to_do_says_so(body, client):
    position = body.position(Role.ADMINISTRATOR)
    client.force_login(position.person)
    page = client.get(reverse("portal:home")).content.decode()
    assert "Không có việc nào đang chờ" in page
    assert "Chưa có văn bản nào" in page
    assert reverse("people:admin") in page


def test_documents_granted_to_nobody_of_the_desk_stay_hidden_on_home(body, client):
    officer = body.position(Role.OFFICER)
    seen, hidden = body.document("Được xem"), body.document("Không được xem")
    grants.allow(seen, [grants.person_token(officer.person_id, body.organisation.pk)], reason="test")
    client.force_login(officer.person)
    page = client.get(reverse("portal:home")).content.decode()
    assert seen.subject in page
    assert hidden.subject not in page


def anchor(body, proposer, **fields):
    day = timezone.now()
    values = {
        "certificate": b"x", "sha256": f"{TrustAnchor.objects.count():064d}", "subject": "Gốc thử", "not_before": day,
        "not_after": day, "purposes": ["signing"], "proposed_by_id": proposer.person_id, "proposed_by": "Lê Thị Đầu",
        "proposed_at": day, **fields,
    }  # fmt: skip
    return TrustAnchor.objects.create(**values)


def test_a_certificate_waits_for_the_administrator_who_did_not_propose_it(body, other):
    first = body.position(Role.ADMINISTRATOR, person=body.person("qt1"), title="Quản trị")
    second = other.position(Role.ADMINISTRATOR, person=body.person("qt2"), title="Quản trị")
    clerk = body.position(Role.CLERK, person=body.person("vt"), title="Văn thư")
    proposed = anchor(body, first)
    anchor(body, first, state="trusted")
    asked = anchor(body, first, state="trusted", withdrawal_by_id=second.person_id)
    assert [item.url for item in by_name([second])["trust"].items] == [reverse("signing:anchor", args=[proposed.pk])]
    assert [item.url for item in by_name([first])["trust"].items] == [reverse("signing:anchor", args=[asked.pk])]
    assert "trust" not in by_name([clerk])
