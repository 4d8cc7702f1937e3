"""The ĐẾN stamp on a copy: right words, right size, emptiest place; the original is what it was."""

from __future__ import annotations

import dataclasses
import io

import pikepdf
import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.forms import MM
from mocban.signing.pdf.overlay import overlay
from mocban.signing.pdf.refusals import Refused
from mocban.signing.pdf.stamp import StampLines, stamp_received
from mocban.signing.tests.drafts import draft
from mocban.signing.tests.seen import colours, flat_text, page_image

LINES = StampLines("Văn phòng Tỉnh ủy An Hòa", "0015", "05/11/2026", "Phòng Tổng hợp", "03.TH", 50, 35)


def stamped(pdf: bytes, **changes: object) -> bytes:
    out = io.BytesIO()
    overlay(pdf, dataclasses.asdict(dataclasses.replace(LINES, **changes)), out)  # type: ignore[arg-type]
    return out.getvalue()


def red_box(pdf: bytes) -> tuple[float, float, float, float]:
    """Left, top, width and height in millimetres of everything red on the first page."""
    image = page_image(pdf)
    mask = image.convert("HSV").getchannel("S").point(lambda value: 255 if value > 90 else 0)
    left, top, right, bottom = mask.getbbox() or (0, 0, 0, 0)
    scale = 2 * MM
    return left / scale, top / scale, (right - left) / scale, (bottom - top) / scale


def test_the_stamp_says_in_vietnamese_what_was_registered() -> None:
    text = flat_text(stamped(draft()))
    for words in ("VĂN PHÒNG TỈNH ỦY AN HÒA", "ĐẾN", "Số: 0015", "Ngày: 05/11/2026", "Chuyển: Phòng Tổng hợp"):
        assert words in text
    assert "Số và ký hiệu HS: 03.TH" in text


def test_the_stamp_has_its_legal_size_and_covers_no_text() -> None:
    pdf = draft()
    left, top, width, height = red_box(stamped(pdf))
    assert (width, height) == (pytest.approx(50, abs=1.5), pytest.approx(35, abs=1.5))
    page_height = 297 * MM
    place = (left * MM, page_height - (top + height) * MM, (left + width) * MM, page_height - top * MM)
    assert colours(page_image(pdf), place)["black"] == 0


def test_long_names_are_set_smaller_not_cut() -> None:
    name = "Ban Chấp hành Đảng bộ các cơ quan và doanh nghiệp khối dịch vụ công ích tỉnh An Hòa nhiệm kỳ thứ nhất"
    text = flat_text(stamped(draft(), body=name, forwarded=name))
    assert "NHIỆM KỲ THỨ NHẤT" in text
    assert "thứ nhất" in text


def test_markup_in_the_words_is_printed_as_it_is() -> None:
    assert "#read" in flat_text(stamped(draft(), forwarded='#read("x") *a* \\'))


@pytest.mark.parametrize("angle", [90, 180, 270])
@pytest.mark.parametrize("shift", [0, 40])
def test_a_turned_or_cropped_page_gets_the_stamp_upright_and_where_it_is_free(angle: int, shift: int) -> None:
    with pikepdf.open(io.BytesIO(draft())) as document:
        page = document.pages[0]
        page.rotate(angle, relative=False)
        page.cropbox = pikepdf.Array([shift, shift, 595 - shift, 842 - shift])
        out = io.BytesIO()
        document.save(out)
    copy = stamped(out.getvalue())
    left, top, width, height = red_box(copy)
    assert (width, height) == (pytest.approx(50, abs=1.5), pytest.approx(35, abs=1.5))
    page_height = page_image(copy).height / 2
    place = (left * MM, page_height - (top + height) * MM, (left + width) * MM, page_height - top * MM)
    assert colours(page_image(out.getvalue()), place)["black"] == 0


def test_signatures_on_the_copy_become_pictures(chain) -> None:  # type: ignore[no-untyped-def]
    copy = stamped(chain.sealed)
    with pikepdf.open(io.BytesIO(copy)) as document:
        assert "/AcroForm" not in document.Root
    assert "Số: 12 /SNV-VP" in flat_text(copy)


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7 nothing", draft()[:2500]])
def test_a_damaged_file_is_refused(pdf: bytes) -> None:
    with pytest.raises(Refused, match="signing.unreadable"):
        stamped(pdf)


def test_a_letter_the_font_lacks_is_refused() -> None:
    with pytest.raises(Refused, match="signing.letter_missing"):
        stamped(draft(), forwarded="漢")


def test_the_border_returns_a_copy_or_a_sentence() -> None:
    assert stamp_received(draft(), lines=LINES).startswith(b"%PDF")
    with pytest.raises(RuleBroken) as refusal:
        stamp_received(b"no pdf", lines=LINES)
    assert refusal.value.code == "signing.unreadable"
