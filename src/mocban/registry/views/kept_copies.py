"""Use of kept copies: who has which, since when, and who is late."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.records.models import Document
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, book_selectors, log_selectors
from ..choices import BookKind
from ..log_forms import UseForm
from ..models import KeptCopyUse
from ..services.kept_copies import lend_copy, take_copy_back
from .book_tabs import tabs_of


@require_GET
def kept_copy_list(request: Any) -> HttpResponse:
    """Copies that are out, those overdue, or every line."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "kept_copy_use.lend", organisation)
    shown = request.GET.get("show", "")
    shown = shown if shown in ("late", "all") else "out"
    late_from = log_selectors.last_late_day(organisation, "registry.kept_copy_back_within", on=on)
    rows = log_selectors.kept_copies_for(actor, state=shown, late_from=late_from)
    context = {
        "title": _("Sử dụng bản lưu"),
        "tabs": tabs_of(request, "kept_copy_list"),
        "shown": shown,
        "late_from": late_from,
        "books": book_selectors.open_logs(actor, BookKind.KEPT_COPIES, year=on.year),
        "page": keyset(
            rows,
            order=("-used_on", "-ordinal"),
            cursor=request.GET.get("cursor"),
            exact="exact" in request.GET,
        ),
    }
    return page(request, "registry/kept_copy_list.html", context)


@require_http_methods(["GET", "POST"])
def kept_copy_lend(request: Any, pk: Any) -> HttpResponse:
    """Let somebody use the kept copy of a document that the clerk may see."""
    actor, on = request.actor, today()
    document = get(Document, actor, pk=pk, related=("organisation",))
    access.require(actor, "kept_copy_use.lend", document)
    options: dict[str, Any] = {
        "books": book_selectors.open_logs(actor, BookKind.KEPT_COPIES, year=on.year),
        "positions": log_selectors.people_here(actor, on=on),
    }
    if request.method == "GET":
        filed = record_selectors.filed_in(document, actor).first()
        initial = {"file_symbol": filed.file.notation if filed else ""}
        return lend_page(request, document, UseForm(initial=initial, **options))
    form = UseForm(request.POST, **options)
    if not form.is_valid():
        return lend_page(request, document, form, status=422)
    try:
        lend_copy(document=document, use=form.use(), book=form.cleaned_data["book"], actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return lend_page(request, document, form, status=409)
    say_done(request, _("Đã ghi vào sổ sử dụng bản lưu."))
    return redirect("registry:kept_copy_list")


def lend_page(request: Any, document: Document, form: UseForm, *, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Cho sử dụng bản lưu"),
        "document": document,
        "form": form,
        "books": form.fields["book"].queryset,  # type: ignore[attr-defined]
    }
    return page(request, "registry/kept_copy_new.html", context, status=status)


@require_POST
def kept_copy_back(request: Any, pk: Any) -> HttpResponse:
    """Note that the copy came back."""
    take_copy_back(line=get(KeptCopyUse, request.actor, pk=pk), actor=request.actor, on=today())
    say_done(request, _("Đã nhận lại bản lưu."))
    return redirect("registry:kept_copy_list")
