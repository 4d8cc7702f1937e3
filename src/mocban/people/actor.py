"""The one who acts: a person in a position, frozen at the start of a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext_noop

from .choices import Role
from .models import Organisation, Person, Position


@dataclass(frozen=True)
class Actor:
    """A person in one position. Ids and printed names are frozen, as the audit trail keeps them."""

    person_id: UUID | None
    person_name: str
    position_id: UUID | None
    position_title: str
    organisation_id: UUID
    organisation_name: str
    regime: str
    unit_id: UUID | None = None
    unit_name: str = ""
    roles: frozenset[str] = field(default_factory=frozenset)

    def has(self, role: Role) -> bool:
        return role.value in self.roles

    @property
    def is_system(self) -> bool:
        """Whether this is the installation itself. No request can bring such an actor: only our own code makes one."""
        return self.person_id is None

    @property
    def tokens(self) -> frozenset[str]:
        """Every token that a grant may name to let this actor see an object."""
        organisation = f"org:{self.organisation_id}"
        held = {f"{organisation}/{role}" for role in self.roles}
        if self.person_id:
            held.add(f"person:{self.person_id}@{self.organisation_id}")
        if self.unit_id:
            held.add(f"unit:{self.unit_id}")
            held |= {f"unit:{self.unit_id}/{role}" for role in self.roles}
        return frozenset(held)


def actor_of(position: Position) -> Actor:
    """Freeze a position (with person, organisation and unit) as an actor."""
    return Actor(
        person_id=position.person_id,
        person_name=position.person.full_name,
        position_id=position.id,
        position_title=position.title,
        organisation_id=position.organisation_id,
        organisation_name=position.organisation.name,
        regime=position.organisation.regime,
        unit_id=position.unit_id,
        unit_name=position.unit.name if position.unit else "",
        roles=frozenset(position.roles),
    )


def system_actor(organisation: Organisation) -> Actor:
    """The installation itself, acting for an organisation in a background step."""
    return Actor(
        person_id=None,
        person_name=gettext_noop("Hệ thống"),
        position_id=None,
        position_title="",
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        regime=organisation.regime,
    )


def person_actor(person: Person) -> Actor:
    """A person acting on the own account (password, sign-in), outside any position and so without any role."""
    return Actor(
        person_id=person.id,
        person_name=person.full_name,
        position_id=None,
        position_title="",
        organisation_id=person.organisation_id,
        organisation_name=person.organisation.name,
        regime=person.organisation.regime,
    )
