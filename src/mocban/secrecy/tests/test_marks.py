"""A marking is found however it is printed; a sentence about secrecy is never taken for one."""

from __future__ import annotations

import unicodedata

import pytest

from mocban.secrecy.choices import Level
from mocban.secrecy.marks import detect_marks, level_of

HEAD = (
    "TỈNH ỦY BÌNH SƠN\nVĂN PHÒNG\n*\nSố 12-BC/VPTU\n{mark}\nBình Sơn, ngày 02 tháng 6 năm 2026\nBÁO CÁO\nvề một việc\n"
)


@pytest.mark.parametrize(
    ("mark", "level"),
    [
        ("MẬT", Level.SECRET),
        ("TỐI MẬT", Level.TOP_SECRET),
        ("TUYỆT MẬT", Level.ABSOLUTE_SECRET),
        ("M Ậ T", Level.SECRET),
        ("T Ố I   M Ậ T", Level.TOP_SECRET),
        ("TUYỆT\nMẬT", Level.ABSOLUTE_SECRET),
        ("[ MẬT ]", Level.SECRET),
        ("│ TỐI MẬT │", Level.TOP_SECRET),
        ("┌───────┐\n│  MẬT  │\n└───────┘", Level.SECRET),
        ("MÂT", Level.SECRET),
        ("TUYET MAT", Level.ABSOLUTE_SECRET),
        ("TUYÖT MËT", Level.ABSOLUTE_SECRET),  # TCVN3 font encoding
        ("TOÁI MAÄT", Level.TOP_SECRET),  # VNI font encoding
        ("Tối mật", Level.TOP_SECRET),
        ("Độ mật: Mật", Level.SECRET),
        ("Dấu chỉ độ mật: TUYỆT MẬT", Level.ABSOLUTE_SECRET),
        ("HỎA TỐC   MẬT", Level.SECRET),
        ("MẬT\tBản số: 05", Level.SECRET),
        ("TỐI MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", Level.TOP_SECRET),
        ("Số: 15/BC-STC MẬT", Level.SECRET),
        ("MẬT Bình Sơn, ngày 02 tháng 6 năm 2026", Level.SECRET),
        ("Chỉ người có tên mới được bóc bì", Level.SECRET),
        ("BẢN SAO BÍ MẬT NHÀ NƯỚC", Level.SECRET),
    ],
)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_marking_is_found(mark, level, form):
    found = detect_marks(unicodedata.normalize(form, HEAD.format(mark=mark)))
    assert found is not None
    assert found.level == level
    assert found.page == 1


@pytest.mark.parametrize(
    "text",
    [
        "QUY CHẾ\nBẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "QUY CHẾ BẢO VỆ BÍ\nMẬT NHÀ NƯỚC",
        "QUY CHẾ QUẢN LÝ, SỬ DỤNG VÀ BẢO VỆ BÍ\nMẬT",
        "DANH MỤC TÀI LIỆU\nMẬT",
        "SỔ ĐĂNG KÝ VĂN BẢN MẬT",
        "Văn bản mật được đăng ký theo quy định của pháp luật về bảo vệ bí mật nhà nước.",
        "Dấu chỉ độ mật (tuyệt mật, tối mật hoặc mật)",
        "Mẫu dấu chỉ độ mật\nTUYỆT MẬT\nTỐI MẬT\nMẬT",
        "Độ mật:\nĐộ mật: ........\nĐộ mật: Thường",
        "Độ mật: Tuyệt mật, Tối mật, Mật",
        "Mức độ khẩn, độ mật",
        "KHOA\nMẮT",
        "MẶT\nTRẬN TỔ QUỐC",
        "MẤT",
        "Đặt mật khẩu và khóa bí mật của thiết bị",
        "CƠ SỞ NUÔI ONG LẤY\nMẬT ONG",
        "Luật Cơ yếu quy định về mật mã",
    ],
)
@pytest.mark.parametrize("case", [str, str.upper])
def test_an_ordinary_text_does_not_fire(text, case):
    assert detect_marks(HEAD.format(mark="") + case(text)) is None


def test_the_highest_of_several_markings_counts():
    found = detect_marks(HEAD.format(mark="MẬT") + "\f" + "TUYỆT MẬT\nPhụ lục kèm theo\n")
    assert (found.level, found.page, found.line) == (Level.ABSOLUTE_SECRET, 2, 1)


def test_a_marking_at_the_foot_of_a_later_page_is_found():
    page = "\n".join(f"Dòng thứ {number} của nội dung." for number in range(60))
    assert detect_marks(f"{page}\f{page}\nMẬT\n").page == 2


def test_the_word_in_the_middle_of_a_long_document_is_not_a_marking():
    lines = [f"Dòng thứ {number} của nội dung." for number in range(120)]
    lines[80] = "MẬT"
    assert detect_marks("\n".join(lines)) is None


def test_a_hostile_line_is_read_in_no_time():
    assert detect_marks("Số " + "9 " * 50_000 + "\n" + "MẬT " * 40) is None


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("", None),
        ("Thường", None),
        ("Không mật", None),
        ("0", None),
        ("Mật", Level.SECRET),
        ("TỐI MẬT", Level.TOP_SECRET),
        ("tuyệt  mật (A)", Level.ABSOLUTE_SECRET),
        ("c", Level.SECRET),
        ("B", Level.TOP_SECRET),
        ("absolute-secret", Level.ABSOLUTE_SECRET),
        ("Văn bản mật", Level.SECRET),
    ],
)
def test_a_declared_level_is_understood(name, level):
    assert level_of(name) == level
