"""The administrators' page and the fragment that other apps include."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from mocban.audit import selectors, services
from mocban.audit.testing import append_uncommitted
from mocban.people.actor import actor_of
from mocban.people.models import Organisation, Person, Position

from .test_services import TRIED

pytestmark = pytest.mark.django_db


@pytest.fixture
def position():
    office = Organisation.objects.create(
        name="Sở Thử nghiệm", regime="state", symbol="STN", code="H00.1", place="Hà Nội"
    )
    person = Person.objects.create(organisation=office, login="qt", full_name="<i>Trị</i>", must_change_password=False)
    return Position.objects.create(
        person=person, organisation=office, title="Quản trị", roles=["administrator"], valid_from=date(2020, 1, 1)
    )


@pytest.fixture
def browser(position):
    client = Client()
    client.force_login(position.person)
    return client


def record(position, **more) -> ContentType:
    thing = ContentType(pk=1, app_label="trial", model="thing")
    with transaction.atomic():
        services.record(actor_of(position), TRIED, thing, details={"time": 1}, **more)
    return thing


def test_an_administrator_sees_feed_seals_and_the_last_check(browser, position, django_assert_max_num_queries):
    record(position)
    append_uncommitted()
    services.seal_positions()
    services.verify_and_note()
    with django_assert_max_num_queries(20):
        answer = browser.get(reverse("audit:state"))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "Nguyên vẹn" in text
    assert bytes(selectors.seals().get().chained).hex() in text


def test_before_anything_happened_the_page_says_so(browser):
    text = browser.get(reverse("audit:state")).content.decode()
    assert "Chưa có niêm phong nào" in text
    assert "Chưa kiểm tra" in text


def test_others_are_refused(browser, position):
    position.roles = ["clerk"]
    position.save(update_fields=["roles"])
    assert browser.get(reverse("audit:state")).status_code == 403


def test_a_history_prints_sentences_rules_and_changes_and_escapes_them(position):
    thing = record(position, basis=["NĐ 30/2020, Điều 22"], changes={"model": ("cũ", "<b>mới</b>")})
    text = render_to_string("audit/_history.html", {"history": selectors.history(thing)})
    assert "&lt;i&gt;Trị&lt;/i&gt; đã thử" in text
    assert "NĐ 30/2020, Điều 22" in text
    assert "cũ → &lt;b&gt;mới&lt;/b&gt;" in text
    assert "Quản trị, Sở Thử nghiệm" in text
    assert "<b>" not in text


def test_an_object_without_events_has_an_empty_history():
    assert "Chưa có sự kiện nào" in render_to_string("audit/_history.html", {"history": []})
