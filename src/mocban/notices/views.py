"""The list of notices; opening one marks it read and leads to what it tells of."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from . import selectors, services
from .models import Notice


@require_safe
def notice_list(request: Any) -> HttpResponse:
    unread_only = request.GET.get("unread") == "1"
    notices = keyset(
        selectors.listed(request.actor, unread_only=unread_only),
        order=("-id",),
        cursor=request.GET.get("cursor"),
        exact=request.GET.get("exact") == "1",
    )
    context = {
        "title": _("Thông báo"),
        "notices": notices,
        "lines": [(notice, selectors.sentence(notice)) for notice in notices.rows],
        "unread_only": unread_only,
        "elsewhere": selectors.unread_elsewhere(request.actor),
    }
    return page(request, "notices/list.html", context)


@require_POST
def notice_open(request: Any, pk: str) -> HttpResponse:
    notice = get(Notice, request.actor, pk=pk)
    services.mark_read(notice=notice, actor=request.actor)
    return redirect(notice.url)


@require_POST
def read_all(request: Any) -> HttpResponse:
    count = services.mark_all_read(actor=request.actor)
    messages.success(request, _("Số thông báo vừa đánh dấu là đã đọc: %(count)s.") % {"count": count})
    return redirect("notices:list")
