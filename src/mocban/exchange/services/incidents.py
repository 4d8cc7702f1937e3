"""What happens to packets when a stored file turns out to be a state secret (settings.SECRECY_FREEZERS, _ERASERS).

The raw message holds the file once more, so it is frozen and erased with it; the words of the header go at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.people.actor import Actor

from .. import access, events
from ..models import Packet

_WORDS = ("kind_name", "signer_name", "signer_title", "code_number", "code_notation")


@transaction.atomic
def freeze_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Freeze the raw message of every packet that carries one of the objects, and blank what its row tells."""
    for packet in _carrying(object_ids, actor):
        access.require(actor, "packet.freeze", packet)
        for name in _WORDS:
            setattr(packet, name, "")
        packet.subject, packet.issued_on, packet.due_on, packet.warnings = "(văn bản bị phong tỏa)", None, None, []
        packet.save()
        packet.attachments.update(name="(tệp bị phong tỏa)")
        content.freeze(packet.raw, actor=actor)
        audit.record(actor, events.PACKET_FROZEN, packet)


@transaction.atomic
def erase_ids(object_ids: Iterable[UUID], *, actor: Actor) -> None:
    """Erase the raw messages of those packets, after two persons confirmed.

    Sender and receiver on one installation share the bytes: they leave the disk with the last of the two rows.
    Raises PermissionDenied, RuleBroken.
    """
    for packet in _carrying(object_ids, actor):
        access.require(actor, "packet.erase", packet)
        content.erase(packet.raw, actor=actor)
        audit.record(actor, events.PACKET_ERASED, packet)


def _carrying(object_ids: Iterable[UUID], actor: Actor) -> list[Packet]:
    ids = list(object_ids)
    found = Packet.objects.filter(Q(attachments__object_id__in=ids) | Q(raw_id__in=ids))
    own = found.filter(organisation_id=actor.organisation_id).values("pk")
    return list(Packet.objects.select_for_update(of=["self"]).select_related("raw").filter(pk__in=own))
