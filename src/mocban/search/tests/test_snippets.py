"""Pieces of text with marks, safe to print."""

from __future__ import annotations

import unicodedata

from mocban.search.snippets import LENGTH, best, mark


def test_a_word_is_marked_however_it_carries_its_tones():
    assert mark("Quyết định về HOÀ giải, hoa quả", ["hoa"]) == (
        "Quyết định về <mark>HOÀ</mark> giải, <mark>hoa</mark> quả"
    )
    assert mark(unicodedata.normalize("NFD", "đường"), ["duong"]) == "<mark>đường</mark>"


def test_only_whole_words_are_marked():
    assert mark("hoa hoang 12/SNV 123", ["hoa", "12"]) == "<mark>hoa</mark> hoang <mark>12</mark>/SNV 123"


def test_markup_in_a_text_is_escaped():
    assert mark('<script>alert("họp")</script>', ["hop", "script"]) == (
        "&lt;<mark>script</mark>&gt;alert(&quot;<mark>họp</mark>&quot;)&lt;/<mark>script</mark>&gt;"
    )
    assert "<b>" not in best("<b>" * 300 + " họp", ["hop"])


def test_the_stretch_with_most_matches_is_chosen():
    text = "mở đầu ngân sách " + "chữ " * 200 + "dự toán ngân sách năm " + "chữ " * 200
    snippet = best(text, ["du", "toan", "ngan", "sach"])
    assert "<mark>dự</mark> <mark>toán</mark> <mark>ngân</mark> <mark>sách</mark> năm" in snippet
    assert snippet.startswith("… ")
    assert snippet.endswith(" …")
    assert len(snippet) < LENGTH + 80


def test_without_a_match_the_beginning_is_shown():
    assert best("Ngắn thôi", ["khac"]) == "Ngắn thôi"
    assert best("x" * 1000, []) == "x" * LENGTH + " …"
    assert best("", ["gi"]) == ""
