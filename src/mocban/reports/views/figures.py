"""Figures and the lists behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, drill
from ..answers import XLSX, file
from ..figures import FIGURES, Asked, Figure, count
from ..forms import PeriodForm


def _organisation(request: Any) -> Organisation:
    """The actor's organisation, for somebody who may read its figures."""
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "figures.read", organisation)
    return organisation


def _form(request: Any) -> PeriodForm:
    given = {name: request.GET[name] for name in ("year", "part") if request.GET.get(name)}
    return PeriodForm({"year": today().year, **given})


def _asked(request: Any) -> tuple[PeriodForm, Asked | None]:
    form = _form(request)
    return form, Asked(request.actor, form.period(), today()) if form.is_valid() else None


@require_GET
def figures_page(request: Any) -> HttpResponse:
    """Every figure of the period, each leading to the documents behind it."""
    _organisation(request)
    form, asked = _asked(request)
    context: dict[str, Any] = {"title": _("Số liệu"), "form": form}
    if asked is None:
        return page(request, "reports/figures.html", context, status=422)
    groups: dict[str, list[Any]] = {}
    for counted in count(asked):
        groups.setdefault(str(counted.figure.group), []).append(counted)
    context |= {"period": asked.period, "groups": groups.items(), "query": _query(asked)}
    return page(request, "reports/figures.html", context)


def _query(asked: Asked) -> str:
    return f"year={asked.period.year}&part={asked.period.part}"


def _figure(name: str) -> Figure:
    if name not in FIGURES:
        raise Http404
    return FIGURES[name]


@require_GET
def drill_page(request: Any, name: str) -> HttpResponse:
    """The documents behind one figure."""
    _organisation(request)
    figure = _figure(name)
    form, asked = _asked(request)
    context: dict[str, Any] = {"title": figure.label, "figure": figure, "form": form}
    if asked is None:
        return page(request, "reports/drill.html", context, status=422)
    rows = keyset(
        figure.rows(asked),
        order=drill.ORDER[figure.noun],
        cursor=request.GET.get("cursor"),
        exact="exact" in request.GET,
    )
    context |= {"period": asked.period, "page": rows, "columns": drill.columns(figure), "query": _query(asked)}
    return page(request, "reports/drill.html", context)


@require_GET
def drill_xlsx(request: Any, name: str) -> HttpResponse:
    """The same list as a workbook."""
    _organisation(request)
    return _download(request, _figure(name), drill.workbook, XLSX, "xlsx")


@require_GET
def drill_pdf(request: Any, name: str) -> HttpResponse:
    """The same list for the printer."""
    organisation = _organisation(request)

    def made(figure: Figure, asked: Asked) -> bytes:
        return drill.list_pdf(figure, asked, organisation)

    return _download(request, _figure(name), made, "application/pdf", "pdf")


def _download(
    request: Any, figure: Figure, make: Callable[[Figure, Asked], bytes], media_type: str, ending: str
) -> HttpResponse:
    form, asked = _asked(request)
    if asked is None:
        context = {"title": figure.label, "figure": figure, "form": form}
        return page(request, "reports/drill.html", context, status=422)
    name = f"{figure.name}-{asked.period.year}{asked.period.part and '-'}{asked.period.part}.{ending}"
    return file(make(figure, asked), media_type, name, attachment=ending == "xlsx")
