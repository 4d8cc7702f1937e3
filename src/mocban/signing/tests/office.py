"""Invented bodies and people for the tests of the services."""

from __future__ import annotations

from datetime import date

from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Regime, Role
from mocban.people.models import Organisation, Person, Position

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xml": "application/xml",
    "p7s": "application/pkcs7-signature",
    "p7m": "application/pkcs7-mime",
    "asice": "application/vnd.etsi.asic-e+zip",
}


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


def stored(body: Organisation, data: bytes, actor: Actor, name: str = "Công văn.pdf") -> DigitalObject:
    """A file as it lies in the store after it came in."""
    return content.store(
        examined=describe(data, name, MEDIA_TYPES[name.rpartition(".")[2]]), data=data, organisation=body, actor=actor
    )
