"""Where the key lies that a person would sign with, and so what a page asks for and where it sends."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from mocban.people.actor import Actor
from mocban.signing import keys
from mocban.signing import services as signing
from mocban.signing.choices import KeyPlace

from .choices import SigningPurpose


@dataclass(frozen=True)
class Place:
    """What the key asks for before it signs: a trial key nothing, one at the desk on its own page.

    `asks_code` is a one-time code of a remote service, `sends_code` whether the service sends it when asked to.
    """

    asks_pin: bool = False
    elsewhere: bool = False
    asks_code: bool = False
    sends_code: bool = False
    send_url: str = ""


def place_of(actor: Actor, purpose: SigningPurpose) -> Place:
    """The place of the actor's own key, or for issuing of the organisation's. Neither token nor service is asked."""
    person_id = actor.person_id if purpose == SigningPurpose.SIGN else None
    found = keys.source(organisation_id=actor.organisation_id, person_id=person_id)
    if found is None:
        return Place()
    if found.place == KeyPlace.AGENT:
        return Place(elsewhere=True)
    if found.place != KeyPlace.REMOTE:
        return Place(asks_pin=True)
    wanted = signing.wants(found)
    return Place(
        asks_pin=wanted["pin"],
        asks_code=bool(wanted["otp"]),
        sends_code=bool(wanted["sends"]),
        send_url=reverse("signing:send_code", args=["own" if person_id else "organisation"]),
    )
