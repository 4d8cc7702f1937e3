"""The shared world of the app tests: a department and a Party office of the demo province, made through the services.

Each test module makes it once, inside a transaction that is rolled back after its last test; every test runs in a
savepoint of its own, so that none sees what another did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client, override_settings

from mocban.config.demo.bodies import Body, make_desks, make_keys
from mocban.config.demo.spec import world as specification
from mocban.people.actor import Actor, system_actor
from mocban.people.choices import Role
from mocban.people.models import Person, Position
from mocban.people.services import issue_token

DAY = date(2026, 11, 4)  # a Wednesday without a holiday near it
NOON = "2026-11-04T05:00:00Z"  # noon in Viet Nam
QUICK_PASSWORDS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in with them here


@dataclass
class World:
    """Two bodies under two regimes: `office` is where a test happens, `other` the stranger and the recipient."""

    office: Body
    other: Body

    def actor(self, role: Role, unit: str = "") -> Actor:
        """The first person of the department with the role (in the unit)."""
        return self.office.actor(role, unit)

    @property
    def clerk(self) -> Actor:
        return self.actor(Role.CLERK)

    @property
    def chief(self) -> Actor:
        """The head of office."""
        return self.actor(Role.HEAD_OF_OFFICE)

    @property
    def leader(self) -> Actor:
        return self.actor(Role.LEADER)

    @property
    def head(self) -> Actor:
        """The head of the unit that does the work."""
        return self.actor(Role.HEAD_OF_UNIT, "vtlt")

    @property
    def officer(self) -> Actor:
        return self.actor(Role.OFFICER, "vtlt")

    @property
    def archivist(self) -> Actor:
        return self.actor(Role.ARCHIVIST)

    @property
    def stranger(self) -> Actor:
        """A clerk of the other body, who has every power there and none here."""
        return self.other.actor(Role.CLERK)

    def people(self) -> dict[str, Actor]:
        """Everybody who may turn up in a table of permissions, by name."""
        return {
            "clerk": self.clerk,
            "chief": self.chief,
            "leader": self.leader,
            "head": self.head,
            "officer": self.officer,
            "other_head": self.actor(Role.HEAD_OF_UNIT, "tccb"),
            "other_officer": self.actor(Role.OFFICER, "tccb"),
            "archivist": self.archivist,
            "administrator": self.actor(Role.ADMINISTRATOR),
            "stranger": self.stranger,
        }


def browser(actor: Actor) -> Client:
    """A browser in which the actor is signed in, in that position."""
    client = Client()
    client.force_login(Person.objects.get(pk=actor.person_id), backend=settings.AUTHENTICATION_BACKENDS[0])
    session = client.session
    session["position"] = str(actor.position_id)
    session.save()
    return client


def position(actor: Actor) -> Position:
    return Position.objects.get(pk=actor.position_id)


def make_world() -> World:
    bodies = {spec["key"]: spec for spec in specification()["organisations"]}
    return World(office=make_desks(bodies["snv"], on=DAY), other=make_desks(bodies["vptu"], on=DAY))


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker) -> Iterator[World]:  # type: ignore[no-untyped-def]
    """The world on DAY, at noon; the clock stands there for the whole module."""
    with (
        django_db_blocker.unblock(),
        time_machine.travel(NOON, tick=True),
        override_settings(PASSWORD_HASHERS=QUICK_PASSWORDS),
    ):
        frame = transaction.atomic()
        frame._from_testcase = True  # type: ignore[attr-defined]
        frame.__enter__()
        try:
            yield make_world()
        finally:
            transaction.set_rollback(True)
            frame.__exit__(None, None, None)


@pytest.fixture(scope="module")
def keys(world: World, django_db_blocker) -> None:  # type: ignore[no-untyped-def]
    """The department can sign and seal."""
    with django_db_blocker.unblock():
        make_keys(world.office, actor=system_actor(world.office.organisation))


@dataclass
class Caller:
    """A program that calls the API with the token of one position."""

    actor: Actor

    def __post_init__(self) -> None:
        held = position(self.actor)
        system = system_actor(held.organisation)
        self.token = issue_token(position=held, label="thử", days=1, actor=system)
        self.client = Client()

    def __call__(self, verb: str, address: str, data: Any = None, *, files: dict[str, Any] | None = None) -> Any:
        """The answer to one call: JSON, or multipart when `files` is given (empty for none)."""
        given: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.token}"}}
        if files is not None:
            given["data"] = {**(data or {}), **files}
        elif data is not None:
            given |= {"data": data, "content_type": "application/json"}
        return getattr(self.client, verb)(f"/api/v1{address}", **given)

    def done(self, verb: str, address: str, data: Any = None, *, files: dict[str, Any] | None = None) -> Any:
        """The JSON of a call that must succeed."""
        answer = self(verb, address, data, files=files)
        assert answer.status_code in (200, 201), (answer.status_code, answer.content.decode())
        return answer.json()

    def refused(self, verb: str, address: str, data: Any = None, *, files: dict[str, Any] | None = None) -> Any:
        """(status, problem) of a call that must be refused, in the one form that refusals have."""
        answer = self(verb, address, data, files=files)
        assert answer["Content-Type"] == "application/problem+json", answer.content.decode()
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert problem["detail"]
        return answer.status_code, problem
