"""Who has keys and pictures."""

from __future__ import annotations

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
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.tables import Column

from .. import access, forms, selectors, services


def _address(state: selectors.KeyState) -> str:
    if isinstance(state.owner, Organisation):
        return reverse("signing:organisation_key")
    return reverse("signing:person_key", args=[state.owner.pk])


def _given(there: bool) -> tuple[str, str]:
    return (_("Đã có"), "success") if there else (_("Chưa có"), "warning")


COLUMNS = [
    Column(gettext_lazy("Cơ quan, người ký"), lambda state: str(state.owner), link=_address),
    Column(gettext_lazy("Vị trí công tác"), "posts"),
    Column(gettext_lazy("Chứng thư số"), lambda state: _given(state.has_key), "badge"),
    Column(gettext_lazy("Ảnh hiển thị"), lambda state: _given(state.has_image), "badge"),
]


@require_safe
def key_list(request: HttpRequest) -> HttpResponse:
    """Show the administrator who can sign."""
    actor = request.actor  # type: ignore[attr-defined]
    access.require(actor, "key.issue", get(Organisation, actor, pk=actor.organisation_id))
    context = {
        "title": _("Chữ ký số và con dấu"),
        "columns": COLUMNS,
        "states": selectors.key_states(actor, on=today()),
    }
    return page(request, "signing/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation_key(request: HttpRequest) -> HttpResponse:
    """Key and seal picture of the actor's organisation."""
    actor = request.actor  # type: ignore[attr-defined]
    body = get(Organisation, actor, pk=actor.organisation_id)
    return _key(request, body, body)


@require_http_methods(["GET", "HEAD", "POST"])
def person_key(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Key and signature picture of a person of the actor's organisation."""
    actor = request.actor  # type: ignore[attr-defined]
    return _key(request, get(Person, actor, pk=pk), get(Organisation, actor, pk=actor.organisation_id))


def _key(request: Any, owner: Person | Organisation, body: Organisation) -> HttpResponse:
    access.require(request.actor, "key.issue", body)
    form, status = forms.ImageForm(), 200
    if request.method == "POST" and "issue" in request.POST:
        if isinstance(owner, Organisation):
            services.issue_organisation_key(organisation=owner, actor=request.actor)
        else:
            services.issue_person_key(person=owner, organisation=body, actor=request.actor)
        say_done(request, _("Đã cấp chứng thư số dùng thử."))
        return redirect(request.path)
    if request.method == "POST":
        form = forms.ImageForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                image = form.cleaned_data["image"].read()
                services.set_image(owner=owner, image=image, organisation=body, actor=request.actor)
            except RuleBroken as refused:
                form_error(form, refused, "image")
            else:
                say_done(request, _("Đã lưu ảnh."))
                return redirect(request.path)
        status = 409
    state = selectors.key_state(owner, posts="")
    context = {"title": str(owner), "state": state, "form": form}
    return page(request, "signing/key.html", context, status=status)
