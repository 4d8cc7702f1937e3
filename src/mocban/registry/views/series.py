"""Set-up of number series and books."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import get, page

from .. import access
from ..choices import Direction
from ..forms import BookForm, SeriesForm, VoidForm
from ..models import Book, Issuer, Series
from ..services.books import lock_book, open_book
from ..services.numbering import take_void
from ..services.series import create_series
from ..services.terms import open_term


@require_http_methods(["GET", "POST"])
def series_list(request: Any) -> HttpResponse:
    """Series with their periods and books; new ones are made here."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "series.edit", organisation)
    if request.method == "GET":
        return series_page(request, organisation)
    steps = {"series": add_series, "book": add_book, "lock": lock, "void": void}
    step = steps.get(request.POST.get("step", ""))
    return step(request, organisation) if step else series_page(request, organisation, status=422)


def series_page(request: Any, organisation: Organisation, *, status: int = 200, **forms: Any) -> HttpResponse:
    issuers = Issuer.objects.visible_to(request.actor)
    own = Series.objects.visible_to(request.actor).select_related("issuer").prefetch_related("periods", "books")
    forms.setdefault("series_form", SeriesForm(issuers=issuers))
    if access.may(request.actor, "number.void", organisation):
        forms.setdefault("void_form", VoidForm(series=own))
    forms.setdefault("book_form", BookForm(series=own, initial={"year": today().year}))
    context = {"title": _("Hệ thống số và sổ đăng ký"), "series": own, **forms}
    return page(request, "registry/series_list.html", context, status=status)


def add_series(request: Any, organisation: Organisation) -> HttpResponse:
    form = SeriesForm(request.POST, issuers=Issuer.objects.visible_to(request.actor))
    if form.is_valid():
        cleaned, on = form.cleaned_data, today()
        try:
            made = create_series(
                organisation=organisation,
                direction=Direction(cleaned["direction"]),
                name=cleaned["name"],
                issuer=cleaned["issuer"],
                kind_symbols=[part.strip() for part in cleaned["kind_symbols"].split(",") if part.strip()],
                actor=request.actor,
                on=on,
            )
            if cleaned["term_starts_on"]:
                open_term(
                    series=made,
                    name=cleaned["term_name"] or str(cleaned["term_starts_on"].year),
                    starts_on=cleaned["term_starts_on"],
                    actor=request.actor,
                    on=on,
                )
        except RuleBroken as refused:
            form_error(form, refused)
            return series_page(request, organisation, status=409, series_form=form)
        say_done(request, _("Đã lập hệ thống số."))
        return redirect("registry:series_list")
    return series_page(request, organisation, status=422, series_form=form)


def add_book(request: Any, organisation: Organisation) -> HttpResponse:
    form = BookForm(request.POST, series=Series.objects.visible_to(request.actor))
    if form.is_valid():
        try:
            open_book(actor=request.actor, on=today(), **form.cleaned_data)
        except RuleBroken as refused:
            form_error(form, refused)
            return series_page(request, organisation, status=409, book_form=form)
        say_done(request, _("Đã mở sổ."))
        return redirect("registry:series_list")
    return series_page(request, organisation, status=422, book_form=form)


def lock(request: Any, organisation: Organisation) -> HttpResponse:
    book = get(Book, request.actor, pk=request.POST.get("book"))
    lock_book(book=book, actor=request.actor, on=today())
    say_done(request, _("Đã khóa sổ."))
    return redirect("registry:series_list")


def void(request: Any, organisation: Organisation) -> HttpResponse:
    """Record that the next number of a series is left without a document, with the reason."""
    own = Series.objects.visible_to(request.actor).select_related("organisation")
    form = VoidForm(request.POST, series=own)
    if form.is_valid():
        try:
            number = take_void(
                series=form.cleaned_data["series"], reason=form.cleaned_data["reason"], actor=request.actor, on=today()
            )
        except RuleBroken as refused:
            form_error(form, refused)
            return series_page(request, organisation, status=409, void_form=form)
        say_done(request, _("Đã ghi bỏ số %(number)d.") % {"number": number.value})
        return redirect("registry:series_list")
    return series_page(request, organisation, status=422, void_form=form)
