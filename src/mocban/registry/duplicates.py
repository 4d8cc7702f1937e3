"""What may be the same document: found before it is registered, told to the clerk, who decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from mocban.exchange.choices import PacketDirection, PacketState
from mocban.exchange.models import Packet
from mocban.law import Held
from mocban.lib.text import clean_line, fold
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records import selectors as record_selectors
from mocban.records.models import Document
from mocban.records.services import DocumentFields

from .models import Incoming

SAME_NUMBER = _("Cùng số, ký hiệu, cơ quan ban hành và năm")
SAME_FILE = _("Cùng một tệp")
SAME_PACKET = _("Cùng mã định danh văn bản")
WAITING_PACKET = _("Bản điện tử đang chờ tiếp nhận")
# What each word of the law parameter `registry.duplicate_key` means in our rows.
_COLUMNS = {"code_number": "code_number", "code_notation": "code_notation", "issuer": "issuer_folded"}


@dataclass(frozen=True)
class Earlier:
    """A document that may be the same, and why. `entry` only when the reader may see it; a waiting packet has none."""

    reason: Any
    document: Document | None = None
    entry: Incoming | None = None
    packet: Packet | None = None

    def __str__(self) -> str:
        return str(self.document or self.packet)


def find_earlier(
    fields: DocumentFields,
    *,
    organisation: Organisation,
    actor: Actor,
    key: Held,
    digests: Sequence[str] = (),
    packet: Packet | None = None,
) -> list[Earlier]:
    """Documents of the body that may be the one described, the surest reason first, each once.

    `key` is the law parameter `registry.duplicate_key` of the day; `digests` are SHA-256 of the files; `packet` is what
    is being registered, so that the sender's own code of the document counts. At most five queries.
    """
    found: dict[Any, tuple[Any, Document]] = {}
    if packet is not None and (document := _same_packet(packet)):
        found[document.pk] = (SAME_PACKET, document)
    if document := _same_number(fields, organisation, key.value):
        found.setdefault(document.pk, (SAME_NUMBER, document))
    for digest in digests[:1]:
        if document := record_selectors.same_file_registered(organisation_id=organisation.pk, sha256=digest):
            found.setdefault(document.pk, (SAME_FILE, document))
    entries = {one.document_id: one for one in Incoming.objects.visible_to(actor).filter(document__in=list(found))}
    earlier = [Earlier(reason, document, entries.get(pk)) for pk, (reason, document) in found.items()]
    waiting = None if packet is not None else _waiting_packet(fields, actor)
    return [*earlier, *([Earlier(WAITING_PACKET, packet=waiting)] if waiting else [])]


def _same_number(fields: DocumentFields, organisation: Organisation, key: Any) -> Document | None:
    values = {
        "code_number": clean_line(fields.code_number),
        "code_notation": clean_line(fields.code_notation),
        "issuer_folded": fold(clean_line(fields.issuer_name)),
    }
    same = {_COLUMNS[name]: values[_COLUMNS[name]] for name in key}
    if not values["code_number"] or not values["issuer_folded"]:
        return None
    rows = Document.objects.filter(organisation=organisation, **same)
    if fields.issued_on:
        rows = rows.filter(issued_on__year=fields.issued_on.year)
    earlier: Document | None = rows.order_by("created_at").first()
    return earlier


def _same_packet(packet: Packet) -> Document | None:
    """What another packet of the same sender with the same code of the document became."""
    if not packet.document_key:
        return None
    same = Packet.objects.filter(
        organisation_id=packet.organisation_id,
        direction=PacketDirection.IN,
        peer_code=packet.peer_code,
        document_key=packet.document_key,
        incoming__isnull=False,
    ).exclude(pk=packet.pk)
    entry = Incoming.objects.filter(packet__in=same).select_related("document").first()
    return entry.document if entry else None


def _waiting_packet(fields: DocumentFields, actor: Actor) -> Packet | None:
    """The electronic form of a paper document that came faster than the paper."""
    if not fields.code_number or not fields.issuer_name:
        return None
    waiting = Packet.objects.visible_to(actor).filter(
        direction=PacketDirection.IN,
        state=PacketState.WAITING,
        code_number=clean_line(fields.code_number),
        code_notation=clean_line(fields.code_notation),
    )
    name = fold(clean_line(fields.issuer_name))
    found: Packet | None = next((one for one in waiting[:20] if fold(one.peer_name) == name), None)
    return found
