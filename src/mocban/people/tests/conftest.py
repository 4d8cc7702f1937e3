"""A small office for the tests of this app."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine

from mocban.people import selectors, services
from mocban.people.actor import Actor, actor_of, system_actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Person, Position, Unit

DAY = date(2026, 9, 1)
PASSWORD = "Ruộng-bậc-thang-7"


@pytest.fixture(autouse=True)
def _one_day():
    with time_machine.travel("2026-09-01T03:00:00Z", tick=True):
        yield


@pytest.fixture(autouse=True)
def _own_addresses_and_cheap_hashes(settings):
    settings.ROOT_URLCONF = "mocban.people.tests.urls"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def fields(**changes: str) -> services.OrganisationFields:
    given = {"name": "Văn phòng Tỉnh ủy Lam Sơn", "regime": "party", "symbol": "VPTU", "code": "A99.01"}
    return services.OrganisationFields(**{**given, "place": "Lam Sơn", **changes})


@dataclass
class Office:
    """An organisation with one unit and one administrator."""

    organisation: Organisation
    unit: Unit
    admin: Actor

    def person(self, login: str, *roles: Role, **changes: Any) -> Person:
        """A person with a position here since the day of the tests."""
        installer = system_actor(self.organisation)
        given = {"full_name": f"Người {login}", "password": PASSWORD, "must_change_password": False}
        person = services.create_person(login=login, actor=installer, **{**given, **changes})
        self.appoint(person, *roles)
        return person

    def appoint(self, person: Person, *roles: Role, **changes: Any) -> Position:
        given = {"title": "Chuyên viên", "unit": self.unit, "valid_from": DAY}
        return services.appoint(
            person=person,
            organisation=self.organisation,
            roles=roles or [Role.OFFICER],
            actor=system_actor(self.organisation),
            **{**given, **changes},
        )

    def actor(self, person: Person) -> Actor:
        found = selectors.positions_of(person, DAY).filter(organisation=self.organisation).first()
        assert found
        return actor_of(found)


@pytest.fixture
def office(db) -> Office:
    organisation = services.found_organisation(fields=fields())
    unit = services.create_unit(
        organisation=organisation, name="Phòng Tổng hợp", symbol="TH", actor=system_actor(organisation)
    )
    made = Office(organisation, unit, system_actor(organisation))
    made.admin = made.actor(made.person("quantri", Role.ADMINISTRATOR))
    return made


@pytest.fixture
def admin_client(office, client):
    client.force_login(Person.objects.get(login="quantri"))
    return client
