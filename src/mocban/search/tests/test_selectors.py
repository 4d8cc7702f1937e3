"""What is found, in which order, and for whom."""

from __future__ import annotations

from datetime import date

import pytest

from mocban.people import grants
from mocban.search import selectors, services
from mocban.search.models import Withheld
from mocban.search.query import Filters

from . import world

pytestmark = pytest.mark.django_db


def found(reader, text, **more) -> list[str]:
    return [hit.url.split("/")[-2] for hit in selectors.search(reader, text, **more).hits]


def ids(*documents) -> list[str]:
    return [str(document.pk) for document in documents]


def test_a_document_is_found_with_and_without_diacritics(index, office, reader):
    made = world.document(office, "Kế hoạch phòng cháy, chữa cháy", text="Uỷ ban yêu cầu kiểm tra nước")
    world.document(office, "Báo cáo tháng")
    index()
    for text in ("phòng cháy", "phong chay", "PHÒNG CHÁY", '"chữa cháy"', "ủy ban", "uỷ ban", "nuoc kế"):
        assert found(reader, text) == ids(made), text
    for text in ('"cháy phòng"', "phòng cháy tháng", "phòng -nước", "chá"):
        assert found(reader, text) == [], text


def test_what_matches_with_its_tones_stands_first(index, office, reader):
    folded = world.document(office, "hóa hóa hóa hóa", text="hóa hóa hóa")
    exact = world.document(office, "Việc khác", text="một đoạn dài có chữ hoa ở giữa nhiều chữ khác nữa")
    index()
    assert found(reader, "hoa") == ids(exact, folded)
    assert found(reader, "hoá") == ids(folded, exact)


@pytest.mark.parametrize("text", ["12", "số:12", "số:12/SNV-VP", "12/SNV-VP", "so:012/snv", "12-CV/VPTU", "số:vptu"])
def test_a_number_is_found_whole_or_in_part(index, office, reader, text):
    state = world.document(office, "Việc thứ nhất", number="12/SNV-VP")
    party = world.document(office, "Việc thứ hai", number="12-CV/VPTU")
    world.document(office, "Việc thứ ba", number="112/SNV-VP")
    index()
    expected = {"12": {*ids(state, party)}, "số:12": {*ids(state, party)}, "12-CV/VPTU": {*ids(party)}}
    expected["số:vptu"] = {*ids(party)}
    assert set(found(reader, text)) == expected.get(text, {*ids(state)})


def test_kind_days_and_filters_narrow(index, office, reader):
    old = world.document(office, "Việc", kind="Quyết định", day=date(2025, 12, 31))
    new = world.document(office, "Việc", kind="Công văn", day=date(2026, 1, 1))
    undated = world.document(office, "Việc", kind="Công văn", day=None)
    index()
    assert found(reader, 'việc loại:"quyet dinh"') == ids(old)
    assert found(reader, "từ:2026") == ids(new)
    assert found(reader, "đến:2025") == ids(old)
    assert set(found(reader, "", filters=Filters(kind="Công văn"))) == {*ids(new, undated)}
    assert found(reader, "", filters=Filters(year=2025)) == ids(old)
    assert found(reader, "", filters=Filters(object_type="records.file")) == []
    results = selectors.search(reader, "việc")
    assert {facet.label: [(value.label, value.count) for value in facet.values] for facet in results.facets} == {
        "Đối tượng": [("Văn bản", 3)],
        "Loại": [("Công văn", 2), ("Quyết định", 1)],
        "Cơ quan": [("Sở Thử nghiệm", 3)],
        "Năm": [("2026", 1), ("2025", 1)],
    }


def test_without_words_the_newest_come_first(index, office, reader):
    older = world.document(office, "Việc", day=date(2026, 1, 1))
    newer = world.document(office, "Việc", day=date(2026, 2, 1))
    index()
    assert found(reader, "") == ids(newer, older)


def test_hits_counts_facets_and_snippets_know_only_what_the_reader_may_see(index, office, reader):
    world.document(office, "Việc chung")
    world.document(office, "Việc kín", kind="Mật thư", text="chung", tokens=["unit:1"])
    index()
    results = selectors.search(reader, "chung")
    assert [hit.title for hit in results.hits] == ["Việc <mark>chung</mark>"]
    assert (results.total, results.total_text, selectors.count(reader, "chung")) == (1, "1", 1)
    assert "Mật thư" not in str(results.facets)
    assert found(world.actor(world.body("Cơ quan khác"), "clerk"), "chung") == []


def test_a_grant_taken_away_hides_at_once_and_the_rest_comes_back_when_indexed(index, office, reader):
    made = world.document(office, "Việc chung", tokens=[world.everybody(office), "unit:1"])
    index()
    grants.Grant.objects.filter(object_id=made.pk, token=world.everybody(office)).delete()
    colleague = world.actor(office, unit_id="1")
    assert selectors.search(reader, "chung").total == 0
    assert selectors.search(colleague, "chung").total == 0  # left out of everything until indexed anew
    index()
    assert selectors.search(reader, "chung").total == 0
    assert found(colleague, "chung") == ids(made)
    assert not Withheld.objects.exists()


def test_a_withheld_object_is_in_no_hit_count_or_facet(index, office, reader):
    made = world.document(office, "Việc chung")
    index()
    services.withhold(made)
    results = selectors.search(reader, "chung")
    assert (results.hits, results.total, selectors.count(reader, "chung")) == ([], 0, 0)
    assert all(not facet.values for facet in results.facets)


def test_the_rows_shown_are_checked_again_in_the_database(index, office, reader, django_assert_max_num_queries):
    world.document(office, "Việc chung")
    index()
    grants.Grant.objects.all()._raw_delete("default")
    Withheld.objects.all().delete()  # even when the index has not heard of it
    with django_assert_max_num_queries(4):
        assert found(reader, "chung") == []


def test_pages_follow_each_other(index, office, reader):
    made = [world.document(office, f"Việc {number}", day=date(2026, 1, number)) for number in range(1, 6)]
    index()
    first = selectors.search(reader, "", limit=2)
    second = selectors.search(reader, "", limit=2, cursor=first.next_cursor)
    third = selectors.search(reader, "", limit=2, cursor=second.next_cursor)
    seen = [hit.object_id for page in (first, second, third) for hit in page.hits]
    assert seen == [document.pk for document in reversed(made)]
    assert (first.previous_cursor, third.next_cursor, third.previous_cursor) == (None, None, "2")
    assert len(selectors.search(reader, "", limit=2, cursor="nonsense").hits) == 2
    assert selectors.search(reader, "", cursor="99999").hits == []


def test_before_the_first_build_the_answer_says_so(index, reader):
    results = selectors.search(reader, "gì")
    assert not results.ready
    assert results.notes
    assert selectors.count(reader, "gì") == 0


def test_hostile_words_find_nothing_and_break_nothing(index, office, reader):
    world.document(office, "Việc chung")
    index()
    for text in ('"', "AND OR NOT", "title:(", "*", "a" * 400, "\x00", "số:///", "-", "[1 TO 2]", "\ud800", "từ:đến:"):
        assert selectors.search(reader, text).ready


def test_markup_in_a_title_is_printed_as_text(index, office, reader):
    world.document(office, "<img src=x onerror=alert(1)> họp", number="<b>1</b>", text="<script>họp</script>")
    index()
    (hit,) = selectors.search(reader, "hop").hits
    assert hit.title == "&lt;img src=x onerror=alert(1)&gt; <mark>họp</mark>"
    assert "<script>" not in hit.snippet
    assert "<b>" not in hit.number
