"""The search page: what the reader may see, facets in the address, nothing typed is an error."""

from __future__ import annotations

import pytest
from django.urls import reverse

from mocban.audit import services as audit
from mocban.people import grants
from mocban.people.actor import actor_of
from mocban.people.choices import Role
from mocban.records import events

SEARCH = reverse("portal:search")

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(body):
    return body.position(Role.CLERK)


@pytest.fixture
def browser(clerk, client):
    client.force_login(clerk.person)
    return client


@pytest.fixture
def found(body, clerk, search_index):
    """Two documents in the index, one of them not for the clerk."""
    seen = body.document("Phòng cháy <b>chữa cháy</b> năm 2026", kind_name="Công văn")
    hidden = body.document("Phòng cháy nơi khác")
    grants.Grant.objects.filter(object_id=hidden.pk).delete()
    for document in (seen, hidden):
        audit.record(actor_of(clerk), events.DOCUMENT_CHANGED, document)
    search_index()
    return seen, hidden


def test_a_query_without_diacritics_finds_what_the_reader_may_see(found, browser, django_assert_max_num_queries):
    seen, hidden = found
    with django_assert_max_num_queries(20):
        page = browser.get(SEARCH, {"q": "phong chay"}).content.decode()
    assert reverse("records:document", args=[seen.pk]) in page
    assert reverse("records:document", args=[hidden.pk]) not in page
    assert "<mark>" in page
    assert "<b>chữa" not in page


def test_a_facet_is_a_link_that_keeps_the_query(found, browser):
    page = browser.get(SEARCH, {"q": "phong chay"}).content.decode()
    assert "?q=phong+chay&amp;kind=C" in page
    narrowed = browser.get(SEARCH, {"q": "phong chay", "year": "2025"}).content.decode()
    assert "Không tìm thấy kết quả nào" in narrowed
    assert 'name="year" value="2025"' in narrowed


def test_htmx_gets_the_answer_alone(found, browser):
    page = browser.get(SEARCH, {"q": "phong"}, headers={"HX-Request": "true", "HX-Target": "answer"}).content.decode()
    assert "<form" not in page
    assert "<mark>" in page


def test_without_a_query_the_page_explains_how_to_ask(browser, search_index):
    page = browser.get(SEARCH).content.decode()
    assert "Cách tìm" in page
    assert "số:12/SNV-VP" in page


@pytest.mark.parametrize(
    "asked",
    [
        {"q": '"' * 50},
        {"q": "(((*:* OR -- +&&|| ~^{}[]"},
        {"q": "a\x00b"},
        {"q": "từ:99/99/9999 đến:0"},
        {"q": "x" * 20_000},
        {"q": "-" * 300},
        {"q": "𠀀 ‮ \ud7ff ﷽"},
        {"q": "thử", "year": "²"},
        {"q": "thử", "year": "99999999999999999999"},
        {"q": "thử", "year": "-1"},
        {"q": "thử", "organisation": "không phải uuid"},
        {"q": "thử", "type": "people.person"},
        {"q": "thử", "kind": "'; DROP TABLE x;--\x00"},
        {"q": "thử", "cursor": "-5"},
        {"q": "thử", "cursor": "99999999999"},
    ],
)
def test_a_hostile_query_is_no_error(found, browser, asked):
    assert browser.get(SEARCH, asked).status_code == 200


def test_search_is_for_people_signed_in(client, db):
    assert client.get(SEARCH).status_code == 302
