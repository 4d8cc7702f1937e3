"""Incidents: the list, one incident, the two confirmations of erasing, the minutes to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import confirm, get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from . import access, selectors, services
from .choices import IncidentState
from .forms import MinutesForm
from .models import Incident

TONES = {IncidentState.OPEN: "warning", IncidentState.FROZEN: "danger", IncidentState.ERASED: "neutral"}


@require_safe
def incident_list(request: HttpRequest) -> HttpResponse:
    """Incidents of the body, newest first."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    rows = keyset(
        selectors.listed(actor), order=("-at", "-id"), cursor=request.GET.get("cursor"), exact="exact" in request.GET
    )
    columns = [
        Column(_("Thời điểm"), selectors.moment, link=lambda row: reverse("secrecy:incident", args=[row.pk])),
        Column(_("Độ mật"), lambda row: row.get_level_display()),
        Column(_("Phát hiện"), lambda row: row.get_found_display()),
        Column(_("Đường đến"), lambda row: row.get_channel_display()),
        Column(_("Nơi gửi"), "sender"),
        Column(_("Trạng thái"), lambda row: (row.get_state_display(), TONES[row.state]), kind="badge"),
    ]
    return page(
        request,
        "secrecy/incident_list.html",
        {"title": _("Sự cố bí mật nhà nước"), "page": rows, "columns": columns},
    )


@require_safe
def incident(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One incident: what is known, what happened, what may be done."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = get(Incident, actor, pk=pk, related=("organisation",))
    return page(
        request,
        "secrecy/incident.html",
        {
            "title": _("Sự cố bí mật nhà nước"),
            "incident": found,
            "tone": TONES[found.state],
            "facts": selectors.facts(found),
            "backups": selectors.backups(found),
            "may_erase": found.state == IncidentState.FROZEN and access.may(actor, "incident.erase", found),
            "history": history(found),
        },
    )


@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for, then take, the first or the second confirmation."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = get(Incident, actor, pk=pk, related=("organisation",))
    access.require(actor, "incident.erase", found)
    first = found.first_eraser_id is None
    form = MinutesForm(request.POST or None) if first else None
    refusal = None
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            services.confirm_erasure(incident=found, minutes=form.cleaned_data["minutes"] if form else "", actor=actor)
        except RuleBroken as broken:
            if form is None:
                raise
            refusal = broken
            form_error(form, broken, "minutes")
        else:
            say_done(request, _("Đã ghi xác nhận thứ nhất.") if first else _("Đã xóa nội dung và lập biên bản."))
            return redirect("secrecy:incident", pk=pk)
    response = _ask(request, found, form)
    response.status_code = 409 if refusal else response.status_code
    return response


@require_safe
def minutes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The minutes of erasing, to print and sign."""
    actor: Any = request.actor  # type: ignore[attr-defined]
    found = get(Incident, actor, pk=pk, related=("organisation",))
    context = {
        "title": _("Biên bản xóa nội dung bí mật nhà nước"),
        "incident": found,
        "facts": selectors.facts(found),
        "backups": selectors.backups(found),
    }
    return page(request, "secrecy/minutes.html", context)


def _ask(request: HttpRequest, found: Incident, form: MinutesForm | None) -> HttpResponse:
    if form is None:
        sentence = _("Bạn là người xác nhận thứ hai. Sau bước này nội dung bị xóa hẳn, không lấy lại được.")
    else:
        sentence = _("Bạn là người xác nhận thứ nhất. Nội dung chỉ bị xóa khi một người thứ hai cũng xác nhận.")
    return confirm(
        request,
        title=_("Xóa nội dung bí mật nhà nước"),
        sentence=sentence,
        action_label=_("Xác nhận xóa") if form is None else _("Lập biên bản và xác nhận"),
        cancel_url=reverse("secrecy:incident", args=[found.pk]),
        danger=True,
        facts=selectors.facts(found),
        form=form,
    )
