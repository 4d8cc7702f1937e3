"""Invented bodies and people for the tests of the services."""

from __future__ import annotations

from datetime import date

from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Regime, Role
from mocban.people.models import Organisation, Person, Position


def organisation(code: str = "H99.01") -> Organisation:
    return Organisation.objects.create(
        name=f"Tỉnh ủy Bình Sơn {code}", regime=Regime.PARTY, symbol="TU", code=code, place="Bình Sơn"
    )


def actor(body: Organisation, *roles: Role, login: str, name: str = "Lê Thị Mai") -> Actor:
    person = Person.objects.create(login=login, full_name=name, must_change_password=False, organisation=body)
    position = Position.objects.create(
        person=person,
        organisation=body,
        title="Cán bộ",
        roles=[role.value for role in roles],
        valid_from=date(2026, 1, 1),
    )
    return actor_of(position)
