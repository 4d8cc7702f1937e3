"""The yearly list of planned files."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Position, Unit
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page

from .. import access, selectors
from ..border import retention_choices
from ..choices import PlanState
from ..forms import PlanForm, PlanLineForm
from ..models import FilePlan
from ..services import add_plan_line, approve_plan, create_plan


@require_http_methods(["GET", "POST"])
def plan_list(request: Any) -> HttpResponse:
    """Plans by year; a new one is begun here."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    form = PlanForm(request.POST or None, initial={"year": today().year})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                plan = create_plan(organisation=organisation, year=form.cleaned_data["year"], actor=actor, on=today())
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                return redirect("records:plan", pk=plan.pk)
    context = {
        "title": _("Danh mục hồ sơ"),
        "plans": FilePlan.objects.visible_to(actor).order_by("-year"),
        "form": form if access.may(actor, "plan.edit", organisation) else None,
    }
    return page(request, "records/plan_list.html", context, status=status)


@require_http_methods(["GET", "POST"])
def plan_detail(request: Any, pk: Any) -> HttpResponse:
    """A plan with its lines; lines are added while it is a draft."""
    actor, on = request.actor, today()
    plan = get(FilePlan, actor, pk=pk, related=("organisation",))
    options: dict[str, Any] = {
        "units": Unit.objects.visible_to(actor),
        "makers": Position.objects.visible_to(actor).select_related("person"),
        "retention": retention_choices(plan.organisation.regime, on),
    }
    form = PlanLineForm(request.POST or None, **options)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                add_plan_line(plan=plan, actor=actor, on=on, **form.cleaned_data)
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã thêm hồ sơ dự kiến."))
                return redirect("records:plan", pk=pk)
    drafting = plan.state == PlanState.DRAFT
    context = {
        "title": str(plan),
        "plan": plan,
        "lines": selectors.plan_lines(plan),
        "form": form if drafting and access.may(actor, "plan.edit", plan) else None,
        "may_approve": drafting and access.may(actor, "plan.approve", plan),
        "entries": history(plan),
    }
    return page(request, "records/plan_detail.html", context, status=status)


@require_POST
def plan_approve(request: Any, pk: Any) -> HttpResponse:
    plan = get(FilePlan, request.actor, pk=pk)
    approve_plan(plan=plan, actor=request.actor, on=today())
    say_done(request, _("Đã ban hành danh mục hồ sơ."))
    return redirect("records:plan", pk=pk)
