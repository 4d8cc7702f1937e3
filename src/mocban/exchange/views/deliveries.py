"""Mail that goes out: what became of each message, and sending one again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, mail_rules, mail_selectors, services
from ..choices import DeliveryState
from ..models import MailDelivery
from .mail import tabs


@require_safe
def delivery_list(request: Any) -> HttpResponse:
    """Every message of the body that goes out, newest first, with what the servers say."""
    found = mail_selectors.deliveries(request.actor)
    shown = keyset(found, order=("-queued_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    may_send = access.may(request.actor, "mail.send", Organisation(pk=request.actor.organisation_id))
    rows = [
        (row, mail_selectors.DELIVERY_TONES[DeliveryState(row.state)], may_send and row.state in mail_rules.AGAIN)
        for row in shown.rows
    ]
    context = {"title": _("Thư đã gửi"), "tabs": tabs("sent"), "page": shown, "rows": rows}
    return page(request, "exchange/delivery_list.html", context)


@require_POST
def delivery_again(request: Any, pk: Any) -> HttpResponse:
    """Have a failed or uncertain message sent once more."""
    delivery = get(MailDelivery, request.actor, pk=pk)
    services.send_again(delivery=delivery, actor=request.actor, on=today())
    say_done(request, _("Thư sẽ được gửi lại ngay."))
    back = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return redirect(back if ours else "exchange:delivery_list")
