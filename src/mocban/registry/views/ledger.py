"""The ledger of a period, and the steps on single numbers: reserve, give back, void, used elsewhere."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mocban.people.selectors import today
from mocban.ui.errors import say_done
from mocban.ui.forms import Form
from mocban.ui.pages import get, page

from .. import access
from ..choices import NumberState
from ..ledger import MISSING, MISSING_LABEL, ledger_page, ledger_summary
from ..models import Number, Series, SeriesPeriod
from ..numbering_forms import ReasonLineForm, ReserveForm
from ..selectors import departure_of
from ..services import numbering
from .form_pages import form_page, given
from .series import back_to

NUMBER_RELATED = ("period__series__organisation",)
PERIOD_RELATED = ("series__organisation", "series__issuer")


@require_GET
def ledger(request: Any, pk: Any) -> HttpResponse:
    """Every number of a period once, from 1 on, with what became of it."""
    period = get(SeriesPeriod, request.actor, pk=pk, related=PERIOD_RELATED)
    series = period.series
    access.require(request.actor, "ledger.read", series)
    summary = ledger_summary(period)
    states = [*NumberState.choices, (MISSING, MISSING_LABEL)]
    state = request.GET.get("state", "")
    state = state if state in dict(states) else ""
    start = request.GET.get("from", "")
    first = int(start) if start.isdecimal() and start.isascii() and len(start) <= len("2147483647") - 1 else 1
    found = ledger_page(period, request.actor, state=state, start=first)
    on = today()
    context = {
        "title": _("Sổ theo dõi số: %(series)s, %(period)s") % {"series": series.name, "period": period.name},
        "series": series,
        "period": period,
        "summary": summary,
        "rows": found.rows,
        "following": found.following,
        "first": first,
        "state": state,
        "states": states,
        "departure": departure_of(series.organisation, on=on) if summary.counts.get(NumberState.RESERVED) else None,
        "may_void": access.may(request.actor, "number.void", series),
        "may_give_back": access.may(request.actor, "number.give_back", series),
        "today": on,
    }
    return page(request, "registry/ledger.html", context)


@require_http_methods(["GET", "POST"])
def number_reserve(request: Any, pk: Any) -> HttpResponse:
    """Hold the next number back; refused unless the body's own rule allows it."""
    on = today()
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "number.reserve", series)

    def step(data: dict[str, Any]) -> str:
        number = numbering.reserve(series=series, **data, actor=request.actor, on=on)
        say_done(request, _("Đã giữ số %d. Số này chưa có văn bản.") % number.value)
        return reverse("registry:ledger", args=[number.period_id])

    return form_page(
        request,
        ReserveForm(given(request), initial={"expires_on": on}),
        step,
        title=_("Giữ số trước khi ký: %s") % series.name,
        sentence=_("Số tiếp theo được giữ lại. Quá hạn mà chưa dùng thì số tự ghi là bỏ."),
        departure=departure_of(series.organisation, on=on),
        action_label=_("Giữ số"),
        back=back_to(series),
    )


@require_http_methods(["GET", "POST"])
def number_skip(request: Any, pk: Any) -> HttpResponse:
    """Record that the next number of a series is left without a document."""
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "number.void", series)

    def step(data: dict[str, Any]) -> str:
        number = numbering.take_void(series=series, **data, actor=request.actor, on=today())
        say_done(request, _("Đã ghi bỏ số %(number)d.") % {"number": number.value})
        return reverse("registry:ledger", args=[number.period_id])

    return form_page(
        request,
        ReasonLineForm(given(request)),
        step,
        title=_("Ghi bỏ số tiếp theo: %s") % series.name,
        sentence=_("Số tiếp theo của hệ thống số được ghi là bỏ, kèm lý do; số đã bỏ không dùng lại."),
        action_label=_("Ghi bỏ số"),
        back=back_to(series),
    )


@require_http_methods(["GET", "POST"])
def number_elsewhere(request: Any, pk: Any) -> HttpResponse:
    """Record that the next number was used in the secret register."""
    series = get(Series, request.actor, pk=pk, related=("organisation",))
    access.require(request.actor, "number.elsewhere", series)

    def step(_data: dict[str, Any]) -> str:
        number = numbering.record_elsewhere(series=series, actor=request.actor, on=today())
        say_done(request, _("Đã ghi số %d dùng ở sổ khác.") % number.value)
        return reverse("registry:ledger", args=[number.period_id])

    return form_page(
        request,
        Form(given(request)),
        step,
        title=_("Ghi số dùng ở sổ khác: %s") % series.name,
        sentence=_("Số tiếp theo đã dùng ở sổ văn bản mật chung dãy số. Ở đây chỉ ghi con số, không ghi nội dung gì."),
        action_label=_("Ghi số dùng ở sổ khác"),
        back=back_to(series),
    )


@require_http_methods(["GET", "POST"])
def number_give_back(request: Any, pk: Any) -> HttpResponse:
    number = get(Number, request.actor, pk=pk, related=NUMBER_RELATED)
    access.require(request.actor, "number.give_back", number.period.series)

    def step(_data: dict[str, Any]) -> str:
        numbering.give_back(number=number, actor=request.actor, on=today())
        say_done(request, _("Đã trả lại số %d.") % number.value)
        return reverse("registry:ledger", args=[number.period_id])

    return form_page(
        request,
        Form(given(request)),
        step,
        title=_("Trả lại số %d") % number.value,
        sentence=_("Số vừa giữ trở về hệ thống số như chưa lấy; việc này vẫn ghi trong nhật ký."),
        action_label=_("Trả lại số"),
        back=_back_to_ledger(number),
    )


@require_http_methods(["GET", "POST"])
def number_void(request: Any, pk: Any) -> HttpResponse:
    number = get(Number, request.actor, pk=pk, related=NUMBER_RELATED)
    access.require(request.actor, "number.void", number.period.series)

    def step(data: dict[str, Any]) -> str:
        numbering.void(number=number, **data, actor=request.actor, on=today())
        say_done(request, _("Đã ghi bỏ số %(number)d.") % {"number": number.value})
        return reverse("registry:ledger", args=[number.period_id])

    return form_page(
        request,
        ReasonLineForm(given(request)),
        step,
        title=_("Ghi bỏ số %d đang giữ") % number.value,
        sentence=_("Số đã bỏ không dùng lại; lý do ghi trong sổ theo dõi số."),
        action_label=_("Ghi bỏ số"),
        back=_back_to_ledger(number),
    )


def _back_to_ledger(number: Number) -> tuple[Any, str]:
    return _("Sổ theo dõi số"), reverse("registry:ledger", args=[number.period_id])
