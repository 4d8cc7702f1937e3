"""Where the key lies that a person would sign with, and so what a page asks for and where it sends."""

from __future__ import annotations

from dataclasses import dataclass

from mocban.people.actor import Actor
from mocban.signing import keys
from mocban.signing.choices import KeyPlace

from .choices import SigningPurpose


@dataclass(frozen=True)
class Place:
    """A key of this installation asks for no PIN; one on the person's own computer is used through its own page."""

    asks_pin: bool
    elsewhere: bool


def place_of(actor: Actor, purpose: SigningPurpose) -> Place:
    """The place of the actor's own key, or for issuing of the organisation's."""
    person_id = actor.person_id if purpose == SigningPurpose.SIGN else None
    found = keys.source(organisation_id=actor.organisation_id, person_id=person_id)
    if found is None:
        return Place(asks_pin=False, elsewhere=False)
    elsewhere = found.place == KeyPlace.AGENT
    return Place(asks_pin=not elsewhere, elsewhere=elsewhere)
