"""The administrator's page of the official mailbox."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.ui.errors import form_error, say_careful, say_done, status_of
from mocban.ui.pages import get, page

from .. import access, mail_selectors, services
from ..forms import MailboxForm
from ..models import Mailbox


@require_http_methods(["GET", "POST"])
def mailbox_edit(request: Any) -> HttpResponse:
    """Set up the mailbox; saving tries it out at once, so that a mistake shows while it is in mind."""
    actor = request.actor
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "mailbox.edit", organisation)
    mailbox = mail_selectors.mailbox_of(actor)
    if request.method == "GET":
        return _page(request, mailbox, MailboxForm(initial=_values(mailbox)))
    form = MailboxForm(request.POST)
    if not form.is_valid():
        return _page(request, mailbox, form, status=422)
    try:
        mailbox = services.set_mailbox(
            organisation=organisation, values=form.mailbox(), actor=actor, version=form.cleaned_data["version"]
        )
    except (RuleBroken, Stale) as refused:
        form_error(form, refused)
        return _page(request, mailbox, form, status=status_of(refused))
    say_done(request, _("Đã lưu thiết lập hộp thư."))
    _try(request, mailbox)
    return redirect("exchange:mailbox")


@require_POST
def mailbox_test(request: Any) -> HttpResponse:
    """Try out what is saved."""
    mailbox = get(Mailbox, request.actor)
    _try(request, mailbox)
    return redirect("exchange:mailbox")


def _try(request: Any, mailbox: Mailbox) -> None:
    for result in services.try_mailbox(mailbox=mailbox, actor=request.actor):
        say = say_done if result.works else say_careful
        say(request, f"{result.label}: {result.sentence}")


def _values(mailbox: Mailbox | None) -> dict[str, Any]:
    names = MailboxForm.base_fields
    return {name: getattr(mailbox, name) for name in names if hasattr(mailbox, name)} if mailbox else {}


def _page(request: Any, mailbox: Mailbox | None, form: MailboxForm, *, status: int = 200) -> HttpResponse:
    context = {"title": _("Hộp thư công vụ của cơ quan"), "mailbox": mailbox, "form": form}
    return page(request, "exchange/mailbox.html", context, status=status)
