"""What checking a stored document found."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from mocban.content.selectors import readable
from mocban.ui.pages import page

from .. import selectors, services


@require_http_methods(["GET", "HEAD", "POST"])
def object_signatures(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show the last check of a stored PDF; POST checks it now. 404 for whoever may not read the object."""
    actor = request.actor  # type: ignore[attr-defined]
    stored = readable(pk, actor)
    if stored is None:
        raise Http404
    if request.method == "POST":
        services.verify(stored=stored, actor=actor)
        return redirect("signing:object", pk=pk)
    found = selectors.last_verification(pk)
    rows = selectors.rows(found) if found else []
    context = {"title": _("Kiểm tra chữ ký số"), "stored": stored, "found": found, "rows": rows}
    return page(request, "signing/object.html", context)
