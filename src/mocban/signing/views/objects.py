"""What checking a stored file found: the page of its signatures, checking it now, its reports to take away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.content.models import DigitalObject
from mocban.content.selectors import readable
from mocban.ui.errors import say_done
from mocban.ui.pages import page

from .. import report_selectors, selectors, services


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
        "report": report_selectors.shown(found) if found else None,
        "history": report_selectors.history(pk),
        "printed_at": timezone.now(),
    }
    return page(request, "signing/object.html", context)
