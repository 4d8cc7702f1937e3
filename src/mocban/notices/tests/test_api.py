"""Notices over the API."""

from __future__ import annotations

import pytest
from django.http import Http404

from mocban.api.paging import PageQuery
from mocban.lib.ids import new_id
from mocban.notices import api
from mocban.notices.models import Notice

from .test_services import send


@pytest.fixture
def request_of(rf, actor):
    request = rf.get("/api/v1/notices")
    request.actor = actor
    return request


def test_the_own_notices_are_listed_and_marked_read(request_of, office, clerk, leader):
    send(clerk, leader, about=office)
    (item,) = api.notice_list(request_of, PageQuery())["items"]
    assert item["sentence"] == "Bạn được giao: Sở Thử nghiệm, hạn 01/3/2026."
    assert api.mark_read(request_of, item["id"]) == (204, None)
    assert api.notice_list(request_of, PageQuery(), unread=True)["items"] == []


def test_the_notice_of_somebody_else_does_not_exist(request_of, office, leader):
    send(leader, about=office)
    for pk in (Notice.objects.get().pk, new_id()):
        with pytest.raises(Http404):
            api.mark_read(request_of, pk)
