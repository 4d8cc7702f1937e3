"""Where a draft leaves room, and which drafts are refused before anybody signs them."""

from __future__ import annotations

import dataclasses
import io
import unicodedata

import pikepdf
import pypdfium2
import pytest

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf import drafts, layout, places
from mocban.signing.pdf.forms import MM, NumberForm, Places
from mocban.signing.pdf.refusals import Refused
from mocban.signing.tests.drafts import GAP, PARTY, SIGNER, STATE, draft

ASKED = {"form": dataclasses.asdict(STATE), "later_signers": [], "places": None}


def found(pdf: bytes, form: NumberForm = STATE) -> Places:
    return places.find(pypdfium2.PdfDocument(pdf), form)


def prepare(pdf: bytes) -> None:
    sound = io.BytesIO()
    drafts.rewrite(pdf, sound)
    drafts.find(sound.getvalue(), ASKED)


def keys(pdf: bytes, form: NumberForm = STATE) -> tuple[list[str], list[str]]:
    number, date = found(pdf, form).number, found(pdf, form).date
    return [piece.key for piece in number.pieces], [piece.key for piece in date.pieces]


def test_the_gaps_of_the_draft_are_the_places() -> None:
    assert keys(draft()) == (["number"], ["day", "month"])
    number = found(draft()).number.pieces[0]
    assert number.width == pytest.approx(12 * MM, abs=1.5)


def test_the_party_form_has_no_colon_and_a_hyphen() -> None:
    pdf = draft(number=f"Số {GAP} -CV/VPTU")
    assert keys(pdf, PARTY) == (["number"], ["day", "month"])


@pytest.mark.parametrize(
    ("number", "date"),
    [
        ("Số: /SNV-VP", "An Hòa, ngày tháng năm 2026"),
        ("Số: …/SNV-VP", "An Hòa, ngày … tháng … năm 2026"),
        ("Số:\u00a0/SNV-VP", "An Hòa, ngày..tháng..năm 20.."),
    ],
)
def test_narrow_or_dotted_room_is_printed_anew(number: str, date: str) -> None:
    assert keys(draft(number=number, date=date)) == (["whole"], ["whole"])


def test_a_printed_month_or_open_year_is_respected() -> None:
    month = draft(date=f"An Hòa, ngày {GAP} tháng 11 năm 2026")
    assert [piece.key for piece in found(month).date.pieces] == ["day"]
    assert found(month).date.printed == {"month": "11", "year": "2026"}
    year = draft(date=f"An Hòa, ngày {GAP} tháng {GAP} năm")
    assert [piece.key for piece in found(year).date.pieces] == ["day", "month", "year"]


def test_without_marked_room_the_regimes_place_or_the_top_margin_serves() -> None:
    free = found(draft(number="", date=""))
    assert [piece.key for piece in (*free.number.pieces, *free.date.pieces)] == ["whole", "whole"]
    assert free.number.rect.x0 == pytest.approx(30 * MM, abs=1)
    crowded = found(draft(number="", date="", body="", space="1cm"))
    assert crowded.number.rect.y0 > 0


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("signing.number_printed", {"number": "Số: 12/SNV-VP"}),
        ("signing.symbol_differs", {"number": f"Số: {GAP}/UBND-VX"}),
        ("signing.date_printed", {"date": "An Hòa, ngày 05 tháng 11 năm 2026"}),
    ],
)
def test_what_is_given_after_signing_must_not_be_printed_before(code: str, changes: dict[str, str]) -> None:
    with pytest.raises(Refused, match=code):
        found(draft(**changes))


def test_numbers_and_dates_in_sentences_are_not_taken_for_the_head() -> None:
    body = "Số liệu kèm theo Công văn số 15/UBND-VX, ngày 02 tháng 9 năm 2026 và ngày 05 tháng 3 năm 2026"
    assert keys(draft(body=body)) == (["number"], ["day", "month"])


def test_the_signature_stands_between_title_and_name() -> None:
    place = found(draft())
    assert place.signature_page == 0
    assert place.signature.width == pytest.approx(50 * MM, abs=0.5)
    middle = (place.signature.x0 + place.signature.x1) / 2
    assert middle == pytest.approx((30 + 0.75 * 165) * MM, abs=2)


def test_a_name_in_an_annex_or_in_a_sentence_is_not_the_signing_place() -> None:
    after = f"#pagebreak() PHỤ LỤC \\ Đầu mối: {SIGNER}, Chánh Văn phòng"
    assert found(draft(after=after)).signature_page == 0


def test_little_room_makes_the_signature_smaller_not_taller() -> None:
    place = found(draft(space="0.9cm"))
    assert place.signature.height < 22 * MM
    assert place.signature.width / place.signature.height == pytest.approx(50 / 22, abs=0.01)


def test_a_draft_without_the_signers_name_takes_the_room_below_or_is_refused() -> None:
    form = dataclasses.replace(STATE, signer_name="Lê Hữu Phước")
    assert found(draft(), form).signature.y1 < found(draft()).signature.y0
    full = draft(after="#v(1fr) Trang này đã kín.")
    with pytest.raises(Refused, match="signing.no_signature_place"):
        found(full, form)


def test_a_name_typed_with_separate_marks_is_the_same_name() -> None:
    form = dataclasses.replace(STATE, signer_name=unicodedata.normalize("NFD", SIGNER))
    assert found(draft(), form).signature == found(draft()).signature


def rewritten(pdf: bytes, change) -> bytes:  # type: ignore[no-untyped-def]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        out = io.BytesIO()
        document.save(out, **(change(document) or {}))
        return out.getvalue()


def with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")


def with_password(document: pikepdf.Pdf) -> dict[str, object]:
    return {"encryption": pikepdf.Encryption(owner="a", user="b")}


def with_limits(document: pikepdf.Pdf) -> dict[str, object]:
    return {"encryption": pikepdf.Encryption(owner="a", user="")}


def turned(document: pikepdf.Pdf) -> None:
    document.pages[0].rotate(90, relative=False)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("signing.active_content", with_script),
        ("signing.encrypted", with_password),
        ("signing.encrypted", with_limits),
        ("signing.rotated", turned),
    ],
)
def test_what_must_not_be_signed_is_refused(code: str, change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused, match=code):
        prepare(rewritten(draft(), change))


@pytest.mark.parametrize("pdf", [b"", b"%PDF-1.7\n", b"not a pdf", draft()[:3000], b"%PDF-1.4\n" + b"\x00" * 5000])
def test_a_damaged_file_is_refused(pdf: bytes) -> None:
    with pytest.raises(Refused, match="signing.unreadable"):
        prepare(pdf)


def test_the_border_answers_with_a_sentence() -> None:
    with pytest.raises(RuleBroken) as refusal:
        layout.lay_fields(b"%PDF-1.7 nothing", form=STATE)
    assert refusal.value.code == "signing.unreadable"
    assert str(refusal.value.message)


def test_a_signed_document_takes_no_new_fields(chain) -> None:  # type: ignore[no-untyped-def]
    for pdf, code in ((chain.sealed, "signing.already_signed"), (chain.laid, "signing.fields_exist")):
        with pytest.raises(Refused, match=code):
            prepare(pdf)
