"""The prepared file page by page, as pictures: to read it before signing, and to see where its fields lie."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mocban.audit import services as audit
from mocban.content.models import DigitalObject
from mocban.people.selectors import today
from mocban.signing import services as signing
from mocban.ui.pages import get, page

from .. import access
from ..choices import OutgoingStatus
from ..models import Outgoing, SigningPlan
from ..placing import shown_fields
from ..services.preparing import latest_draft, prepare_outgoing, printable_of
from .outgoing import RELATED


def plan_shown(outgoing: Outgoing, actor: Any) -> SigningPlan:
    """The plan of a document that waits for a signature; one that is missing or stale is made first.

    Raises Http404 before anything was prepared, RuleBroken when it cannot be.
    """
    if outgoing.status == OutgoingStatus.APPROVED and access.may(actor, "outgoing.prepare", outgoing):
        return prepare_outgoing(outgoing=outgoing, actor=actor, on=today())
    plan = (
        SigningPlan.objects.visible_to(actor)
        .select_related("prepared")
        .filter(outgoing=outgoing)
        .exclude(prepared=None)
        .first()
    )
    if plan is None:
        raise Http404
    return plan


@require_safe
def outgoing_read(request: Any, pk: Any) -> HttpResponse:
    """The version to be signed, all its pages; having opened it counts as having read it."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    plan = plan_shown(outgoing, actor)
    assert plan.prepared is not None
    audit.read(actor, plan.prepared)
    context = {
        "title": _("Đọc bản trình ký"),
        "outgoing": outgoing,
        "plan": plan,
        "pages": shown_fields(plan.pages, plan.fields),
        "may_sign": outgoing.status in (OutgoingStatus.APPROVED, OutgoingStatus.COSIGNING)
        and access.may(actor, "outgoing.sign", outgoing),
    }
    return page(request, "registry/outgoing_read.html", context)


@require_safe
def outgoing_page(request: Any, pk: Any, number: int) -> HttpResponse:
    """One page, from 1, of the prepared file as a picture; of the draft while it could not be prepared yet."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk)
    plan = SigningPlan.objects.visible_to(actor).select_related("prepared").filter(outgoing=outgoing).first()
    stored: DigitalObject | None = plan.prepared if plan else None
    if stored is None:
        draft = latest_draft(outgoing)
        stored = printable_of(draft) if draft else None
    if stored is None or number < 1:
        raise Http404
    response = HttpResponse(signing.page_picture(stored, number - 1), content_type="image/png")
    response["Cache-Control"] = "private, no-store"  # what is erased must not live on in a browser
    return response
