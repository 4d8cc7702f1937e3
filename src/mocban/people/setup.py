"""How far the guided set-up of an organisation is. settings.SETUP_STEPS lists the steps, of this app and of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.module_loading import import_string

from . import selectors
from .actor import Actor
from .choices import Role
from .models import Organisation, Unit


@dataclass(frozen=True)
class Step:
    label: Any
    note: Any
    url: str
    done: bool


def steps(actor: Actor) -> list[Step]:
    """Return every step with whether the actor's organisation has taken it.

    An entry of the setting: label, note, url_name and done, the dotted name of a function (Actor) -> bool.
    """
    return [
        Step(entry["label"], entry.get("note", ""), _address(entry["url_name"]), import_string(entry["done"])(actor))
        for entry in settings.SETUP_STEPS
    ]


def organisation_described(actor: Actor) -> bool:
    organisation = Organisation.objects.visible_to(actor).get()
    return bool(organisation.address and organisation.short_name)


def units_made(actor: Actor) -> bool:
    return Unit.objects.visible_to(actor).filter(closed_on=None).exists()


def desks_filled(actor: Actor) -> bool:
    """Whether somebody sits at each desk that an incoming document passes."""
    on = selectors.today()
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    return all(selectors.holders(actor.organisation_id, role, on=on).exists() for role in desks)


def two_administrators(actor: Actor) -> bool:
    held = selectors.holders(actor.organisation_id, Role.ADMINISTRATOR, on=selectors.today())
    return held.values("person").distinct().count() > 1


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
