"""The post book: what is given to the post, and what the post gave back."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, book_selectors, log_selectors, selectors
from ..choices import BookKind
from ..log_forms import DayForm, PostForm, PostReceiptForm
from ..models import Outgoing, PostItem
from ..services.post import PostReceipt, note_post_receipt, send_by_post
from .book_tabs import tabs_of


@require_GET
def post_list(request: Any) -> HttpResponse:
    """Lines of the post book: of one day for the postman, those without a receipt, or all."""
    actor, on = request.actor, today()
    access.require(actor, "post_item.send", Organisation(pk=actor.organisation_id))
    form = DayForm({"day": request.GET.get("day", "")})
    day = form.cleaned_data["day"] if form.is_valid() else None
    shown = request.GET.get("show", "")
    rows = log_selectors.post_items_for(actor, day=day, open_only=shown == "open")
    context = {
        "title": _("Gửi bưu điện"),
        "tabs": tabs_of(request, "post_list"),
        "shown": shown,
        "form": form,
        "day": day,
        "today": on,
        "books": book_selectors.open_logs(actor, BookKind.POST, year=on.year),
        "page": keyset(
            rows,
            order=("-sent_on", "-ordinal"),
            cursor=request.GET.get("cursor"),
            exact="exact" in request.GET,
        ),
    }
    return page(request, "registry/post_list.html", context, status=200 if form.is_valid() else 422)


@require_http_methods(["GET", "POST"])
def outgoing_post(request: Any, pk: Any) -> HttpResponse:
    """Choose the places that get an issued document on paper, and how many envelopes each."""
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=("document", "organisation"))
    access.require(actor, "post_item.send", outgoing)
    books = book_selectors.open_logs(actor, BookKind.POST, year=on.year)
    options: dict[str, Any] = {"books": books, "recipients": list(selectors.recipients(outgoing))}
    if request.method == "GET":
        return post_page(request, outgoing, PostForm(**options))
    form = PostForm(request.POST, **options)
    if not form.is_valid():
        return post_page(request, outgoing, form, status=422)
    cleaned = form.cleaned_data
    try:
        made = send_by_post(
            outgoing=outgoing,
            mailings=form.mailings(),
            book=cleaned["book"],
            note=cleaned["note"],
            actor=actor,
            on=on,
        )
    except RuleBroken as refused:
        form_error(form, refused)
        return post_page(request, outgoing, form, status=409)
    say_done(request, _("Đã ghi %d dòng vào sổ gửi bưu điện.") % len(made))
    return redirect("registry:post_list")


def post_page(request: Any, outgoing: Outgoing, form: PostForm, *, status: int = 200) -> HttpResponse:
    context = {
        "title": _("Gửi bưu điện %s") % outgoing.document.printed_code,
        "outgoing": outgoing,
        "form": form,
        "books": form.fields["book"].queryset,  # type: ignore[attr-defined]
        "sent": outgoing.post_items.order_by("ordinal"),
    }
    return page(request, "registry/post_new.html", context, status=status)


@require_POST
def post_receipt(request: Any, pk: Any) -> HttpResponse:
    """Note the postman's signature or the tracking code of one line."""
    item = get(PostItem, request.actor, pk=pk)
    form = PostReceiptForm(request.POST)
    if not form.is_valid():
        raise RuleBroken("log.no_name", _("Hãy ghi ký nhận hoặc mã bưu gửi, không quá 100 ký tự."))
    receipt = PostReceipt(form.cleaned_data["receipt"])
    note_post_receipt(item=item, receipt=receipt, actor=request.actor, on=today())
    say_done(request, _("Đã ghi ký nhận của bưu điện."))
    return redirect("registry:post_list")
