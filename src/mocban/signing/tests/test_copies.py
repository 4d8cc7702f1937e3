"""Copies: the mark of an electronic one, the block of a paper one, and nothing of the pages left out."""

from __future__ import annotations

import dataclasses
import io
from datetime import date, datetime

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from mocban.lib.errors import RuleBroken
from mocban.signing import printing
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf.copy_mark import excerpt_page, paper_copy, printable, sealed_copy
from mocban.signing.pdf.copy_values import ALL_PAGES, CopyBlock, CopyMark, Excerpt
from mocban.signing.pdf.forms import MM
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import office
from mocban.signing.tests.conftest import ORGANISATION, Chain
from mocban.signing.tests.drafts import draft
from mocban.signing.tests.made import assert_valid, conclusions, trust_in
from mocban.signing.tests.seen import colours, page_image

TEXT = "Sao y; Sở Nội vụ tỉnh Lam Sơn; 04/11/2026; 12:00:00"
MARK = CopyMark(TEXT, 10)
BLOCK = CopyBlock(
    kind="Sao y",
    body="Sở Nội vụ tỉnh Lam Sơn",
    number="Số: 05/SY-SNV",
    dated="Lam Sơn, ngày 04 tháng 11 năm 2026",
    title=("TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG"),
    name="Trần Văn An",
    recipients=("- Như trên;", "- Lưu: VT."),
    kind_size=13,
    body_size=13,
    number_size=13,
    date_size=13,
    title_size=13,
    name_size=13,
    recipients_size=11,
    recipients_head_size=12,
    signature_room=25,
)


def marked(keystore: SoftKeys, pdf: bytes, mark: CopyMark = MARK, pages: tuple[int, int] = ALL_PAGES) -> bytes:
    return sealed_copy(pdf, mark=mark, pages=pages, hand=Hand(keystore=keystore, holder=ORGANISATION))


def words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return "\n".join(page.get_textpage().get_text_range() for page in document).replace("\r", "")


def three_pages() -> bytes:
    return draft(after="#pagebreak() TRANG HAI #pagebreak() TRANG BA")


def test_the_mark_is_text_of_its_size_in_the_upper_right_corner_of_the_first_page(keystore: SoftKeys) -> None:
    page = pypdfium2.PdfDocument(marked(keystore, draft()))[0]
    text = page.get_textpage()
    found = text.search(TEXT).get_next()
    assert found is not None
    start, count = found
    boxes = [text.get_charbox(place) for place in range(start, start + count)]
    assert min(box[1] for box in boxes) > (297 - 15) * MM
    assert (210 - 16) * MM < max(box[2] for box in boxes) <= (210 - 14) * MM
    assert max(box[3] - box[1] for box in boxes) < 10


def test_an_electronic_copy_shows_no_picture_and_is_signed_by_the_organisation_alone(
    keystore: SoftKeys, chain: Chain, now: datetime
) -> None:
    copy = marked(keystore, chain.sealed)
    [found] = assert_valid(copy, trust_in(keystore, now)).signatures
    assert (found.signer, found.whole) == ("Văn phòng Tỉnh ủy An Hòa", True)
    corner = page_image(copy).crop((600, 10, 1190, 80)).convert("HSV").getchannel("S")
    assert max(corner.getextrema()) < 60


def test_what_was_copied_keeps_its_signatures(keystore: SoftKeys, chain: Chain, now: datetime) -> None:
    before = bytes(chain.sealed)
    marked(keystore, chain.sealed)
    paper_copy(chain.sealed, block=BLOCK, pages=ALL_PAGES)
    printable(chain.sealed)
    assert chain.sealed == before
    assert_valid(chain.sealed, trust_in(keystore, now))


def test_nothing_may_change_after_the_copy_was_signed(keystore: SoftKeys, now: datetime) -> None:
    copy = marked(keystore, draft())
    broken = bytearray(copy)
    broken[copy.index(b"stream") + 20] ^= 1
    assert conclusions(bytes(broken), trust_in(keystore, now)) == ["invalid"]


def test_an_extract_carries_no_trace_of_the_pages_left_out(keystore: SoftKeys) -> None:
    copy = marked(keystore, three_pages(), pages=(2, 2))
    assert "TRANG HAI" in words(copy)
    assert "Trần Thị Bích Ngọc" not in words(copy)
    with pikepdf.open(io.BytesIO(copy)) as document:
        assert len(document.pages) == 1
        streams = [one.read_bytes() for one in document.objects if isinstance(one, pikepdf.Stream)]
        assert len(streams) < 20
        assert "/StructTreeRoot" not in document.Root


