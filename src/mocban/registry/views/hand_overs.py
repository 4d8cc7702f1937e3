"""Hand-over: what waits to be handed over, the lines of the book, and the receiver's receipt."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, book_selectors, log_rules, log_selectors, selectors
from ..choices import BookKind, EnvelopeState
from ..handing import chosen_items
from ..log_forms import HandOverForm, PaperReceiptForm
from ..models import Envelope, HandOver
from ..services.logs import Handed, confirm_receipts, hand_over, note_receipt, undo_hand_over
from .book_tabs import tabs_of

RELATED = (
    "book",
    "organisation",
    "incoming__document",
    "outgoing__document",
    "envelope",
    "unit",
    "position__person",
)


@require_GET
def hand_over_list(request: Any) -> HttpResponse:
    """What waits to be handed over, what nobody signed for yet, or the whole book."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "hand_over.make", organisation)
    shown = request.GET.get("show", "")
    context = {
        "title": _("Chuyển giao"),
        "tabs": tabs_of(request, "hand_over_list"),
        "shown": shown,
        "today": on,
        "books": book_selectors.open_logs(actor, BookKind.HANDOVER, year=on.year),
        "most": log_rules.AT_ONCE,
    }
    cursor, exact = request.GET.get("cursor"), "exact" in request.GET
    if shown in ("open", "all"):
        rows = log_selectors.hand_overs_for(actor, open_only=shown == "open")
        context["page"] = keyset(rows, order=("-handed_on", "-ordinal"), cursor=cursor, exact=exact)
        context["late_from"] = log_selectors.last_late_day(organisation, "registry.register_within", on=on)
        return page(request, "registry/hand_over_list.html", context)
    rows = log_selectors.to_hand_over(actor)
    context["page"] = keyset(
        rows, order=("present_by", "number_value"), cursor=cursor, size=log_rules.AT_ONCE, exact=exact
    )
    context["envelopes"] = log_selectors.envelopes_for(actor, state=EnvelopeState.WAITING)[: log_rules.AT_ONCE]
    context["form"] = form_for(request)
    return page(request, "registry/hand_over_list.html", context)


def form_for(request: Any, data: Any = None) -> HandOverForm:
    actor, on = request.actor, today()
    books = book_selectors.open_logs(actor, BookKind.HANDOVER, year=on.year)
    return HandOverForm(data, books=books, **log_selectors.receivers(actor, on=on))


def chosen(request: Any, given: Sequence[str]) -> list[Handed]:
    """The rows that were ticked, as "incoming:<id>". Raises Http404 when one is not to be seen."""
    pairs = [text.partition(":") for text in given]
    return chosen_items(request.actor, [(kind, selectors.uuid_or_none(pk)) for kind, _colon, pk in pairs])


@require_http_methods(["GET", "POST"])
def hand_over_new(request: Any) -> HttpResponse:
    """Hand the chosen rows over to one receiver; a refusal shows them again with what was typed."""
    actor, on = request.actor, today()
    access.require(actor, "hand_over.make", Organisation(pk=actor.organisation_id))
    given = (request.POST if request.method == "POST" else request.GET).getlist("item")
    items = chosen(request, given[: log_rules.AT_ONCE + 1])
    if request.method == "GET":
        form = form_for(request)
        if len(items) == 1 and isinstance(items[0], Envelope):
            form.initial["position"] = items[0].position_id
            form.initial["name"] = "" if items[0].position_id else items[0].addressee
        return new_page(request, form, items, given)
    form = form_for(request, request.POST)
    if not form.is_valid():
        return new_page(request, form, items, given, status=422)
    cleaned = form.cleaned_data
    common = {"amount": cleaned["amount"], "note": cleaned["note"], "actor": actor, "on": on}
    try:
        lines = hand_over(items=items, receiver=form.receiver(), book=cleaned["book"], **common)
    except RuleBroken as refused:
        form_error(form, refused)
        return new_page(request, form, items, given, status=409)
    say_done(
        request,
        _("Đã ghi %(count)d dòng chuyển giao cho %(receiver)s.") % {"count": len(lines), "receiver": lines[0].receiver},
    )
    return redirect("registry:hand_over_list") if len(lines) > 1 else redirect("registry:hand_over", pk=lines[0].pk)


