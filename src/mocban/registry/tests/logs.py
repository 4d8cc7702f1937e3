"""What the tests of the logs share: an open book of each kind, and lines in it."""

from __future__ import annotations

from datetime import date
from typing import Any

from mocban.registry.choices import BookKind, OutgoingStatus
from mocban.registry.models import Book, Envelope, HandOver, Outgoing
from mocban.registry.services.books import open_log
from mocban.registry.services.envelopes import Cover, register_envelope
from mocban.registry.services.logs import Receiver, hand_over
from tests import steps
from tests.world import DAY, World, position


def log(world: World, kind: BookKind, *, year: int = 2026) -> Book:
    return open_log(
        organisation=world.office.organisation, kind=kind, name=str(kind.label), year=year, actor=world.clerk, on=DAY
    )


def to_unit(world: World, key: str = "vtlt") -> Receiver:
    return Receiver(unit=world.office.units[key])


def to_officer(world: World) -> Receiver:
    return Receiver(position=position(world.officer))


def handed(world: World, *items: Any, receiver: Receiver | None = None, **changes: Any) -> list[HandOver]:
    """Hand the items, or one new entry, to the unit of records."""
    given = {
        "items": items or (steps.registered(world, files=()),),
        "receiver": receiver or to_unit(world),
        "book": changes.pop("book", None) or log(world, BookKind.HANDOVER),
        "actor": world.clerk,
        "on": DAY,
    }
    return hand_over(**{**given, **changes})


def issued(world: World) -> Outgoing:
    """An issued document without the keys that a real issue needs: the logs only ask for its state and its code."""
    outgoing = steps.drafted(world, with_file=False, recipients=[("UBND xã Hòa Bình", ""), ("Lưu: VT", "")])
    outgoing.document.printed_code = "07/SNV-VTLT"
    outgoing.document.save(update_fields=["printed_code"])
    Outgoing.objects.filter(pk=outgoing.pk).update(status=OutgoingStatus.ISSUED)
    return Outgoing.objects.select_related("document", "organisation").get(pk=outgoing.pk)


def envelope(world: World, **changes: Any) -> Envelope:
    cover = {"sender": "Hội Cựu chiến binh xã", "arrived_on": date(2026, 11, 4), "position": position(world.officer)}
    return register_envelope(
        cover=Cover(**{**cover, **changes}), organisation=world.office.organisation, actor=world.clerk, on=DAY
    )
