"""What the search finds: each app's `search_rows(ids)` by object type, and what a reader calls such an object."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SEARCH_SOURCES = {
    "records.document": "mocban.records.search.document_rows",
    "records.file": "mocban.records.search.file_rows",
}
# Objects that are not found by themselves but change the row of another: (ids) -> [(type, id)].
SEARCH_PARENTS = {"content.digitalobject": "mocban.records.search.documents_holding"}
SEARCH_LABELS: dict[str, Any] = {
    "records.document": _("Văn bản"),
    "records.file": _("Hồ sơ"),
}