def new_page(
    request: Any, form: HandOverForm, items: Sequence[Handed], given: Sequence[str], *, status: int = 200
) -> HttpResponse:
    context = {
        "title": _("Chuyển giao văn bản"),
        "tabs": tabs_of(request, "hand_over_list"),
        "form": form,
        "items": items,
        "given": given,
        "books": form.fields["book"].queryset,  # type: ignore[attr-defined]
    }
    return page(request, "registry/hand_over_new.html", context, status=status)


@require_GET
def hand_over_detail(request: Any, pk: Any) -> HttpResponse:
    """One line: what was handed over to whom, and the receipt."""
    line = get(HandOver, request.actor, pk=pk, related=RELATED)
    return page(request, "registry/hand_over_detail.html", detail_context(request, line))


def detail_context(request: Any, line: HandOver, form: PaperReceiptForm | None = None) -> dict[str, Any]:
    actor = request.actor
    waits = line.received_at is None
    if form is None and waits and access.may(actor, "hand_over.note_receipt", line):
        form = PaperReceiptForm()
    return {
        "title": _("Chuyển giao: dòng %(ordinal)d") % {"ordinal": line.ordinal},
        "tabs": tabs_of(request, "hand_over_list"),
        "line": line,
        "may_confirm": waits and access.may(actor, "hand_over.confirm", line),
        "may_undo": waits and access.may(actor, "hand_over.undo", line),
        "may_return": line.envelope is not None
        and line.envelope.state == EnvelopeState.HANDED
        and not line.envelope.level
        and access.may(actor, "envelope.return", line.envelope),
        "form": form,
        "entries": history(line),
    }


@require_POST
def hand_over_confirm(request: Any, pk: Any) -> HttpResponse:
    """The receiver signs for one line."""
    line = get(HandOver, request.actor, pk=pk)
    confirm_receipts(lines=[line], actor=request.actor, on=today())
    say_done(request, _("Đã ký nhận."))
    return redirect("registry:hand_over", pk=pk)


@require_POST
def hand_over_note(request: Any, pk: Any) -> HttpResponse:
    """The clerk notes the receipt that was signed on paper."""
    line = get(HandOver, request.actor, pk=pk, related=RELATED)
    form = PaperReceiptForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            note_receipt(line=line, name=form.cleaned_data["name"], actor=request.actor, on=today())
        except RuleBroken as refused:
            form_error(form, refused)
            status = 409
        else:
            say_done(request, _("Đã ghi ký nhận."))
            return redirect("registry:hand_over", pk=pk)
    return page(request, "registry/hand_over_detail.html", detail_context(request, line, form), status=status)


@require_POST
def hand_over_undo(request: Any, pk: Any) -> HttpResponse:
    """Take a line back while nobody has received it."""
    line = get(HandOver, request.actor, pk=pk)
    undo_hand_over(line=line, actor=request.actor, on=today())
    say_done(request, _("Đã hủy dòng chuyển giao."))
    return redirect("registry:hand_over_list")


@require_http_methods(["GET", "POST"])
def receipt_list(request: Any) -> HttpResponse:
    """What waits for the receiver's own signature; several are signed for at once."""
    actor = request.actor
    waiting = log_selectors.to_receive(actor)
    if request.method == "POST":
        ids = [key for text in request.POST.getlist("item") if (key := selectors.uuid_or_none(text))]
        lines = list(HandOver.objects.visible_to(actor).filter(pk__in=ids[: log_rules.AT_ONCE + 1]))
        confirm_receipts(lines=lines, actor=actor, on=today())
        say_done(request, _("Đã ký nhận %d dòng.") % len(lines))
        return redirect("registry:receipt_list")
    context = {
        "title": _("Ký nhận"),
        "tabs": tabs_of(request, "receipt_list"),
        "page": keyset(
            waiting, order=("handed_on", "ordinal"), cursor=request.GET.get("cursor"), size=log_rules.AT_ONCE
        ),
    }
    return page(request, "registry/receipt_list.html", context)
