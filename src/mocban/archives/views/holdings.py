"""Files in custody, fonds and places."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.requests import ActorRequest
from mocban.people.selectors import today
from mocban.records import selectors as records
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, selectors
from ..forms import FondsForm, PlaceForm, PlacingForm
from ..models import Holding
from ..services.holdings import pack_holding, place_holding
from ..services.places import create_fonds, create_place


@require_GET
def holding_list(request: ActorRequest) -> HttpResponse:
    """Files in custody, newest first."""
    held = selectors.holdings_for(request.actor, unplaced=request.GET.get("unplaced") == "1")
    rows = keyset(held, order=("-received_at",), cursor=request.GET.get("cursor"))
    return page(request, "archives/holding_list.html", {"title": _("Hồ sơ trong lưu trữ"), "page": rows})


@require_GET
def holding_detail(request: ActorRequest, pk: Any) -> HttpResponse:
    """One file in custody: place it, pack it, see the schedule row its term comes from."""
    holding = get(
        Holding, request.actor, pk=pk, related=("file__unit", "organisation", "fonds", "place", "package", "submission")
    )
    return page(request, "archives/holding_detail.html", detail_context(request, holding))


def detail_context(request: ActorRequest, holding: Holding, form: PlacingForm | None = None) -> dict[str, Any]:
    actor = request.actor
    if form is None and access.may(actor, "holding.place", holding):
        form = PlacingForm(
            initial={"fonds": holding.fonds_id, "place": holding.place_id, "version": holding.version},
            fonds=selectors.fonds_for(actor),
            places=selectors.places_for(actor),
        )
    return {
        "title": str(holding),
        "holding": holding,
        "file": holding.file,
        "row": records.schedule_row(holding.file, regime=actor.regime),
        "totals": records.totals(holding.file),
        "contents": records.contents(holding.file),
        "form": form,
        "may_pack": bool(holding.fonds_id and holding.place_id) and access.may(actor, "holding.pack", holding),
        "entries": history(holding),
    }


@require_POST
def holding_place(request: ActorRequest, pk: Any) -> HttpResponse:
    actor = request.actor
    holding = get(Holding, actor, pk=pk, related=("file__unit", "organisation", "fonds", "place", "package"))
    form = PlacingForm(request.POST, fonds=selectors.fonds_for(actor), places=selectors.places_for(actor))
    status = 422
    if form.is_valid():
        try:
            place_holding(holding=holding, actor=actor, on=today(), **form.cleaned_data)
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, _("Đã xếp hồ sơ vào phông và hộp."))
            return redirect("archives:holding", pk=pk)
    return page(request, "archives/holding_detail.html", detail_context(request, holding, form), status=status)


@require_POST
def holding_pack(request: ActorRequest, pk: Any) -> HttpResponse:
    """Write and check the archive package."""
    holding = get(Holding, request.actor, pk=pk)
    pack_holding(holding=holding, actor=request.actor, on=today())
    say_done(request, _("Đã tạo và kiểm tra gói lưu trữ."))
    return redirect("archives:holding", pk=pk)


@require_http_methods(["GET", "POST"])
def fonds_list(request: ActorRequest) -> HttpResponse:
    """Fonds of the body; new ones are made here."""
    context = {"title": _("Phông lưu trữ"), "rows": selectors.fonds_for(request.actor)}
    return setup_page(request, "fonds.create", FondsForm, create_fonds, "archives:fonds_list", context)


@require_http_methods(["GET", "POST"])
def place_list(request: ActorRequest) -> HttpResponse:
    """Stores, shelves and boxes; new ones are made here."""
    context = {"title": _("Kho, giá, hộp"), "rows": selectors.places_for(request.actor)}
    return setup_page(request, "place.create", PlaceForm, create_place, "archives:place_list", context)


def setup_page(
    request: ActorRequest, verb: str, form_class: Any, create: Any, address: str, context: dict[str, Any]
) -> HttpResponse:
    """A short list with a form below it."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    form = form_class(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                create(organisation=organisation, actor=actor, on=today(), **form.cleaned_data)
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã lưu."))
                return redirect(address)
    context["form"] = form if access.may(actor, verb, organisation) else None
    return page(request, "archives/setup_list.html", context, status=status)
