"""One field for each printed cell and each signer, the font they use, and places that are moved by hand."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pikepdf
import pypdfium2
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf import demo_images, filling, layout, moved, places, sealing
from mocban.signing.pdf.fonts import ALPHABET
from mocban.signing.pdf.forms import MM, Places, Rect, signer_field
from mocban.signing.pdf.images import doubts
from mocban.signing.pdf.refusals import Refused
from mocban.signing.tests import drafts
from mocban.signing.tests.conftest import DATE_TEXT, NUMBER_TEXT, ORGANISATION, PERSON, Chain
from mocban.signing.tests.drafts import GAP, SIGNER, STATE, draft
from mocban.signing.tests.made import conclusions, trust_in
from mocban.signing.tests.test_pdf_chain import box_of, value_of
from mocban.signing.verification.findings import Conclusion

OTHER = "Lê Hữu Phước"
TWO = draft(name=f"{SIGNER} #v(3cm) *PHÓ CHÁNH VĂN PHÒNG* #v(2.5cm) {OTHER}")


def words(pdf: bytes, box: tuple[float, ...]) -> str:
    """The words printed inside a box of the first page."""
    page = pypdfium2.PdfDocument(pdf)[0]
    return " ".join(page.get_textpage().get_text_bounded(*box).split())


def test_one_field_spans_the_whole_printed_cell(chain: Chain) -> None:
    assert words(chain.draft, box_of(chain.laid, "mb_number")).replace(" ", "") == "Số:/SNV-VP"
    assert words(chain.draft, box_of(chain.laid, "mb_date")) == "An Hòa, ngày tháng năm 2026"
    assert value_of(chain.sealed, "mb_number") == NUMBER_TEXT
    assert value_of(chain.sealed, "mb_date") == DATE_TEXT


@pytest.mark.parametrize("number", ["Số: /SNV-VP", "Số: …/SNV-VP", "Số:"])
def test_narrow_dotted_or_open_cells_are_spanned_too(number: str) -> None:
    pdf = draft(number=number, date="An Hòa, ngày tháng năm 2026")
    laid, found = layout.lay_fields(pdf, form=STATE)
    assert "Số" in words(pdf, box_of(laid, "mb_number"))
    assert words(pdf, box_of(laid, "mb_date")).startswith("An Hòa, ngày")
    for place in (found.number, found.date):
        assert place.rect.x0 <= min(piece.x for piece in place.pieces)
        assert place.rect.x1 >= max(piece.x + piece.width for piece in place.pieces)


@contextmanager
def form_of(pdf: bytes) -> Iterator[pikepdf.Object]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        yield document.Root.AcroForm


def test_the_forms_font_has_every_vietnamese_letter_and_everything_written_uses_it(chain: Chain) -> None:
    with form_of(chain.sealed) as form:
        assert "/NeedAppearances" not in form
        fonts = form.DR.Font
        for name in ("/MbR", "/MbI"):
            program = fonts[name].DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()
            letters = TTFont(io.BytesIO(program)).getBestCmap()
            assert [letter for letter in ALPHABET if ord(letter) not in letters] == []
            assert "+" not in str(fonts[name].BaseFont)  # no subset
        for entry in form.Fields:
            if str(entry.FT) == "/Tx":
                used = entry.AP.N.Resources.Font
                assert [used[name].objgen == fonts[name].objgen for name in used] == [True]
                assert str(entry.DA).split()[0] in used


def test_a_draft_that_brings_a_font_of_that_name_does_not_give_it_to_the_fields() -> None:
    with pikepdf.open(io.BytesIO(draft())) as document:
        document.Root.AcroForm = pikepdf.Dictionary(
            Fields=[], NeedAppearances=True, DR={"/Font": {"/MbR": pikepdf.Dictionary(Type=pikepdf.Name.Font)}}
        )
        out = io.BytesIO()
        document.save(out)
    with form_of(layout.lay_fields(out.getvalue(), form=STATE)[0]) as form:
        assert "/DescendantFonts" in form.DR.Font["/MbR"]
        assert "/NeedAppearances" not in form


@pytest.fixture(scope="module")
def two() -> tuple[bytes, Places]:
    return layout.lay_fields(TWO, form=STATE, later_signers=[OTHER])


def test_every_later_signer_has_a_field_above_the_printed_name(two: tuple[bytes, Places]) -> None:
    laid, found = two
    (later,) = found.later
    assert later.rect.y1 < found.signature.y0
    assert box_of(laid, signer_field(2)) == pytest.approx(dataclasses.astuple(later.rect), abs=1)


def test_a_later_signer_whose_name_is_not_printed_is_refused() -> None:
    with pytest.raises(RuleBroken) as refusal:
        layout.lay_fields(TWO, form=STATE, later_signers=[OTHER, "Phạm Văn Không Có"])
    assert refusal.value.code == "signing.no_signature_place"
    assert "Phạm Văn Không Có" in str(refusal.value.message)


def test_all_sign_in_their_order_before_the_number_and_the_organisation_last(
    two: tuple[bytes, Places], keystore: SoftKeys, now: datetime
) -> None:
    laid, _found = two
    person = {"keystore": keystore, "holder": PERSON, "at": now}
    with pytest.raises(RuleBroken) as early:
        sealing.sign_as_person(laid, order=2, **person)
    first = sealing.sign_as_person(laid, **person)
    with pytest.raises(RuleBroken) as unsigned:
        filling.fill_number(first, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    assert (early.value.code, unsigned.value.code) == ("signing.first_signer_first", "signing.person_first")
    both = sealing.sign_as_person(first, order=2, **person)
    assert not filling.is_filled(both)
    filled = filling.fill_number(both, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    assert filling.is_filled(filled)
    sealed = sealing.seal_as_organisation(filled, keystore=keystore, holder=ORGANISATION, at=now)
    assert conclusions(sealed, trust_in(keystore, now)) == [str(Conclusion.VALID)] * 3
    with pikepdf.open(io.BytesIO(sealed)) as document:
        certified = document.Root.Perms.DocMDP.Reference[0].TransformParams.P
        fields = {str(entry.T): entry for entry in document.Root.AcroForm.Fields}
        methods = {
            name: [str(one.TransformMethod) for one in fields[name].V.get("/Reference", [])]
            for name in ("mb_signer", "mb_signer_2", "mb_organisation")
        }
    assert certified == 2
    assert methods == {"mb_signer": ["/DocMDP"], "mb_signer_2": [], "mb_organisation": ["/FieldMDP"]}


def shifted(rect: Rect, right: float = 0, up: float = 0) -> Rect:
    return Rect(rect.x0 + right, rect.y0 + up, rect.x1 + right, rect.y1 + up)


def test_places_moved_by_hand_are_taken(chain: Chain) -> None:
    found = layout.find_places(chain.draft, form=STATE)
    wanted = dataclasses.replace(
        found, signature=shifted(found.signature, -20, -2), seal=shifted(found.seal, -20), date=found.date
    )
    laid, taken = layout.lay_fields(chain.draft, form=STATE, places=wanted)
    assert taken == wanted
    assert box_of(laid, "mb_signer") == pytest.approx(dataclasses.astuple(wanted.signature), abs=1)
    assert Places.read(dataclasses.asdict(wanted)) == wanted


def test_a_number_moved_to_a_free_place_is_written_there_whole(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    found = layout.find_places(chain.draft, form=STATE)
    rect = Rect(40, 300, 220, 320)
    wanted = dataclasses.replace(found, number=dataclasses.replace(found.number, rect=rect))
    laid, _taken = layout.lay_fields(chain.draft, form=STATE, places=wanted)
    signed = sealing.sign_as_person(laid, keystore=keystore, holder=PERSON, at=now)
    filled = filling.fill_number(signed, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    assert box_of(filled, "mb_number") == pytest.approx(dataclasses.astuple(rect), abs=0.1)


@pytest.mark.parametrize(
    ("code", "change"),
    [
        ("signing.place_outside", lambda found: {"signature": shifted(found.signature, 2000)}),
        ("signing.place_outside", lambda found: {"seal": shifted(found.seal, 0, -2000)}),
        ("signing.place_outside", lambda found: {"signature_page": 7}),
        ("signing.place_outside", lambda found: {"signature": Rect(200, 200, 100, 100)}),
        ("signing.place_outside", lambda found: {"signature": Rect(float("nan"), 0, 100, 100)}),
        ("signing.place_small", lambda found: {"signature": Rect(100, 100, 103, 130)}),
        ("signing.place_covers", lambda found: {"signature": Rect(90, 690, 300, 720)}),
        (
            "signing.place_covers",
            lambda found: {"number": dataclasses.replace(found.number, rect=Rect(90, 690, 300, 720))},
        ),
        (
            "signing.place_overlaps",
            lambda found: {
                "number": dataclasses.replace(found.number, rect=Rect(100, 300, 200, 320)),
                "seal": Rect(150, 250, 250, 350),
            },
        ),
    ],
)
def test_places_outside_the_page_or_over_words_are_refused(code: str, change, chain: Chain) -> None:  # type: ignore[no-untyped-def]
    document = pypdfium2.PdfDocument(chain.draft)
    found = places.find(document, STATE)
    with pytest.raises(Refused, match=code):
        moved.check(document, dataclasses.replace(found, **change(found)), STATE, [])


DOCUMENT = pypdfium2.PdfDocument(draft())
FOUND = places.find(DOCUMENT, STATE)
POINTS = st.floats(-100, 900, allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(POINTS, POINTS, st.floats(0, 300), st.floats(0, 300))
def test_no_accepted_signature_lies_outside_the_page_or_hides_a_line(
    x: float, y: float, width: float, height: float
) -> None:
    wanted = dataclasses.replace(FOUND, signature=Rect(x, y, x + width, y + height))
    try:
        rect = moved.check(DOCUMENT, wanted, STATE, []).signature
    except Refused:
        return
    assert 0 <= rect.x0 < rect.x1 <= 210 * MM + 1
    middle = (rect.y0 + rect.y1) / 2
    assert words(draft(), (rect.x0, middle - 1, rect.x1, middle + 1)) == ""


@pytest.mark.parametrize("covers", [1 / 3, 1 / 2])
def test_the_law_data_decides_how_much_of_the_signature_the_seal_covers(covers: float) -> None:
    found = places.find(DOCUMENT, dataclasses.replace(STATE, seal_covers=covers))
    assert found.seal.x1 == pytest.approx(found.signature.x0 + covers * found.signature.width)


def test_a_place_that_the_program_does_not_know_is_a_mistake_of_the_data() -> None:
    with pytest.raises(KeyError):
        places.find(DOCUMENT, dataclasses.replace(STATE, seal_place="under_the_table"))


def test_the_signature_stands_midway_between_title_and_name() -> None:
    found = places.find(pypdfium2.PdfDocument(draft(space="4cm")), STATE).signature
    tight = places.find(pypdfium2.PdfDocument(draft(space="2.4cm")), STATE).signature
    assert found.height == tight.height
    page = pypdfium2.PdfDocument(draft(space="4cm"))[0]
    above = words(draft(space="4cm"), (found.x0, found.y1, found.x1, found.y1 + 45))
    below = words(draft(space="4cm"), (found.x0, found.y0 - 45, found.x1, found.y0))
    assert ("CHÁNH VĂN PHÒNG" in above, SIGNER in below) == (True, True)
    assert page.get_width() > found.x1


def test_pictures_that_the_law_does_not_mean_are_doubted() -> None:
    signature, seal = demo_images.signature_image("An"), demo_images.seal_image("Xã An Hòa", "An Hòa")
    assert doubts(signature, colour="blue") == ()
    assert doubts(seal, colour="red") == ()
    assert doubts(signature, colour="red") == ("colour",)
    assert doubts(seal, colour="blue") == ("colour",)
    out = io.BytesIO()
    from PIL import Image

    with Image.open(io.BytesIO(signature)) as image:
        flat = Image.new("RGB", image.size, "white")
        flat.paste(image, mask=image.getchannel("A"))
        flat.save(out, "PNG")
    assert doubts(out.getvalue(), colour="blue") == ("opaque",)


def test_drafts_of_the_party_get_the_same_fields() -> None:
    pdf = draft(number=f"Số {GAP} -CV/VPTU")
    laid, _found = layout.lay_fields(pdf, form=drafts.PARTY)
    assert words(pdf, box_of(laid, "mb_number")).replace(" ", "") == "Số-CV/VPTU"
