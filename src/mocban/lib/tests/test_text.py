import random

from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import text

ANY = st.text(max_size=60)
VIETNAMESE = st.text(
    alphabet="aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ ", max_size=30
)


@given(ANY)
def test_cleaning_a_line_twice_changes_nothing_more(sample: str) -> None:
    once = text.clean_line(sample)
    assert text.clean_line(once) == once
    assert "\n" not in once
    assert "\x00" not in once


@given(ANY)
def test_cleaning_a_text_twice_changes_nothing_more(sample: str) -> None:
    once = text.clean_text(sample)
    assert text.clean_text(once) == once
    assert "\n\n\n" not in once


@given(ANY)
def test_folding_twice_changes_nothing_more(sample: str) -> None:
    assert text.fold(text.fold(sample)) == text.fold(sample)


@given(VIETNAMESE)
def test_vietnamese_folds_to_plain_letters(sample: str) -> None:
    assert text.fold(sample).isascii()


@given(ANY)
def test_placing_tones_twice_changes_nothing_more(sample: str) -> None:
    assert text.tone_normal(text.tone_normal(sample)) == text.tone_normal(sample)


@given(VIETNAMESE)
def test_placing_tones_does_not_change_the_folded_text(sample: str) -> None:
    assert text.fold(text.tone_normal(sample)) == text.fold(sample)


def test_a_line_loses_what_no_reader_can_see() -> None:
    assert text.clean_line("  Báo\u200bcáo\x00\u202e\tquý\r\nIII\ufeff\ud800 ") == "Báocáo quý III"


def test_a_text_keeps_its_paragraphs() -> None:
    assert text.clean_text("Một\r\nhai\u2028ba\r\n\r\n\r\n\r\nbốn  ") == "Một\nhai\nba\n\nbốn"


def test_decomposed_and_composed_input_are_the_same_text() -> None:
    assert text.nfc("Tie\u0302\u0301ng Vie\u0323\u0302t") == "Tiếng Việt"


def test_folding_drops_diacritics_and_case() -> None:
    assert text.fold("ĐẢNG ỦY Hoà Bình, Ðà Nẵng") == "dang uy hoa binh, da nang"


def test_both_tone_placements_become_one() -> None:
    for old, new in [("ủy", "uỷ"), ("hòa", "hoà"), ("khỏe", "khoẻ"), ("TÙY", "TUỲ"), ("qúy", "quý"), ("họăc", "hoặc")]:
        assert text.tone_normal(old) == text.tone_normal(new) == text.nfc(new)


def test_tones_that_are_right_where_they_stand_stay() -> None:
    for word in ("của", "mùa", "huyện", "thuở", "quốc", "già", "nghĩa", "người", "khuỷu", "toàn"):
        assert text.tone_normal(word) == word


def test_alphabetical_order_by_letter_then_tone_then_case() -> None:
    right = (
        "9 tỉnh", "a", "A", "à", "À", "ả", "ã", "á", "ạ", "ăn", "ân", "ba", "bà", "ba ba", "Bắc", "cua", "da", "đa",
        "Đà", "em", "êm", "hòa", "hỏa", "hóa", "họa", "im", "ninh", "oan", "ôn", "ơn", "un", "ưng", "vui", "xa", "yến",
        "Ω",
    )  # fmt: skip
    shuffled = list(right)
    random.Random(7).shuffle(shuffled)
    assert tuple(sorted(shuffled, key=text.sort_key)) == right


@given(ANY)
def test_a_sort_key_is_short_printable_ascii(sample: str) -> None:
    key = text.sort_key(sample * 20)
    assert key.isascii()
    assert key.isprintable()
    assert len(key) < 2000


@given(VIETNAMESE, VIETNAMESE)
def test_the_longer_of_two_texts_with_one_beginning_comes_later(first: str, rest: str) -> None:
    whole, part = text.clean_line(first + "x" + rest), text.clean_line(first + "x")
    assert text.sort_key(part) <= text.sort_key(whole)


@given(VIETNAMESE)
def test_both_tone_placements_sort_alike(sample: str) -> None:
    assert text.sort_key(text.tone_normal(sample)) == text.sort_key(sample)
