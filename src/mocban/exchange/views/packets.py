"""Pages of the exchange: what waits, what came, what was sent, one packet, and refusing it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mocban.audit import selectors as audit_selectors
from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, border, ports, selectors, services
from ..choices import PacketDirection, PacketState, Purpose
from ..forms import RefuseForm
from ..models import Packet

TONES = {
    PacketState.WAITING: "warning",
    PacketState.ACCEPTED: "success",
    PacketState.REFUSED: "danger",
    PacketState.SENT: "info",
    PacketState.RECALLED: "neutral",
}


@require_safe
def waiting_list(request: Any) -> HttpResponse:
    return _list(request, "waiting_list", _("Văn bản liên thông chờ tiếp nhận"), selectors.waiting(request.actor))


@require_safe
def received_list(request: Any) -> HttpResponse:
    return _list(request, "received_list", _("Văn bản liên thông đã nhận"), selectors.received(request.actor))


@require_safe
def sent_list(request: Any) -> HttpResponse:
    return _list(request, "sent_list", _("Văn bản liên thông đã gửi"), selectors.sent(request.actor))


@require_safe
def packet_detail(request: Any, pk: Any) -> HttpResponse:
    packet = get(Packet, request.actor, pk=pk, related=["organisation", "raw"])
    audit.read(request.actor, packet)
    return page(request, "exchange/packet.html", _context(request, packet))


@require_http_methods(["GET", "POST"])
def packet_refuse(request: Any, pk: Any) -> HttpResponse:
    packet = get(Packet, request.actor, pk=pk, related=["organisation"], direction=PacketDirection.IN)
    access.require(request.actor, "packet.refuse", packet)
    form, status = RefuseForm(request.POST or None), 200
    if request.method == "POST":
        if _refused(request, packet, form):
            return redirect("exchange:waiting_list")
        status = 422
    context = {"title": _("Từ chối tiếp nhận"), "packet": packet, "form": form}
    return page(request, "exchange/refuse.html", context, status=status)


def _refused(request: Any, packet: Packet, form: RefuseForm) -> bool:
    """Whether the refusal was made; otherwise the form says why not."""
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    try:
        border.check_words(reason, packet=packet, actor=request.actor, channel=Channel.FORM)
        services.refuse(packet=packet, reason=reason, actor=request.actor, on=today())
    except RuleBroken as refused:
        form_error(form, refused)
        return False
    say_done(request, _("Đã từ chối; nơi gửi sẽ nhận được lý do."))
    return True


def _list(request: Any, name: str, title: str, packets: QuerySet[Packet]) -> HttpResponse:
    shown = keyset(packets, order=("-at",), cursor=request.GET.get("cursor"), exact=request.GET.get("exact") == "1")
    context = {
        "title": title,
        "sent": name == "sent_list",
        "packets": shown,
        "rows": [(packet, TONES[PacketState(packet.state)]) for packet in shown.rows],
        "tabs": [
            {"label": label, "url": reverse(f"exchange:{tab}"), "current": tab == name}
            for tab, label in (
                ("waiting_list", _("Chờ tiếp nhận")),
                ("received_list", _("Đã nhận")),
                ("sent_list", _("Đã gửi")),
            )
        ],
    }
    return page(request, "exchange/list.html", context)


def _context(request: Any, packet: Packet) -> dict[str, Any]:
    regime, on = packet.organisation.regime, today()
    received = packet.direction == PacketDirection.IN
    attachments = list(packet.attachments.select_related("object"))
    waits = packet.direction == PacketDirection.IN and packet.state == PacketState.WAITING
    recall = packet.business_type == Purpose.RECALL
    asks = (waits and recall) or selectors.asked_back(packet)
    return {
        "title": packet.subject or _("Gói tin không có trích yếu"),
        "packet": packet,
        "tone": TONES[PacketState(packet.state)],
        "facts": _facts(packet, regime),
        "attachments": attachments,
        "arrivals": ports.signatures().shown([one.object for one in attachments]) if received else None,
        "statuses": selectors.history(packet, regime=regime, on=on),
        "warnings": selectors.warnings(packet),
        "entries": audit_selectors.history(packet),
        "may_answer_recall": asks and access.may(request.actor, "packet.answer_recall", packet),
        "may_accept": waits and not asks and access.may(request.actor, "packet.accept", packet),
        "may_refuse": waits and not recall and access.may(request.actor, "packet.refuse", packet),
        "list_name": "exchange:waiting_list" if packet.direction == PacketDirection.IN else "exchange:sent_list",
    }


def _facts(packet: Packet, regime: str) -> list[tuple[Any, Any]]:
    """What QĐ 28/2018/QĐ-TTg, Điều 10 asks a system to show."""
    on = today()
    other = _("Nơi gửi") if packet.direction == PacketDirection.IN else _("Nơi nhận")
    signer = ", ".join(part for part in (packet.signer_title, packet.signer_name) if part)
    return [
        (other, f"{packet.peer_name} ({packet.peer_code})" if packet.peer_name else packet.peer_code),
        (_("Số, ký hiệu"), packet.printed_code),
        (_("Ngày ban hành"), packet.issued_on and date_format(packet.issued_on, "SHORT_DATE_FORMAT")),
        (_("Tên loại"), packet.kind_name),
        (_("Người ký"), signer),
        (_("Mức độ khẩn"), selectors.urgency_name(packet.urgency, regime=regime, on=on)),
        (_("Thời hạn trả lời"), packet.due_on and date_format(packet.due_on, "SHORT_DATE_FORMAT")),
        (_("Mục đích gửi"), selectors.purpose_name(packet.business_type, regime=regime, on=on)),
        (_("Mã văn bản"), packet.document_key),
        (_("Mã trên trục"), packet.transport_id),
    ]
