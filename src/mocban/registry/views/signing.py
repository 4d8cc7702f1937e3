"""Before and at the signature: read page by page, sign, and send back to be signed again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.lib.errors import RuleBroken
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.signing.services import is_elsewhere
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page

from .. import access, reading
from ..border import draft_choices
from ..choices import OutgoingStatus, SigningPurpose
from ..forms import ReasonForm
from ..models import Outgoing
from ..services.key_steps import carry_out, issuing_step, signing_step
from ..services.signing_again import sign_again
from ..services.signing_order import set_signers
from ..signing_forms import IssueForm, LaterSignersForm, SignForm
from ..signing_places import place_of
from .form_pages import form_page, given, posted
from .outgoing import RELATED
from .reading import plan_shown


@require_http_methods(["GET", "POST"])
def outgoing_sign(request: Any, pk: Any) -> HttpResponse:
    """Ask, also about a document that was never opened, then sign with the signer's own key."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.sign", outgoing)
    if is_elsewhere(organisation_id=outgoing.organisation_id, person_id=actor.person_id):
        return redirect("registry:token_sign", pk=pk)
    plan, refusal = None, None
    try:
        plan = plan_shown(outgoing, actor)
    except RuleBroken as refused:
        refusal = refused
    was_read = plan is not None and reading.has_read(plan, actor)
    place = place_of(actor, SigningPurpose.SIGN)
    form = SignForm(given(request), read=was_read, place=place, initial={"version": outgoing.version})

    def step(data: dict[str, Any]) -> str:
        confirmed = data.pop("unread_confirmed", False)
        version = data.pop("version")
        started = signing_step(outgoing=outgoing, actor=actor, on=today(), version=version, unread_confirmed=confirmed)
        carry_out(started, **data)
        outgoing.refresh_from_db(fields=["status"])
        say_done(request, told_after(outgoing))
        return reverse("registry:outgoing", args=[pk])

    def shown(status: int = 200) -> HttpResponse:
        context = {
            "title": _("Ký số văn bản"),
            "outgoing": outgoing,
            "form": form,
            "plan": plan,
            "was_read": was_read,
            "elsewhere": place.elsewhere,
            "facts": [
                (_("Người ký"), outgoing.signer),
                (_("Loại văn bản"), record_selectors.kind_shown(outgoing.document.kind_name)),
                (_("Đơn vị soạn thảo"), outgoing.unit),
            ],
        }
        return page(request, "registry/outgoing_sign.html", context, status=status)

    if refusal:
        form_error(form, refusal)
        return shown(status_of(refusal))
    return posted(form, step, shown) if request.method == "POST" else shown()


def told_after(signed: Outgoing) -> str:
    """What happened and who is next: another signer, or the desk, which keeps a number that is there already."""
    if signed.status == OutgoingStatus.COSIGNING:
        return _("Đã ký số. Người ký tiếp theo được báo.")
    if signed.status == OutgoingStatus.NUMBERED:
        return _("Đã ký số. Văn bản giữ số cũ; văn thư được báo để đóng dấu và phát hành.")
    return _("Đã ký số. Văn thư được báo để cấp số và phát hành.")


@require_http_methods(["GET", "POST"])
def outgoing_issue(request: Any, pk: Any) -> HttpResponse:
    """Ask, then seal with the organisation's key and issue."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    access.require(actor, "outgoing.issue", outgoing)
    place = place_of(actor, SigningPurpose.ISSUE)
    if place.elsewhere:
        return redirect("registry:token_issue", pk=pk)
    form = IssueForm(given(request), place=place, initial={"version": outgoing.version})
    code, address = {"code": outgoing.document.printed_code}, reverse("registry:outgoing", args=[pk])

    def step(data: dict[str, Any]) -> str:
        started = issuing_step(outgoing=outgoing, actor=actor, on=today(), version=data.pop("version"))
        carry_out(started, **data)
        say_done(request, _("Đã phát hành văn bản %(code)s.") % code)
        return address

    def shown(status: int = 200) -> HttpResponse:
        names = ", ".join(recipient.name for recipient in outgoing.recipients.all())
        sentence = _("Văn bản %(code)s sẽ được ký số của cơ quan và gửi đi. Bước này không rút lại được.")
        context = {
            "title": _("Đóng dấu và phát hành"),
            "sentence": sentence % code,
            "action_label": _("Phát hành"),
            "cancel_url": address,
            "form": form,
            "facts": [(_("Trích yếu"), outgoing.document.subject), (_("Nơi nhận"), names)],
        }
        return page(request, "ui/confirm.html", context, status=status)

    return posted(form, step, shown) if request.method == "POST" else shown()


@require_http_methods(["GET", "POST"])
def outgoing_sign_again(request: Any, pk: Any) -> HttpResponse:
    """Put the signed file aside with a reason; the number stays."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.sign_again", outgoing)

    def step(data: dict[str, Any]) -> str:
        sign_again(outgoing=outgoing, **data, actor=request.actor, on=today())
        say_done(request, _("Đã trả về để sửa và ký lại; số giữ nguyên cho văn bản."))
        return reverse("registry:outgoing", args=[pk])

    return form_page(
        request,
        ReasonForm(given(request), initial={"version": outgoing.version}),
        step,
        title=_("Ký lại văn bản"),
        sentence=_(
            "Bản đã ký được giữ làm lịch sử và không bao giờ gửi đi. Văn bản trở lại bước soạn; số, ngày giữ nguyên."
        ),
        action_label=_("Bỏ bản đã ký, ký lại"),
        back=(outgoing.document.printed_code or _("Văn bản đi"), reverse("registry:outgoing", args=[pk])),
        danger=True,
    )


@require_http_methods(["GET", "POST"])
def outgoing_signers(request: Any, pk: Any) -> HttpResponse:
    """Who signs after the first signer, in order."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    access.require(request.actor, "outgoing.set_signers", outgoing)
    signers = draft_choices(outgoing.organisation, on=today())["signers"].exclude(pk=outgoing.signer_id)
    chosen = list(outgoing.later_signers.values_list("position_id", flat=True))

    def step(data: dict[str, Any]) -> str:
        set_signers(
            outgoing=outgoing,
            positions=data["later_signers"],
            version=data["version"],
            actor=request.actor,
            on=today(),
        )
        say_done(request, _("Đã ghi người ký tiếp."))
        return reverse("registry:outgoing", args=[pk])

    return form_page(
        request,
        LaterSignersForm(
            given(request), signers=signers, initial={"version": outgoing.version, "later_signers": chosen}
        ),
        step,
        title=_("Người ký tiếp"),
        sentence=_("Ký lần lượt sau người ký đầu; chỉ cấp số khi mọi người đã ký. Họ tên phải in sẵn trong bản thảo.")
        if signers
        else _("Cơ quan chưa có ai khác được ký văn bản. Quản trị giao vai trò lãnh đạo ở mục Cơ quan, người dùng."),
        action_label=_("Lưu"),
        back=(outgoing.document.subject[:60], reverse("registry:outgoing", args=[pk])),
    )
