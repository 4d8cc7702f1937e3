"""Copies: the register page, asking, approving, numbering, making."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban import law
from mocban.audit import services as audit
from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.selectors import today
from mocban.records.models import Document
from mocban.secrecy.choices import Channel
from mocban.ui.actions import Action, bar
from mocban.ui.errors import form_error, say_done
from mocban.ui.forms import posted_version
from mocban.ui.language import name_of
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, copy_selectors, selectors
from ..choices import CopyState, Direction, Medium, SigningPurpose
from ..copy_forms import CopyForm, CopyNumberForm
from ..copy_rules import COPY_TRANSITIONS, copy_kinds
from ..copying import copy_choices, enter_copy, first_values
from ..forms import ReasonForm
from ..models import Copy
from ..services import copies, numbering
from ..services.key_steps import carry_out, copy_step
from ..signing_forms import IssueForm
from ..signing_places import Place, place_of
from .form_pages import form_page, given, posted

RELATED = ("document", "organisation", "signer__person", "book", "object", "source", "excerpt")


@require_GET
def copy_list(request: Any) -> HttpResponse:
    """The register of copies, newest first, by state, kind and words."""
    actor = request.actor
    found = copy_selectors.copies_for(
        actor,
        state=request.GET.get("state", ""),
        kind=request.GET.get("kind", ""),
        text=request.GET.get("q", "")[:200],
        book=selectors.uuid_or_none(request.GET.get("book")),
    )
    rows = keyset(found, order=("-created_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    kinds = [(one.code, name_of(one.name, one.name_en)) for one in copy_kinds(regime=actor.regime, on=today())]
    context = {"title": _("Bản sao văn bản"), "page": rows, "states": CopyState.choices, "kinds": kinds}
    return page(request, "registry/copy_list.html", context)


@require_http_methods(["GET", "POST"])
def copy_new(request: Any, pk: Any) -> HttpResponse:
    """Ask for a copy of a document."""
    actor, on = request.actor, today()
    document = get(Document, actor, pk=pk, related=("organisation",))
    access.require(actor, "copy.request", document)
    options = copy_choices(document.organisation, on=on)
    if request.method == "GET":
        return new_page(request, CopyForm(initial=first_values(document), **options), document)
    form = CopyForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return new_page(request, form, document, status=422)
    try:
        copy = enter_copy(form, document, channel=Channel.UPLOAD, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return new_page(request, form, document, status=409)
    say_done(request, _("Đã đề nghị sao văn bản; người ký bản sao được báo để duyệt."))
    return redirect("registry:copy", pk=copy.pk)


def new_page(request: Any, form: CopyForm, document: Document, *, status: int = 200) -> HttpResponse:
    kinds = copy_kinds(regime=document.organisation.regime, on=today())
    rows = law.table("copy_kinds", regime=document.organisation.regime, on=today())
    meanings = [
        (name_of(kind.name, kind.name_en), row["meaning"], kind.citation) for kind, row in zip(kinds, rows, strict=True)
    ]
    context = {"title": _("Sao văn bản"), "form": form, "document": document, "meanings": meanings}
    return page(request, "registry/copy_new.html", context, status=status)


@require_GET
def copy_detail(request: Any, pk: Any) -> HttpResponse:
    """One copy: what, from what, by whom; its file; the step that comes next."""
    copy = get(Copy, request.actor, pk=pk, related=RELATED)
    if copy.object:
        audit.read(request.actor, copy.object)
    return page(request, "registry/copy_detail.html", detail_context(request, copy))


def detail_context(request: Any, copy: Copy, **forms: Any) -> dict[str, Any]:
    actor, on = request.actor, today()
    possible = {verb for (state, verb) in COPY_TRANSITIONS if state == copy.state}
    may = {verb for verb in possible if access.may(actor, f"copy.{verb}", copy)}
    version = {"version": copy.version}
    numbers = []
    if "refuse" in may:
        forms.setdefault("refuse_form", ReasonForm(initial=version))
    if "number" in may:
        books = selectors.open_books(actor, Direction.COPIES, year=on.year)
        numbers = [(book, numbering.next_number(book.series, on=on)) for book in books]
        forms.setdefault("number_form", CopyNumberForm(initial=version, books=books))
    labels = {"approve": (_("Duyệt việc sao"), "check", "d"), "make": (_("Làm bản sao"), "copy-check", "s")}
    actions = {
        verb: Action(
            label,
            reverse(f"registry:copy_{verb}", args=[copy.pk]),
            method="get" if verb == "make" and place_for(copy, actor) != Place() else "post",
            tone="primary",
            icon=icon,
            key=key,
            hidden=version,
        )
        for verb, (label, icon, key) in labels.items()
        if verb in may
    }
    return {
        "title": str(copy),
        "copy": copy,
        "document": copy.document,
        "buttons": bar(COPY_TRANSITIONS, copy.state, actions),
        "numbers": numbers,
        "entries": history(copy),
        **forms,
    }


@require_POST
def copy_approve(request: Any, pk: Any) -> HttpResponse:
    copy = get(Copy, request.actor, pk=pk)
    copies.approve_copy(copy=copy, actor=request.actor, on=today(), version=posted_version(request))
    say_done(request, _("Đã duyệt việc sao; văn thư được báo để cấp số."))
    return redirect("registry:copy", pk=pk)


def on_detail(request: Any, copy: Copy, step: Callable[[dict[str, Any]], str], **form: Any) -> HttpResponse:
    """Take the step that a form on the copy's page asks for; refused, the form stands there as it was typed."""

    def shown(status: int) -> HttpResponse:
        return page(request, "registry/copy_detail.html", detail_context(request, copy, **form), status=status)

    (only,) = form.values()
    return posted(only, step, shown)


