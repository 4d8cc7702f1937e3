"""The verbs of stored objects: store, store a rendition, read, freeze, erase, sweep.

Bytes reach `store` only after the secrecy check of the border (records.intake) has let them pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.lib.disk import DiskFile, digest_of, new_file
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation

from . import access, blobs, events, rules
from .choices import ObjectState
from .examine import Examined, describe
from .models import DigitalObject, Rendition
from .selectors import rendition

__all__ = [
    "discard_aside",
    "erase",
    "erase_ids",
    "freeze",
    "freeze_ids",
    "on_disk",
    "read_aside",
    "read_bytes",
    "read_file",
    "rendition",
    "set_aside",
    "store",
    "store_rendition",
    "sweep",
]

LEFTOVER_AGE = timedelta(days=1)  # longer than any transaction: what has no row by then never will


@transaction.atomic
def store(*, examined: Examined, data: bytes | DiskFile, organisation: Organisation, actor: Actor) -> DigitalObject:
    """Keep the content and one row that stands for it. Equal bytes share one blob; each call makes its own row.

    A rollback afterwards leaves at most a blob without a row, which `sweep` removes.
    Raises PermissionDenied.
    """
    access.require(actor, "object.store", organisation)
    _lock(examined.sha256, shared=True)
    blobs.put(data, examined.sha256)
    stored = DigitalObject.objects.create(
        organisation=organisation,
        sha256=examined.sha256,
        size=examined.size,
        media_type=examined.media_type,
        format_puid=examined.puid,
        name=examined.safe_name,
        stored_at=timezone.now(),
        stored_by_name=actor.person_name,
    )
    audit.record(actor, events.STORED, stored)
    return stored


@transaction.atomic
def store_rendition(
    *, original: DigitalObject, kind: str, data: bytes | DiskFile, name: str, media_type: str, actor: Actor
) -> DigitalObject:
    """Keep another form of an object, made by the system. One of each kind: an existing one is returned as it is.

    Raises PermissionDenied; RuleBroken when the original is frozen or erased.
    """
    access.require(actor, "object.store", original)
    locked = DigitalObject.objects.select_for_update().get(pk=original.pk)
    rules.check_readable(locked.state)
    if existing := rendition(locked, kind):
        return existing
    made = store(examined=describe(data, name, media_type), data=data, organisation=original.organisation, actor=actor)
    row = Rendition.objects.create(original=locked, kind=kind, object=made)
    audit.record(actor, events.RENDERED, locked, details={"kind": row.get_kind_display()})
    return made


def read_bytes(stored: DigitalObject) -> bytes:
    """Return the bytes of an object, checked against the digest. The caller has made sure who reads.

    Raises RuleBroken `content.frozen`, `content.erased`, `content.lost` when the disk no longer gives the bytes.
    """
    _check_readable(stored)
    with _found():
        return blobs.get(stored.sha256)


def read_file(stored: DigitalObject) -> DiskFile:
    """Return the file of an object, for what may be large: see `read_bytes`, which raises the same."""
    _check_readable(stored)
    with _found():
        return blobs.file_of(stored.sha256)


def on_disk(data: bytes) -> DiskFile:
    """Return bytes as a temporary file, for what works on files. Only for what may touch the disk."""
    file = new_file(blobs.scratch())
    file.path.write_bytes(data)
    return file


def set_aside(file: bytes | DiskFile) -> str:
    """Keep what is no document yet, for some hours: it has no row, so `sweep` removes it. Returns its SHA-256."""
    sha256 = digest_of(file)
    _lock(sha256, shared=True)
    blobs.put(file, sha256)
    return sha256


def read_aside(sha256: str) -> DiskFile:
    """Return what was set aside. Raises RuleBroken `content.lost`."""
    with _found():
        return blobs.file_of(sha256)


def discard_aside(sha256: str) -> None:
    """Remove what was set aside, unless a document has the same content by now."""
    with transaction.atomic():
        _wipe_unused(sha256)


def _check_readable(stored: DigitalObject) -> None:
    state = DigitalObject.objects.values_list("state", flat=True).get(pk=stored.pk)
    rules.check_readable(state)


@contextmanager
def _found() -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, ValueError) as error:
        message = _("Tệp lưu bị mất hoặc hỏng trên đĩa; hãy báo quản trị để phục hồi từ bản sao lưu.")
        raise RuleBroken("content.lost", message) from error


@transaction.atomic
def freeze(stored: DigitalObject, *, actor: Actor) -> DigitalObject:
    """Make an object and its renditions unreadable at once. Freezing twice changes nothing.

    Raises PermissionDenied; RuleBroken `content.wrong_state` once erased.
    """
    access.require(actor, "object.freeze", stored)
    for member in _family(stored.pk):
        if member.state != ObjectState.FROZEN:
            _move(member, "freeze")
            audit.record(actor, events.FROZEN, member)
    stored.refresh_from_db()
    return stored


@transaction.atomic
def erase(stored: DigitalObject, *, actor: Actor) -> bool:
    """Erase a frozen object and its renditions; return whether every blob is gone from the disk.

    A blob that another readable row uses stays (False): that row has to be frozen too; frozen ones share its fate.
    The bytes go before the transaction ends: if it is rolled back the object is still frozen and erasing it again
    succeeds.
    Raises PermissionDenied; RuleBroken `content.wrong_state` unless frozen.
    """
    access.require(actor, "object.erase", stored)
    gone = True
    for member in _family(stored.pk):
        if member.state == ObjectState.ERASED:
            continue
        _move(member, "erase")
        _lock(member.sha256, shared=False)
        shared = DigitalObject.objects.filter(sha256=member.sha256, state=ObjectState.STORED).exists()
        if not shared:
            blobs.wipe(member.sha256)
        gone = gone and not shared
        audit.record(actor, events.ERASED, member, changes={"blob_removed": (False, not shared)})
    stored.refresh_from_db()
    return gone


def freeze_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Freeze the objects of an incident (settings.SECRECY_HOLDERS); ids of other organisations are refused."""
    for stored in DigitalObject.objects.filter(pk__in=list(object_ids)):
        freeze(stored, actor=actor)


