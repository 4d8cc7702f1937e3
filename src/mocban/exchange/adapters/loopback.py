"""Carries messages between bodies of the same installation through a table: durable, and inside the transaction."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation

from ..choices import MessageKind, ParcelState
from ..models import Parcel
from ..ports import Delivery

RECEIVE = "exchange.receive"


class LoopbackTransport:
    """A parcel is a row; posting one also queues the addressee's receiving, so it arrives within a second or two."""

    def reaches(self, code: str) -> bool:
        return Organisation.objects.filter(code=code, hosted=True).exists()

    def send(self, data: bytes, *, sender: str, to: str, kind: MessageKind) -> str:
        if not self.reaches(to):
            message = _("Cơ quan có mã %(code)s chưa nhận văn bản liên thông trên hệ thống này.")
            raise RuleBroken("exchange.unreachable", message % {"code": to})
        parcel = Parcel.objects.create(
            from_code=sender, to_code=to, message_type=kind.value, body=data, posted_at=timezone.now()
        )
        _wake(to)
        return str(parcel.pk)

    def receive(self, code: str) -> Iterator[Delivery]:
        waiting = Parcel.objects.filter(to_code=code, state=ParcelState.INITIAL).order_by("posted_at", "id")
        for pk in list(waiting.values_list("pk", flat=True)):
            parcel = Parcel.objects.get(pk=pk)
            kind = MessageKind(parcel.message_type)
            yield Delivery(str(pk), parcel.from_code, kind, bytes(parcel.body))

    def acknowledge(self, transport_id: str, outcome: ParcelState) -> None:
        """The bytes leave the table: who received them keeps them, and what was refused is kept nowhere."""
        Parcel.objects.filter(pk=UUID(transport_id)).update(state=outcome, body=b"")


def _wake(code: str) -> None:
    """Queue the receiving of a body unless it is queued already."""
    queue = app.configure_task(RECEIVE, queue="interactive", queueing_lock=f"{RECEIVE}:{code}")
    try:
        with transaction.atomic():  # a refused job must not take the caller's transaction with it
            queue.defer(code=code)
    except AlreadyEnqueued:
        return
