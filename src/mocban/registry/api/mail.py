"""Register a waiting mail over the API; send an issued document by mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field

from mocban.api.forms import cleaned, values
from mocban.exchange.choices import MailState
from mocban.exchange.models import Mail
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.pages import get

from .. import access, selectors
from ..choices import Direction
from ..mailing import MailArrivalForm, enter_mail, likely_main, mail_values
from ..models import Outgoing
from ..services.mail import Addressee, send_by_mail
from .incoming import shape
from .schemas import IncomingDetail, PacketArrivalIn

router = Router()


class MailArrivalIn(PacketArrivalIn):
    """What is left out is read from the mail and its main file."""

    main: str = Field("", description="Id of the attachment that is the document, or `mail` for the message itself")
    answer: bool = Field(default=False, description="Tell the sender that it was registered")


class AddresseeIn(Schema):
    address: str = Field(examples=["vanthu@xa-hoa-binh.example"])
    name: str = Field(default="", examples=["Ủy ban nhân dân xã Hòa Bình"])
    recipient_id: UUID | None = Field(default=None, description="Line of the recipient list, when it is one")


class DeliveryOut(Schema):
    id: UUID
    address: str
    name: str
    state: str = Field(examples=["queued"])
    server_answer: str
    message_id: str


@router.post("/incoming/from-mail/{uuid:pk}", response={201: IncomingDetail}, summary="Register a waiting mail")
def incoming_from_mail(request: Any, pk: UUID, given: MailArrivalIn) -> Status[dict[str, Any]]:
    actor, on = request.actor, today()
    mail = get(Mail, actor, pk=pk, owner=None, state=MailState.WAITING, related=("organisation", "raw"))
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    main = given.main or likely_main(mail)
    data = {**mail_values(mail, main=main, on=on), **values(given), "main": main}
    form = cleaned(MailArrivalForm(data, organisation=organisation, on=on, books=books, mail=mail))
    entry = enter_mail(form, mail, channel=Channel.API, actor=actor, organisation=organisation, on=on)
    return Status(201, shape(actor, entry.pk))


@router.post("/outgoing/{uuid:pk}/mail", response={201: list[DeliveryOut]}, summary="Send an issued document by mail")
def outgoing_mail(request: Any, pk: UUID, given: list[AddresseeIn]) -> Status[list[Any]]:
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=("document", "organisation"))
    lines = {line.pk: line for line in outgoing.recipients.all()}
    addressees = [
        Addressee(
            one.address,
            one.name or (lines[one.recipient_id].name if one.recipient_id in lines else ""),
            one.recipient_id if one.recipient_id in lines else None,
        )
        for one in given
    ]
    return Status(201, send_by_mail(outgoing=outgoing, addressees=addressees, actor=actor, on=today()))
