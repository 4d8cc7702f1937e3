"""One document, whatever desk it belongs to: where search results lead."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from mocban.audit.selectors import history
from mocban.ui.pages import get, page

from .. import selectors
from ..models import Document


@require_GET
def document_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """Fields, files, signatures found, files it sits in, history; links to its register entry."""
    document = get(Document, request.actor, pk=pk, related=("incoming", "outgoing"))
    main = selectors.main_part(document)
    return page(
        request,
        "records/document_detail.html",
        {
            "title": document.printed_code or document.subject[:80],
            "document": document,
            "parts": list(selectors.parts(document)),
            "main": main,
            **selectors.signatures_of(main),
            "in_files": document.file_entries.select_related("file"),
            "files": selectors.open_files_of_unit(request.actor),
            "entries": history(document),
        },
    )
