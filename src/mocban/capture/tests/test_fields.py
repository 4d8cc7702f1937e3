"""Fields read from the heads of made-up documents in both layouts."""

from __future__ import annotations

import unicodedata

import pytest

from mocban.capture.fields import SURE, read_fields
from mocban.capture.readers.pdf import with_filled

PARTY_LETTER = """TỈNH ỦY BÌNH SƠN
VĂN PHÒNG
*
Số 12-CV/VPTU
V/v rà soát hồ sơ lưu trữ
năm 2025 của các cơ quan
ĐẢNG CỘNG SẢN VIỆT NAM
Bình Sơn, ngày 12 tháng 6 năm 2026
Kính gửi: Các ban xây dựng Đảng
Thực hiện Kế hoạch số 5-KH/TU, ngày 01 tháng 02 năm 2026"""

STATE_REPORT = """ỦY BAN NHÂN DÂN
TỈNH BÌNH SƠN
SỞ NỘI VỤ
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 05/BC-SNV
Bình Sơn, ngày 03 tháng 7 năm 2026
BÁO CÁO
Kết quả công tác văn thư, lưu trữ
6 tháng đầu năm 2026
Thực hiện Kế hoạch số 12/KH-UBND ngày 15 tháng 01 năm 2026"""

STATE_LETTER_IN_COLUMNS = """UBND TỈNH BÌNH SƠN CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
SỞ NỘI VỤ Độc lập - Tự do - Hạnh phúc
Số: 12/SNV-VP Bình Sơn, ngày 12 tháng 6 năm 2026
V/v góp ý dự thảo
Kính gửi: Sở Tài chính"""

PARTY_DECISION = """TỈNH ỦY BÌNH SƠN ĐẢNG CỘNG SẢN VIỆT NAM
* Bình Sơn, ngày 1 tháng 8 năm 2026
Số 14-QĐ/TU
QUYẾT ĐỊNH
về việc thành lập Ban Chỉ đạo
-----
- Căn cứ Điều lệ Đảng"""

DECREE = """CHÍNH PHỦ
_______
Số: 30/2020/NĐ-CP
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
________________________________________
Hà Nội, ngày 05 tháng 3 năm 2020
NGHỊ ĐỊNH
Về công tác văn thư
__________
Căn cứ Luật Tổ chức Chính phủ ngày 19 tháng 6 năm 2015;"""


def values(text: str) -> dict[str, str]:
    return {guess.name: guess.value for guess in read_fields(text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            PARTY_LETTER,
            {
                "printed_code": "12-CV/VPTU",
                "issued_on": "12/06/2026",
                "issuer_name": "VĂN PHÒNG TỈNH ỦY BÌNH SƠN",
                "kind_code": "official-letter",
                "subject": "rà soát hồ sơ lưu trữ năm 2025 của các cơ quan",
            },
        ),
        (
            STATE_REPORT,
            {
                "printed_code": "05/BC-SNV",
                "issued_on": "03/07/2026",
                "issuer_name": "SỞ NỘI VỤ",
                "kind_code": "report",
                "subject": "Kết quả công tác văn thư, lưu trữ 6 tháng đầu năm 2026",
            },
        ),
        (
            STATE_LETTER_IN_COLUMNS,
            {
                "printed_code": "12/SNV-VP",
                "issued_on": "12/06/2026",
                "issuer_name": "SỞ NỘI VỤ",
                "kind_code": "official-letter",
                "subject": "góp ý dự thảo",
            },
        ),
        (
            PARTY_DECISION,
            {
                "printed_code": "14-QĐ/TU",
                "issued_on": "01/08/2026",
                "issuer_name": "TỈNH ỦY BÌNH SƠN",
                "kind_code": "decision",
                "subject": "về việc thành lập Ban Chỉ đạo",
            },
        ),
        (
            DECREE,
            {
                "printed_code": "30/2020/NĐ-CP",
                "issued_on": "05/03/2020",
                "issuer_name": "CHÍNH PHỦ",
                "subject": "Về công tác văn thư",
            },
        ),
    ],
    ids=["party letter", "state report", "state letter, columns merged", "party decision", "decree"],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_head_of_a_document_fills_the_form(text, expected, form):
    assert values(unicodedata.normalize(form, text)) == expected


@pytest.mark.parametrize("text", ["", "abc", "\f\f", "Điều 1. Phạm vi điều chỉnh\nLuật này quy định về lưu trữ."])
def test_a_text_without_head_gives_nothing(text):
    assert read_fields(text) == []


def test_an_impossible_date_is_not_guessed():
    assert "issued_on" not in values(STATE_REPORT.replace("03 tháng 7", "31 tháng 6"))


def test_a_blank_first_page_is_passed_over():
    found = read_fields("\f" + PARTY_DECISION)
    assert {guess.page for guess in found} == {2}


def test_a_number_at_the_start_of_its_line_is_surer_than_one_within():
    sure = next(guess for guess in read_fields(PARTY_LETTER) if guess.name == "printed_code")
    merged = next(
        guess for guess in read_fields("SỞ NỘI VỤ Số: 9/SNV\nBình Sơn\nKính gửi") if guess.name == "printed_code"
    )
    assert sure.confidence == SURE > merged.confidence


def test_a_hostile_head_is_read_in_no_time():
    assert read_fields("Số: 1" + "/A" * 50_000 + "\nngày " * 2_000) is not None


def test_a_filled_number_and_day_read_as_part_of_their_printed_lines():
    page = "TỈNH ỦY ĐÔNG LĨNH\nVĂN PHÒNG\nSố     -CV/VPTU\nĐông Lĩnh, ngày    tháng 11 năm 2026\nV/v lập hồ sơ điện tử"
    text = with_filled(page, ["Số 01-CV/VPTU", "Đông Lĩnh, ngày 23 tháng 11 năm 2026", "ĐẾN 25/11/2026"])
    assert text.split("\n")[0] == "ĐẾN 25/11/2026"
    read = {guess.name: guess.value for guess in read_fields(text)}
    assert read["printed_code"] == "01-CV/VPTU"
    assert read["issued_on"] == "23/11/2026"
    assert read["subject"] == "lập hồ sơ điện tử"
