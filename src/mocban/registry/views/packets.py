"""Register a packet that waits: the form comes filled from the packet's own fields."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban import law
from mocban.exchange.models import Packet, PacketDirection, PacketState
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page

from .. import access, selectors
from ..choices import Direction, ReceivedVia
from ..forms import PacketArrivalForm
from ..services import numbering
from ..services.incoming import Arrival, register_packet


@require_http_methods(["GET", "POST"])
def packet_register(request: HttpRequest, pk: Any) -> HttpResponse:
    """Accept a waiting packet and enter it in the register in one step."""
    actor, on = request.actor, today()
    packet = get(Packet, actor, pk=pk, direction=PacketDirection.IN, state=PacketState.WAITING)
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    options = {"organisation": organisation, "on": on, "books": books}
    if request.method == "GET":
        return packet_page(request, packet, PacketArrivalForm(initial=first_values(packet, organisation), **options))
    form = PacketArrivalForm(request.POST, **options)
    if not form.is_valid():
        return packet_page(request, packet, form, status=422)
    document = form.document()
    earlier = record_selectors.earlier_duplicate(
        organisation_id=organisation.pk,
        issuer_name=document.issuer_name,
        code_number=document.code_number,
        code_notation=document.code_notation,
        issued_on=document.issued_on,
    )
    if earlier and not form.cleaned_data["confirmed"]:
        return packet_page(request, packet, form, status=409, earlier=earlier)
    arrival = Arrival(
        document=document,
        arrived_on=form.cleaned_data["arrived_on"],
        received_via=ReceivedVia.EXCHANGE,
        handle_by=form.cleaned_data["handle_by"],
    )
    try:
        entry = register_packet(packet=packet, arrival=arrival, book=form.cleaned_data["book"], actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return packet_page(request, packet, form, status=409)
    say_done(request, _("Đã tiếp nhận và đăng ký số đến %(number)d.") % {"number": entry.number_value})
    return redirect("registry:incoming", pk=entry.pk)


def first_values(packet: Packet, organisation: Organisation) -> dict[str, Any]:
    """The form's first values from the packet; the kind is found by its name, whatever the sender's code."""
    on = today()
    kinds = {kind.name_vi.casefold(): kind.code for kind in law.kinds(regime=organisation.regime, on=on)}
    parts = [part for part in (packet.code_number, packet.code_notation) if part]
    separator = "-" if packet.code_notation.count("/") else "/"
    return {
        "arrived_on": on,
        "issuer_name": packet.peer_name,
        "printed_code": separator.join(parts),
        "issued_on": packet.issued_on,
        "kind_code": kinds.get(packet.kind_name.casefold(), ""),
        "subject": packet.subject,
        "signer_name": packet.signer_name[:50],
        "signer_title": packet.signer_title[:100],
        "urgency": min(packet.urgency, 3),
        "handle_by": packet.due_on,
    }


def packet_page(
    request: HttpRequest, packet: Packet, form: PacketArrivalForm, *, status: int = 200, earlier: Any = None
) -> HttpResponse:
    books = form.fields["book"].queryset  # type: ignore[attr-defined]
    numbers = [(book, numbering.next_number(book.series, on=today())) for book in books]
    context = {
        "title": _("Tiếp nhận và đăng ký"),
        "packet": packet,
        "attachments": packet.attachments.select_related("object"),
        "form": form,
        "numbers": numbers,
        "earlier": earlier,
    }
    return page(request, "registry/packet_register.html", context, status=status)
