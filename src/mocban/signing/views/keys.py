"""Who has keys and pictures, and what is known of one key."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_careful, say_done, status_of
from mocban.ui.pages import get, page
from mocban.ui.tables import Column

from .. import access, forms, key_selectors, printing, services
from .key_owner import BODY, OWN, Owned, owned


def _address(state: key_selectors.KeyState) -> str:
    if isinstance(state.owner, Organisation):
        return reverse("signing:organisation_key")
    return reverse("signing:person_key", args=[state.owner.pk])


def _given(there: bool) -> tuple[str, str]:
    return (_("Đã có"), "success") if there else (_("Chưa có"), "warning")


def _place(state: key_selectors.KeyState) -> tuple[str, str]:
    if state.source is not None:
        return state.source.get_place_display(), "success"
    return (_("Khóa dùng thử"), "info") if state.has_trial else (_("Chưa có"), "warning")


def validity(state: key_selectors.KeyState) -> tuple[str, str]:
    """How long the certificate of a declared key is valid, and how grave that is."""
    if state.facts is None or state.days_left is None:
        return _("Không theo dõi"), "neutral"
    if state.days_left < 0:
        return _("Đã hết hạn"), "danger"
    if state.days_left <= key_selectors.WARN_DAYS:
        tone = "danger" if state.days_left <= key_selectors.ALARM_DAYS else "warning"
        return _("Còn %(days)s ngày") % {"days": state.days_left}, tone
    return _("Đến %(day)s") % {"day": f"{state.facts.until:%d/%m/%Y}"}, "success"


COLUMNS = [
    Column(gettext_lazy("Cơ quan, người ký"), lambda state: str(state.owner), link=_address),
    Column(gettext_lazy("Vị trí công tác"), "posts"),
    Column(gettext_lazy("Nơi giữ khóa"), _place, "badge"),
    Column(gettext_lazy("Hạn chứng thư"), validity, "badge"),
    Column(gettext_lazy("Ảnh hiển thị"), lambda state: _given(state.has_image), "badge"),
]


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """Show the administrator who can sign, and whose certificate ends soon."""
    actor = request.actor  # type: ignore[attr-defined]
    access.require(actor, "key.issue", get(Organisation, actor, pk=actor.organisation_id))
    states = key_selectors.key_states(actor, on=today())
    context = {
        "title": _("Chữ ký số và con dấu"),
        "columns": COLUMNS,
        "states": states,
        "expiring": [state for state in states if state.expires],
    }
    return page(request, "signing/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_key(request: HttpRequest) -> HttpResponse:
    """Key and seal picture of the actor's organisation."""
    return _key(request, owned(request, BODY, "key.view"))


@require_http_methods(["GET", "HEAD", "POST"])
def person_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Key and signature picture of a person of the actor's organisation."""
    return _key(request, owned(request, str(pk), "key.view"))


@require_http_methods(["GET", "HEAD"])
def own_key(request: HttpRequest) -> HttpResponse:
    """The own key, for whoever signs."""
    return _key(request, owned(request, OWN, "key.view"))


def _key(request: Any, one: Owned) -> HttpResponse:
    form, status = forms.ImageForm(), 200
    if request.method == "POST":
        access.require(request.actor, "key.issue", one.body)
        if "issue" in request.POST:
            _issue(request, one)
            return redirect(request.path)
        form = forms.ImageForm(request.POST, request.FILES)
        status = _take_image(request, one, form)
        if status == 302:
            return redirect(request.path)
    state = key_selectors.key_state(one.owner, one.body)
    context = {
        "title": one.title,
        "one": one,
        "state": state,
        "validity": validity(state),
        "facts": state.facts or key_selectors.trial_facts(one.owner),
        "leads_to_trust": state.source is None or key_selectors.leads_to_trust(state.source),
        "may_issue": one.who != OWN and access.may(request.actor, "key.issue", one.body),
        "may_place": access.may(request.actor, "key.place", one.key),
        "may_hand_over": one.is_organisation and access.may(request.actor, "key.hand_over", one.body),
        "sees_organisation": one.who == OWN and access.may(request.actor, "key.view", replace(one, owner=one.body).key),
        "entries": key_selectors.key_history(one.owner),
        "form": form,
    }
    return page(request, "signing/key.html", context, status=status)


def _issue(request: Any, one: Owned) -> None:
    if isinstance(one.owner, Person):
        services.issue_person_key(person=one.owner, organisation=one.body, actor=request.actor)
    else:
        services.issue_organisation_key(organisation=one.owner, actor=request.actor)
    say_done(request, _("Đã cấp chứng thư số dùng thử."))


def _take_image(request: Any, one: Owned, form: forms.ImageForm) -> int:
    """Return 302 when the picture was kept, else the status of the refused form."""
    if not form.is_valid():
        return 409
    image = form.cleaned_data["image"].read()
    try:
        services.set_image(owner=one.owner, image=image, organisation=one.body, actor=request.actor)
    except RuleBroken as refused:
        form_error(form, refused, "image")
        return status_of(refused)
    say_done(request, _("Đã lưu ảnh."))
    for doubt in printing.image_doubts(image, owner=one.owner, regime=one.body.regime, on=today()):
        say_careful(request, doubt)
    return 302
