"""The fragments that the search page includes, and the answer over the API."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from django.template.loader import render_to_string

from mocban.search import api, selectors
from mocban.search.query import filters_of

from . import world

pytestmark = pytest.mark.django_db


def drawn(rf, reader, address: str) -> str:
    request = rf.get(f"/search/?{address}")
    asked = request.GET
    results = selectors.search(
        reader, asked.get("q", ""), filters=filters_of(asked), cursor=asked.get("cursor"), limit=1
    )
    context = {"results": results, "request": request}
    return render_to_string("search/_results.html", context) + render_to_string("search/_facets.html", context)


def test_hits_facets_and_paging_are_drawn_with_their_addresses(rf, index, office, reader):
    first = world.document(office, "Việc <b>một</b>", number="1/STN")
    world.document(office, "Việc hai", kind="Quyết định")
    index()
    page = drawn(rf, reader, "q=việc&kind=Công+văn")
    assert "Tìm thấy 1 kết quả" in page
    assert f'<a href="/records/documents/{first.pk}/"><mark>Việc</mark> &lt;b&gt;một&lt;/b&gt;</a>' in page
    assert "Văn bản · Công văn · 1/STN" in page
    page = drawn(rf, reader, "q=việc")
    assert f"cursor={1}" in page
    assert "kind=Quy%E1%BA%BFt+%C4%91%E1%BB%8Bnh" in page
    assert "Trang trước" in drawn(rf, reader, "q=việc&cursor=1")


def test_a_chosen_value_can_be_given_up_again(rf, index, office, reader):
    world.document(office, "Việc một")
    index()
    page = drawn(rf, reader, "q=việc&kind=Công+văn&cursor=0")
    assert '<a href="/search/?q=vi%E1%BB%87c" class="fw-bold"' in page


def test_nothing_found_gives_advice_and_notes(rf, index, office, reader):
    world.document(office, "Việc một")
    index()
    page = drawn(rf, reader, "q=không-có từ:31/02/2026")
    assert "Không tìm thấy kết quả nào" in page
    assert "Không hiểu ngày “31/02/2026”" in page


def test_an_index_being_built_is_said(rf, index, reader):
    page = drawn(rf, reader, "q=việc")
    assert "Chỉ mục tìm kiếm đang được lập" in page
    assert "Không tìm thấy" not in page


def test_the_api_gives_the_same_answer(rf, index, office, reader):
    made = world.document(office, "Việc một")
    world.document(office, "Việc kín", tokens=[])
    index()
    request = rf.get("/api/v1/search")
    request.actor = reader
    answer = api.AnswerOut.model_validate(api.search(request, api.SearchQuery(q="việc")))
    shown = json.loads(answer.model_dump_json())
    assert [item["object_id"] for item in shown["items"]] == [str(made.pk)]
    assert shown["total"] == "1"
    assert {"name": "kind", "value": "Công văn", "label": "Công văn", "count": 1} in shown["facets"]
    assert shown["ready"]
    assert filters_of(QueryDict("kind=x")).kind == "x"
