"""One document, whatever desk it belongs to: where search results lead."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mocban.audit.selectors import history
from mocban.ui.errors import say_done
from mocban.ui.pages import confirm, get, page

from .. import access, selectors
from ..forms import SecretReportForm
from ..models import Document
from ..services import report_secret


@require_GET
def document_detail(request: Any, pk: Any) -> HttpResponse:
    """Fields, files, signatures found, files it sits in, history; links to its register entry."""
    document = get(Document, request.actor, pk=pk, related=("incoming", "outgoing"))
    main = selectors.main_part(document)
    return page(
        request,
        "records/document_detail.html",
        {
            "title": document.printed_code or document.subject[:80],
            "document": document,
            "parts": list(selectors.parts_shown(document)),
            "main": main,
            **selectors.signatures_of(main),
            "in_files": selectors.filed_in(document, request.actor),
            "files": selectors.open_files_of_unit(request.actor),
            "may_report": document.state == "active" and access.may(request.actor, "document.freeze", document),
            "may_copy": document.state == "active" and access.may(request.actor, "document.add", document),
            "former": document.former_values.all() if document.state == "active" else [],
            "entries": history(document),
        },
    )


@require_http_methods(["GET", "POST"])
def document_report(request: Any, pk: Any) -> HttpResponse:
    """Report that a stored document bears a secrecy mark: it is frozen at once, for two persons to erase."""
    actor = request.actor
    document = get(Document, actor, pk=pk)
    access.require(actor, "document.freeze", document)
    form = SecretReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        report_secret(document=document, level=form.cleaned_data["level"], actor=actor)
        say_done(request, _("Đã phong tỏa văn bản và lập sự cố. Không sao chép, chuyển tiếp nội dung văn bản này."))
        return redirect("portal:home")
    return confirm(
        request,
        title=_("Báo văn bản có dấu chỉ độ mật"),
        sentence=_("Văn bản bị phong tỏa ngay: không ai đọc được, ra khỏi tìm kiếm, chờ hai người xóa có biên bản."),
        action_label=_("Báo và phong tỏa"),
        cancel_url=f"/records/documents/{pk}/",
        danger=True,
        form=form,
    )
