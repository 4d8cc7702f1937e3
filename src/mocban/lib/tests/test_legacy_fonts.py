"""Old font encodings: what an encoder of our own writes is read back, and what is proper Unicode stays untouched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocban.lib import legacy_fonts
from mocban.lib.legacy_fonts import Encoding, convert, file_name_bytes, is_syllable, judge, to_unicode

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL] + list("bcdghklmnpqrstvx BCDGHKLMNPQRSTVX0123456789-/.,")
TEXT = "Cộng hòa xã hội chủ nghĩa Việt Nam; quyết định về việc thành lập Ủy ban nhân dân tỉnh Quảng Hòa"
SHORT_HAT = {"": "â", "\u0301": "á", "\u0300": "à", "\u0309": "å", "\u0303": "ã", "\u0323": "ä"}
SHORT_BREVE = {"": "ê", "\u0301": "é", "\u0300": "è", "\u0309": "ú", "\u0303": "ü", "\u0323": "ë"}
PLAIN_TONE = {"\u0301": "ù", "\u0300": "ø", "\u0309": "û", "\u0303": "õ", "\u0323": "ï"}
ALONE = {"đ": "ñ", "ì": "ì", "í": "í", "ỉ": "æ", "ĩ": "ó", "ị": "ò", "ỵ": "î"}
# TCVN 5712 VN3, written down a second time here, by code point.
TCVN3 = {
    "Ă": 0xA1, "Â": 0xA2, "Ê": 0xA3, "Ô": 0xA4, "Ơ": 0xA5, "Ư": 0xA6, "Đ": 0xA7, "ă": 0xA8, "â": 0xA9, "ê": 0xAA,
    "ô": 0xAB, "ơ": 0xAC, "ư": 0xAD, "đ": 0xAE, "à": 0xB5, "ả": 0xB6, "ã": 0xB7, "á": 0xB8, "ạ": 0xB9, "ằ": 0xBB,
    "ẳ": 0xBC, "ẵ": 0xBD, "ắ": 0xBE, "ặ": 0xC6, "ầ": 0xC7, "ẩ": 0xC8, "ẫ": 0xC9, "ấ": 0xCA, "ậ": 0xCB, "è": 0xCC,
    "ẻ": 0xCE, "ẽ": 0xCF, "é": 0xD0, "ẹ": 0xD1, "ề": 0xD2, "ể": 0xD3, "ễ": 0xD4, "ế": 0xD5, "ệ": 0xD6, "ì": 0xD7,
    "ỉ": 0xD8, "ĩ": 0xDC, "í": 0xDD, "ị": 0xDE, "ò": 0xDF, "ỏ": 0xE1, "õ": 0xE2, "ó": 0xE3, "ọ": 0xE4, "ồ": 0xE5,
    "ổ": 0xE6, "ỗ": 0xE7, "ố": 0xE8, "ộ": 0xE9, "ờ": 0xEA, "ở": 0xEB, "ỡ": 0xEC, "ớ": 0xED, "ợ": 0xEE, "ù": 0xEF,
    "ủ": 0xF1, "ũ": 0xF2, "ú": 0xF3, "ụ": 0xF4, "ừ": 0xF5, "ử": 0xF6, "ữ": 0xF7, "ứ": 0xF8, "ự": 0xF9, "ỳ": 0xFA,
    "ỷ": 0xFB, "ỹ": 0xFC, "ý": 0xFD, "ỵ": 0xFE,
}  # fmt: skip


def in_tcvn3(text: str) -> str:
    """Write a text as an ABC font holds it; a capital with a tone gets the code of the small letter, as in .VnTimeH."""
    return "".join(
        chr(TCVN3[letter]) if letter in TCVN3 else chr(TCVN3.get(letter.lower(), ord(letter))) for letter in text
    )


def in_vni(text: str) -> str:
    """Write a text as VNI-Windows holds it."""
    return "".join(vni_letter(letter) for letter in text)


def vni_letter(letter: str) -> str:
    if letter.isascii():
        return letter
    small = letter.lower()
    written = ALONE.get(small) or _vni_vowel(small)
    return written.upper() if letter != small else written


def _vni_vowel(small: str) -> str:
    marks = unicodedata.normalize("NFD", small)
    base, tone = marks[0], next((mark for mark in marks if mark in PLAIN_TONE), "")
    if "\u0302" in marks:
        return base + SHORT_HAT[tone]
    if "\u0306" in marks:
        return base + SHORT_BREVE[tone]
    if "\u031b" in marks:
        base = {"o": "ô", "u": "ö"}[base]
    return base + PLAIN_TONE.get(tone, "")


@given(st.text(st.sampled_from([one for one in LETTERS if one == one.lower() or one.isascii() or one in "ĂÂÊÔƠƯĐ"])))
def test_what_is_written_in_tcvn3_is_read_back(text: str) -> None:
    loud = legacy_fonts._CAPITALS.search(text)
    read = to_unicode(in_tcvn3(text), Encoding.TCVN3)
    assert (read.lower() == text.lower()) if loud else (read == text)


@given(st.lists(st.sampled_from(TEXT.replace(";", "").split() + SMALL[:-1]), min_size=1))
def test_what_is_written_in_vni_is_read_back(words: list[str]) -> None:
    text = " ".join(words)
    assert to_unicode(in_vni(text), Encoding.VNI) == text
    assert to_unicode(in_vni(text.upper()), Encoding.VNI) == text.upper()


@pytest.mark.parametrize("letter", [*SMALL, *(one.upper() for one in SMALL)])
def test_every_letter_has_its_spelling_in_both(letter: str) -> None:
    assert to_unicode(in_vni(letter), Encoding.VNI) == letter
    assert to_unicode(in_tcvn3(letter), Encoding.TCVN3).upper() == letter.upper()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("C«ng v¨n ®Õn", "Công văn đến"),
        ("Sè, ký hiÖu", "Số, ký hiệu"),
        ("TrÝch yÕu néi dung", "Trích yếu nội dung"),
        ("ñy ban nh©n d©n tØnh", "ủy ban nhân dân tỉnh"),
        ("QuyÕt ®Þnh 15/Q§-UBND", "Quyết định 15/QĐ-UBND"),
    ],
)
def test_known_words_of_old_registers_in_tcvn3(written: str, read: str) -> None:
    assert judge([written]).encoding is Encoding.TCVN3
    assert convert(written, judge([written])) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Coâng vaên ñeán", "Công văn đến"),
        ("Soá, kyù hieäu", "Số, ký hiệu"),
        ("UÛy ban nhaân daân tænh", "Ủy ban nhân dân tỉnh"),
        ("Aân Thi, ÑAÏI HOÄI ÑAÛNG BOÄ", "Ân Thi, ĐẠI HỘI ĐẢNG BỘ"),
    ],
)
def test_known_words_of_old_registers_in_vni(written: str, read: str) -> None:
    assert judge([written]).encoding is Encoding.VNI
    assert convert(written, judge([written])) == read


def test_a_capital_font_gives_its_capitals_back() -> None:
    written = in_tcvn3("ỦY BAN NHÂN DÂN TỈNH QUẢNG HÒA, Ý KIẾN")
    assert written == "ñY BAN NH¢N D¢N TØNH QU¶NG HßA, ý KIÕN"
    assert to_unicode(written, Encoding.TCVN3) == "ỦY BAN NHÂN DÂN TỈNH QUẢNG HÒA, Ý KIẾN"
    assert to_unicode("Uû ban nh©n d©n", Encoding.TCVN3) == "Uỷ ban nhân dân"
    assert to_unicode("céng hßa", Encoding.TCVN3, capitals=True) == "CỘNG HÒA"


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        "và các cơ quan",
        "và hai",
        "cã",
        "có",
        "Hà Nam, Hà Tây và Cà Mau",
        "Société Générale à Genève",
        "Müller & Söhne GmbH",
        "15/UBND-VP",
        "",
    ],
)
def test_proper_text_is_never_touched(text: str) -> None:
    assert convert(text, judge([text])) == unicodedata.normalize("NFC", text)
    for encoding in (Encoding.PLAIN, Encoding.UNICODE):
        assert to_unicode(text, encoding) == unicodedata.normalize("NFC", text)


@given(st.lists(st.sampled_from(sorted(legacy_fonts._COMMON)), min_size=3, max_size=30))
def test_ordinary_unicode_is_never_taken_for_an_old_font(words: list[str]) -> None:
    text = " ".join(words)
    assert convert(text, judge([text])) == text


@given(st.lists(st.sampled_from(TEXT.replace(";", "").split()), min_size=6, max_size=30))
def test_old_fonts_are_recognised_from_a_few_words(words: list[str]) -> None:
    text = " ".join(words)
    if text.isascii():
        return
    for written in (in_tcvn3(text), in_vni(text)):
        judged = judge([written] * 3)
        if judged.is_legacy:
            assert convert(written, judged).lower() == text.lower()
    assert judge([in_tcvn3(TEXT)]).encoding is Encoding.TCVN3
    assert judge([in_vni(TEXT)]).encoding is Encoding.VNI


def test_a_column_kept_through_the_change_is_converted_only_where_it_is_old() -> None:
    old, new = [in_tcvn3(TEXT), in_tcvn3("có công văn")], [TEXT, "có", "Hà Nam"]
    judged = judge([*old, *new])
    assert (judged.encoding, judged.mixed) == (Encoding.TCVN3, True)
    assert [convert(text, judged).casefold() for text in old] == [TEXT.casefold(), "có công văn"]
    assert [convert(text, judged) for text in new] == new


def test_a_lone_ambiguous_word_is_left_alone() -> None:
    assert not judge(["cã"]).is_legacy
    assert judge(["c«ng v¨n"]).is_legacy


@pytest.mark.parametrize("word", ["nghiêng", "quyết", "giữ", "gì", "khuya", "thuở", "oanh", "ủy", "uỷ", "đường"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["cỏc", "Sociộtộ", "bcd", "tiền3", "hảp", "ngtr"])
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_names_in_old_archives() -> None:
    name = "Quyết định 15.pdf"
    assert file_name_bytes(unicodedata.normalize("NFD", name).encode()) == name
    assert file_name_bytes(in_tcvn3(name).encode("cp1252")) == name
    assert file_name_bytes(in_vni(name).encode("cp1252")) == name
    assert file_name_bytes(b"cong van.pdf") == "cong van.pdf"
