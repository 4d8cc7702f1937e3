"""Notices over the API: the same list as the page."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Query, Router, Schema

from mocban.api.paging import Listing, PageQuery, listing
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from . import selectors, services
from .models import Notice

router = Router(tags=["notices"])


class NoticeOut(Schema):
    id: UUID
    kind: str
    sentence: str
    url: str
    created_at: datetime
    read_at: datetime | None


@router.get("", response=Listing[NoticeOut], summary="Notices of the caller's position, newest first")
def notice_list(request: Any, q: Query[PageQuery], unread: bool = False) -> dict[str, Any]:
    notices = selectors.listed(request.actor, unread_only=unread)
    return listing(keyset(notices, order=("-id",), cursor=q.cursor, size=q.size, exact=q.exact), _shape)


@router.post("/{pk}/read", response={204: None}, summary="Mark a notice as read")
def mark_read(request: Any, pk: UUID) -> tuple[int, None]:
    services.mark_read(notice=get(Notice, request.actor, pk=pk), actor=request.actor)
    return 204, None


def _shape(notice: Notice) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "sentence": selectors.sentence(notice),
        "url": notice.url,
        "created_at": notice.created_at,
        "read_at": notice.read_at,
    }
