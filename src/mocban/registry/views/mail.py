"""Register a mail that waits; send an issued document by mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from mocban.exchange.choices import MailState
from mocban.exchange.mail_selectors import DELIVERY_TONES, deliveries_of_document
from mocban.exchange.models import Mail
from mocban.exchange.senders import address_of
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.signing import arrivals
from mocban.ui.errors import form_error, say_done
from mocban.ui.forms import Form, LineField
from mocban.ui.pages import get, page

from .. import access, selectors
from ..border import AlreadyRegistered
from ..choices import Direction
from ..mailing import MailArrivalForm, enter_mail, likely_main, mail_values, main_choices, stored_attachments
from ..models import Outgoing, Recipient
from ..services import numbering
from ..services.mail import Addressee, send_by_mail


@require_http_methods(["GET", "POST"])
def mail_register(request: Any, pk: Any) -> HttpResponse:
    """Enter a waiting mail in the register in one step; the form comes filled from the chosen file."""
    actor, on = request.actor, today()
    mail = get(Mail, actor, pk=pk, state=MailState.WAITING, owner=None, related=("organisation", "raw"))
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    options = {"organisation": organisation, "on": on, "books": books, "mail": mail}
    if request.method == "GET":
        asked = request.GET.get("main", "")
        main = asked if asked in dict(main_choices(mail)) else likely_main(mail)
        return _register_page(request, mail, MailArrivalForm(initial=mail_values(mail, main=main, on=on), **options))
    form = MailArrivalForm(request.POST, **options)
    if not form.is_valid():
        return _register_page(request, mail, form, status=422)
    try:
        entry = enter_mail(form, mail, channel=Channel.FORM, actor=actor, organisation=organisation, on=on)
    except AlreadyRegistered as found:
        return _register_page(request, mail, form, status=409, earlier=found.found)
    except RuleBroken as refused:
        form_error(form, refused)
        return _register_page(request, mail, form, status=409)
    say_done(request, _("Đã tiếp nhận thư và đăng ký số đến %(number)d.") % {"number": entry.number_value})
    return redirect("registry:incoming", pk=entry.pk)


def _register_page(
    request: Any, mail: Mail, form: MailArrivalForm, *, status: int = 200, earlier: Any = None
) -> HttpResponse:
    books = form.fields["book"].queryset  # type: ignore[attr-defined]
    chosen = str(form["main"].value() or "")
    attachments = stored_attachments(mail)
    context = {
        "title": _("Tiếp nhận và đăng ký thư"),
        "mail": mail,
        "attachments": attachments,
        "arrivals": arrivals.shown([one.object for one in attachments if one.object is not None]),
        "ticked": "signatures_seen" in request.POST,
        "main": next((one for one in attachments if str(one.pk) == chosen), None),
        "form": form,
        "numbers": [(book, numbering.next_number(book.series, on=today())) for book in books],
        "earlier": earlier,
    }
    return page(request, "registry/mail_register.html", context, status=status)


class AddressesForm(Form):
    """A box for the address of each recipient, and one for somebody beside the list."""

    other_name = LineField(label=gettext_lazy("Nơi nhận khác"), max_length=200, required=False)
    other_address = LineField(label=gettext_lazy("Địa chỉ thư của nơi nhận khác"), max_length=254, required=False)

    def __init__(self, *args: Any, recipients: list[Recipient], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.recipients = recipients
        for line in recipients:
            self.fields[f"to_{line.pk.hex}"] = LineField(
                label=line.name,
                max_length=254,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "off"}),
            )
        self.order_fields([name for name in self.fields if name.startswith("to_")])

    def addressees(self) -> list[Addressee]:
        """Every address that was typed."""
        typed = [(line, self.cleaned_data[f"to_{line.pk.hex}"]) for line in self.recipients]
        found = [Addressee(address, line.name, line.pk) for line, address in typed if address]
        other = self.cleaned_data["other_address"]
        return [*found, *([Addressee(other, self.cleaned_data["other_name"])] if other else [])]


@require_http_methods(["GET", "POST"])
def outgoing_mail(request: Any, pk: Any) -> HttpResponse:
    """Send an issued document by mail; addresses that the directory knows stand there already."""
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=("document", "organisation"))
    access.require(actor, "outgoing.issue", outgoing)
    recipients = list(outgoing.recipients.all())
    sent = deliveries_of_document(outgoing.document_id)
    form, status = _addresses(recipients, sent, on), 200
    if request.method == "POST":
        form, status = AddressesForm(request.POST, recipients=recipients), 422
        if form.is_valid():
            try:
                queued = send_by_mail(outgoing=outgoing, addressees=form.addressees(), actor=actor, on=on)
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(
                    request, _("Đã giao gửi %(count)d thư; trạng thái hiện bên nơi nhận.") % {"count": len(queued)}
                )
                return redirect("registry:outgoing", pk=pk)
    context = {
        "title": _("Gửi qua thư điện tử"),
        "outgoing": outgoing,
        "form": form,
        "sent": [(row, DELIVERY_TONES[row.state]) for rows in sent.values() for row in rows],  # type: ignore[index]
    }
    return page(request, "registry/outgoing_mail.html", context, status=status)


def _addresses(recipients: list[Recipient], sent: dict[Any, Any], on: Any) -> AddressesForm:
    """First values: what the directory knows of those who got neither a packet nor a mail."""
    open_lines = [line for line in recipients if line.packet_id is None and line.pk not in sent]
    initial = {f"to_{line.pk.hex}": address_of(line.name, line.code, on=on) for line in open_lines}
    return AddressesForm(initial=initial, recipients=recipients)