@require_POST
def copy_refuse(request: Any, pk: Any) -> HttpResponse:
    copy = get(Copy, request.actor, pk=pk, related=RELATED)

    def step(data: dict[str, Any]) -> str:
        copies.refuse_copy(copy=copy, actor=request.actor, on=today(), **data)
        say_done(request, _("Đã từ chối đề nghị sao."))
        return reverse("registry:copy", args=[pk])

    return on_detail(request, copy, step, refuse_form=ReasonForm(request.POST))


@require_POST
def copy_number(request: Any, pk: Any) -> HttpResponse:
    actor, on = request.actor, today()
    copy = get(Copy, actor, pk=pk, related=RELATED)

    def step(data: dict[str, Any]) -> str:
        copies.number_copy(copy=copy, actor=actor, on=on, **data)
        say_done(request, _("Đã cấp số bản sao."))
        return reverse("registry:copy", args=[pk])

    books = selectors.open_books(actor, Direction.COPIES, year=on.year)
    return on_detail(request, copy, step, number_form=CopyNumberForm(request.POST, books=books))


@require_http_methods(["GET", "POST"])
def copy_make(request: Any, pk: Any) -> HttpResponse:
    """Make the copy; where the organisation's key asks for its PIN, ask for it first."""
    actor = request.actor
    copy = get(Copy, actor, pk=pk, related=RELATED)
    access.require(actor, "copy.make", copy)
    if place_for(copy, actor).elsewhere:
        return redirect("registry:token_copy", pk=pk)
    address = reverse("registry:copy", args=[pk])

    def step(data: dict[str, Any]) -> str:
        started = copy_step(copy=copy, actor=actor, on=today(), version=data.pop("version"))
        carry_out(started, **data)
        say_done(request, _("Đã làm bản sao."))
        return address

    return form_page(
        request,
        IssueForm(given(request), place=place_for(copy, actor), initial={"version": copy.version}),
        step,
        title=_("Làm bản sao"),
        action_label=_("Làm bản sao"),
        back=(str(copy), address),
    )


def place_for(copy: Copy, actor: Any) -> Place:
    """Only an electronic copy is sealed with the organisation's key."""
    return place_of(actor, SigningPurpose.ISSUE) if copy.to_medium == Medium.ELECTRONIC else Place()
