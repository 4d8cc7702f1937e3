"""Keyset pages: complete, without repetition, forward and back, whatever the cursor says."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core import signing
from django.core.exceptions import ImproperlyConfigured
from django.utils import translation

from mocban.ui.paging import keyset


@pytest.fixture
def rows(db):
    kind = ContentType.objects.get_for_model(Permission)

    def make(count):
        Permission.objects.bulk_create(
            Permission(name=f"Tên {index % 3}", codename=f"mocban_{index:04}", content_type=kind)
            for index in range(count)
        )
        return Permission.objects.filter(codename__startswith="mocban_")

    return make


def walk(queryset, order, size=5):
    """Return every page from the first to the last, and the same walked back."""
    forward, cursor = [], None
    while True:
        page = keyset(queryset, order=order, cursor=cursor, size=size)
        forward.append(page)
        cursor = page.next_cursor
        if cursor is None:
            break
    backward = [forward[-1]]
    while backward[-1].previous_cursor:
        backward.append(keyset(queryset, order=order, cursor=backward[-1].previous_cursor, size=size))
    return forward, backward


@pytest.mark.parametrize("order", [("codename",), ("-codename",), ("name",), ("-name", "codename"), ("name", "-id")])
def test_walking_forward_shows_each_row_once_in_order(rows, order):
    queryset = rows(12)
    forward, _ = walk(queryset, order)
    tail = () if {"id", "-id"} & set(order) else (("-pk",) if order[-1].startswith("-") else ("pk",))
    assert [row.pk for page in forward for row in page.rows] == list(
        queryset.order_by(*order, *tail).values_list("pk", flat=True)
    )
    assert [len(page.rows) for page in forward] == [5, 5, 2]


def test_walking_back_shows_the_same_rows(rows):
    forward, backward = walk(rows(15), ("-codename",))
    assert [[row.pk for row in page.rows] for page in backward] == [
        [row.pk for row in page.rows] for page in reversed(forward)
    ]
    assert forward[0].previous_cursor is None
    assert forward[-1].next_cursor is None


def test_going_back_into_a_short_first_page_shows_a_full_one(rows):
    queryset = rows(6)
    second = keyset(queryset, order=("codename",), cursor=None, size=5).next_cursor
    last = keyset(queryset, order=("codename",), cursor=second, size=5)
    queryset.filter(codename="mocban_0001").delete()
    first = keyset(queryset, order=("codename",), cursor=last.previous_cursor, size=5)
    assert [row.codename[-1] for row in first.rows] == ["0", "2", "3", "4", "5"]
    assert first.previous_cursor is None


def test_rows_that_arrive_meanwhile_shift_nothing(rows):
    queryset = rows(10)
    page = keyset(queryset, order=("-codename",), cursor=None, size=5)
    kind = ContentType.objects.get_for_model(Permission)
    Permission.objects.create(name="Mới", codename="mocban_9999", content_type=kind)
    following = keyset(queryset, order=("-codename",), cursor=page.next_cursor, size=5)
    assert [row.codename for row in following.rows] == [f"mocban_{index:04}" for index in (4, 3, 2, 1, 0)]


def test_a_path_over_a_foreign_key_can_order(rows):
    forward, _ = walk(rows(7).select_related("content_type"), ("content_type__model", "-codename"))
    assert sum(len(page.rows) for page in forward) == 7


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "a:b:c",
        "é",
        "\x00",
        "9" * 10_000,
        signing.dumps([["codename", "pk"], False, ["a", "không phải số"]], salt="mocban.paging"),
        signing.dumps([["codename", "pk"], False, ["a"]], salt="mocban.paging"),
        signing.dumps([["name", "pk"], False, ["a", "1"]], salt="mocban.paging"),
        signing.dumps([["codename", "pk"], False, ["a", "1"]], salt="another"),
        signing.dumps(7, salt="mocban.paging"),
    ],
    ids=["letter", "parts", "accent", "nul", "long", "type", "short", "fields", "salt", "number"],
)
def test_a_foreign_or_damaged_cursor_gives_the_first_page(rows, cursor):
    page = keyset(rows(7), order=("codename",), cursor=cursor, size=5)
    assert [row.codename for row in page.rows] == [f"mocban_{index:04}" for index in range(5)]


def test_the_total_is_exact_up_to_a_thousand_and_then_more_than(rows):
    queryset = rows(1_000)
    page = keyset(queryset, order=("codename",), cursor=None)
    assert (page.total_text, page.total_is_exact) == ("1.000", True)
    rows_more = ContentType.objects.get_for_model(Permission)
    Permission.objects.create(name="x", codename="mocban_more", content_type=rows_more)
    page = keyset(queryset, order=("codename",), cursor=None)
    assert (page.total_text, page.total_is_exact) == ("hơn 1.000", False)
    assert keyset(queryset, order=("codename",), cursor=None, exact=True).total_text == "1.001"
    with translation.override("en"):
        assert keyset(queryset, order=("codename",), cursor=None, exact=True).total_text == "1,001"


def test_a_page_costs_two_queries_and_counts_at_most_a_thousand_and_one(rows, django_assert_num_queries):
    queryset = rows(7)
    with django_assert_num_queries(2) as queries:
        keyset(queryset, order=("codename",), cursor=None, size=5)
    assert any("LIMIT 1001" in query["sql"] for query in queries.captured_queries)


def test_an_empty_list_has_no_cursors(rows):
    page = keyset(rows(0), order=("codename",), cursor=None)
    assert (page.rows, page.next_cursor, page.previous_cursor, page.total_text) == ([], None, None, "0")


def test_a_column_that_may_be_null_or_does_not_exist_is_a_programming_error(rows):
    from django.contrib.auth import get_user_model

    with pytest.raises(ImproperlyConfigured, match="NULL"):
        keyset(get_user_model().objects.all(), order=("-last_login",), cursor=None)
    with pytest.raises(ImproperlyConfigured, match="nonsense"):
        keyset(rows(1), order=("nonsense",), cursor=None)


def test_the_footer_keeps_the_filter_and_moves_on(rows, browser):
    rows(7)
    body = browser.get("/list/?late=1").content.decode()
    assert "Tổng số: <strong>7</strong>" in body
    assert 'rel="next" href="/list/?late=1&amp;cursor=' in body
    assert 'rel="prev"' not in body
    assert "mocban_0006" in body
    following = body.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    body = browser.get(following).content.decode()
    assert "mocban_0001" in body
    assert 'rel="prev"' in body
    assert 'rel="next"' not in body
