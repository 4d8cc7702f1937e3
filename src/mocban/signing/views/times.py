"""Authorities that stamp the time: their order, their last answers, trying one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import in_force, today
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page

from .. import access, forms, proofs, services
from ..models import TimeAuthority


@require_http_methods(["GET", "HEAD", "POST"])
def time_list(request: HttpRequest) -> HttpResponse:
    """Show the authorities in the order in which they are asked; POST adds one."""
    actor = request.actor  # type: ignore[attr-defined]
    body = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "time.set", body)
    form, status = forms.TimeAuthorityForm(), 200
    if request.method == "POST":
        form = forms.TimeAuthorityForm(request.POST)
        if form.is_valid():
            try:
                services.add_time_authority(organisation=body, actor=actor, **form.cleaned_data)
            except RuleBroken as refused:
                form_error(form, refused, "url")
            else:
                say_done(request, _("Đã thêm nơi cấp dấu thời gian; hãy bấm “Thử” để biết nơi đó có trả lời không."))
                return redirect("signing:times")
        status = 409
    context: dict[str, Any] = {
        "title": _("Dấu thời gian"),
        "form": form,
        "authorities": proofs.time_authorities(actor),
        "required": in_force(body, "signature.time_stamp", on=today()),
        "wanted": in_force(body, "signature.level", on=today()).value,
    }
    return page(request, "signing/times.html", context, status=status)


@require_POST
def time_step(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try one authority, ask it earlier, ask it no longer or again."""
    actor = request.actor  # type: ignore[attr-defined]
    authority = get(TimeAuthority, actor, related=["organisation"], pk=pk)
    step = request.POST.get("step", "")
    if step == "try":
        failure = services.try_time_authority(authority=authority, actor=actor, on=today())
        if failure:
            say_careful(request, _("“%(name)s”: %(failure)s") % {"name": authority.name, "failure": failure})
        else:
            say_done(request, _("“%(name)s” đã trả lời đúng.") % {"name": authority.name})
    elif step == "raise":
        services.raise_time_authority(authority=authority, actor=actor)
    elif step in ("on", "off"):
        services.switch_time_authority(authority=authority, active=step == "on", actor=actor)
    return redirect("signing:times")
