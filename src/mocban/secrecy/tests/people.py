"""Invented bodies and people for the tests of secrecy and of the apps above it."""

from __future__ import annotations

from datetime import date

from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Regime, Role
from mocban.people.models import Organisation, Person, Position


def organisation(code: str = "H99.01", regime: str = Regime.PARTY) -> Organisation:
    return Organisation.objects.create(
        name=f"Tỉnh ủy Bình Sơn {code}", regime=regime, symbol="TU", code=code, place="Bình Sơn"
    )


def actor(body: Organisation, *roles: Role, login: str = "van-thu", name: str = "Lê Thị Mai") -> Actor:
    person = Person.objects.create(organisation=body, login=login, full_name=name, must_change_password=False)
    position = Position.objects.create(
        person=person,
        organisation=body,
        title="Văn thư",
        roles=[role.value for role in roles or (Role.CLERK,)],
        valid_from=date(2026, 1, 1),
    )
    return actor_of(Position.objects.select_related("person", "organisation", "unit").get(pk=position.pk))
