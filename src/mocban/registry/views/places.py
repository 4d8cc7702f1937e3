"""Where number, date, signatures and seal will stand: shown on the pages, moved by hand before the first signature."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page

from .. import access, rules
from ..models import Outgoing, SigningPlan
from ..places_form import PlacesForm
from ..placing import shown_fields
from ..services.placing import place_fields
from ..services.preparing import first_places
from .form_pages import given
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
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                places = {} if "found" in request.POST else form.places()
                place_fields(
                    outgoing=outgoing,
                    moved=places,
                    actor=actor,
                    on=today(),
                    version=form.cleaned_data["version"],
                )
            except (RuleBroken, Stale) as refused:
                form_error(form, refused)
                status = status_of(refused)
                fields = where_typed(fields, form)
            else:
                say_done(request, _("Đã đặt chỗ ghi số, ngày, chữ ký và dấu."))
                return redirect("registry:outgoing_places", pk=pk)
    context = {
        "title": _("Chỗ ghi số, ngày, chữ ký, dấu"),
        "outgoing": outgoing,
        "plan": plan,
        "form": form,
        "pages": shown_fields(pages, fields),
        "movable": True,
        "moved": moved,
    }
    return page(request, "registry/outgoing_places.html", context, status=status)


def laid(outgoing: Outgoing, plan: SigningPlan | None) -> tuple[list[Any], list[Any], dict[str, Any]]:
    """Fields, pages and moved places of the prepared file; before there is one, where the fields would lie."""
    if plan is not None and plan.prepared_id and plan.fields:
        return plan.fields, plan.pages, plan.moved
    found = first_places(outgoing, on=today())
    return [field.as_values() for field in found.fields], [list(size) for size in found.pages], {}


def where_typed(fields: list[Any], form: PlacesForm) -> list[Any]:
    """The boxes where somebody wanted them, so that a refusal does not lose them."""
    wanted = form.places()
    return [{**field, **wanted.get(field["name"], {})} for field in fields]
