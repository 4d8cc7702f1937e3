"""Hostile and odd registers: refused with a sentence, or read as they were meant; never a crash, no formula out."""

from __future__ import annotations

import io
import unicodedata
import zipfile
from datetime import date

import pytest
import xlsxwriter

from mocban.registry.importing import columns, report
from mocban.registry.importing.dates import read_day
from mocban.registry.importing.reading import read_sheets
from mocban.registry.importing.rows import is_total
from mocban.registry.importing.secrets import secret_level
from mocban.registry.importing.text_table import delimiter_of
from mocban.secrecy.choices import Level
from tests import steps
from tests.world import World

from . import old_registers as old

LINES = ["Số đến;Ngày đến;Tác giả;Trích yếu", "1;5/1/2016;Sở Y tế;Về việc tiêm chủng", "2;6/1/2016;Sở Y tế;Về việc họp"]


def rebuilt(data: bytes, part: str, change: object) -> bytes:
    """The workbook with one part changed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            held = source.read(info)
            target.writestr(info.filename, change(held) if info.filename == part else held)  # type: ignore[operator]
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("so.xlsx", b"", "content.empty"),
        ("so.xlsx", b"no workbook at all", "content.mismatch"),
        ("so.pdf", b"%PDF-1.4", "sheet.other_kind"),
        ("so.csv", b"\x00\x01\x02\x00\x03", "sheet.unreadable"),
        ("so.csv", b"\xff\xfe\x00", "sheet.unreadable"),
        ("so.csv", b"", "sheet.empty"),
        ("so.xlsm", b"PK\x03\x04", "sheet.other_kind"),
    ],
)
def test_what_is_no_register_is_refused(name: str, data: bytes, code: str) -> None:
    with steps.refused(code):
        read_sheets(data, name)


def test_a_bomb_and_entities_are_refused() -> None:
    data = old.workbook([old.incoming_row(1)])
    with steps.refused("content.bomb"):
        read_sheets(rebuilt(data, "xl/sharedStrings.xml", lambda held: held + b" " * 60_000_000), "so.xlsx")
    declared = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    harmless = rebuilt(data, "xl/sharedStrings.xml", lambda held: held.replace(b"?>", b"?>" + declared, 1))
    read = read_sheets(harmless, "so.xlsx")  # the reader knows no entities: nothing is expanded
    assert len(read.sheets[0].rows) == 2


def test_a_million_empty_rows_cost_nothing_and_a_sheet_of_all_cells_is_refused() -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Số đến")
        page.write(1_048_575, 3, "cuối")
    [sheet] = read_sheets(buffer.getvalue(), "so.xlsx").sheets
    assert [line for line, _cells in sheet.rows] == [1, 1_048_576]
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write(0, 0, "Số đến")
        page.write(1_048_575, 16_383, "cuối")
    with steps.refused("sheet.unreadable"):
        read_sheets(buffer.getvalue(), "so.xlsx")


@pytest.mark.django_db
def test_merged_cells_mean_the_same_for_every_row(world: World) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("2016")
        page.merge_range(0, 0, 0, 6, "SỔ VĂN BẢN ĐẾN")
        for column, label in enumerate(old.INCOMING):
            page.write(1, column, label)
        for line in (2, 3, 4):
            for column, cell in enumerate(old.incoming_row(line, arrived="", issued="04/01/2016")):
                page.write(line, column, cell)
        page.merge_range(2, 2, 4, 2, "05/01/2016")
    held = old.checked(world, buffer.getvalue())
    assert [row.fields["arrived_on"] for row in held.rows.order_by("line")] == ["05/01/2016"] * 3


@pytest.mark.django_db
@pytest.mark.parametrize("from_1904", [False, True])
def test_both_date_systems_say_the_same_day(world: World, from_1904: bool) -> None:
    serial = 40_912 if from_1904 else 42_374  # the bare serial of 5 January 2016
    rows = [old.incoming_row(1), old.incoming_row(2, arrived=serial)]
    held = old.checked(world, old.workbook(rows, from_1904=from_1904))
    first, second = held.rows.order_by("line")
    assert (first.fields["arrived_on"], first.state, second.state) == ("05/01/2016", "good", "warned")
    assert "đọc là ngày 05/01/2016" in second.problem


@pytest.mark.django_db
def test_formulas_give_their_value_and_an_error_makes_the_row_bad(world: World) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("2016")
        rows = [old.incoming_row(one, arrived="5/1/2016", issued="") for one in (1, 2)]
        for line, row in enumerate([old.INCOMING, *rows]):
            for column, cell in enumerate(row):
                page.write(line, column, cell)
        page.write_formula(1, 1, "=A2", None, 1)
        page.write_formula(2, 6, "=1/0", None, "#DIV/0!")
    held = old.checked(world, buffer.getvalue())
    good, bad = held.rows.order_by("line")
    assert (good.fields["number"], good.state, bad.state) == ("1", "good", "bad")
    assert "công thức bị lỗi" in bad.problem


@pytest.mark.django_db
def test_nothing_in_the_report_becomes_a_formula(world: World) -> None:
    held = old.checked(world, old.workbook([old.incoming_row(1, arrived="", subject="=HYPERLINK(A1)", note="+1-1")]))
    with zipfile.ZipFile(io.BytesIO(report.bad_rows_sheet(held))) as parts:
        assert b"<f>" not in parts.read("xl/worksheets/sheet1.xml")
        assert b"=HYPERLINK(A1)" in parts.read("xl/sharedStrings.xml")


def windows_1258(text: str) -> bytes:
    """The encoding of Vietnamese Windows: shapes in the letter, tones behind it."""
    written = b""
    for letter in text:
        marks = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in tones))
        written += (base + tones).encode("cp1258")
    return written


@pytest.mark.parametrize(
    "encode",
    [
        str.encode,
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        windows_1258,
    ],
)
def test_delimited_text_in_every_unicode_encoding_and_windows_1258(encode: object) -> None:
    for delimiter in (";", ",", "\t", "|"):
        data = encode("\r\n".join(LINES).replace(";", delimiter))  # type: ignore[operator]
        [sheet] = read_sheets(data, "so.csv").sheets
        assert sheet.rows[1] == (2, ["1", "5/1/2016", "Sở Y tế", "Về việc tiêm chủng"])


@pytest.mark.parametrize(("write", "name"), [(old.in_tcvn3, "tcvn3"), (old.in_vni, "vni")])
def test_delimited_text_in_old_fonts_is_known_by_its_letters(write: object, name: str) -> None:
    data = "\n".join(write(line) for line in LINES).encode("cp1252")  # type: ignore[operator]
    read = read_sheets(data, "so.csv")
    assert (read.encoding, read.sheets[0].writing.encoding.value) == (name, name)


def test_a_quoted_line_break_is_one_row() -> None:
    assert delimiter_of("a;b\n1;2\n") == ";"
    [sheet] = read_sheets('Số,Nơi nhận\n1,"Như trên;\nLưu: VT"\n2,x\n'.encode(), "so.csv").sheets
    assert sheet.rows[1][1] == ["1", "Như trên;\nLưu: VT"]


@pytest.mark.parametrize(
    ("text", "day", "doubt"),
    [
        ("5/1/2016", date(2016, 1, 5), ""),
        ("05-01-16", date(2016, 1, 5), ""),
        ("5.1.1998", date(1998, 1, 5), ""),
        ("05/01/98", date(1998, 1, 5), ""),
        ("ngày 5 tháng 1 năm 2016", date(2016, 1, 5), ""),
        ("5 tháng 01", date(2016, 1, 5), ""),
        ("5/1", date(2016, 1, 5), ""),
        ("2016-01-05", date(2016, 1, 5), ""),
        ("2016-01-05T07:30:00", date(2016, 1, 5), ""),
        ("01/25/2016", date(2016, 1, 25), "swapped"),
        ("42374", date(2016, 1, 5), "serial"),
    ],
)
def test_days_in_every_spelling(text: str, day: date, doubt: str) -> None:
    read = read_day(text, year=2016)
    assert read is not None
    assert (read.day, read.doubt) == (day, doubt)


@pytest.mark.parametrize(
    "text", ["", "31/02/2016", "nay", "5/1/216", "99999", "12", "5/13/13/2016", "tháng 5 năm 2016"]
)
def test_what_is_no_day(text: str) -> None:
    assert read_day(text, year=2016) is None


def test_totals_and_repeated_headers_are_no_documents() -> None:
    assert is_total(["", "Tổng cộng: 152 văn bản"])
    assert is_total(["Cộng", "152"])
    assert not is_total(["1", "5/1/2016", "Sở Y tế", "Tổng kết năm", "x"])
    assert columns.is_header_again(old.INCOMING, old.INCOMING)
    assert columns.is_header_again([f"({one})" for one in range(1, 9)], old.INCOMING)
    assert not columns.is_header_again([str(cell) for cell in old.incoming_row(1)], old.INCOMING)


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        (["TT", "Ngày đến", "Số đến", "Nơi gửi", "Số ký hiệu VB", "Ngày VB", "Trích yếu"], "issuer_name"),
        (["NGÀY NHẬN", "SỐ ĐẾN", "CƠ QUAN BAN HÀNH", "Số/Ký hiệu", "Nội dung văn bản"], "issuer_name"),
        (["so den", "ngay den", "don vi gui", "noi dung"], "issuer_name"),
    ],
)
def test_headers_in_every_order_and_spelling(headers: list[str], found: str) -> None:
    guessed = columns.guess(headers, [], "incoming")
    assert {"number", "arrived_on", "subject", found} <= set(guessed)


@pytest.mark.parametrize(
    ("cells", "place", "level"),
    [
        (["1", "Mật"], 1, Level.SECRET),
        (["1", "A"], 1, Level.ABSOLUTE_SECRET),
        (["1", "x"], 1, Level.SECRET),
        (["1", "Thường"], 1, None),
        (["1", "TỐI MẬT"], None, Level.TOP_SECRET),
        (["1", "Báo cáo (Mật)"], None, Level.SECRET),
        (["1", "Về công tác bảo vệ bí mật nhà nước"], None, None),
        (["1", "A"], None, None),
    ],
)
def test_rows_that_stand_for_secrets(cells: list[str], place: int | None, level: Level | None) -> None:
    assert secret_level(cells, place) == level
