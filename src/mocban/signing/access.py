"""Who may sign, seal and prepare keys. Whose document it is, the registry has asked before."""

from __future__ import annotations

from typing import Any

from mocban.people import access
from mocban.people.access import who
from mocban.people.actor import Actor
from mocban.people.choices import Role


def is_person(actor: Actor, organisation: Any) -> bool:
    """A signature is always a person's own act: the installation never signs for somebody."""
    return actor.person_id is not None


def is_own_key(actor: Actor, source: Any) -> bool:
    """A person says where the own key lies; the key itself stays with the person (NĐ 30/2020, Điều 32)."""
    return actor.person_id is not None and source.person_id == actor.person_id


def uses_key(actor: Actor, source: Any) -> bool:
    """The own key, or the organisation's for its registry clerk and the head of office."""
    if source.person_id is None:
        return actor.has(Role.CLERK) or actor.has(Role.HEAD_OF_OFFICE)
    return is_own_key(actor, source)


VERBS: access.Table = {
    "document.sign": who(part=is_person),
    "document.seal": who(Role.CLERK),  # the registry clerk personally (NĐ 30/2020, Điều 32)
    "signature.verify": who(*Role),
    "key.issue": who(Role.ADMINISTRATOR),
    # Asked of the actor's own body: trust is common, and the administrator of any body counts as one of the two.
    "trust.view": who(Role.ADMINISTRATOR, Role.CLERK, Role.HEAD_OF_OFFICE),
    "trust.decide": who(Role.ADMINISTRATOR),
    "trust.import": who(Role.ADMINISTRATOR),
    "key.view": who(Role.ADMINISTRATOR, part=uses_key),
    "key.use": who(part=uses_key),
    "key.place": who(Role.ADMINISTRATOR, part=is_own_key),
    "key.hand_over": who(Role.ADMINISTRATOR, Role.HEAD_OF_OFFICE, Role.CLERK),
    "time.set": who(Role.ADMINISTRATOR),
    "proof.renew": who(Role.HEAD_OF_OFFICE, Role.ARCHIVIST, Role.CLERK),
}


def require(actor: Actor, verb: str, obj: Any) -> None:
    access.check(VERBS, actor, verb, obj)


def may(actor: Actor, verb: str, obj: Any) -> bool:
    return access.may(VERBS, actor, verb, obj)
