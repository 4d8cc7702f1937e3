from __future__ import annotations

from datetime import date

import pytest
from django.test import Client

from mocban.people.actor import actor_of
from mocban.people.models import Organisation, Person, Position


@pytest.fixture
def office(db):
    return Organisation.objects.create(name="Sở Thử nghiệm", regime="state", symbol="STN", code="H00.1", place="Hà Nội")


@pytest.fixture
def person(office):
    return Person.objects.create(
        organisation=office, login="tim", full_name="Trần Văn Tìm", sort_name="tim", must_change_password=False
    )


@pytest.fixture
def clerk(office, person):
    return Position.objects.create(
        person=person, organisation=office, title="Văn thư", roles=["clerk"], valid_from=date(2020, 1, 1)
    )


@pytest.fixture
def second_post(office, person):
    return Position.objects.create(
        person=person, organisation=office, title="Lưu trữ viên", roles=["archivist"], valid_from=date(2021, 1, 1)
    )


@pytest.fixture
def leader(office):
    other = Person.objects.create(organisation=office, login="le", full_name="Lê Thị Lãnh", must_change_password=False)
    return Position.objects.create(
        person=other, organisation=office, title="Giám đốc", roles=["leader"], valid_from=date(2020, 1, 1)
    )


@pytest.fixture
def actor(clerk):
    return actor_of(clerk)


@pytest.fixture
def browser(person):
    client = Client()
    client.force_login(person)
    return client
