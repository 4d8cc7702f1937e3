"""Books, ledgers, slips and labels on paper; sealed volumes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mocban.lib.errors import RuleBroken
from mocban.people.selectors import today
from mocban.registry import access as registry_access
from mocban.registry.book_selectors import unsealed
from mocban.registry.choices import BookState
from mocban.registry.models import Book, Incoming, Series
from mocban.registry.selectors import uuid_or_none
from mocban.ui.errors import say_done
from mocban.ui.pages import get, page

from ..answers import PDF, file, paper, printed
from ..corrections import corrections_of
from ..forms import LabelsForm
from ..labels import MOST, chosen, in_book, labels_pdf
from ..ledgers import ledger_sheet
from ..registers import book_sheet
from ..sealing import print_and_seal, sealed_pdf
from ..slips import slip_pdf


@require_GET
def register(request: Any, pk: UUID, ending: str) -> HttpResponse:
    """The pages of a book, or its rows as a workbook."""
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    return printed(lambda: book_sheet(book, actor=request.actor, on=today()), ending)


@require_http_methods(["GET", "POST"])
def volumes(request: Any, pk: UUID) -> HttpResponse:
    """The sealed volumes of a book and what was corrected since; a POST prints and seals the next one."""
    actor = request.actor
    book = get(Book, actor, pk=pk, related=("organisation", "series"))
    context = {"title": _("Quyển đã in và đóng"), "book": book, "status": 200}
    if request.method == "POST":
        try:
            volume = print_and_seal(book, actor=actor, on=today())
        except RuleBroken as refused:
            context |= {"refused": refused, "status": 409}
        else:
            say_done(request, _("Đã in và đóng quyển: %d dòng.") % volume.entries)
            return redirect("reports:volumes", pk=book.pk)
    corrected = corrections_of(book, actor)
    is_open = book.state == BookState.OPEN
    context |= {
        "volumes": book.printed_volumes.select_related("object").order_by("-printed_at"),
        "corrections": [one for marks in corrected.values() for one in marks],
        "may_seal": registry_access.may(actor, "volume.seal", book) and not is_open and unsealed(book),
        "is_open": is_open,
    }
    return page(request, "reports/volumes.html", context, status=context["status"])


@require_GET
def volume_pdf(request: Any, pk: UUID, volume: UUID) -> HttpResponse:
    """A sealed print as it was sealed, checked against its hash."""
    book = get(Book, request.actor, pk=pk)
    found = get_object_or_404(book.printed_volumes.select_related("object", "book"), pk=volume)
    return file(sealed_pdf(found), PDF, found.object.name)


@require_GET
def ledger(request: Any, pk: UUID, ending: str) -> HttpResponse:
    """Every number of a counting period and what became of it."""
    series = get(Series, request.actor, periods=pk)
    registry_access.require(request.actor, "ledger.read", series)
    period = series.periods.select_related("series__organisation").get(pk=pk)
    return printed(lambda: ledger_sheet(period, actor=request.actor, on=today()), ending)


@require_GET
def slip(request: Any, pk: UUID) -> HttpResponse:
    """The slip for handling an incoming document."""
    entry = get(Incoming, request.actor, pk=pk, related=("document", "organisation"))
    return paper(lambda: slip_pdf(entry, on=today()), f"slip-{entry.number_value}.pdf")


@require_GET
def labels(request: Any, pk: UUID) -> HttpResponse:
    """Labels for the entries of an incoming book: the page asks which, then gives the sheets."""
    book = get(Book, request.actor, pk=pk, kind="incoming", related=("organisation",))
    form = LabelsForm(request.GET if "first" in request.GET else None)
    context = {"title": _("In nhãn văn bản đến"), "book": book, "form": form}
    if not form.is_bound:
        return page(request, "reports/labels.html", context)
    if not form.is_valid():
        return page(request, "reports/labels.html", context, status=422)
    first, last, skip = (form.cleaned_data[name] for name in ("first", "last", "skip"))
    try:
        entries = in_book(book, first, last, actor=request.actor)
        return paper(lambda: labels_pdf(entries, skip=skip, on=today()), f"labels-{first}.pdf")
    except RuleBroken as refused:
        form.add_error("last", str(refused))
        return page(request, "reports/labels.html", context, status=409)


@require_GET
def chosen_labels(request: Any) -> HttpResponse:
    """Labels for the entries that a page of the registry names (`ids`)."""
    ids = [found for text in request.GET.getlist("ids")[: MOST + 1] if (found := uuid_or_none(text))]
    entries = chosen(ids, actor=request.actor)
    return paper(lambda: labels_pdf(entries, skip=0, on=today()), "labels.pdf")
