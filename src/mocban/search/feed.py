"""The index as a projection of the audit feed: what the new positions touched is read again and written anew."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from mocban.audit import selectors as audit

from . import index
from .models import Projection, Withheld
from .types import Row

NAME = "search"
STEP = 500  # positions and withheld objects of one turn
_CHUNK = 50  # objects asked of an app at once: each may bring a million characters

T = TypeVar("T")
Source = Callable[[Iterable[UUID]], Iterable[Row]]


def sources() -> dict[str, Source]:
    """Return the functions of settings.SEARCH_SOURCES by object type."""
    return {object_type: import_string(dotted) for object_type, dotted in settings.SEARCH_SOURCES.items()}


def position() -> int:
    """Return the feed position that the index covers by its cursor."""
    return Projection.objects.filter(name=NAME).values_list("position", flat=True).first() or 0


def step() -> int:
    """Take in one batch of the feed and return how many positions and withheld objects it covered.

    The order matters: withheld rows are read before the objects, the index is committed before the cursor moves and
    before anything stops being withheld. Whatever dies in between is simply done again.
    """
    with index.exclusive():
        present = index.current()
        newest = audit.last_position()
        if present is None or present.position > newest:  # no index, or one from a database that was since set back
            return _rebuild()
        since = min(position(), present.position)  # an index put back from a copy is older than the cursor
        withheld = list(Withheld.objects.order_by("id")[:STEP])
        last, touched = audit.touched_after(since, limit=STEP)
        objects = _with_parents(touched | {(row.object_type, row.object_id) for row in withheld})
        if last == since and not objects:
            return 0
        known = sources()
        wanted = sorted(pair for pair in objects if pair[0] in known)
        if wanted:
            index.update(present, [index.key(*pair) for pair in wanted], _rows(known, wanted), last)
        else:
            index.cover(present, last)
        _move_cursor(last, withheld)
        return last - since + len(withheld)


def _with_parents(objects: set[tuple[str, UUID]]) -> set[tuple[str, UUID]]:
    """Add what an object is searched through: a file whose text was just read renews its document's row."""
    found = set(objects)
    for object_type, dotted in settings.SEARCH_PARENTS.items():
        children = [object_id for kind, object_id in objects if kind == object_type]
        if children:
            found |= set(import_string(dotted)(children))
    return found


def rebuild() -> int:
    """Build the whole index anew from the database and return its number of rows."""
    with index.exclusive():
        return _rebuild()


def _rebuild() -> int:
    withheld = list(Withheld.objects.all())
    last = audit.last_position()
    known = sources()
    batches = (_rows(known, pairs) for pairs in _chunks(_everything(known)))
    count = index.replace(batches, last)
    _move_cursor(last, withheld)
    return count


@transaction.atomic
def _move_cursor(last: int, covered: list[Withheld]) -> None:
    Projection.objects.update_or_create(name=NAME, defaults={"position": last})
    if covered:
        Withheld.objects.filter(pk__in=[row.pk for row in covered]).delete()


def _everything(known: dict[str, Source]) -> Iterator[tuple[str, UUID]]:
    for object_type in known:
        for pk in apps.get_model(object_type)._default_manager.values_list("pk", flat=True).order_by("pk").iterator():
            yield object_type, pk


def _rows(known: dict[str, Source], pairs: Iterable[tuple[str, UUID]]) -> Iterator[Row]:
    by_type: dict[str, list[UUID]] = {}
    for object_type, object_id in pairs:
        by_type.setdefault(object_type, []).append(object_id)
    for object_type, ids in by_type.items():
        for chunk in _chunks(ids):
            yield from known[object_type](chunk)


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
