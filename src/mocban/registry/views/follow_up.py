"""Following up how incoming documents are handled (sổ theo dõi giải quyết văn bản đến; NĐ 30/2020, PL IV)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from mocban.people.selectors import today, units_open
from mocban.ui.pages import page
from mocban.ui.paging import keyset

from .. import log_selectors
from ..log_forms import FollowUpForm
from ..services.books import DESKS
from .book_tabs import tabs_of


@require_GET
def follow_up(request: Any) -> HttpResponse:
    """Entries by period, unit and progress, each with its deadline, who handles it and the reply."""
    actor, on = request.actor, today()
    given = {name: request.GET.get(name, "") for name in ("since", "until", "unit")}
    form = FollowUpForm(given, units=units_open(actor))
    progress = request.GET.get("progress", "")
    context: dict[str, Any] = {
        "title": _("Theo dõi giải quyết văn bản đến"),
        "tabs": tabs_of(request, "follow_up"),
        "form": form,
        "progress": progress,
        "choices": log_selectors.PROGRESS.items(),
        "today": on,
        "prints": prints(request),
    }
    if not form.is_valid():
        return page(request, "registry/follow_up.html", context, status=422)
    rows = log_selectors.followed_up(actor, on=on, progress=progress, **form.cleaned_data)
    shown = keyset(
        rows,
        order=("-arrived_on", "-number_value"),
        cursor=request.GET.get("cursor"),
        exact="exact" in request.GET,
    )
    log_selectors.with_handling(shown.rows, actor)
    context["page"] = shown
    return page(request, "registry/follow_up.html", context)


def prints(request: Any) -> list[tuple[str, str]]:
    """Where the same choice is printed, and the reports on handling; they stand above this app."""
    offered = [("handling_pdf", _("In sổ theo dõi")), ("handling_xlsx", _("Tải Excel"))]
    if any(request.actor.has(role) for role in DESKS):
        offered.append(("handling", _("Báo cáo giải quyết")))
    found = []
    for name, label in offered:
        try:
            found.append((label, f"{reverse(f'reports:{name}')}?{request.GET.urlencode()}"))
        except NoReverseMatch:
            continue
    return found
