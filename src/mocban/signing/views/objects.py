"""What checking a stored file found: the page of its signatures, checking it now, its reports to take away."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from mocban.audit import services as audit
from mocban.audit.models import ReadKind
from mocban.content.download import harmless
from mocban.content.models import DigitalObject
from mocban.content.selectors import holder, readable
from mocban.ui.errors import say_done
from mocban.ui.pages import page

from .. import arrivals, report_selectors, reports, selectors, services

MOST = 100  # files of one packet or mail that a waiting page asks about


def readable_object(request: HttpRequest, pk: UUID) -> DigitalObject:
    """The object, when an app above lets the actor read it; else 404."""
    stored = readable(pk, request.actor)  # type: ignore[attr-defined]
    if stored is None:
        raise Http404
    return stored


@require_http_methods(["GET", "HEAD", "POST"])
def object_signatures(request: Any, pk: UUID) -> HttpResponse:
    """Show the last check of a stored file; POST checks it now. 404 for whoever may not read the object."""
    stored = readable_object(request, pk)
    if request.method == "POST":
        services.verify(stored=stored, actor=request.actor)
        say_done(request, _("Đã kiểm tra lại chữ ký số."))
        return redirect("signing:object", pk=pk)
    found = selectors.last_verification(pk)
    context = {
        "title": _("Kiểm tra chữ ký số"),
        "stored": stored,
        "holder": holder(pk, request.actor),
        "report": report_selectors.shown(found) if found else None,
        "history": report_selectors.history(pk),
        "printed_at": timezone.now(),
    }
    return page(request, "signing/object.html", context)


@require_safe
def report_file(request: Any, pk: UUID, form: str) -> HttpResponse:
    """Save one stored report as XML or JSON in the style of ETSI TS 119 102-2; 404 for who may not read the object."""
    row = selectors.verification(pk)
    stored = readable_object(request, row.object_id) if row else None
    if row is None or stored is None:
        raise Http404
    data, kind = reports.as_file(row, stored, form)
    audit.read(request.actor, stored, ReadKind.DOWNLOADED)
    response = HttpResponse(data)
    name = f"kiem-tra-{row.checked_at:%Y%m%d-%H%M}.{form}"
    harmless(response, name=name, media_type=kind, saves=True)
    return response


@require_safe
def arrived(request: Any) -> HttpResponse:
    """The results of files that came in together, for a page that waits for them; ids nobody may read are left out."""
    found = [readable(pk, request.actor) for pk in _ids(request.GET.getlist("object"))]
    context = {
        "title": _("Kiểm tra chữ ký số"),
        "arrivals": arrivals.shown([stored for stored in found if stored is not None]),
        "asks": "asks" in request.GET,
    }
    return page(request, "signing/arrived.html", context, fragment="signing/_arrivals.html")


def _ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[:MOST]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found
