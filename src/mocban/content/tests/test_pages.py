"""Downloads: only for readers, safe headers, ranges."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mocban.audit.models import ReadLog
from mocban.content import services
from mocban.content.examine import examine
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.secrecy.tests import people

from . import factories

pytestmark = pytest.mark.django_db
ALLOWED = set()


def reads(object_id, actor) -> bool:
    return (object_id, actor.person_id) in ALLOWED


@pytest.fixture
def clerk(settings, tmp_path):
    settings.CONTENT_ROOT = tmp_path
    settings.CONTENT_READERS = [f"{__name__}.reads"]
    yield people.actor(people.organisation(), Role.CLERK)
    ALLOWED.clear()


@pytest.fixture
def browser(clerk):
    client = Client()
    client.force_login(Person.objects.get(pk=clerk.person_id))
    return client


def keep(clerk, data=b"0123456789", name="Tờ trình số 5.txt"):
    organisation = Organisation.objects.get(pk=clerk.organisation_id)
    stored = services.store(examined=examine(data, name), data=data, organisation=organisation, actor=clerk)
    ALLOWED.add((stored.pk, clerk.person_id))
    return stored


def address(stored) -> str:
    return reverse("content:object", args=[stored.pk])


def test_a_reader_gets_the_bytes_with_safe_headers_and_is_logged(browser, clerk):
    response = browser.get(address(keep(clerk)))
    assert b"".join(response.streaming_content) == b"0123456789"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    assert response["Content-Disposition"].startswith('attachment; filename="')
    assert "filename*=UTF-8''T%E1%BB%9D%20tr%C3%ACnh" in response["Content-Disposition"]
    assert ReadLog.objects.count() == 1


def test_a_pdf_is_shown_and_saved_on_request(browser, clerk):
    stored = keep(clerk, factories.pdf(), "cong-van.pdf")
    assert browser.get(address(stored))["Content-Disposition"].startswith("inline")
    assert browser.get(address(stored) + "?download=1")["Content-Disposition"].startswith("attachment")


def test_whoever_may_not_read_finds_nothing(browser, clerk):
    stored = keep(clerk)
    ALLOWED.clear()
    assert browser.get(address(stored)).status_code == 404
    assert not ReadLog.objects.exists()


def test_an_anonymous_visitor_is_asked_to_sign_in(clerk):
    assert Client().get(address(keep(clerk))).status_code == 302


def test_a_frozen_object_answers_with_a_sentence(browser, clerk):
    stored = keep(clerk)
    services.freeze(stored, actor=clerk)
    response = browser.get(address(stored))
    assert response.status_code == 409
    assert "phong tỏa" in response.content.decode()


@pytest.mark.parametrize(
    ("header", "status", "body"),
    [
        ("bytes=2-4", 206, b"234"),
        ("bytes=7-", 206, b"789"),
        ("bytes=-3", 206, b"789"),
        ("bytes=5-99", 206, b"56789"),
        ("bytes=0-1,4-5", 200, b"0123456789"),
        ("nonsense", 200, b"0123456789"),
    ],
)
def test_a_range_is_served(browser, clerk, header, status, body):
    response = browser.get(address(keep(clerk)), headers={"range": header})
    assert response.status_code == status
    assert b"".join(response.streaming_content) == body


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=5-2", "bytes=-0"])
def test_a_range_outside_the_file_is_refused(browser, clerk, header):
    response = browser.get(address(keep(clerk)), headers={"range": header})
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */10"


def test_a_rendition_is_read_by_whoever_reads_the_original(browser, clerk):
    original = keep(clerk)
    made = services.store_rendition(
        original=original, kind="pdf", data=factories.pdf(), name="a.pdf", media_type="application/pdf", actor=clerk
    )
    assert browser.get(address(made)).status_code == 200
