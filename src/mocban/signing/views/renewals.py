"""Signed files whose proof is to be renewed: which, until when, why."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mocban.content.selectors import names
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.errors import say_careful, say_done
from mocban.ui.pages import get, page

from .. import access, proofs, services
from ..models import LongTerm

SHOWN = 200  # the nightly job takes the most pressing first, as this list does


@require_safe
def renewal_list(request: HttpRequest) -> HttpResponse:
    """Show what needs renewal, the most pressing first."""
    actor = request.actor  # type: ignore[attr-defined]
    body = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "proof.renew", body)
    due = proofs.renewals_due(body, on=today())
    found = list(due[: SHOWN + 1])
    known = names([row.object_id for row in found], actor)
    rows = [(row, known.get(row.object_id, ""), proofs.why_due(row, on=today())) for row in found]
    context = {
        "title": _("Gia hạn bằng chứng chữ ký số"),
        "rows": rows[:SHOWN],
        "more": len(rows) > SHOWN,
        "authorities": proofs.asks_for_time(body),
        "on": today(),
    }
    return page(request, "signing/renewals.html", context)


@require_POST
def renew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Renew one file now."""
    actor = request.actor  # type: ignore[attr-defined]
    row = get(LongTerm, actor, related=["object", "organisation", "renewed_as"], pk=pk)
    try:
        services.renew(row=row, actor=actor, on=today())
    except RuleBroken as refused:
        say_careful(request, refused.message)
    else:
        say_done(request, _("Đã gia hạn; tệp mới sẽ thành bản hiện hành của văn bản trong ít phút."))
    return redirect("signing:renewals")
