"""Saying where a key lies: a file, a token of the server, a remote service; forgetting it; handing the device over."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from mocban.lib.errors import RuleBroken
from mocban.people.models import Person
from mocban.people.selectors import positions_in_force, today
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import confirm, get, page

from .. import access, forms, places, services
from ..pdf.refusals import ORDER_RULE, answers
from .key_owner import BODY, Owned, owned

if TYPE_CHECKING:
    from ..adapters.credentials import Credential

PIN_FIELDS = {
    "signing.wrong_pin", "signing.no_pin", "signing.last_try", "signing.pin_locked", "signing.wrong_pin_or_otp",
}  # fmt: skip
CODE_FIELDS = {"signing.wrong_otp", "signing.no_otp", "signing.no_code_sent"}


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def place_file(request: Any, who: str) -> HttpResponse:
    """Bring a PKCS#12 file."""
    one = owned(request, who, "key.place")
    form = forms.KeyFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        answer = _done(
            request,
            one,
            form,
            lambda: services.place_key_file(
                owner=one.owner, organisation=one.body, data=given["file"].read(), passphrase=given["passphrase"],
                named=given["named"], actor=request.actor,
            ),
            pin="passphrase",
        )  # fmt: skip
        if answer is not None:
            return answer
    sentence = _(
        "Tệp được giữ trên máy chủ, chỉ chương trình đọc được; không có mật khẩu thì không ai ký được bằng nó."
    )
    return _form_page(request, one, form, _("Tệp khóa PKCS#12"), sentence, files=True)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def place_token(request: Any, who: str) -> HttpResponse:
    """Choose a key on a token or HSM of the server."""
    one = owned(request, who, "key.place")
    choices, problem = _on_tokens()
    form = forms.FoundKeyForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        module, token, serial, key_id, label = json.loads(given["key"])
        answer = _done(
            request,
            one,
            form,
            lambda: services.place_key_on_token(
                owner=one.owner, organisation=one.body, module=module, token=token, serial=serial, key_id=key_id,
                label=label, chain=[], pin=given["pin"], named=given["named"], actor=request.actor,
            ),
        )  # fmt: skip
        if answer is not None:
            return answer
    sentence = _("Chọn chứng thư trên thiết bị đang cắm vào máy chủ. Khóa không bao giờ rời khỏi thiết bị.")
    nothing = problem or _("Không thấy chứng thư nào trên các thiết bị mà máy chủ được phép dùng.")
    return _form_page(request, one, form if choices else None, _("Thiết bị gắn vào máy chủ"), sentence, nothing=nothing)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def place_service(request: Any, who: str) -> HttpResponse:
    """Choose a service and account, then one of the keys that the service has for it."""
    from ..adapters import fitness

    one = owned(request, who, "key.place")
    title, sentence = _("Dịch vụ ký số từ xa"), _("Chỉ mã băm của văn bản được gửi đi; tệp ở lại hệ thống này.")
    allowed, problem = _services()
    asked = forms.ServiceForm(request.GET or None, choices=allowed)
    if not allowed:
        nothing = problem or _("Máy chủ chưa được phép dùng dịch vụ ký số nào; người quản lý máy chủ cần khai báo.")
        return _form_page(request, one, None, title, sentence, nothing=nothing)
    if not asked.is_valid():
        return _form_page(request, one, asked, title, sentence, method="get", action_label=_("Xem các chứng thư"))
    service, account = asked.cleaned_data["service"], asked.cleaned_data["account"]
    found, problem = _at_service(service, account)
    choices = [(one.id, f"{_spoken(fitness.facts(one.certificate))} – {one.id}") for one in found]
    form = forms.FoundKeyForm(
        request.POST or None,
        choices=choices,
        asks_code=any(one.once for one in found),
        sends=any(one.once for one in found),
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "send_code" in request.POST:
            _code_sent(request, one, form, service, given["key"])
            return _form_page(request, one, form, title, sentence)
        answer = _done(
            request,
            one,
            form,
            lambda: services.place_key_at_service(
                owner=one.owner, organisation=one.body, service=service, account=account, credential=given["key"],
                pin=given["pin"], otp=given.get("otp", ""), named=given["named"], actor=request.actor,
            ),
        )  # fmt: skip
        if answer is not None:
            return answer
    nothing = problem or _("Dịch vụ không có chứng thư nào dùng được cho tài khoản này.")
    return _form_page(request, one, form if choices else None, title, sentence, nothing=nothing)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_place(request: Any, who: str) -> HttpResponse:
    """Forget where the key lies, after asking."""
    one = owned(request, who, "key.place")
    if request.method == "POST":
        services.remove_key_place(owner=one.owner, organisation=one.body, actor=request.actor)
        say_done(request, _("Đã bỏ nơi giữ khóa."))
        return redirect(one.url)
    return confirm(
        request,
        title=_("Bỏ nơi giữ khóa của %(owner)s?") % {"owner": one.owner},
        sentence=_("Tệp khóa trên máy chủ (nếu có) bị xóa. Muốn ký tiếp phải khai báo lại, hoặc dùng khóa dùng thử."),
        action_label=_("Bỏ nơi giữ khóa"),
        cancel_url=one.url,
        danger=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: Any) -> HttpResponse:
    """Record that the device with the organisation's key was given to somebody else."""
    one = owned(request, BODY, "key.hand_over")
    posts = positions_in_force(today()).filter(organisation=one.body).order_by("person__sort_name")
    choices = list({str(post.person_id): str(post.person) for post in posts}.items())
    form = forms.HandOverForm(request.POST or None, choices=choices, initial={"day": today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        receiver = get(Person, request.actor, pk=given["receiver"])
        answer = _done(
            request,
            one,
            form,
            lambda: services.hand_over_key(
                organisation=one.body, receiver=receiver, permission=given["permission"], on=given["day"],
                actor=request.actor,
            ),
            done=_("Đã ghi việc giao thiết bị."),
        )  # fmt: skip
        if answer is not None:
            return answer
    sentence = _(
        "Chỉ giao thiết bị lưu khóa của cơ quan cho người khác khi được phép bằng văn bản và phải lập biên bản."
    )
    return _form_page(request, one, form, _("Ghi việc giao thiết bị"), sentence, citation=ORDER_RULE)


def _done(
    request: Any, one: Owned, form: Any, act: Callable[[], object], *, pin: str = "pin", done: str = ""
) -> HttpResponse | None:
    """Do it and return to the key; None when it was refused, the sentence then stands beside the form."""
    try:
        act()
    except RuleBroken as refused:
        confirms = access.may(request.actor, "key.issue", one.body)  # a person cannot vouch for the own certificate
        name = {"signing.certificate_name": "named"} if confirms else {}
        beside = {**name, **dict.fromkeys(PIN_FIELDS, pin), **dict.fromkeys(CODE_FIELDS, "otp")}.get(refused.code)
        form_error(form, refused, beside if beside in form.fields else None)
        form.status = status_of(refused)
        return None
    say_done(request, done or _("Đã ghi nơi giữ khóa."))
    return redirect(one.url)


def _form_page(
    request: Any, one: Owned, form: Any, title: str, sentence: str, *, nothing: str = "", files: bool = False,
    citation: str = "", method: str = "post", action_label: str = "",
) -> HttpResponse:  # fmt: skip
    status = getattr(form, "status", 422 if form is not None and form.errors else 200)
    if form is not None and "named" in form.fields and "named" not in form.data and not form.errors.get("named"):
        del form.fields["named"]  # there is nothing to confirm before the certificate was read
    context = {
        "title": title,
        "one": one,
        "form": form,
        "sentence": sentence,
        "citation": citation,
        "nothing": nothing,
        "files": files,
        "method": method,
        "action_label": action_label or _("Lưu"),
    }
    return page(request, "signing/key_form.html", context, status=status)


def _on_tokens() -> tuple[list[tuple[str, str]], str]:
    """Return the keys on every allowed device as choices, and why there are none."""
    from ..adapters import devices, fitness

    choices = []
    try:
        for name, path in answers(places.modules)().items():
            for found in answers(devices.listed)(path):
                if fitness.is_authority(found.certificate):
                    continue
                told = fitness.facts(found.certificate)
                key = json.dumps([name, found.token.label, found.token.serial, found.key_id.hex(), found.label])
                choices.append((key, f"{_spoken(told)} – {found.token.label} {found.token.serial}"))
    except RuleBroken as refused:
        return choices, str(refused.message)
    return choices, ""


def _at_service(service: str, account: str) -> tuple[list[Credential], str]:
    from ..adapters import credentials, csc

    try:
        return answers(lambda: credentials.credentials(csc.Client(places.service(service)), account=account))(), ""
    except RuleBroken as refused:
        return [], str(refused.message)


def _code_sent(request: Any, one: Owned, form: Any, service: str, credential: str) -> None:
    """Let the service send the code for a trial; the form stays."""
    try:
        question = services.send_trial_code(
            owner=one.owner, organisation=one.body, service=service, credential=credential, actor=request.actor
        )
    except RuleBroken as refused:
        form_error(form, refused, "otp")
        form.status = status_of(refused)
    else:
        say_done(request, code_sent(question))


def code_sent(question: str) -> str:
    """What a person reads once the service was asked for a code."""
    return question or _("Dịch vụ đã gửi mã. Hãy nhập mã nhận được rồi ký.")


def _services() -> tuple[list[tuple[str, str]], str]:
    try:
        return [(name, one.title) for name, one in answers(places.services)().items()], ""
    except RuleBroken as refused:
        return [], str(refused.message)


def _spoken(told: Any) -> str:
    return _("%(subject)s (%(issuer)s, đến %(day)s)") % {
        "subject": told.subject, "issuer": told.issuer, "day": f"{told.until:%d/%m/%Y}",
    }  # fmt: skip
