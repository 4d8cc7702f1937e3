"""Telling positions, and noting what they have read.

A notice is told inside the transaction of its event, which the caller has recorded: it leaves no trail of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone, translation

from mocban.people.actor import Actor
from mocban.people.models import Position

from . import kinds
from .models import Notice

LABEL_LENGTH = 300  # characters of Notice.label
FORGOTTEN_LENGTH = 200  # characters of a subject by which its notices are found


def send(
    kind: str, *, to: Iterable[Position], about: models.Model, url: str, details: Mapping[str, object] | None = None
) -> int:
    """Tell each position once, with one insert; return how many were told.

    `url` is the page that the notice opens, a path of this installation. Raises kinds.UnknownKind, KeyError when the
    sentence names a value that is not given, ValueError for an address elsewhere.
    """
    parts = urlsplit(url)
    if parts.scheme or parts.netloc or not url.startswith("/") or url.startswith("//"):
        raise ValueError(f"a notice leads to a page of this installation, not to {url!r}")
    with translation.override("vi"):  # frozen values do not depend on the sender's language
        values = {name: str(value) for name, value in (details or {}).items()}
        label = str(about)[:LABEL_LENGTH]
    kinds.check(kind, {"object": label, **values})
    now = timezone.now()
    told = {position.pk for position in to}
    Notice.objects.bulk_create(
        [Notice(position_id=pk, kind=kind, label=label, url=url, details=values, created_at=now) for pk in told]
    )
    return len(told)


@transaction.atomic
def mark_read(*, notice: Notice, actor: Actor) -> None:
    """Note that the actor opened a notice of their own position; a second time changes nothing."""
    Notice.objects.visible_to(actor).filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())


@transaction.atomic
def mark_all_read(*, actor: Actor) -> int:
    """Note that the actor has read everything waiting for the present position; return how many that were."""
    return Notice.objects.visible_to(actor).filter(read_at=None).update(read_at=timezone.now())


@transaction.atomic
def forget(words: str, *, organisation_id: UUID) -> int:
    """Blank the organisation's notices whose label is or ends with these words, which may not be kept; return how many.

    Called by the verb that freezes the document, which asks and records. Other bodies keep theirs: the same words may
    be an ordinary subject there.
    """
    words = words[:FORGOTTEN_LENGTH]
    if not words.strip():
        return 0  # a packet may come without a subject: every label carries the empty text
    # A label ends with the subject; a short one inside other words ("họp") says nothing of this document.
    carries = Q(label=words) | Q(label__endswith=f" {words}")
    if len(words) == FORGOTTEN_LENGTH:  # a label may be cut
        carries = Q(label__contains=words)
    told = Notice.objects.filter(carries, position__organisation_id=organisation_id)
    return told.update(label="(đã phong tỏa)", details={})
