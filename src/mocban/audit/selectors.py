"""Reading the trail: the history of an object in sentences, who read it, and the state of the feed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Max
from django.utils import formats
from django.utils.translation import gettext as _

from . import positions, verbs
from .keys import key, split
from .models import Event, Position, ReadKind, ReadLog, Seal, Verification

HISTORY_LIMIT = 500  # entries of one page fragment; the newest are kept


@dataclass(frozen=True)
class Change:
    """One named field before and after, as printed."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Changed:
    """Fields of one object, {name: (before, after)} as the trail keeps them, changed at one moment by one person."""

    object_id: UUID
    at: datetime
    by: str
    fields: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Entry:
    """One line of a history, newest last."""

    at: datetime
    sentence: str
    basis: list[str]
    changes: list[Change]
    actor: str
    position: str
    organisation: str
    verb: str

    @property
    def when(self) -> datetime:
        """The name that the timeline component of `ui` reads."""
        return self.at

    @property
    def who(self) -> str:
        """The position and organisation as they were that day."""
        return ", ".join(part for part in (self.position, self.organisation) if part)


@dataclass(frozen=True)
class Reading:
    """One line of the log of reads."""

    at: datetime
    person: str
    position: str
    organisation: str
    kind: str


@dataclass(frozen=True)
class State:
    """The feed as the administrators' page shows it."""

    last: int
    holes: int
    waiting: int
    sealed: int
    seals: int
    verification: Verification | None


def history(obj: models.Model) -> list[Entry]:
    """Return what was done to the object, newest last, at most HISTORY_LIMIT entries: one query."""
    return history_of(key(obj))


def history_of(object_key: str) -> list[Entry]:
    """Return the history of an object by its name in the trail, even when the object itself is gone."""
    # "+ 0": sorted after the look-up by object, for a planner that walks the ids backwards would read the whole trail.
    newest = Event.objects.filter(objects_touched__contains=[object_key]).order_by((F("id") + 0).desc())[:HISTORY_LIMIT]
    return [_entry(event) for event in reversed(newest)]


def changes_since(at: datetime, *, organisation_id: UUID, verb: str) -> Iterator[Changed]:
    """Return what events of one verb and organisation changed after a moment, oldest first: one query."""
    events = Event.objects.filter(organisation_id=organisation_id, at__gt=at, verb=verb).order_by("id")
    for event in events.iterator():
        touched = _uuid_key(event.objects_touched[0])
        if touched:
            fields = {name: (str(before), str(after)) for name, (before, after) in event.changes.items()}
            yield Changed(touched[1], event.at, event.person_name, fields)


def sentence(event: Event) -> str:
    """Return the event as a sentence in the active language; what is no person is named in it too."""
    actor = event.person_name if event.person_id else _(event.person_name)
    return verbs.sentence(event.verb, {"actor": actor, "object": event.label, **event.details})


def reads(obj: models.Model, *, limit: int = 100) -> list[Reading]:
    """Return who saw or downloaded the object, newest first."""
    rows = ReadLog.objects.filter(object_key=key(obj)).order_by("-at", "-id")[:limit]
    return [
        Reading(row.at, row.person_name, row.position_title, row.organisation_name, str(ReadKind(row.kind).label))
        for row in rows
    ]


def read_by(person_id: UUID, objects: Iterable[models.Model]) -> set[models.Model]:
    """Return those of the objects that the person has seen or downloaded, in any position."""
    held = {key(one): one for one in objects}
    rows = ReadLog.objects.filter(object_key__in=list(held), person_id=person_id)
    return {held[found] for found in rows.values_list("object_key", flat=True).distinct()}


def state() -> State:
    """Return how far the feed, its seals and their verification are."""
    last = last_position()
    sealed = Seal.objects.aggregate(last=Max("last"))["last"] or 0  # below it, the verification looks for holes
    return State(
        last=last,
        holes=last - sealed - Position.objects.filter(position__gt=sealed).count(),
        waiting=positions.waiting(),
        sealed=sealed,
        seals=Seal.objects.count(),
        verification=Verification.objects.order_by("-id").first(),
    )


def seals() -> models.QuerySet[Seal]:
    """Return every seal, for the administrators' list."""
    return Seal.objects.all()


def last_position() -> int:
    """Return the newest position of the feed, 0 before the first event."""
    return Position.objects.aggregate(last=Max("position"))["last"] or 0


def touched_after(position: int, *, limit: int) -> tuple[int, set[tuple[str, UUID]]]:
    """Return (last position read, objects touched) of at most `limit` positions after `position`: for projections."""
    rows = list(
        Position.objects.filter(position__gt=position)
        .order_by("position")
        .values_list("position", "event__objects_touched")[:limit]
    )
    touched = {_uuid_key(name) for _place, names in rows for name in names}
    return (rows[-1][0] if rows else position), {name for name in touched if name}


def _uuid_key(name: str) -> tuple[str, UUID] | None:
    label, pk = split(name)
    try:
        return label, UUID(pk)
    except ValueError:
        return None  # an object with another kind of key is in no projection


def _entry(event: Event) -> Entry:
    return Entry(
        at=event.at,
        sentence=sentence(event),
        basis=event.basis,
        changes=list(_changes(event)),
        actor=event.person_name,
        position=event.position_title,
        organisation=event.organisation_name,
        verb=event.verb,
    )


def _changes(event: Event) -> Iterator[Change]:
    label, _pk = split(event.objects_touched[0])
    for name, (before, after) in event.changes.items():
        field = _field(label, name)
        yield Change(str(field.verbose_name) if field else name, _printed(field, before), _printed(field, after))


def _field(label: str, name: str) -> models.Field[Any, Any] | None:
    """Return the model's field that the change names, if the model still has it."""
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return field if isinstance(field, models.Field) else None


def _printed(field: models.Field[Any, Any] | None, value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if field is not None and field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        try:
            return str(formats.localize(field.to_python(value)))
        except ValidationError:
            return str(value)
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)
