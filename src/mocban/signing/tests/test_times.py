"""An administrator says who stamps the time, tries it, and sees in words why it failed."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from mocban.audit.models import Event
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person
from mocban.signing import grading, services
from mocban.signing.models import TimeAuthority
from mocban.signing.tests import office
from mocban.signing.tests.servers import Served

DAY = date(2026, 11, 5)
pytestmark = pytest.mark.django_db


@pytest.fixture
def body() -> Organisation:
    return office.organisation()


@pytest.fixture
def admin(body: Organisation) -> Actor:
    return office.actor(body, Role.ADMINISTRATOR, login="admin")


@pytest.fixture
def browser(admin: Actor) -> Client:
    client = Client()
    client.force_login(Person.objects.get(pk=admin.person_id))
    return client


def add(body: Organisation, admin: Actor, name: str, url: str = "http://tsa.example/") -> TimeAuthority:
    return services.add_time_authority(organisation=body, name=name, url=url, actor=admin)


def names(body: Organisation) -> list[str]:
    stamper = grading.stamper_for(body, on=DAY)
    return [one.name for one in stamper.authorities] if stamper else []


def test_authorities_are_asked_in_the_order_given(body: Organisation, admin: Actor) -> None:
    first, second, third = (add(body, admin, name, f"http://{name}.example/") for name in ("mot", "hai", "ba"))
    assert names(body) == ["mot", "hai", "ba"]
    services.raise_time_authority(authority=third, actor=admin)
    services.raise_time_authority(authority=first, actor=admin)
    services.switch_time_authority(authority=second, active=False, actor=admin)
    services.switch_time_authority(authority=second, active=False, actor=admin)
    assert names(body) == ["mot", "ba"]
    verbs = list(Event.objects.filter(verb__startswith="time.").values_list("verb", flat=True))
    assert sorted(verbs) == ["time.added"] * 3 + ["time.off"] + ["time.raised"]


def test_without_an_authority_signatures_are_basic(body: Organisation, admin: Actor) -> None:
    assert grading.grade_for(body, on=DAY).level == "B-B"
    authority = add(body, admin, "mot")
    assert grading.grade_for(body, on=DAY).level == "B-LTA"
    services.switch_time_authority(authority=authority, active=False, actor=admin)
    assert grading.grade_for(body, on=DAY).level == "B-B"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("ftp://tsa.example/", "signing.time_address"),
        ("tsa.example", "signing.time_address"),
        ("http://a:b@tsa.example/", "signing.time_address"),
        ("http://mot.example/", "signing.time_twice"),
    ],
)
def test_what_is_no_address_or_there_already_is_refused(url: str, code: str, body: Organisation, admin: Actor) -> None:
    add(body, admin, "mot", "http://mot.example/")
    with pytest.raises(RuleBroken) as refusal:
        add(body, admin, "hai", url)
    assert refusal.value.code == code
    assert TimeAuthority.objects.count() == 1


def test_trying_an_authority_says_what_came_of_it(body: Organisation, admin: Actor, served: Served) -> None:
    good, bad = add(body, admin, "mot", served.tsa()), add(body, admin, "hai", served.tsa("rubbish"))
    assert services.try_time_authority(authority=good, actor=admin, on=DAY) == ""
    failure = services.try_time_authority(authority=bad, actor=admin, on=DAY)
    assert "không phải dấu thời gian" in failure
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.answered_at is not None, good.failed_at) == (True, None)
    assert (bad.answered_at, bad.failure) == (None, failure)


def test_only_the_administrator_of_the_body_sets_them(body: Organisation, admin: Actor, served: Served) -> None:
    authority = add(body, admin, "mot", served.tsa())
    clerk = office.actor(body, Role.CLERK, login="clerk")
    stranger = office.actor(office.organisation("H99.02"), Role.ADMINISTRATOR, login="other")
    for actor in (clerk, stranger):
        for act in (
            lambda actor=actor: add(body, actor, "hai"),
            lambda actor=actor: services.raise_time_authority(authority=authority, actor=actor),
            lambda actor=actor: services.switch_time_authority(authority=authority, active=False, actor=actor),
            lambda actor=actor: services.try_time_authority(authority=authority, actor=actor, on=DAY),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_the_page_adds_tries_and_orders(browser: Client, body: Organisation, served: Served) -> None:
    address = reverse("signing:times")
    assert "chưa có dấu thời gian" in browser.get(address).content.decode()
    shown = browser.post(address, {"name": "Nơi cấp một", "url": served.tsa("down")}, follow=True).content.decode()
    assert "Chưa hỏi lần nào" in shown
    refused = browser.post(address, {"name": "Nơi cấp hai", "url": "nowhere"})
    assert refused.status_code == 409
    assert "http://" in refused.content.decode()
    browser.post(address, {"name": "Nơi cấp hai", "url": served.tsa()})
    first, second = TimeAuthority.objects.filter(organisation=body)
    step = {pk: reverse("signing:time_step", args=[pk]) for pk in (first.pk, second.pk)}
    assert "Không kết nối được" in browser.post(step[first.pk], {"step": "try"}, follow=True).content.decode()
    assert "Đang trả lời" in browser.post(step[second.pk], {"step": "try"}, follow=True).content.decode()
    browser.post(step[second.pk], {"step": "raise"})
    assert "Ngừng dùng" in browser.post(step[first.pk], {"step": "off"}, follow=True).content.decode()
    assert names(body) == ["Nơi cấp hai"]


def test_the_page_asks_the_database_equally_often_for_one_and_for_many(
    browser: Client, body: Organisation, admin: Actor, django_assert_num_queries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    add(body, admin, "mot", "http://mot.example/")
    browser.get(reverse("signing:times"))
    with CaptureQueriesContext(connection) as once:
        browser.get(reverse("signing:times"))
    for name in ("hai", "ba", "bon"):
        add(body, admin, name, f"http://{name}.example/")
    with django_assert_num_queries(len(once)):
        browser.get(reverse("signing:times"))
