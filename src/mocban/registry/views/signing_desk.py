"""A batch signed with the USB token of the person's own computer: its page, and what the script of it asks for."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.signing import agent_page
from mocban.ui.pages import get, page

from .. import access, signing_selectors
from ..choices import SigningPurpose
from ..models import SigningBatch, SigningItem
from ..services.signing_at_desk import begin_signing_item, finish_signing_item
from .token_signing import refused_answer, signatures_of, told_of


def desk_page(request: Any, batch: SigningBatch, items: list[signing_selectors.Shown]) -> HttpResponse:
    """What is left of the batch, to be signed with one PIN at the program; beneath it what is done."""
    own = batch.purpose == SigningPurpose.SIGN
    body = get(Organisation, request.actor, pk=request.actor.organisation_id)
    key = agent_page.key(organisation_id=body.pk, person_id=request.actor.person_id if own else None)
    if key is None:
        return redirect("signing:agent")
    context = {
        "title": _("Lô ký %s") % batch.trail_name,
        "batch": batch,
        "documents": [_row(one, asks=own and not one.read) for one in items if one.is_open],
        "progress": signing_selectors.progress_of(batch, items),
        "done": [one.item for one in items if one.item.state == "done"],
        "unread": own and any(one.is_open and not one.read for one in items),
        "body": body.name,
        "certificate_identity": key.identity,
        "certificate_subject": key.subject,
        "back_url": reverse("registry:signing_list") + ("" if own else "?purpose=issue"),
        "back_label": _("Ký nhiều văn bản") if own else _("Phát hành nhiều văn bản"),
        **agent_page.context(),
    }
    return agent_page.allowed(page(request, "registry/signing_desk.html", context))


@require_POST
def signing_item_begin(request: Any, pk: Any, ordinal: int) -> JsonResponse:
    """First half for one document: what the token must sign."""
    try:
        begun = begin_signing_item(
            item=_item(request, pk, ordinal),
            actor=request.actor,
            on=today(),
            unread_confirmed=request.POST.get("unread_confirmed") == "on",
        )
    except (RuleBroken, Stale) as refused:
        return refused_answer(refused)
    return JsonResponse({"signatures": told_of(begun)})


@require_POST
def signing_item_finish(request: Any, pk: Any, ordinal: int) -> JsonResponse:
    """Second half: the signatures."""
    item = _item(request, pk, ordinal)
    try:
        finish_signing_item(item=item, signatures=signatures_of(request), actor=request.actor, on=today())
    except (RuleBroken, Stale) as refused:
        return refused_answer(refused)
    own = item.batch.purpose == SigningPurpose.SIGN
    return JsonResponse({"said": _("Đã ký số.") if own else _("Đã đóng dấu và phát hành.")})


def _item(request: Any, pk: Any, ordinal: int) -> SigningItem:
    """One document of the own batch; 404 for others, for it is a personal act."""
    batch: SigningBatch = get(SigningBatch, request.actor, pk=pk, related=("organisation", "position__person"))
    item: SigningItem | None = (
        batch.items.select_related("batch", "outgoing__document", "outgoing__organisation")
        .filter(ordinal=ordinal)
        .first()
    )
    if item is None or not access.may(request.actor, "signing_batch.run", batch):
        raise Http404
    return item


def _row(one: signing_selectors.Shown, *, asks: bool) -> dict[str, Any]:
    item, outgoing = one.item, one.item.outgoing
    place = [item.batch_id, item.ordinal]
    read = reverse("registry:signing_read", args=place)
    return {
        "label": f"{outgoing.document.printed_code} {outgoing.document.subject}".strip(),
        "url": read if asks else reverse("registry:outgoing", args=[outgoing.pk]),
        "begin": reverse("registry:signing_item_begin", args=place),
        "finish": reverse("registry:signing_item_finish", args=place),
        "sent": {},
        "said": item.reason,
        "confirm": "unread_confirmed" if asks else "",
        "confirm_label": _("Tôi chưa mở văn bản này nhưng vẫn ký"),
        "confirmed": item.unread_confirmed,
    }
