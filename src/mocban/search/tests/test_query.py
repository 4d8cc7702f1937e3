"""What a typed line is understood to ask."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from django.http import QueryDict
from hypothesis import given, settings
from hypothesis import strategies as st

from mocban.search import matching
from mocban.search.query import TERM_LIMIT, Filters, filters_of, parse
from mocban.search.words import folded, number_words, toned


def texts(terms) -> list[str]:
    return [term.text for term in terms]


def test_words_phrases_and_refusals_are_told_apart():
    parsed = parse('kế hoạch "phòng cháy" -dự-thảo')
    assert texts(parsed.terms) == ["kế", "hoạch", "phòng cháy"]
    assert texts(parsed.excluded) == ["dự-thảo"]


@pytest.mark.parametrize("line", ["số:12/SNV-VP", "so:12/SNV-VP", "Số: 12/SNV-VP", "number:12/SNV-VP"])
def test_the_number_mark_is_known_with_and_without_diacritics_and_in_english(line):
    parsed = parse(line)
    assert texts(parsed.numbers) == ["12/SNV-VP"]
    assert parsed.terms == ()


def test_a_kind_and_days_narrow():
    parsed = parse('loại:"công văn" từ:01/2026 đến:15/3/2026')
    assert texts(parsed.kinds) == ["công văn"]
    assert (parsed.since, parsed.until) == (date(2026, 1, 1), date(2026, 3, 15))
    assert not parsed.asks


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2/2024", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("5.9.2025", date(2025, 9, 5), date(2025, 9, 5)),
        ("2025-09-05", date(2025, 9, 5), date(2025, 9, 5)),
    ],
)
def test_a_day_a_month_or_a_year_will_do(typed, first, last):
    assert parse(f"từ:{typed}").since == first
    assert parse(f"đến:{typed}").until == last


@pytest.mark.parametrize("typed", ["30/02/2026", "13/2026", "0000", "hôm-qua", "1/1/1/2026", "99/99/9999"])
def test_an_impossible_day_is_said_and_left_aside(typed):
    parsed = parse(f"từ:{typed} họp")
    assert parsed.since is None
    assert typed in parsed.notes[0]
    assert texts(parsed.terms) == ["họp"]


def test_a_word_before_a_colon_is_no_mark():
    assert texts(parse("Kính gửi: Sở Nội vụ").terms) == ["Kính", "gửi", "Sở", "Nội", "vụ"]


def test_a_long_line_is_cut_and_says_so():
    parsed = parse("a " * 100)
    assert len(parsed.terms) == TERM_LIMIT
    assert parsed.notes


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(max_size=500), st.text(alphabet='số:"-từđến()*~^/\\[]{}+&|!<> 12', max_size=80)))
def test_nothing_typed_is_an_error(line):
    matching.build(parse(line), Filters(), ["token"], ["records.document:x"])


def test_filters_of_an_address_are_read_or_left_aside():
    some = UUID(int=5)
    wanted = QueryDict(f"type=records.document&kind=Công văn&organisation={some}&year=2026")
    assert filters_of(wanted) == Filters("records.document", "Công văn", some, 2026)
    assert filters_of(QueryDict("organisation=x&year=²026")) == Filters()


def test_words_of_numbers_and_of_text():
    assert number_words("012/QĐ-UBND") == ["12", "qd", "ubnd"]
    assert folded("Uỷ ban Đảng ủy") == ["uy", "ban", "dang", "uy"]
    assert toned("Uỷ ban ỦY") == toned("ủy BAN uỷ")
    assert folded("a" * 61 + " b") == ["b"]
