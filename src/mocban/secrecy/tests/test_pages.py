"""The pages of incidents: for the security desk, in words, with both confirmations."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from mocban.lib.ids import new_id
from mocban.people.choices import Role
from mocban.people.models import Person
from mocban.secrecy import services
from mocban.secrecy.choices import Channel, IncidentState, Level

from . import people

pytestmark = pytest.mark.django_db
MINUTES = "Xóa vì tệp có dấu MẬT; ghi đè, hai người chứng kiến."


@pytest.fixture
def body(settings, tmp_path):
    settings.SECRECY_FREEZERS = []
    settings.SECRECY_ERASERS = []
    settings.DATA = tmp_path
    return people.organisation()


@pytest.fixture
def incident(body):
    clerk = people.actor(body, Role.CLERK)
    return services.report_after_storing(
        objects={new_id(): "ab" * 32}, level=Level.SECRET, channel=Channel.UPLOAD, actor=clerk, organisation=body
    )


def browser(body, role, login) -> Client:
    client = Client()
    actor = people.actor(body, role, login=login, name=f"Người {login}")
    person = Person.objects.get(pk=actor.person_id)
    client.force_login(person)
    return client


def test_the_security_desk_lists_and_opens_incidents(body, incident, django_assert_max_num_queries):
    desk = browser(body, Role.ADMINISTRATOR, "quan-tri")
    with django_assert_max_num_queries(20):
        listed = desk.get(reverse("secrecy:incident_list")).content.decode()
    assert "Đã phong tỏa" in listed
    with django_assert_max_num_queries(30):
        opened = desk.get(reverse("secrecy:incident", args=[incident.pk])).content.decode()
    assert "Lập biên bản xóa" in opened
    assert "báo phát hiện bí mật nhà nước" in opened


def test_a_clerk_finds_no_incident(body, incident):
    other = browser(body, Role.OFFICER, "chuyen-vien")
    assert other.get(reverse("secrecy:incident", args=[incident.pk])).status_code == 404
    assert "Chưa có sự cố nào" in other.get(reverse("secrecy:incident_list")).content.decode()


def test_two_people_erase_in_the_browser_and_the_minutes_print(body, incident):
    first, second = browser(body, Role.ADMINISTRATOR, "mot"), browser(body, Role.ARCHIVIST, "hai")
    address = reverse("secrecy:incident_erase", args=[incident.pk])
    assert "người xác nhận thứ nhất" in first.get(address).content.decode()
    assert first.post(address, {"minutes": MINUTES}).status_code == 302
    assert "người xác nhận thứ hai" in second.get(address).content.decode()
    assert second.post(address).status_code == 302
    incident.refresh_from_db()
    assert incident.state == IncidentState.ERASED
    printed = first.get(reverse("secrecy:incident_minutes", args=[incident.pk])).content.decode()
    assert "Người mot" in printed
    assert "Người hai" in printed
    assert MINUTES in printed


def test_empty_minutes_keep_the_form_and_say_why(body, incident):
    desk = browser(body, Role.ADMINISTRATOR, "mot")
    response = desk.post(reverse("secrecy:incident_erase", args=[incident.pk]), {"minutes": "ngắn quá"})
    assert response.status_code == 409
    assert "ngắn quá" in response.content.decode()


def test_the_same_person_twice_gets_a_sentence(body, incident):
    desk = browser(body, Role.ADMINISTRATOR, "mot")
    address = reverse("secrecy:incident_erase", args=[incident.pk])
    desk.post(address, {"minutes": MINUTES})
    response = desk.post(address)
    assert response.status_code == 409
    assert "một người khác" in response.content.decode()
