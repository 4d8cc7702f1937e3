"""Sealing: positions in batches become a Merkle tree, and each root is chained to the one before."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.lib import merkle

from .models import Position, Seal

LOCK = 0x6D6F6342616E0002
BATCH = 1000  # leaves of one tree


@transaction.atomic
def seal_batch() -> Seal | None:
    """Seal the next batch of positions, or return None when everything is sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    before = Seal.objects.order_by("-last").first()
    first = before.last + 1 if before else 1
    places = list(_places(first, first + BATCH - 1))
    if not places:
        return None
    root = merkle.root([leaf(place) for place in places])
    return Seal.objects.create(
        first=first,
        last=places[-1].position,
        root=root,
        chained=merkle.chain(bytes(before.chained) if before else merkle.EMPTY_ROOT, root),
        sealed_at=timezone.now(),
    )


def findings() -> Iterator[str]:
    """Yield one sentence for every seal that no longer fits the events under it, and for every hole."""
    expected, chained = 1, merkle.EMPTY_ROOT
    for seal in Seal.objects.order_by("first").iterator():
        span = {"first": seal.first, "last": seal.last}
        if seal.first != expected:
            yield _("Thiếu niêm phong từ vị trí %(first)s đến %(last)s.") % {"first": expected, "last": seal.first - 1}
        places = list(_places(seal.first, seal.last))
        if len(places) != seal.last - seal.first + 1:
            yield _("Thiếu sự kiện trong các vị trí từ %(first)s đến %(last)s.") % span
        elif merkle.root([leaf(place) for place in places]) != bytes(seal.root):
            yield _("Nội dung sự kiện từ vị trí %(first)s đến %(last)s đã bị sửa sau khi niêm phong.") % span
        if merkle.chain(chained, bytes(seal.root)) != bytes(seal.chained):
            yield _("Niêm phong từ vị trí %(first)s đến %(last)s không nối với niêm phong trước nó.") % span
        expected, chained = seal.last + 1, bytes(seal.chained)


def leaf(place: Position) -> bytes:
    """Return the canonical bytes of one positioned event: JSON with sorted keys, no spaces, UTC."""
    event = place.event
    content = {
        "position": place.position,
        "id": event.pk,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": [str(event.person_id or ""), event.person_name],
        "post": [str(event.position_id or ""), event.position_title],
        "organisation": [str(event.organisation_id), event.organisation_name],
        "verb": event.verb,
        "objects": event.objects_touched,
        "label": event.label,
        "basis": event.basis,
        "changes": event.changes,
        "details": event.details,
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _places(first: int, last: int) -> Iterator[Position]:
    return (
        Position.objects.filter(position__gte=first, position__lte=last)
        .select_related("event")
        .order_by("position")
        .iterator()
    )
