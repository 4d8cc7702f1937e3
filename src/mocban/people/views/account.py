"""Signing in with a code, the own account, and the position that one acts in."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth import login, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.lib.errors import RuleBroken
from mocban.ui.errors import form_error, say_done
from mocban.ui.pages import page

from .. import forms, selectors, services
from ..actor import actor_of, person_actor
from ..middleware import SESSION_KEY


def too_fast(request: Any) -> HttpResponse:
    answer: HttpResponse = ratelimit.respond_429(request)
    return answer


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def reset(request: Any) -> HttpResponse:
    """Set a password by login and one-time code."""
    form = forms.ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not ratelimit.consume(request, action="reset_password", key=data["login"].lower()):
            return too_fast(request)
        try:
            services.reset_password(login=data["login"], code=data["code"], password=data["password"])
        except RuleBroken as broken:
            form_error(form, broken)
        else:
            say_done(request, _("Đã đặt mật khẩu mới. Mời bạn đăng nhập."))
            return redirect("people:login")
    context = {
        "title": _("Đặt mật khẩu mới"),
        "sentence": _("Dùng mã một lần mà quản trị của cơ quan đã cấp cho bạn."),
        "form": form,
        "action_label": _("Đặt mật khẩu"),
        "back_url": settings.LOGIN_URL,
        "back_label": _("Quay lại đăng nhập"),
    }
    return page(request, "people/door_form.html", context, status=422 if form.errors else 200)


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def start(request: Any) -> HttpResponse:
    """The first start of an office: organisation and first administrator, by the code of the console."""
    if selectors.installed():
        return redirect("people:login")
    form = forms.StartForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        if not ratelimit.consume(request, action="reset_password", key="start"):
            return too_fast(request)
        try:
            position = services.start_installation(
                code=data["start_code"],
                fields=organisation_fields(data),
                login=data["login"],
                full_name=data["full_name"],
                password=data["password"],
                on=selectors.today(),
            )
        except RuleBroken as broken:
            form_error(form, broken)
        else:
            login(request, position.person)
            say_done(request, _("Đã khởi tạo hệ thống. Các bước tiếp theo ở dưới đây."))
            return redirect("people:setup")
    context = {
        "title": _("Khởi tạo hệ thống"),
        "sentence": _("Khai báo cơ quan đầu tiên và người quản trị đầu tiên."),
        "form": form,
        "action_label": _("Khởi tạo"),
    }
    return page(request, "people/door_form.html", context, status=422 if form.errors else 200)


def organisation_fields(data: dict[str, Any]) -> services.OrganisationFields:
    names = services.OrganisationFields.__dataclass_fields__
    return services.OrganisationFields(**{name: data[name] for name in names})


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def change_password(request: Any) -> HttpResponse:
    form = forms.ChangePasswordForm(request.POST or None)
    first = request.user.must_change_password
    if request.method == "POST" and form.is_valid():
        if not ratelimit.consume(request, action="change_password", user=request.user):
            return too_fast(request)
        try:
            person = services.change_password(
                person=request.user,
                old=form.cleaned_data["old"],
                new=form.cleaned_data["password"],
                actor=request.actor or person_actor(request.user),
                session_key=request.session.session_key,
            )
        except RuleBroken as broken:
            form_error(form, broken, "old" if broken.code == "password.old_wrong" else "password")
        else:
            update_session_auth_hash(request, person)
            say_done(request, _("Đã đổi mật khẩu."))
            return redirect(settings.LOGIN_REDIRECT_URL if first else "people:account")
    sentence = _("Đây là lần đầu bạn dùng tài khoản này: hãy đặt mật khẩu của riêng bạn.") if first else ""
    context = {
        "title": _("Đổi mật khẩu"),
        "sentence": sentence,
        "form": form,
        "action_label": _("Đổi mật khẩu"),
        "back_url": "" if first else "/account/",
        "back_label": _("Quay lại tài khoản"),
    }
    return page(request, "people/door_form.html", context, status=422 if form.errors else 200)


@require_safe
def account(request: Any) -> HttpResponse:
    context = {
        "title": _("Tài khoản và bảo mật"),
        "person": request.user,
        "held": request.positions,
    }
    return page(request, "people/account.html", context)


@require_POST
def switch_position(request: Any) -> HttpResponse:
    """Act in another of the own positions from now on in this session."""
    wanted = request.POST.get("position", "")
    position = next((held for held in request.positions if str(held.pk) == wanted), None)
    if position is None:
        raise RuleBroken("position.not_held", _("Bạn không còn giữ vị trí công tác này. Hãy chọn vị trí khác."))
    request.session[SESSION_KEY] = str(position.pk)
    say_done(request, _("Bạn đang làm việc ở vị trí: %(title)s.") % {"title": actor_of(position).position_title})
    # An address of one organisation means nothing in another, so the person comes back to the page only within one.
    back = request.POST.get("next", "")
    here = position.organisation_id == request.actor.organisation_id
    if here and url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(settings.LOGIN_REDIRECT_URL)
