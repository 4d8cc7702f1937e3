"""Set-up of numbers: issuers, their series, periods and books."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mocban import law
from mocban.people.models import Organisation
from mocban.people.selectors import in_force, today
from mocban.ui.errors import say_done
from mocban.ui.forms import Form
from mocban.ui.pages import get, page

from .. import access
from ..choices import Direction, IssuerKind, Period
from ..models import Issuer, Series
from ..numbering_forms import BookForm, IssuerForm, LayoutForm, SeriesForm
from ..numbering_selectors import counted, issuer_cards, period_of, series_facts
from ..selectors import departure_of
from ..services.books import open_book
from ..services.layout import lay_out_series
from ..services.series import (
    add_issuer,
    close_issuer,
    close_series,
    create_series,
    edit_issuer,
    edit_series,
    own_issuer,
)
from .form_pages import form_page, given

RELATED = ("organisation", "issuer")


def back_to_list() -> tuple[Any, str]:
    return _("Hệ thống số và sổ đăng ký"), reverse("registry:series_list")


def back_to(series: Series) -> tuple[Any, str]:
    return series.name, reverse("registry:series", args=[series.pk])


def own(request: Any, verb: str = "series.edit") -> Organisation:
    """The actor's organisation, for which the verb is allowed."""
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, verb, organisation)
    return organisation


@require_GET
def series_list(request: Any) -> HttpResponse:
    """Issuers with their series, running periods and books at a glance."""
    organisation, on = own(request), today()
    names = {kind.code: kind.name_vi for kind in law.kinds(regime=organisation.regime, on=on)}
    cards = [
        (card, [(line, counted(line.series, names)) for line in card.lines])
        for card in issuer_cards(request.actor, on=on)
    ]
    context = {
        "title": _("Hệ thống số và sổ đăng ký"),
        "cards": cards,
        "scope": in_force(organisation, "counter.outgoing_scope", on=on),
        "departure": departure_of(organisation, on=on),
        "year": on.year,
    }
    return page(request, "registry/series_list.html", context)


@require_GET
def series_detail(request: Any, pk: Any) -> HttpResponse:
    """One series: its periods with their ledgers, its books, and the steps on its numbers."""
    on = today()
    series = get(Series, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "ledger.read", series)
    facts = series_facts(series)
    names = {kind.code: kind.name_vi for kind in law.kinds(regime=series.organisation.regime, on=on)}
    regime_shares = in_force(series.organisation, "counter.secret_series", on=on).value == "same"
    outgoing = series.direction == Direction.OUTGOING
    may = {verb: access.may(request.actor, verb, series) for verb in ("series.edit", "book.edit", "number.void")}
    context = {
        "title": series.name,
        "series": series,
        "counted": counted(series, names),
        "running": period_of(facts["periods"], on),
        "by_year": series.period == Period.CALENDAR_YEAR,
        "departure": departure_of(series.organisation, on=on) if outgoing else None,
        "may_edit": may["series.edit"] and not series.closed_on,
        "may_open_book": may["book.edit"] and not series.closed_on,
        "may_void": may["number.void"] and not series.closed_on,
        "may_elsewhere": regime_shares and outgoing and may["number.void"] and not series.closed_on,
        **facts,
    }
    return page(request, "registry/series_detail.html", context)


@require_http_methods(["GET", "POST"])
def issuer_new(request: Any) -> HttpResponse:
    organisation = own(request, "issuer.edit")

    def step(data: dict[str, Any]) -> str:
        named = {**data, "kind": IssuerKind(data["kind"])}
        made = add_issuer(organisation=organisation, **named, actor=request.actor, on=today())
        say_done(request, _("Đã thêm cơ quan ban hành. Hãy lập hệ thống số cho cơ quan này."))
        return reverse("registry:issuer_lay_out", args=[made.pk])

    return form_page(
        request,
        IssuerForm(given(request)),
        step,
        title=_("Thêm cơ quan ban hành"),
        sentence=_("Văn thư của cơ quan cấp số thêm cho cấp ủy được phục vụ, hội đồng dùng con dấu, hoặc đại hội."),
        action_label=_("Thêm"),
        back=back_to_list(),
    )


@require_http_methods(["GET", "POST"])
def issuer_edit(request: Any, pk: Any) -> HttpResponse:
    issuer = get(Issuer, request.actor, pk=pk)
    access.require(request.actor, "issuer.edit", issuer)

    def step(data: dict[str, Any]) -> str:
        edit_issuer(issuer=issuer, **data, actor=request.actor, on=today())
        say_done(request, _("Đã sửa cơ quan ban hành."))
        return reverse("registry:series_list")

    first = {"name": issuer.name, "symbol": issuer.symbol, "code": issuer.code}
    return form_page(
        request,
        IssuerForm(given(request), with_kind=False, initial=first),
        step,
        title=_("Sửa cơ quan ban hành"),
        sentence=_("Văn bản cấp số từ nay mang tên và chữ viết tắt mới; văn bản đã cấp số giữ nguyên."),
        action_label=_("Lưu"),
        back=back_to_list(),
    )


