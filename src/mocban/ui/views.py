"""The one page of the shell itself: the PDF viewer."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe


@require_safe
def pdf(request: HttpRequest) -> HttpResponse:
    """Show the PDF at `?file=`, an address on this site; who may read it is decided where it is served."""
    address = request.GET.get("file", "")
    if not address.startswith("/") or not url_has_allowed_host_and_scheme(address, None):
        raise Http404
    title = request.GET.get("title", "")[:200] or _("Văn bản")
    return render(request, "ui/pdf.html", {"file": address, "title": title})


@require_safe
def local_pdf(request: HttpRequest) -> HttpResponse:
    """Show a file that the form around this frame hands over in the browser: nothing has been sent yet."""
    return render(request, "ui/pdf.html", {"file": "", "title": _("Xem trước")})
