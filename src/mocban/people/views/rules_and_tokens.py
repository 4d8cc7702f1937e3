"""What the law leaves to the organisation, and the tokens of the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from mocban.ui.actions import Action
from mocban.ui.errors import say_done
from mocban.ui.forms import Form
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from .. import forms, labels, selectors, services
from ..choices import Role
from ..models import ApiToken, Organisation
from ..services.organisations import parameter
from .shared import administrators, form_page


def _grounds(pair: Any) -> str:
    """The citation; for a departure from the law also why, and until when."""
    known, held = pair
    if known.departure and held.until and held.note:
        return _("%(citation)s; làm khác quy định đến hết %(until)s: %(reason)s") % {
            "citation": held.citation,
            "until": f"{held.until:%d/%m/%Y}",
            "reason": held.note,
        }
    return str(held.citation or held.note)


SETTING_COLUMNS = [
    Column(
        gettext_lazy("Mục"),
        lambda pair: pair[0].meaning,
        link=lambda pair: reverse("people:admin_setting", args=[pair[0].name]),
    ),
    Column(gettext_lazy("Đang áp dụng"), lambda pair: labels.printed(pair[1].value, pair[1].unit)),
    Column(gettext_lazy("Căn cứ"), _grounds),
    Column(gettext_lazy("Từ ngày"), lambda pair: pair[1].since, "date"),
]


@require_safe
@administrators
def settings_list(request: Any) -> HttpResponse:
    home = get(Organisation, request.actor, pk=request.actor.organisation_id)
    context = {
        "title": _("Cơ quan tự quy định"),
        "back": (_("Quản trị"), reverse("people:admin")),
        "sentence": _("Các mục mà quy định để người đứng đầu cơ quan quyết định."),
        "columns": SETTING_COLUMNS,
        "rows": selectors.delegated(home, on=selectors.today()),
        "actions": [],
        "empty_title": _("Không có mục nào"),
        "empty_sentence": _("Quy định của khối này không để cơ quan tự quyết mục nào."),
    }
    return page(request, "people/list.html", context)


@require_http_methods(["GET", "POST"])
@administrators
def setting(request: Any, name: str) -> HttpResponse:
    home = get(Organisation, request.actor, pk=request.actor.organisation_id)
    known = parameter(name)
    form = forms.SettingForm(
        request.POST or None,
        choices=labels.choices_of(known),
        departure=known.departure,
        initial={"valid_from": selectors.today()},
    )
    sentence = _("Giá trị mới áp dụng từ ngày đã ghi; việc trước ngày đó vẫn theo giá trị cũ.")
    if known.departure:
        sentence = _(
            "Đặt khác quy định là làm khác văn bản quy phạm: phải ghi quy chế của cơ quan, lý do và ngày hết áp dụng. "
            "Sau ngày đó quy định chung tự áp dụng lại; mọi trang dùng đến đều ghi rõ việc làm khác này."
        )

    def step(data: dict[str, Any]) -> str:
        services.set_setting(organisation=home, name=name, **data, actor=request.actor)
        say_done(request, _("Đã ghi quy định của cơ quan."))
        return reverse("people:admin_settings")

    return form_page(
        request,
        form,
        step,
        title=known.meaning,
        sentence=sentence,
        action_label=_("Lưu"),
        back=(_("Cơ quan tự quy định"), reverse("people:admin_settings")),
    )


def _state(token: ApiToken) -> tuple[str, str]:
    if token.revoked_at:
        return _("Đã thu hồi"), "neutral"
    if token.expires_at <= timezone.now():
        return _("Hết hạn"), "neutral"
    return _("Đang dùng được"), "success"


def _revoke_address(token: ApiToken) -> str:
    return reverse("people:token_revoke", args=[token.pk])


TOKEN_COLUMNS = [
    Column(gettext_lazy("Dùng cho"), "label", link=_revoke_address),
    Column(gettext_lazy("Vị trí công tác"), lambda token: str(token.position)),
    Column(gettext_lazy("Hết hạn"), "expires_at", "date"),
    Column(gettext_lazy("Tình trạng"), _state, "badge"),
]


def _own_or_all(request: Any) -> Any:
    """An administrator sees the tokens of the organisation, everybody else those of the own position."""
    found = ApiToken.objects.visible_to(request.actor)
    return found if request.actor.has(Role.ADMINISTRATOR) else found.filter(position_id=request.actor.position_id)


@require_safe
@never_cache
def tokens(request: Any) -> HttpResponse:
    found = _own_or_all(request).select_related("position__person")
    context = {
        "title": _("Mã truy cập API"),
        "back": (_("Tài khoản"), reverse("people:account")),
        "sentence": _("Mỗi mã mở đúng một vị trí công tác cho một phần mềm khác, có thời hạn và thu hồi được."),
        "columns": TOKEN_COLUMNS,
        "rows": keyset(found, order=("-created_at",), cursor=request.GET.get("cursor")),
        "actions": [Action(_("Cấp mã mới"), reverse("people:token_new"), tone="primary", icon="plus", key="n")],
        "empty_title": _("Chưa có mã nào"),
        "empty_sentence": _("Cấp mã khi có phần mềm khác cần làm việc với hệ thống."),
    }
    return page(request, "people/list.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def token_new(request: Any) -> HttpResponse:
    held = selectors.positions_in_force(selectors.today()).filter(organisation_id=request.actor.organisation_id)
    if not request.actor.has(Role.ADMINISTRATOR):
        held = held.filter(pk=request.actor.position_id)
    form = forms.TokenForm(request.POST or None, positions=held, initial={"position": request.actor.position_id})

    def step(data: dict[str, Any]) -> HttpResponse:
        plain = services.issue_token(**data, actor=request.actor)
        context = {"title": _("Mã truy cập API mới"), "plain": plain, "label": data["label"]}
        return page(request, "people/token.html", context)

    return form_page(
        request,
        form,
        step,
        title=_("Cấp mã truy cập API"),
        action_label=_("Cấp mã"),
        back=(_("Mã truy cập API"), reverse("people:tokens")),
    )


@require_http_methods(["GET", "POST"])
@never_cache
def token_revoke(request: Any, pk: str) -> HttpResponse:
    shown = get(ApiToken, request.actor, related=["position__person"], pk=pk)

    def step(_data: dict[str, Any]) -> str:
        services.revoke_token(token=shown, actor=request.actor)
        say_done(request, _("Đã thu hồi mã truy cập."))
        return reverse("people:tokens")

    return form_page(
        request,
        Form(request.POST if request.method == "POST" else None),
        step,
        title=_("Thu hồi mã «%(label)s»") % {"label": shown.label},
        sentence=_("Phần mềm đang dùng mã này mất quyền truy cập ngay."),
        action_label=_("Thu hồi"),
        back=(_("Mã truy cập API"), reverse("people:tokens")),
        danger=True,
    )
