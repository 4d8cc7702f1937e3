"""Envelopes addressed to a person or mass organisation: arrival, hand-over unopened, return for registration."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.actions import Action, bar
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, log_selectors, rules
from ..choices import EnvelopeState
from ..log_forms import EnvelopeForm
from ..models import Envelope
from ..services.envelopes import register_envelope, return_envelope
from .book_tabs import tabs_of


@require_GET
def envelope_list(request: Any) -> HttpResponse:
    """Envelopes by state, newest first."""
    actor = request.actor
    access.require(actor, "envelope.register", Organisation(pk=actor.organisation_id))
    state = request.GET.get("state", "")
    rows = log_selectors.envelopes_for(actor, state=state)
    context = {
        "title": _("Bì thư chuyển nguyên"),
        "tabs": tabs_of(request, "envelope_list"),
        "states": EnvelopeState.choices,
        "page": keyset(rows, order=("-created_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET),
    }
    return page(request, "registry/envelope_list.html", context)


@require_http_methods(["GET", "POST"])
def envelope_new(request: Any) -> HttpResponse:
    """Note that an envelope arrived."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "envelope.register", organisation)
    options: dict[str, Any] = {"positions": log_selectors.people_here(actor, on=on)}
    if request.method == "GET":
        return new_page(request, EnvelopeForm(initial={"arrived_on": on}, **options))
    form = EnvelopeForm(request.POST, **options)
    if not form.is_valid():
        return new_page(request, form, status=422)
    try:
        made = register_envelope(cover=form.cover(), organisation=organisation, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return new_page(request, form, status=409)
    say_done(request, _("Đã ghi nhận bì thư."))
    if "hand" in request.POST:
        return redirect(f"{reverse('registry:hand_over_new')}?item=envelope:{made.pk}")
    return redirect("registry:envelope_new" if "next" in request.POST else "registry:envelope_list")


def new_page(request: Any, form: EnvelopeForm, *, status: int = 200) -> HttpResponse:
    context = {"title": _("Nhận bì thư"), "form": form}
    return page(request, "registry/envelope_new.html", context, status=status)


@require_GET
def envelope_detail(request: Any, pk: Any) -> HttpResponse:
    """One envelope: what stands on it, who has it, what can be done now."""
    actor = request.actor
    envelope = get(Envelope, actor, pk=pk, related=("organisation", "position__person", "incoming"))
    may = {
        "hand": access.may(actor, "hand_over.make", envelope),
        "return": access.may(actor, "envelope.return", envelope) and not envelope.level,
        "register": access.may(actor, "incoming.register", envelope),
    }
    known = {
        "hand": Action(
            _("Chuyển nguyên bì"),
            f"{reverse('registry:hand_over_new')}?item=envelope:{envelope.pk}",
            tone="primary",
            icon="arrows-exchange",
        ),
        "return": Action(
            _("Trả lại để đăng ký"),
            reverse("registry:envelope_return", args=[envelope.pk]),
            method="post",
            icon="arrow-back-up",
        ),
        "register": Action(
            _("Đăng ký văn bản trong bì"),
            f"{reverse('registry:incoming_new')}?envelope={envelope.pk}",
            tone="primary",
            icon="plus",
        ),
    }
    shown = {verb: action for verb, action in known.items() if may[verb]}
    context = {
        "title": _("Bì thư đến ngày %s") % f"{envelope.arrived_on:%d/%m/%Y}",
        "tabs": tabs_of(request, "envelope_list"),
        "envelope": envelope,
        "buttons": bar(rules.ENVELOPE_TRANSITIONS, EnvelopeState(envelope.state), shown),
        "lines": log_selectors.hand_overs_for(actor).filter(envelope=envelope),
        "entries": history(envelope),
    }
    return page(request, "registry/envelope_detail.html", context)


@require_POST
def envelope_return(request: Any, pk: Any) -> HttpResponse:
    """The addressee gives an official matter back for registration, or the clerk notes it."""
    envelope = get(Envelope, request.actor, pk=pk)
    return_envelope(envelope=envelope, actor=request.actor, on=today())
    say_done(request, _("Đã trả bì thư lại văn thư để đăng ký."))
    return redirect("registry:envelope", pk=pk)
