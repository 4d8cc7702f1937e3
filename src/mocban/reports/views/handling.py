"""The follow-up book and the two reports on handling, on the page and on paper."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mocban.people.models import Organisation
from mocban.people.selectors import today, units_open
from mocban.registry.log_forms import FollowUpForm
from mocban.ui.pages import get, page

from .. import access
from ..answers import printed
from ..figures import Asked
from ..forms import PeriodForm
from ..handling import FollowUp, follow_up_sheet, incoming_report, outgoing_report
from ..sheets import Sheet

REPORTS = {"incoming": incoming_report, "outgoing": outgoing_report}


@require_GET
def follow_up(request: Any, ending: str) -> HttpResponse:
    """The follow-up book of the same choice as the page of the registry: since, until, unit, progress."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    given = {name: request.GET.get(name, "") for name in ("since", "until", "unit")}
    form = FollowUpForm(given, units=units_open(actor))
    if not form.is_valid():
        raise Http404
    asked = FollowUp(on=today(), progress=request.GET.get("progress", ""), **form.cleaned_data)
    return printed(lambda: follow_up_sheet(organisation, asked, actor=actor), ending)


def _asked(request: Any) -> tuple[Organisation, PeriodForm]:
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "handling.read", organisation)
    given = {name: request.GET[name] for name in ("year", "part") if request.GET.get(name)}
    return organisation, PeriodForm({"year": today().year, **given})


@require_GET
def reports(request: Any) -> HttpResponse:
    """How documents of a period were handled, unit by unit, with the prints."""
    organisation, form = _asked(request)
    context: dict[str, Any] = {"title": _("Báo cáo giải quyết văn bản"), "form": form}
    if not form.is_valid():
        return page(request, "reports/handling.html", context, status=422)
    asked = Asked(request.actor, form.period(), today())
    context |= {
        "period": asked.period,
        "query": f"year={asked.period.year}&part={asked.period.part}",
        "reports": [(name, shown(make(asked, organisation))) for name, make in REPORTS.items()],
    }
    return page(request, "reports/handling.html", context)


def shown(sheet: Sheet) -> dict[str, Any]:
    """A report for the page."""
    grid = sheet.grids[0]
    labels = [column.label for column in grid.columns]
    rows = [list(zip(labels, row, strict=True)) for row in grid.rows()]
    return {"title": sheet.title, "labels": labels, "rows": rows, "empty": grid.empty}


@require_GET
def report(request: Any, name: str, ending: str) -> HttpResponse:
    """One of the two reports on paper or as a workbook."""
    organisation, form = _asked(request)
    if name not in REPORTS or not form.is_valid():
        raise Http404
    asked = Asked(request.actor, form.period(), today())
    return printed(lambda: REPORTS[name](asked, organisation), ending)
