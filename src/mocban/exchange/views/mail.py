"""The clerk's mail: what waits, one message, declining it, and fetching now."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from mocban.audit import selectors as audit_selectors
from mocban.audit import services as audit
from mocban.content.formats import INLINE
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, border, mail_rules, mail_selectors, ports, services
from ..choices import MailState
from ..forms import DeclineForm
from ..models import Mail


def tabs(current: str) -> list[dict[str, Any]]:
    """The lists of the mail desk as links."""
    labels = (
        ("waiting", _("Chờ xử lý")),
        ("registered", _("Đã đăng ký")),
        ("declined", _("Không tiếp nhận")),
        ("reports", _("Báo phát, báo đọc")),
    )
    shown = [
        {"label": label, "url": f"{reverse('exchange:mail_list')}?show={name}", "current": name == current}
        for name, label in labels
    ]
    sent = {"label": _("Thư đã gửi"), "url": reverse("exchange:delivery_list"), "current": current == "sent"}
    return [*shown, sent]


@require_safe
def mail_list(request: Any) -> HttpResponse:
    """Mail of the body's box, newest first."""
    actor = request.actor
    name = request.GET.get("show", "waiting")
    name = name if name in mail_selectors.LISTS else "waiting"
    mails = mail_selectors.desk(actor, name)
    shown = keyset(mails, order=("-received_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    known = mail_selectors.known_senders([mail.sender_address for mail in shown.rows])
    rows = [
        {
            "mail": mail,
            "tone": mail_selectors.MAIL_TONES[MailState(mail.state)],
            "verdict": mail_selectors.verdict(mail),
            "body": known.get(mail.sender_address.casefold()),
        }
        for mail in shown.rows
    ]
    body = Organisation(pk=actor.organisation_id)
    context = {
        "title": _("Hộp thư công vụ"),
        "tabs": tabs(name),
        "page": shown,
        "rows": rows,
        "mailbox": mail_selectors.mailbox_of(actor),
        "may_fetch": access.may(actor, "mail.fetch", body),
        "may_edit": access.may(actor, "mailbox.edit", body),
    }
    return page(request, "exchange/mail_list.html", context)


@require_POST
def mail_fetch(request: Any) -> HttpResponse:
    """Ask the server now: the fetch is queued, for a server may take its time."""
    mailbox = mail_selectors.mailbox_of(request.actor)
    if mailbox is None or not mailbox.active:
        raise RuleBroken("mail.no_mailbox", _("Cơ quan chưa thiết lập hộp thư công vụ, hoặc hộp thư đang tắt."))
    access.require(request.actor, "mail.fetch", mailbox)
    services.fetch_soon(mailbox_id=mailbox.pk)
    say_done(request, _("Đang lấy thư; tải lại trang sau vài giây để xem thư mới."))
    return redirect("exchange:mail_list")


@require_safe
def mail_detail(request: Any, pk: Any) -> HttpResponse:
    """One message: who sent it and how sure that is, its text, its files, its history."""
    mail = get(Mail, request.actor, pk=pk, related=["organisation", "raw", "mailbox"])
    audit.read(request.actor, mail)
    return page(request, "exchange/mail.html", detail_context(request, mail))


def detail_context(request: Any, mail: Mail) -> dict[str, Any]:
    """What the page of a message shows."""
    actor = request.actor
    possible = {verb for (state, verb) in mail_rules.TRANSITIONS if state == mail.state}
    verbs = {"register": "mail.register", "decline": "mail.decline", "restore": "mail.decline", "retry": "mail.decline"}
    may = {verb for verb in possible if verb in verbs and access.may(actor, verbs[verb], mail)}
    if "capture" in possible and access.may(actor, "mail.capture", mail) and actor.unit_id:
        may.add("capture")
    if mail.owner_id:  # what came to one person is not the registry's
        may.discard("register")
    attachments = list(mail.attachments.select_related("object"))
    pdfs = [one for one in attachments if one.object_id and one.media_type == "application/pdf"]
    return {
        "title": mail.subject or _("(thư không có chủ đề)"),
        "mail": mail,
        "tone": mail_selectors.MAIL_TONES[MailState(mail.state)],
        "facts": _facts(mail),
        "checks": mail_selectors.checks(mail),
        "oddities": mail_selectors.oddities(mail),
        "attachments": attachments,
        "arrivals": ports.signatures().shown([one.object for one in attachments if one.object is not None]),
        "shown": pdfs[0] if pdfs else None,
        "viewable": INLINE,
        "answers": mail.answered_by.all(),
        "entries": audit_selectors.history(mail),
        "may": may,
    }


@require_http_methods(["GET", "POST"])
def mail_decline(request: Any, pk: Any) -> HttpResponse:
    mail = get(Mail, request.actor, pk=pk, related=["organisation"])
    access.require(request.actor, "mail.decline", mail)
    answerable = bool(mail.sender_address) and not mail.automatic and access.may(request.actor, "mail.send", mail)
    form, status = DeclineForm(request.POST or None, answerable=answerable), 200
    if request.method == "POST":
        if _declined(request, mail, form):
            return redirect("exchange:mail", pk=pk)
        status = 422
    context = {"title": _("Không tiếp nhận thư"), "mail": mail, "form": form}
    return page(request, "exchange/mail_decline.html", context, status=status)


def _declined(request: Any, mail: Mail, form: DeclineForm) -> bool:
    """Whether the mail was declined; otherwise the form says why not."""
    if not form.is_valid():
        return False
    reason, answer = form.cleaned_data["reason"], form.cleaned_data.get("answer", False)
    try:
        border.check_mail_words(reason, mail=mail, actor=request.actor, channel=Channel.FORM)
        services.decline_mail(mail=mail, reason=reason, answer=answer, actor=request.actor, on=today())
    except RuleBroken as refused:
        form_error(form, refused)
        return False
    say_done(request, _("Đã ghi không tiếp nhận; thư vẫn được giữ và có thể đưa trở lại."))
    return True


@require_POST
def mail_restore(request: Any, pk: Any) -> HttpResponse:
    mail = get(Mail, request.actor, pk=pk)
    services.restore_mail(mail=mail, actor=request.actor, on=today())
    say_done(request, _("Đã đưa thư trở lại danh sách chờ."))
    return redirect("exchange:mail", pk=pk)


@require_POST
def mail_retry(request: Any, pk: Any) -> HttpResponse:
    mail = get(Mail, request.actor, pk=pk, related=["mailbox"])
    mailbox = mail.mailbox_id
    services.retry_mail(mail=mail, actor=request.actor)
    services.fetch_soon(mailbox_id=mailbox)
    say_careful(request, _("Thư sẽ được lấy lại từ máy chủ trong lần lấy thư tới."))
    return redirect("exchange:mail_list")


def _facts(mail: Mail) -> list[tuple[Any, Any]]:
    body = mail_selectors.known_sender(mail)
    sender = f"{mail.sender_name} <{mail.sender_address}>" if mail.sender_name else mail.sender_address
    facts = [
        (_("Người gửi"), sender),
        (_("Trong danh bạ cơ quan"), body.name if body else _("không có địa chỉ này")),
        (_("Gửi tới"), mail.recipients_shown),
        (_("Gửi lúc"), mail.sent_at and date_format(localtime(mail.sent_at), "SHORT_DATETIME_FORMAT")),
        (_("Đến lúc"), date_format(localtime(mail.received_at), "SHORT_DATETIME_FORMAT")),
    ]
    if mail.decided_by:
        facts.append((_("Người xử lý"), mail.decided_by))
    if mail.decline_reason:
        facts.append((_("Lý do không tiếp nhận"), mail.decline_reason))
    return facts
