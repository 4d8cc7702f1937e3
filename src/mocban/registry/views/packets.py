"""Register a packet that waits: the form comes filled from the packet's own fields."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.exchange.choices import PacketDirection, PacketState
from mocban.exchange.models import Packet
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.signing import arrivals
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page

from .. import access, selectors
from ..border import AlreadyRegistered, enter_packet, packet_values
from ..choices import Direction
from ..forms import PacketArrivalForm
from ..services import numbering


@require_http_methods(["GET", "POST"])
def packet_register(request: Any, pk: Any) -> HttpResponse:
    """Accept a waiting packet and enter it in the register in one step."""
    actor, on = request.actor, today()
    packet = get(Packet, actor, pk=pk, direction=PacketDirection.IN, state=PacketState.WAITING)
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    options = {"organisation": organisation, "on": on, "books": books}
    if request.method == "GET":
        return packet_page(
            request, packet, PacketArrivalForm(initial=packet_values(packet, organisation, on=on), **options)
        )
    form = PacketArrivalForm(request.POST, **options)
    if not form.is_valid():
        return packet_page(request, packet, form, status=422)
    try:
        entry = enter_packet(form, packet, channel=Channel.FORM, actor=actor, organisation=organisation, on=on)
    except AlreadyRegistered as found:
        return packet_page(request, packet, form, status=409, earlier=found.found)
    except RuleBroken as refused:
        form_error(form, refused)
        return packet_page(request, packet, form, status=409)
    say_done(request, _("Đã tiếp nhận và đăng ký số đến %(number)d.") % {"number": entry.number_value})
    return redirect("registry:incoming", pk=entry.pk)


def packet_page(
    request: Any, packet: Packet, form: PacketArrivalForm, *, status: int = 200, earlier: Any = None
) -> HttpResponse:
    books = form.fields["book"].queryset  # type: ignore[attr-defined]
    numbers = [(book, numbering.next_number(book.series, on=today())) for book in books]
    attachments = list(packet.attachments.select_related("object"))
    context = {
        "title": _("Tiếp nhận và đăng ký"),
        "packet": packet,
        "attachments": attachments,
        "arrivals": arrivals.shown([one.object for one in attachments]),
        "ticked": "signatures_seen" in request.POST,
        "form": form,
        "numbers": numbers,
        "earlier": earlier,
    }
    return page(request, "registry/packet_register.html", context, status=status)
