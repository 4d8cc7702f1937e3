"""The organisation, its units, and how far its set-up is."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from mocban.ui.actions import Action
from mocban.ui.errors import say_done
from mocban.ui.forms import Form
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from .. import forms, selectors, services
from .. import setup as progress
from ..models import Organisation, Unit
from .account import organisation_fields
from .shared import administrators, form_page


def _hub() -> tuple[str, str]:
    return _("Quản trị"), reverse("people:admin")


def _units() -> tuple[str, str]:
    return pgettext("list", "Đơn vị"), reverse("people:admin_units")


@require_safe
@administrators
def hub(request: Any) -> HttpResponse:
    steps = progress.steps(request.actor)
    context = {
        "title": _("Quản trị cơ quan"),
        "organisation": get(Organisation, request.actor, pk=request.actor.organisation_id),
        "steps": steps,
        "done": sum(step.done for step in steps),
    }
    return page(request, "people/hub.html", context)


@require_safe
@administrators
def setup(request: Any) -> HttpResponse:
    steps = progress.steps(request.actor)
    context = {"title": _("Các bước thiết lập"), "steps": steps, "done": sum(step.done for step in steps)}
    return page(request, "people/setup.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def organisation(request: Any) -> HttpResponse:
    shown = get(Organisation, request.actor, pk=request.actor.organisation_id)
    names = services.OrganisationFields.__dataclass_fields__
    form = forms.OrganisationForm(request.POST or None, initial={name: getattr(shown, name) for name in names})
    form.fields["regime"].help_text = _("Không đổi được sau khi đã lập cơ quan.")

    def step(data: dict[str, Any]) -> str:
        services.edit_organisation(organisation=shown, fields=organisation_fields(data), actor=request.actor)
        say_done(request, _("Đã lưu thông tin cơ quan."))
        return reverse("people:admin_organisation")

    further = Action(_("Thêm cơ quan khác"), reverse("people:admin_organisation_new"), icon="building")
    return form_page(request, form, step, title=shown.name, action_label=_("Lưu"), back=_hub(), actions=[further])


@require_http_methods(["GET", "POST"])
@administrators
def organisation_new(request: Any) -> HttpResponse:
    def step(data: dict[str, Any]) -> str:
        made = services.create_organisation(fields=organisation_fields(data), actor=request.actor, on=selectors.today())
        told = _("Đã lập %(name)s. Chuyển sang vị trí quản trị của cơ quan này ở góc trên để thiết lập tiếp.")
        say_done(request, told % {"name": made.name})
        return reverse("people:account")

    return form_page(
        request,
        forms.OrganisationForm(request.POST or None),
        step,
        title=_("Thêm cơ quan"),
        sentence=_("Cơ quan mới dùng chung bản cài đặt này; bạn là quản trị đầu tiên của cơ quan đó."),
        action_label=_("Lập cơ quan"),
        back=(_("Cơ quan"), reverse("people:admin_organisation")),
    )


UNIT_COLUMNS = [
    Column(gettext_lazy("Tên đơn vị"), "name", link=lambda unit: reverse("people:admin_unit", args=[unit.pk])),
    Column(gettext_lazy("Chữ viết tắt"), "symbol"),
    Column(
        gettext_lazy("Tình trạng"),
        lambda unit: (_("Đã ngừng"), "neutral") if unit.closed_on else (_("Đang dùng"), "success"),
        "badge",
    ),
]


@require_safe
@administrators
def units(request: Any) -> HttpResponse:
    rows = keyset(Unit.objects.visible_to(request.actor), order=("sort_name",), cursor=request.GET.get("cursor"))
    context = {
        "title": pgettext("list", "Đơn vị"),
        "back": _hub(),
        "columns": UNIT_COLUMNS,
        "rows": rows,
        "actions": [
            Action(_("Thêm đơn vị"), reverse("people:admin_unit_new"), tone="primary", icon="plus", key="n"),
            Action(_("Lấy từ tệp .xlsx"), reverse("people:admin_import", args=["units"]), icon="upload"),
        ],
        "empty_title": _("Chưa có đơn vị nào"),
        "empty_sentence": _("Cơ quan nhỏ có thể không chia đơn vị; khi đó người dùng thuộc thẳng cơ quan."),
    }
    return page(request, "people/list.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def unit_new(request: Any) -> HttpResponse:
    def step(data: dict[str, Any]) -> str:
        home = get(Organisation, request.actor, pk=request.actor.organisation_id)
        services.create_unit(organisation=home, **data, actor=request.actor)
        say_done(request, _("Đã lập đơn vị %(name)s.") % data)
        return reverse("people:admin_units")

    form = forms.UnitForm(request.POST or None)
    return form_page(request, form, step, title=_("Thêm đơn vị"), action_label=_("Lập đơn vị"), back=_units())


@require_http_methods(["GET", "POST"])
@administrators
def unit(request: Any, pk: str) -> HttpResponse:
    shown = get(Unit, request.actor, pk=pk)
    form = forms.UnitForm(request.POST or None, initial={"name": shown.name, "symbol": shown.symbol})

    def step(data: dict[str, Any]) -> str:
        services.edit_unit(unit=shown, **data, actor=request.actor)
        say_done(request, _("Đã lưu đơn vị."))
        return reverse("people:admin_units")

    closing = Action(_("Ngừng sử dụng"), reverse("people:admin_unit_close", args=[shown.pk]), tone="danger")
    return form_page(
        request,
        form,
        step,
        title=shown.name,
        sentence=_("Văn bản đã có số giữ nguyên chữ viết tắt cũ."),
        action_label=_("Lưu"),
        back=_units(),
        actions=[] if shown.closed_on else [closing],
    )


@require_http_methods(["GET", "POST"])
@administrators
def unit_close(request: Any, pk: str) -> HttpResponse:
    shown = get(Unit, request.actor, pk=pk)

    def step(_data: dict[str, Any]) -> str:
        services.close_unit(unit=shown, actor=request.actor, on=selectors.today())
        say_done(request, _("Đã ngừng sử dụng đơn vị."))
        return reverse("people:admin_units")

    return form_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        step,
        title=_("Ngừng sử dụng đơn vị %(name)s") % {"name": shown.name},
        sentence=_("Hồ sơ, văn bản cũ vẫn ghi tên đơn vị này; không giao việc mới cho đơn vị được nữa."),
        action_label=_("Ngừng sử dụng"),
        back=_units(),
        danger=True,
    )
