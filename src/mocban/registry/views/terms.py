"""Terms and congresses: open, close, correct."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.pages import get

from .. import access
from ..models import Issuer, Series, SeriesPeriod
from ..numbering_forms import TermCorrectionForm, TermEndForm, TermForm
from ..services.terms import close_term, correct_term, open_issuer_term, open_term
from .form_pages import form_page, given
from .series import back_to, back_to_list


@require_http_methods(["GET", "POST"])
def issuer_term(request: Any, pk: Any) -> HttpResponse:
    """Open one term, or the congress, in every series of the issuer that counts by it."""
    issuer = get(Issuer, request.actor, pk=pk)
    access.require(request.actor, "series.edit", issuer)

    def step(data: dict[str, Any]) -> str:
        opened = open_issuer_term(issuer=issuer, **data, actor=request.actor, on=today())
        say_done(request, _("Đã mở kỳ đánh số ở %d hệ thống số.") % len(opened))
        return reverse("registry:series_list")

    return form_page(
        request,
        TermForm(given(request)),
        step,
        title=_("Mở nhiệm kỳ, đại hội: %s") % issuer.name,
        sentence=_("Mọi hệ thống số theo nhiệm kỳ của cơ quan này bắt đầu lại từ số 01 vào ngày đã ghi."),
        action_label=_("Mở"),
        back=back_to_list(),
    )


@require_http_methods(["GET", "POST"])
def term_new(request: Any, pk: Any) -> HttpResponse:
    """Open a term in one series."""
    series = get(Series, request.actor, pk=pk)
    access.require(request.actor, "series.edit", series)

    def step(data: dict[str, Any]) -> str:
        open_term(series=series, **data, actor=request.actor, on=today())
        say_done(request, _("Đã mở kỳ đánh số."))
        return reverse("registry:series", args=[series.pk])

    return form_page(
        request,
        TermForm(given(request)),
        step,
        title=_("Mở nhiệm kỳ, đại hội"),
        sentence=_("Kỳ đang mở kết thúc vào ngày trước đó; số bắt đầu lại từ 01."),
        action_label=_("Mở"),
        back=back_to(series),
    )


@require_http_methods(["GET", "POST"])
def term_close(request: Any, pk: Any) -> HttpResponse:
    period = get(SeriesPeriod, request.actor, pk=pk, related=("series",))
    access.require(request.actor, "series.edit", period.series)

    def step(data: dict[str, Any]) -> str:
        close_term(period=period, **data, actor=request.actor, on=today())
        say_done(request, _("Đã ghi ngày kết thúc của kỳ đánh số."))
        return reverse("registry:series", args=[period.series_id])

    return form_page(
        request,
        TermEndForm(given(request), initial={"ends_on": period.ends_on or today()}),
        step,
        title=_("Kết thúc kỳ đánh số “%s”") % period.name,
        sentence=_("Sau ngày này không cấp số trong kỳ nữa. Ngày kết thúc không thể ở trước số đã cấp."),
        action_label=_("Kết thúc"),
        back=back_to(period.series),
    )


@require_http_methods(["GET", "POST"])
def term_correct(request: Any, pk: Any) -> HttpResponse:
    period = get(SeriesPeriod, request.actor, pk=pk, related=("series",))
    access.require(request.actor, "series.edit", period.series)

    def step(data: dict[str, Any]) -> str:
        correct_term(period=period, **data, actor=request.actor, on=today())
        say_done(request, _("Đã sửa kỳ đánh số."))
        return reverse("registry:series", args=[period.series_id])

    first = {"name": period.name, "starts_on": period.starts_on}
    return form_page(
        request,
        TermCorrectionForm(given(request), initial=first),
        step,
        title=_("Sửa kỳ đánh số “%s”") % period.name,
        sentence=_("Ngày bắt đầu chỉ sửa được khi kỳ này chưa cấp số nào."),
        action_label=_("Lưu"),
        back=back_to(period.series),
    )
