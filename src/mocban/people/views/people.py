"""People, their accounts and positions."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.ui.actions import Action
from mocban.ui.errors import say_done
from mocban.ui.forms import Form
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from .. import access, forms, selectors, services
from ..choices import Role
from ..models import Organisation, Person, Position
from .shared import administrators, form_page

CODES_AT_ONCE = 200


def _people() -> tuple[str, str]:
    return _("Người dùng"), reverse("people:admin_people")


def _address(person: Person) -> str:
    return reverse("people:admin_person", args=[person.pk])


def _posts(person: Any) -> str:
    on = selectors.today()
    return "; ".join(
        f"{post.title}, {post.unit.name}" if post.unit else post.title
        for post in person.positions_here
        if post.valid_from <= on and (post.valid_to is None or on <= post.valid_to)
    )


def _state(person: Person) -> tuple[str, str]:
    if not person.is_active:
        return _("Đã khóa"), "danger"
    if not person.has_usable_password():
        return _("Chưa đặt mật khẩu"), "warning"
    return _("Đang hoạt động"), "success"


COLUMNS = [
    Column(gettext_lazy("Họ và tên"), "full_name", link=_address),
    Column(gettext_lazy("Tên đăng nhập"), "login"),
    Column(gettext_lazy("Vị trí công tác"), _posts),
    Column(gettext_lazy("Tài khoản"), _state, "badge"),
]


@require_safe
@administrators
def people(request: Any) -> HttpResponse:
    words = request.GET.get("q", "")
    waiting = request.GET.get("without_password") == "1"
    found = selectors.people_listed(request.actor, words=words, without_password=waiting)
    actions = [
        Action(_("Thêm người"), reverse("people:admin_person_new"), tone="primary", icon="user-plus", key="n"),
        Action(_("Giao vị trí"), reverse("people:admin_position_new"), icon="briefcase"),
        Action(_("Lấy từ tệp .xlsx"), reverse("people:admin_import", args=["people"]), icon="upload"),
    ]
    if waiting:
        actions.append(
            Action(_("Cấp mã cho những người này"), reverse("people:admin_first_codes"), method="post", icon="printer")
        )
    context = {
        "title": _("Người dùng"),
        "back": (_("Quản trị"), reverse("people:admin")),
        "columns": COLUMNS,
        "rows": keyset(found, order=("sort_name",), cursor=request.GET.get("cursor")),
        "actions": actions,
        "search": words,
        "waiting": waiting,
        "filtered": bool(words or waiting),
        "empty_title": _("Không có ai khớp"),
        "empty_sentence": _("Thử từ khác, hoặc xem tất cả."),
    }
    return page(request, "people/people.html", context)


@require_safe
@administrators
def person(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, related=["organisation"], pk=pk)
    posts = list(Position.objects.visible_to(request.actor).filter(person=shown).select_related("unit"))
    keeps = access.may(access.ADMIN_VERBS, request.actor, "person.edit", shown)
    second_factor = selectors.has_second_factor(shown)
    context = {
        "title": shown.full_name,
        "person": shown,
        "state": _state(shown),
        "posts": [(post, ", ".join(str(Role(role).label) for role in post.roles)) for post in posts],
        "today": selectors.today(),
        "second_factor": second_factor,
        "actions": _actions(shown, second_factor) if keeps else [],
        "keeps": keeps,
        "history": history(shown),
    }
    return page(request, "people/person.html", context)


def _actions(shown: Person, second_factor: bool) -> list[Action]:
    def address(name: str) -> str:
        return reverse(f"people:admin_person_{name}", args=[shown.pk])

    actions = [Action(_("Sửa"), address("edit"), icon="edit")]
    if not shown.is_active:
        return [*actions, Action(_("Mở lại tài khoản"), address("open"), method="post", icon="lock-open")]
    actions.append(Action(_("Cấp mã đặt mật khẩu"), address("code"), icon="key"))
    if second_factor:
        actions.append(Action(_("Bỏ xác thực hai bước"), address("second_factor"), tone="danger"))
    return [*actions, Action(_("Khóa tài khoản"), address("close"), tone="danger", icon="lock")]


@require_http_methods(["GET", "POST"])
@administrators
def person_new(request: Any) -> HttpResponse:
    form = forms.NewPersonForm(
        request.POST or None, units=selectors.units_open(request.actor), initial={"valid_from": selectors.today()}
    )

    def step(data: dict[str, Any]) -> HttpResponse:
        home = get(Organisation, request.actor, pk=request.actor.organisation_id)
        code = services.create_person_in_position(
            login=data.pop("login"),
            full_name=data.pop("full_name"),
            email=data.pop("email"),
            organisation=home,
            **data,
            actor=request.actor,
        )
        return _slips(request, [code], _("Đã lập tài khoản"))

    return form_page(
        request,
        form,
        step,
        title=_("Thêm người"),
        sentence=_("Sau khi lập, hệ thống hiện một mã để người đó tự đặt mật khẩu."),
        action_label=_("Lập tài khoản"),
        back=_people(),
    )


def _slips(request: Any, slips: list[tuple[Person, str]], title: str) -> HttpResponse:
    """Show codes, this once: they are kept only as digests."""
    context = {"title": title, "slips": slips, "reset_url": request.build_absolute_uri(reverse("people:reset"))}
    return page(request, "people/slips.html", context)


@require_POST
@administrators
def first_codes(request: Any) -> HttpResponse:
    """Issue codes to those who have no password yet, for printing and handing out."""
    waiting = selectors.people_listed(request.actor, without_password=True).filter(is_active=True)[:CODES_AT_ONCE]
    slips = [(shown, services.issue_reset_code(person=shown, actor=request.actor)) for shown in waiting]
    return _slips(request, slips, _("Mã đặt mật khẩu lần đầu"))


@require_http_methods(["GET", "POST"])
@administrators
def person_edit(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, pk=pk)
    form = forms.PersonForm(request.POST or None, initial={"full_name": shown.full_name, "email": shown.email})

    def step(data: dict[str, Any]) -> str:
        services.edit_person(person=shown, **data, actor=request.actor)
        say_done(request, _("Đã lưu."))
        return _address(shown)

    return form_page(
        request, form, step, title=shown.full_name, action_label=_("Lưu"), back=(shown.full_name, _address(shown))
    )


def _confirmed(request: Any, shown: Person, step: Any, **words: Any) -> HttpResponse:
    form = Form(request.POST if request.method == "POST" else None)
    return form_page(request, form, step, back=(shown.full_name, _address(shown)), **words)


@require_http_methods(["GET", "POST"])
@administrators
def person_code(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, pk=pk)

    def step(_data: dict[str, Any]) -> HttpResponse:
        code = services.issue_reset_code(person=shown, actor=request.actor)
        return _slips(request, [(shown, code)], _("Mã đặt mật khẩu"))

    return _confirmed(
        request,
        shown,
        step,
        title=_("Cấp mã đặt mật khẩu cho %(name)s") % {"name": shown.full_name},
        sentence=_("Mã hiện một lần trên màn hình. Hãy kiểm tra đúng người trước khi đưa mã."),
        action_label=_("Cấp mã"),
    )


@require_http_methods(["GET", "POST"])
@administrators
def person_second_factor(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, pk=pk)

    def step(_data: dict[str, Any]) -> str:
        services.remove_second_factor(person=shown, actor=request.actor)
        say_done(request, _("Đã bỏ xác thực hai bước."))
        return _address(shown)

    return _confirmed(
        request,
        shown,
        step,
        title=_("Bỏ xác thực hai bước của %(name)s") % {"name": shown.full_name},
        sentence=_("Chỉ làm khi người đó mất điện thoại. Mọi phiên đang mở của người đó kết thúc."),
        action_label=_("Bỏ xác thực hai bước"),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
@administrators
def person_close(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, pk=pk)

    def step(_data: dict[str, Any]) -> str:
        services.deactivate_person(person=shown, actor=request.actor, on=selectors.today())
        say_done(request, _("Đã khóa tài khoản."))
        return _address(shown)

    return _confirmed(
        request,
        shown,
        step,
        title=_("Khóa tài khoản của %(name)s") % {"name": shown.full_name},
        sentence=_("Người này không đăng nhập được nữa; phiên đang mở và mã truy cập API hết hiệu lực ngay."),
        action_label=_("Khóa tài khoản"),
        danger=True,
    )


@require_POST
@administrators
def person_open(request: Any, pk: str) -> HttpResponse:
    shown = get(Person, request.actor, pk=pk)
    services.reactivate_person(person=shown, actor=request.actor)
    say_done(request, _("Đã mở lại tài khoản. Lần đăng nhập tới phải đổi mật khẩu."))
    return redirect(_address(shown))


@require_http_methods(["GET", "POST"])
@administrators
def position_new(request: Any) -> HttpResponse:
    """Give a position to somebody who has an account, here or in another organisation of the installation."""
    initial = {"valid_from": selectors.today(), "login": request.GET.get("login", "")}
    form = forms.AppointForm(request.POST or None, units=selectors.units_open(request.actor), initial=initial)

    def step(data: dict[str, Any]) -> str:
        home = get(Organisation, request.actor, pk=request.actor.organisation_id)
        login = data.pop("login")
        chosen = selectors.account(login)
        if chosen is None:
            raise RuleBroken("position.nobody", _("Không có tài khoản «%(login)s».") % {"login": login})
        services.appoint(person=chosen, organisation=home, **data, actor=request.actor)
        say_done(request, _("Đã giao vị trí công tác."))
        return _address(chosen)

    return form_page(
        request, form, step, title=_("Giao vị trí công tác"), action_label=_("Giao vị trí"), back=_people()
    )


@require_http_methods(["GET", "POST"])
@administrators
def position_end(request: Any, pk: str) -> HttpResponse:
    shown = get(Position, request.actor, related=["person"], pk=pk)
    form = forms.LastDayForm(request.POST or None, initial={"last_day": selectors.today()})

    def step(data: dict[str, Any]) -> str:
        services.end_position(position=shown, last_day=data["last_day"], actor=request.actor)
        say_done(request, _("Đã ghi ngày kết thúc vị trí công tác."))
        return _address(shown.person)

    return form_page(
        request,
        form,
        step,
        title=_("Kết thúc vị trí: %(position)s") % {"position": shown},
        sentence=_("Việc đã làm vẫn ghi ở vị trí này. Việc đang dở cần giao cho người khác."),
        action_label=_("Kết thúc vị trí"),
        back=(shown.person.full_name, _address(shown.person)),
        danger=True,
    )