@pytest.mark.parametrize("pages", [(2, 4), (4, 4), (3, 2)])
def test_pages_that_are_not_there_are_refused(pages: tuple[int, int]) -> None:
    with pytest.raises(RuleBroken) as refused:
        paper_copy(three_pages(), block=BLOCK, pages=pages)
    assert refused.value.code == "signing.copy_pages"
    assert "3 trang" in str(refused.value.message)


def test_the_block_stands_under_the_last_words_on_the_same_sheet() -> None:
    copy = paper_copy(draft(), block=BLOCK, pages=ALL_PAGES)
    found = words(copy)
    assert len(pypdfium2.PdfDocument(copy)) == 1
    for part in ("SAO Y", "SỞ NỘI VỤ TỈNH LAM SƠN", "Số: 05/SY-SNV", "TL. GIÁM ĐỐC", "Trần Văn An", "- Lưu: VT."):
        assert part in found
    text = pypdfium2.PdfDocument(copy)[0].get_textpage()
    last = text.get_charbox(text.search("Trần Thị Bích Ngọc").get_next()[0])
    kind = text.get_charbox(text.search("SAO Y").get_next()[0])
    assert kind[3] < last[1]


def test_a_full_last_page_gets_another_sheet_for_the_block() -> None:
    copy = paper_copy(draft(after="#v(1fr) Hết."), block=BLOCK, pages=ALL_PAGES)
    document = pypdfium2.PdfDocument(copy)
    assert len(document) == 2
    assert "SAO Y" in document[1].get_textpage().get_text_range()


def scan(dpi: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (int(8.27 * dpi), int(11.69 * dpi)), "white").save(out, "PDF", resolution=dpi)
    return out.getvalue()


@pytest.mark.parametrize(("dpi", "fits"), [(150, False), (200, True), (300, True)])
def test_a_scan_below_the_standard_is_refused_with_the_article(keystore: SoftKeys, dpi: int, fits: bool) -> None:
    mark = dataclasses.replace(MARK, oldest="1.4", min_dpi=200)
    if fits:
        assert TEXT in words(marked(keystore, scan(dpi), mark))
        return
    with pytest.raises(RuleBroken) as refused:
        marked(keystore, scan(dpi), mark)
    assert refused.value.code == "signing.copy_scan"
    assert "150 dpi" in str(refused.value.message)
    assert "Phụ lục I" in refused.value.citation


def test_a_file_that_is_no_pdf_is_refused() -> None:
    for pdf in (b"", b"%PDF-1.7 nothing", b"\x00" * 500):
        with pytest.raises(RuleBroken) as refused:
            printable(pdf)
        assert refused.value.code == "signing.unreadable"


def test_an_excerpt_is_set_under_the_head_of_its_document_and_markup_stays_text() -> None:
    page = excerpt_page(
        Excerpt(
            issuer="Ủy ban nhân dân xã Hòa Bình",
            number="12/UBND-VP",
            dated="ngày 02 tháng 11 năm 2026",
            kind="Công văn",
            subject="Về việc báo cáo",
            paragraphs=('Khoản 1: #read("x") *a*.', "Khoản 2."),
            signer_title="Chủ tịch",
            signer_name="Trần Văn Bình",
            signed="(Đã ký)",
        )
    )
    found = " ".join(words(page).split())
    for part in ("ỦY BAN NHÂN DÂN XÃ HÒA BÌNH", "12/UBND-VP", '#read("x") *a*', "Khoản 2.", "(Đã ký)", "Trần Văn Bình"):
        assert part in found


def test_what_is_printed_for_the_stamp_shows_the_signature_and_not_the_seal(chain: Chain) -> None:
    image = page_image(printable(chain.sealed))
    whole = (0.0, 0.0, 595.0, 842.0)
    assert colours(image, whole)["blue"] > 100
    assert colours(image, whole)["red"] == 0
    assert colours(page_image(chain.sealed), whole)["red"] > 100


@pytest.mark.django_db
@pytest.mark.parametrize(("regime", "words"), [("party", "Số 05-CV/TU; "), ("state", "Số: 05-CV/TU; ")])
def test_an_annex_names_the_number_with_the_label_of_its_regime(regime: str, words: str) -> None:
    body = office.organisation()
    body.regime = regime
    assert printing.annex_mark(organisation=body, number="05-CV/TU", on=date(2026, 11, 5)).text.startswith(words)