def erase_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Erase the objects of an incident after two persons confirmed (settings.SECRECY_HOLDERS).

    Raises RuleBroken `content.still_shared` when the same bytes live on in another row.
    """
    for stored in DigitalObject.objects.filter(pk__in=list(object_ids)):
        if not erase(stored, actor=actor):
            message = _("Cùng nội dung này còn ở một tệp khác chưa bị phong tỏa; hãy báo sự cố cho tệp đó trước.")
            raise RuleBroken("content.still_shared", message)


def sweep() -> int:
    """Remove unfinished files and blobs that no living row uses, once older than `LEFTOVER_AGE`; return how many."""
    before = (timezone.now() - LEFTOVER_AGE).timestamp()
    removed = blobs.drop_unfinished(before)
    for sha256 in blobs.older_than(before):
        with transaction.atomic():
            removed += _wipe_unused(sha256)
    return removed


def _wipe_unused(sha256: str) -> bool:
    """Wipe a blob that no living row uses; whether it was so."""
    _lock(sha256, shared=False)
    if DigitalObject.objects.filter(sha256=sha256).exclude(state=ObjectState.ERASED).exists():
        return False
    blobs.wipe(sha256)
    return True


def _family(pk: UUID) -> list[DigitalObject]:
    """The object and its renditions, locked, the object first."""
    rendered = Rendition.objects.filter(original_id=pk).values_list("object_id", flat=True)
    members = DigitalObject.objects.select_for_update().filter(pk__in=[pk, *rendered])
    return sorted(members, key=lambda member: member.pk != pk)


def _move(stored: DigitalObject, verb: str) -> None:
    stored.state = rules.next_state(stored.state, verb)
    stored.save(update_fields=["state"])


def _lock(sha256: str, *, shared: bool) -> None:
    """Writers of one blob share the lock, an eraser is alone with it, until the transaction ends."""
    kind: Any = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {kind}(%s)", [int(sha256[:15], 16)])  # noqa: S608 - one of two constants
