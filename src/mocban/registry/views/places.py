"""Where number, date, signatures and seal will stand: shown on the pages, moved by hand before the first signature."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page

from .. import access, rules
from ..models import Outgoing, SigningPlan
from ..places_form import PlacesForm
from ..placing import shown_fields
from ..services.placing import place_fields
from ..services.preparing import first_places
from .form_pages import given, posted
from .outgoing import RELATED


@require_http_methods(["GET", "POST"])
def outgoing_places(request: Any, pk: Any) -> HttpResponse:
    """The pages with their fields as boxes to drag, and the same in millimetres for who has no script or no mouse."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.place", outgoing)
    rules.next_outgoing(outgoing.status, "place")
    plan = SigningPlan.objects.visible_to(actor).filter(outgoing=outgoing).first()
    fields, pages, moved = laid(outgoing, plan)
    form = PlacesForm(
        given(request), fields=fields, moved=moved, pages=len(pages), initial={"version": outgoing.version}
    )

    wanted: dict[str, dict[str, float]] = {}  # so that a refusal shows the boxes where somebody wanted them

    def step(data: dict[str, Any]) -> str:
        wanted.update({} if "found" in request.POST else form.places())
        place_fields(outgoing=outgoing, moved=wanted, actor=actor, on=today(), version=data["version"])
        say_done(request, _("Đã đặt chỗ ghi số, ngày, chữ ký và dấu."))
        return reverse("registry:outgoing_places", args=[pk])

    def shown(status: int = 200) -> HttpResponse:
        boxes = [{**field, **wanted.get(field["name"], {})} for field in fields]
        context = {
            "title": _("Chỗ ghi số, ngày, chữ ký, dấu"),
            "outgoing": outgoing,
            "plan": plan,
            "form": form,
            "pages": shown_fields(pages, boxes),
            "movable": True,
            "moved": moved,
        }
        return page(request, "registry/outgoing_places.html", context, status=status)

    return posted(form, step, shown) if request.method == "POST" else shown()


def laid(outgoing: Outgoing, plan: SigningPlan | None) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Fields, pages and moved places of the prepared file; before there is one, where the fields would lie."""
    if plan is not None and plan.prepared_id and plan.fields:
        return plan.fields, plan.pages, plan.moved
    found = first_places(outgoing, on=today())
    return [field.as_values() for field in found.fields], [list(size) for size in found.pages], {}
