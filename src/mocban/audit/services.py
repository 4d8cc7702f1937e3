"""Recording what was done and what was read; keeping the feed dense; sealing it.

These functions are the record itself, so they ask no `access.require` and record nothing about themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone, translation

from . import partitions, positions, seals, verbs
from .copying import copy_in
from .keys import key
from .models import Event, ReadKind, ReadLog, Seal, Verification

LABEL_LENGTH = 300  # characters of Event.label


class WhoActs(Protocol):
    """What the trail freezes of an actor; `people.Actor` fits without this app knowing it."""

    @property
    def person_id(self) -> UUID | None: ...
    @property
    def person_name(self) -> str: ...
    @property
    def position_id(self) -> UUID | None: ...
    @property
    def position_title(self) -> str: ...
    @property
    def organisation_id(self) -> UUID: ...
    @property
    def organisation_name(self) -> str: ...


def trail_label(obj: Model) -> str:
    """What the trail calls an object: its own `trail_name`, where its usual name might have to be erased one day."""
    name = getattr(obj, "trail_name", None)
    return str(name if name is not None else obj)[:LABEL_LENGTH]


def record(
    actor: WhoActs,
    verb: str,
    obj: Model,
    *,
    basis: Sequence[str] = (),
    changes: Mapping[str, tuple[object, object]] | None = None,
    details: Mapping[str, object] | None = None,
    about: Iterable[Model] = (),
) -> Event:
    """Write one event in the caller's transaction, so that it commits or vanishes with the change.

    `basis`: citations of the rules that allowed the step. `changes`: field → (before, after). `details`: values that
    the verb's sentence names. `about`: other objects whose history shows the event and whose index rows it renews.
    Raises verbs.UnknownVerb, and KeyError when the sentence names a value that is not given; RuntimeError outside a
    transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded inside the transaction of its change")
    with translation.override("vi"):  # what is frozen does not depend on the language of the reader of that day
        values = {name: _plain(value) for name, value in (details or {}).items()}
        label = trail_label(obj)
        verbs.check(verb, {"actor": actor.person_name, "object": label, **values})
        frozen_changes = {name: [_plain(before), _plain(after)] for name, (before, after) in (changes or {}).items()}
    return Event.objects.create(
        at=timezone.now(),
        **_frozen(actor),
        verb=verb,
        objects_touched=list(dict.fromkeys(key(touched) for touched in (obj, *about))),
        label=label,
        basis=[str(citation) for citation in basis],
        changes=frozen_changes,
        details=values,
    )


@dataclass(frozen=True)
class Happening:
    """One of many events of the same verb: its object, the others it touches, and the values its sentence names."""

    obj: Model
    about: Sequence[Model] = ()
    details: Mapping[str, object] = field(default_factory=dict)


def record_many(actor: WhoActs, verb: str, happenings: Sequence[Happening], *, basis: Sequence[str] = ()) -> None:
    """Write many events of one verb in one statement, each as `record` would: for what is entered by the hundred.

    Keep the transaction below 500 registrations, or it stalls the feed. Raises as `record`.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("an event is recorded inside the transaction of its change")
    now, frozen, citations = timezone.now(), _frozen(actor), [str(citation) for citation in basis]
    events = []
    with translation.override("vi"):
        for one in happenings:
            values = {name: _plain(value) for name, value in one.details.items()}
            label = trail_label(one.obj)
            verbs.check(verb, {"actor": actor.person_name, "object": label, **values})
            touched = list(dict.fromkeys(key(touched) for touched in (one.obj, *one.about)))
            events.append(
                Event(
                    at=now,
                    **frozen,
                    verb=verb,
                    objects_touched=touched,
                    label=label,
                    basis=citations,
                    changes={},
                    details=values,
                )
            )
    copy_in(events)


def read(actor: WhoActs, obj: Model, kind: str = ReadKind.VIEWED) -> None:
    """Note in the log of reads that the actor saw or downloaded the object. Raises ValueError for another kind."""
    ReadLog.objects.create(
        at=timezone.now(), **_frozen(actor), kind=ReadKind(kind), object_key=key(obj), label=trail_label(obj)
    )


def append_positions() -> int:
    """Give the next dense positions to events that committed, and return how many.

    Safe in any number of processes: an advisory lock lets one at a time through.
    """
    appended = 0
    while True:
        count, more = positions.append_batch()
        appended += count
        if not more:
            return appended


def seal_positions() -> int:
    """Seal every unsealed position in batches and return how many seals were made."""
    made = 0
    while seals.seal_batch():
        made += 1
    return made


def verify_seals() -> list[str]:
    """Recompute every seal and return one sentence for each that no longer fits; an empty list means intact."""
    return list(seals.findings())


@transaction.atomic
def verify_and_note() -> Verification:
    """Verify the seals and keep the result for the administrators' page."""
    last = Seal.objects.order_by("-last").values_list("last", flat=True).first() or 0
    return Verification.objects.create(at=timezone.now(), last=last, findings=verify_seals())


def prepare_partitions(on: date) -> list[str]:
    """Create the missing monthly partitions of the log of reads for the month of `on` and the one after."""
    return partitions.prepare(on)


def _frozen(actor: WhoActs) -> dict[str, Any]:
    return {
        "person_id": actor.person_id,
        "person_name": actor.person_name,
        "position_id": actor.position_id,
        "position_title": actor.position_title,
        "organisation_id": actor.organisation_id,
        "organisation_name": actor.organisation_name,
    }


def _plain(value: object) -> object:
    """Return the value as JSON keeps it: dates as ISO text, everything unknown as what it prints."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return str(value)
