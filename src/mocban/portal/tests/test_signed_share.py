"""The share signed on the home page of those who answer for it."""

from __future__ import annotations

import html
from datetime import date

import pytest
from django.urls import reverse

from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.portal.selectors import signed_shares
from mocban.reports.tests.signed_world import issued, received

HOME = reverse("portal:home")
TODAY = date(2026, 9, 10)

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(body):
    return body.position(Role.HEAD_OF_OFFICE)


@pytest.fixture
def documents(body):
    """September: one of two issued is signed; August: one of one; last year: none of one. One of one received."""
    officer = body.position(Role.OFFICER)
    issued(body, officer, "person", "organisation", on=date(2026, 9, 2))
    issued(body, officer, "person", on=date(2026, 9, 3))
    issued(body, officer, "person", "organisation", on=date(2026, 8, 3))
    issued(body, officer, on=date(2025, 5, 5))
    body.outgoing(officer, officer, status="issued")
    body.outgoing(officer, officer, status="numbered")
    received(body, "valid", "person", "organisation", on=date(2026, 9, 4))


def test_month_and_year_are_compared_with_the_ones_before_them(body, head, documents):
    found = {one.query: (one.now.signed, one.now.whole, one.trend) for one in signed_shares(actor_of(head), on=TODAY)}
    assert found["way=outgoing&year=2026&part=m9"] == (1, 2, -50.0)
    assert found["way=outgoing&year=2026"] == (2, 3, pytest.approx(66.67, abs=0.01))
    assert found["way=incoming&year=2026&part=m9"] == (1, 1, None)


def test_in_january_the_month_before_is_in_the_year_before(body, head):
    officer = body.position(Role.OFFICER)
    issued(body, officer, "person", "organisation", on=date(2025, 12, 31))
    issued(body, officer, "person", on=date(2026, 1, 2))
    month = signed_shares(actor_of(head), on=date(2026, 1, 5))[0]
    assert (month.now.percent, month.before.percent, month.trend) == (0.0, 100.0, -100.0)


@pytest.mark.parametrize("role", [Role.HEAD_OF_OFFICE, Role.LEADER])
def test_the_home_page_shows_it_and_leads_to_the_list(body, client, documents, role):
    client.force_login(body.position(role).person)
    words = html.unescape(client.get(HOME).content.decode())
    assert "50,0%" in words
    assert "1 trên 2 văn bản; tháng trước 100,0%" in words
    address = f"{reverse('reports:unsigned')}?way=outgoing&year=2026&part=m9"
    assert address in words
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("role", [Role.CLERK, Role.OFFICER, Role.ARCHIVIST])
def test_others_have_no_such_figure(body, client, documents, role):
    client.force_login(body.position(role).person)
    assert "Đủ chữ ký số" not in client.get(HOME).content.decode()


def test_a_body_without_documents_has_a_dash(body, head, client):
    client.force_login(head.person)
    words = client.get(HOME).content.decode()
    assert "chưa có văn bản điện tử" in words
