"""An officer's own mail: what came to the personal address, an .eml brought as a file, and the file it goes into."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban import law
from mocban.content.formats import INLINE
from mocban.exchange import access as exchange_access
from mocban.exchange import mail_selectors
from mocban.exchange import services as exchange
from mocban.exchange.choices import MailState
from mocban.exchange.models import Mail
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Position
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.secrecy.services import refuse_if_secret
from mocban.ui.errors import form_error, say_done
from mocban.ui.language import name_of
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import selectors
from ..mail_forms import CaptureForm, MessageForm
from ..models import File
from ..services import DocumentFields, capture_into_file


@require_http_methods(["GET", "POST"])
def own_mail(request: Any) -> HttpResponse:
    """The actor's own list; POST brings a message as a file."""
    actor = request.actor
    body = get(Organisation, actor, pk=actor.organisation_id)
    exchange_access.require(actor, "mail.upload", body)
    form, status = MessageForm(), 200
    if request.method == "POST":
        form, status = MessageForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                mail = _brought(request, form.cleaned_data["message"], body)
            except RuleBroken as refused:
                form_error(form, refused, "message")
                status = 409
            else:
                say_done(request, _("Đã nhận thư. Hãy chọn hồ sơ."))
                return redirect("records:mail_capture" if mail.state == MailState.WAITING else "exchange:mail", mail.pk)
    mails = mail_selectors.own(actor)
    shown = keyset(mails, order=("-received_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    context = {
        "title": _("Thư của tôi"),
        "page": shown,
        "rows": [(mail, mail_selectors.MAIL_TONES[MailState(mail.state)]) for mail in shown.rows],
        "address": mail_selectors.own_address(actor),
        "mailbox": mail_selectors.mailbox_of(actor),
        "form": form,
    }
    return page(request, "records/own_mail.html", context, status=status)


def _brought(request: Any, upload: Any, body: Organisation) -> Mail:
    """Take in an uploaded message for the actor alone. Raises RuleBroken, SecretRefused."""
    data = upload.read()
    if len(data) > settings.MAIL_LIMIT_BYTES:
        megabytes = settings.MAIL_LIMIT_BYTES // (1024 * 1024)
        message = _("Thư nặng hơn %(limit)s MB; hãy lưu riêng các tệp kèm theo rồi đưa vào hồ sơ.")
        raise RuleBroken("mail.too_large", message % {"limit": megabytes})
    actor = request.actor
    owner = get(Position, actor, pk=actor.position_id, related=("person",))
    place = exchange.Place(body, timezone.now(), Channel.UPLOAD, owner=owner)
    mail, _outcome = exchange.take(data, place, actor=actor, on=today())
    return mail


@require_POST
def own_address(request: Any) -> HttpResponse:
    """Make the personal address of the actor's position."""
    actor = request.actor
    exchange.make_capture_address(position=get(Position, actor, pk=actor.position_id), actor=actor)
    say_done(request, _("Đã có địa chỉ riêng; thư gửi tới đó chỉ mình bạn thấy."))
    return redirect("records:own_mail")


@require_http_methods(["GET", "POST"])
def mail_capture(request: Any, pk: Any) -> HttpResponse:
    """Choose the file for a waiting mail."""
    actor, on = request.actor, today()
    mail = get(Mail, actor, pk=pk, related=("organisation", "raw"), state=MailState.WAITING)
    exchange_access.require(actor, "mail.capture", mail)
    kinds = [(kind.code, name_of(kind.name_vi, kind.name_en)) for kind in law.kinds(regime=actor.regime, on=on)]
    options: dict[str, Any] = {"files": selectors.open_files_of_unit(actor), "kinds": kinds}
    letter = next((code for code, _name in kinds if code == "official-letter"), "")
    form, status = CaptureForm(initial={"subject": mail.subject, "kind_code": letter}, **options), 200
    if request.method == "POST":
        form, status = CaptureForm(request.POST, **options), 422
        if form.is_valid():
            try:
                file = _captured(request, mail, form)
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã đưa thư vào hồ sơ %(notation)s.") % {"notation": file.notation})
                return redirect("records:file", pk=file.pk)
    attachments = list(mail.attachments.select_related("object"))
    context = {
        "title": _("Đưa thư vào hồ sơ"),
        "mail": mail,
        "attachments": attachments,
        "viewable": INLINE,
        "form": form,
    }
    return page(request, "records/mail_capture.html", context, status=status)


def _captured(request: Any, mail: Mail, form: CaptureForm) -> File:
    actor, on, cleaned = request.actor, today(), form.cleaned_data
    organisation = mail.organisation
    refuse_if_secret(text=cleaned["subject"], channel=Channel.FORM, actor=actor, organisation=organisation)
    kinds = {kind.code: kind.name_vi for kind in law.kinds(regime=actor.regime, on=on)}
    values = DocumentFields(
        kind_code=cleaned["kind_code"],
        kind_name=kinds[cleaned["kind_code"]],
        subject=cleaned["subject"],
        issuer_name=(mail.sender_name or mail.sender_address)[:200],
        issued_on=min(timezone.localdate(mail.sent_at), on) if mail.sent_at else None,
    )
    file: File = cleaned["file"]
    capture_into_file(mail=mail, file=file, values=values, actor=actor, on=on)
    return file
