"""Who holds which position on a day, and what holds for an organisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q

from mocban import law
from mocban.lib.text import clean_line, fold

from .models import Organisation, Person, Position, Setting, Unit

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from .actor import Actor
    from .choices import Role

VIET_NAM = ZoneInfo("Asia/Ho_Chi_Minh")


def today() -> date:
    """Return the calendar day in Viet Nam. Only the borders (views, API, tasks, commands) ask for it."""
    return datetime.now(VIET_NAM).date()


def in_force(organisation: Organisation, name: str, *, on: date) -> law.Held:
    """Return what holds for the organisation on that day: its own value where the law delegates and it has set one.

    Raises law.Unknown for a name that does not exist, law.NotCovered where the law says nothing for that day.
    """
    lawful = law.value(name, on=on, regime=organisation.regime)
    if not lawful.delegated:
        return lawful
    dated = Setting.objects.filter(organisation=organisation, name=name, valid_from__lte=on)
    return _own(dated.order_by("-valid_from").first(), lawful, on=on)


def _own(setting: Setting | None, lawful: law.Held, *, on: date) -> law.Held:
    """Return the organisation's own value in the shape of the lawful one it stands for.

    A departure from the law's text carries its reason (as the note) and a last day, after which the lawful value holds.
    """
    if setting is None:
        return lawful
    own = replace(lawful, citation=setting.citation, since=setting.valid_from, confidence="confirmed", note="")
    if not is_departure(setting.value):
        return replace(own, value=setting.value)
    until = date.fromisoformat(setting.value["until"])
    if until < on:
        return lawful
    return replace(own, value=setting.value["value"], note=setting.value["reason"], until=until)


def is_departure(kept: Any) -> bool:
    """Whether a kept setting is a departure from the law's text: {"value", "reason", "until": "YYYY-MM-DD"}."""
    return isinstance(kept, dict) and kept.keys() == {"value", "reason", "until"}


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gte=day))


def positions_in_force(on: date) -> QuerySet[Position]:
    """Return the positions held on that day by active people, with person, organisation and unit."""
    return (
        Position.objects.filter(_on(on), person__is_active=True)
        .select_related("person", "organisation", "unit")
        .order_by("valid_from", "id")
    )


def positions_of(person: Person, on: date) -> QuerySet[Position]:
    """Return the positions that the person holds on that day, oldest first."""
    return positions_in_force(on).filter(person=person)


def holders(organisation_id: UUID, role: Role, *, on: date, unit_id: UUID | None = None) -> QuerySet[Position]:
    """Return the positions with `role` in the organisation (or in one unit of it) on that day."""
    found = positions_in_force(on).filter(organisation_id=organisation_id, roles__contains=[role.value])
    return found.filter(unit_id=unit_id) if unit_id else found


def hosted_bodies() -> QuerySet[Organisation]:
    """Return the bodies that this installation serves; the exchange reaches them without leaving it."""
    return Organisation.objects.filter(hosted=True).order_by("sort_name")


def people_listed(actor: Actor, *, words: str = "", without_password: bool = False) -> QuerySet[Person]:
    """Return the people whom the administrator may see, narrowed to a name or login that holds `words`."""
    found: QuerySet[Person] = Person.objects.visible_to(actor)
    if without_password:
        found = found.filter(password__startswith=UNUSABLE_PASSWORD_PREFIX, organisation_id=actor.organisation_id)
    for word in clean_line(words)[:200].split():
        found = found.filter(folded_name__contains=fold(word))
    return found.prefetch_related(
        Prefetch(
            "positions",
            Position.objects.visible_to(actor).select_related("unit"),
            to_attr="positions_here",
        )
    )


def installed() -> bool:
    """Say whether somebody has an account: only before that may the first start happen."""
    return bool(Person.objects.exists())


def has_second_factor(person: Person) -> bool:
    return bool(Authenticator.objects.filter(user=person).exists())


def account(login: str) -> Person | None:
    """Return the person who signs in as `login`, of whatever organisation: to appoint somebody who works for two."""
    found: Person | None = Person.objects.filter(login=clean_line(login).lower()).first()
    return found


def units_open(actor: Actor) -> QuerySet[Unit]:
    """Return the units in use of the actor's organisation, in alphabetical order."""
    return Unit.objects.visible_to(actor).filter(closed_on=None)


def delegated(organisation: Organisation, *, on: date) -> list[tuple[law.Parameter, law.Held]]:
    """Return each parameter that the law leaves to the organisation on that day, with what is in force."""
    dated = Setting.objects.filter(organisation=organisation, valid_from__lte=on).order_by("valid_from")
    own = {setting.name: setting for setting in dated}
    found = []
    for parameter in law.all_parameters():
        try:
            lawful = law.value(parameter.name, on=on, regime=organisation.regime)
        except law.NotCovered:
            continue
        if lawful.delegated:
            found.append((parameter, _own(own.get(parameter.name), lawful, on=on)))
    return found