@require_http_methods(["GET", "POST"])
def issuer_close(request: Any, pk: Any) -> HttpResponse:
    issuer = get(Issuer, request.actor, pk=pk)
    access.require(request.actor, "issuer.edit", issuer)

    def step(_data: dict[str, Any]) -> str:
        close_issuer(issuer=issuer, actor=request.actor, on=today())
        say_done(request, _("Đã đóng cơ quan ban hành."))
        return reverse("registry:series_list")

    return form_page(
        request,
        Form(given(request)),
        step,
        title=_("Đóng “%s”") % issuer.name,
        sentence=_("Không cấp số thêm cho cơ quan này; các số, sổ đã có giữ nguyên."),
        action_label=_("Đóng"),
        back=back_to_list(),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def issuer_lay_out(request: Any, pk: Any) -> HttpResponse:
    """Make every series of an issuer, and this year's books, in one step."""
    issuer = get(Issuer, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "series.edit", issuer)
    return _lay_out(request, issuer)


@require_http_methods(["GET", "POST"])
def own_lay_out(request: Any) -> HttpResponse:
    """The first step of a new registry: the organisation itself becomes an issuer as its series are laid out."""
    organisation = own(request)
    found = Issuer.objects.visible_to(request.actor).filter(kind=IssuerKind.OWN).select_related("organisation").first()
    return _lay_out(request, found or Issuer(organisation=organisation, kind=IssuerKind.OWN, name=organisation.name))


def _lay_out(request: Any, issuer: Issuer) -> HttpResponse:
    on, congress = today(), issuer.kind == IssuerKind.CONGRESS
    scope = in_force(issuer.organisation, "counter.outgoing_scope", on=on)
    by_term = in_force(issuer.organisation, "counter.outgoing_period", on=on).value == "term"
    form = LayoutForm(
        given(request),
        by_groups=scope.value == "groups" and not congress,
        by_term=by_term and not congress,
    )

    def step(data: dict[str, Any]) -> str:
        kept = own_issuer(issuer.organisation) if issuer.kind == IssuerKind.OWN else issuer
        made = lay_out_series(issuer=kept, groups=data.get("groups"), term=form.term(), actor=request.actor, on=on)
        say_done(request, _("Đã lập %d hệ thống số; các sổ của năm đã mở đủ.") % len(made))
        return reverse("registry:series_list")

    return form_page(
        request,
        form,
        step,
        title=_("Lập đủ hệ thống số: %s") % issuer.name,
        sentence=_(
            "Lập các hệ thống số còn thiếu theo quy định đang áp dụng và mở sổ của năm. Những gì đã có giữ nguyên; "
            "sau đó sửa từng hệ thống số được."
        ),
        action_label=_("Lập đủ hệ thống số"),
        back=back_to_list(),
    )


@require_http_methods(["GET", "POST"])
def series_new(request: Any, pk: Any) -> HttpResponse:
    """A single series of an issuer."""
    on = today()
    issuer = get(Issuer, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "series.edit", issuer)

    def step(data: dict[str, Any]) -> str:
        named = {**data, "direction": Direction(data["direction"])}
        made = create_series(organisation=issuer.organisation, issuer=issuer, **named, actor=request.actor, on=on)
        say_done(request, _("Đã lập hệ thống số."))
        return reverse("registry:series", args=[made.pk])

    return form_page(
        request,
        SeriesForm(given(request), organisation=issuer.organisation, on=on),
        step,
        title=_("Lập hệ thống số"),
        sentence=_("Cho %s.") % issuer,
        action_label=_("Lập"),
        back=back_to_list(),
    )


@require_http_methods(["GET", "POST"])
def series_edit(request: Any, pk: Any) -> HttpResponse:
    on = today()
    series = get(Series, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "series.edit", series)
    first = {"name": series.name, "kind_symbols": ", ".join(series.kind_symbols), "kind_codes": series.kind_codes}

    def step(data: dict[str, Any]) -> str:
        edit_series(series=series, **data, actor=request.actor, on=on)
        say_done(request, _("Đã sửa hệ thống số."))
        return reverse("registry:series", args=[series.pk])

    return form_page(
        request,
        SeriesForm(given(request), organisation=series.organisation, on=on, with_direction=False, initial=first),
        step,
        title=_("Sửa hệ thống số"),
        sentence=_("Số đã cấp giữ nguyên; thay đổi dùng cho các số cấp từ nay."),
        action_label=_("Lưu"),
        back=back_to(series),
    )


@require_http_methods(["GET", "POST"])
def series_close(request: Any, pk: Any) -> HttpResponse:
    series = get(Series, request.actor, pk=pk)
    access.require(request.actor, "series.edit", series)

    def step(_data: dict[str, Any]) -> str:
        close_series(series=series, actor=request.actor, on=today())
        say_done(request, _("Đã đóng hệ thống số."))
        return reverse("registry:series_list")

    return form_page(
        request,
        Form(given(request)),
        step,
        title=_("Đóng hệ thống số “%s”") % series.name,
        sentence=_("Từ hôm nay không cấp số nữa; sổ theo dõi số vẫn xem và in được."),
        action_label=_("Đóng"),
        back=back_to(series),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def book_open(request: Any, pk: Any) -> HttpResponse:
    """A further book on the series: several books of a body may share one."""
    series = get(Series, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "book.edit", series)

    def step(data: dict[str, Any]) -> str:
        open_book(series=series, **data, actor=request.actor, on=today())
        say_done(request, _("Đã mở sổ."))
        return reverse("registry:series", args=[series.pk])

    return form_page(
        request,
        BookForm(given(request), initial={"year": today().year}),
        step,
        title=_("Mở sổ"),
        sentence=_("Nhiều sổ có thể chung hệ thống số “%s”.") % series.name,
        action_label=_("Mở sổ"),
        back=back_to(series),
    )
