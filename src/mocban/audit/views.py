"""One page for administrators: the state of the feed and of its seals. It shows no content of any event."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from mocban.ui.pages import page
from mocban.ui.paging import keyset
from mocban.ui.tables import Column

from . import access, selectors


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    access.require(request.actor, "state.view")  # type: ignore[attr-defined]
    columns = [
        Column(_("Từ vị trí"), "first", kind="number"),
        Column(_("Đến vị trí"), "last", kind="number"),
        Column(_("Thời điểm niêm phong"), lambda seal: _moment(seal.sealed_at)),
        Column(_("Giá trị băm nối tiếp (SHA-256)"), lambda seal: bytes(seal.chained).hex()),
    ]
    seals = keyset(selectors.seals(), order=("-first",), cursor=request.GET.get("cursor"))
    context = {"title": _("Nhật ký hệ thống"), "state": selectors.state(), "columns": columns, "seals": seals}
    return page(request, "audit/state.html", context)


def _moment(at: datetime) -> str:
    return formats.date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")
