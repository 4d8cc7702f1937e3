"""A field filled later prints its value and nothing else; hints in empty fields may go when they are used."""

from __future__ import annotations

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.values import agree

PLACE = (72, 300, 272, 360)


def text(words: str) -> bytes:
    return f"BT /F1 12 Tf 0 g 2 4 Td ({words}) Tj ET".encode("latin-1")


def look(document: pikepdf.Pdf, drawn: bytes, width: float, height: float) -> pikepdf.Object:
    found = document.make_stream(drawn)
    fonts = pikepdf.Dictionary(F1=pikepdf.Dictionary({f"/{key}": pikepdf.Name(to) for key, to in made.FONT.items()}))
    found.stream_dict = pikepdf.Dictionary(
        Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, width, height],
        Resources=pikepdf.Dictionary(Font=fonts),
    )  # fmt: skip
    return found


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    return made.sign(made.form("so", "ghichu"), pki)


def verdict(data: bytes, pki: Pki) -> Conclusion:
    return made.judged(data, pki.trust()).conclusion


# --- what a filled field prints ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        ("12", text("900.000.000")),
        ("12", text("12 va 500.000.000 dong")),
        ("Khong dong y", text("dong y")),
        ("12", b"2 4 m 12 16 l 20 4 l 30 16 l 3 w S"),
        ("12", b"q 200 0 0 20 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \x00 EI Q"),
        ("12", text("12") + b" 60 4 m 72 16 l 80 4 l 90 16 l 3 w S"),
        ("-", text("Chi them 500")),
        ("1.5", text("15")),
        ("-5", text("5")),
        ("12", b"/Span<</ActualText(900)>>BDC " + text("12") + b" EMC"),
        ("12", b"/Span<</Alt(900)>>BDC " + text("12") + b" EMC"),
        ("12", b"0 g 0 0 200 60 re f " + text("12")),
    ],
)
def test_a_look_that_is_not_the_value_is_an_attack(value: str, drawn: bytes, signed: bytes, pki: Pki) -> None:
    found = made.judged(made.fill(signed, "so", value, drawn), pki.trust())
    assert found.conclusion == Conclusion.INVALID
    assert "content.value_differs" in made.codes(found)


@pytest.mark.parametrize(
    ("value", "drawn"),
    [
        ("12", text("12")),
        ("12", text("12,00")),
        ("1500000", text("1.500.000")),
        ("dong y", text("dong") + b" BT /F1 12 Tf 60 4 Td (y) Tj ET"),
        ("12", text("12") + b" 0 0 m 200 0 l 200 20 l 0 20 l s"),
        ("12", text("12") + b" 50 0 m 50 20 l 100 0 m 100 20 l S"),
    ],
)
def test_a_value_may_be_written_as_people_write_it(value: str, drawn: bytes, signed: bytes, pki: Pki) -> None:
    made.assert_valid(made.fill(signed, "so", value, drawn), pki.trust())


def test_a_value_that_its_new_look_does_not_show_is_no_proof(signed: bytes, pki: Pki) -> None:
    found = made.judged(made.fill(signed, "so", "900.000.000", b"q Q"), pki.trust())
    assert found.conclusion == Conclusion.INDETERMINATE
    assert "content.value_unseen" in made.codes(found)


def test_a_font_that_draws_other_digits_is_an_attack(signed: bytes, pki: Pki) -> None:
    def change(writer: IncrementalPdfFileWriter) -> None:
        _reference, entry = made.field_of(writer, "so")
        font = entry["/AP"]["/N"]["/Resources"]["/Font"]["/F1"]
        font[pdf_name("/Encoding")] = generic.DictionaryObject(
            {
                pdf_name("/Differences"): generic.ArrayObject(
                    [generic.NumberObject(49), pdf_name("/nine"), pdf_name("/zero")]
                )
            }
        )
        writer.update_container(font)

    assert verdict(made.updated(made.fill(signed, "so", "12"), change), pki) == Conclusion.INVALID


def test_a_look_with_states_or_a_value_in_a_stream_is_an_attack(signed: bytes, pki: Pki) -> None:
    def states(writer: IncrementalPdfFileWriter) -> None:
        reference, entry = made.field_of(writer, "so")
        drawn = [made.look_of(writer, text(words), 200, 20) for words in ("12", "99")]
        both = generic.DictionaryObject({pdf_name("/A"): drawn[0], pdf_name("/B"): drawn[1]})
        entry[pdf_name("/V")] = pdf_string("12")
        entry[pdf_name("/AS")] = pdf_name("/A")
        entry[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): both})
        writer.mark_update(reference.reference)

    def under_the_mouse(writer: IncrementalPdfFileWriter) -> None:
        reference, entry = made.field_of(writer, "so")
        drawn = [made.look_of(writer, text(words), 200, 20) for words in ("12", "99")]
        entry[pdf_name("/V")] = pdf_string("12")
        looks = {pdf_name("/N"): drawn[0], pdf_name("/R"): drawn[1]}
        entry[pdf_name("/AP")] = generic.DictionaryObject(looks)
        writer.mark_update(reference.reference)

    def stream(writer: IncrementalPdfFileWriter) -> None:
        reference, entry = made.field_of(writer, "so")
        entry[pdf_name("/V")] = writer.add_object(generic.StreamObject(stream_data=b"12"))
        look_of = made.look_of(writer, text("12"), 200, 20)
        entry[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look_of})
        writer.mark_update(reference.reference)

    for change in (states, stream, under_the_mouse):
        assert verdict(made.updated(signed, change), pki) == Conclusion.INVALID


@pytest.mark.parametrize(
    ("drawn", "value", "below", "same"),
    [
        ("12", "Số: 12/SNV-VP", "Số: ..../SNV-VP", True),
        ("13", "Số: 12/SNV-VP", "Số: ..../SNV-VP", False),
        ("12", "Số: 12/SNV-VP", "", False),
        ("12.0", "12", "", True),
        ("120", "12", "", False),
        ("So: 12/QD-UBND", "Số: 12/QĐ-UBND", "", True),
        ("So: 13/QD-UBND", "Số: 12/QĐ-UBND", "", False),
        ("S: 12/Q-UBND", "Số: 12/QĐ-UBND", "", True),
        ("Ha Ni", "Ha Nội", "", True),
        ("dong y", "Khong dong y", "", False),
    ],
)
def test_what_is_drawn_and_what_lies_below_make_the_value(drawn: str, value: str, below: str, same: bool) -> None:
    assert agree(drawn, value, below) is same


# --- choices without a look ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stored", "drawn", "same"), [("b", "Hue", True), ("b", "Ha Noi", False), ("b", "b", False)])
def test_a_choice_without_a_look_may_be_made_and_shows_what_was_chosen(
    stored: str, drawn: str, same: bool, pki: Pki
) -> None:
    def change(document: pikepdf.Pdf) -> None:
        field = made.text_field(document, "noi", (72, 500, 272, 520))
        del field["/AP"]
        field.FT, field.Ff = pikepdf.Name.Ch, 131072
        field.Opt = pikepdf.Array([pikepdf.Array(["a", "Ha Noi"]), pikepdf.Array(["b", "Hue"])])

    chosen = made.fill(made.sign(made.edited(made.plain(), change), pki), "noi", stored, text(drawn))
    assert verdict(chosen, pki) == (Conclusion.VALID if same else Conclusion.INVALID)


def test_a_form_that_leaves_looks_to_readers_may_be_filled_without_one(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        made.text_field(document, "so", (72, 500, 272, 520))
        document.Root.AcroForm.NeedAppearances = True

    def value_only(writer: IncrementalPdfFileWriter) -> None:
        reference, entry = made.field_of(writer, "so")
        entry[pdf_name("/V")] = pdf_string("12")
        writer.mark_update(reference.reference)

    made.assert_valid(made.updated(made.sign(made.edited(made.plain(), change), pki), value_only), pki.trust())


# --- hints and frames ----------------------------------------------------------------------------------------------

HINTS = {
    "words": text("Ky ten tai day"),
    "frame": b"[3] 0 d 1 1 198 58 re S",
    "ground": b"1 1 .7 rg 0 0 200 60 re f " + text("Dong dau"),
    "arrow": b"1 0 0 rg 0 20 m 30 30 l 0 40 l f",
}
CONTENTS = {
    "figures": text("Phat 50.000.000 dong"),
    "long": text("Ben B chiu moi chi phi va tu bo quyen khieu nai doi voi ben A cho den het nam sau"),
    "drawn": b" ".join(b"%d 4 m %d 16 l S" % (2 * at, 2 * at + 1) for at in range(60)),
    "white over words": b"1 g 0 0 200 60 re f",
}


def with_hint(drawn: bytes, box: tuple[int, ...], pki: Pki) -> bytes:
    """A document with a prepared place to sign that shows `drawn` when a person signs, and is signed later."""
    laid = made.prepare(made.plain(), SigFieldSpec("seal", on_page=0, box=box))

    def change(document: pikepdf.Pdf) -> None:
        field = document.Root.AcroForm.Fields[0]
        field.AP = pikepdf.Dictionary(N=look(document, drawn, box[2] - box[0], box[3] - box[1]))

    first = made.sign(made.edited(laid, change), pki)
    return made.sign(first, pki, "organisation", field="seal", prepared=True)


@pytest.mark.parametrize("name", HINTS)
def test_a_hint_in_a_place_to_sign_goes_when_it_is_signed(name: str, pki: Pki) -> None:
    made.assert_valid(with_hint(HINTS[name], PLACE, pki), pki.trust())


@pytest.mark.parametrize("name", CONTENTS)
def test_words_of_the_document_may_not_go_with_a_place_to_sign(name: str, pki: Pki) -> None:
    box = (60, 660, 360, 740) if name == "white over words" else (72, 300, 560, 360)
    drawn = CONTENTS[name].replace(b"200 60 re", b"300 80 re")
    assert verdict(with_hint(drawn, box, pki), pki) == Conclusion.INVALID


@pytest.mark.parametrize(
    ("drawn", "valid"), [(b"0 0 m 200 0 l 200 20 l 0 20 l s", True), (text("......"), True), (text("Khong"), False)]
)
def test_a_frame_or_dots_may_go_when_a_field_is_filled(drawn: bytes, valid: bool, pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        made.text_field(document, "so", (72, 500, 272, 520)).AP = pikepdf.Dictionary(N=look(document, drawn, 200, 20))

    filled = made.fill(made.sign(made.edited(made.plain(), change), pki), "so", "12")
    assert verdict(filled, pki) == (Conclusion.VALID if valid else Conclusion.INVALID)


@pytest.mark.parametrize(
    "drawn", [text("12").replace(b"0 g", b"1 g"), b"3 Tr " + text("12"), text("12").replace(b"12 Tf", b".3 Tf")]
)
def test_a_value_that_nobody_sees_is_not_shown(drawn: bytes, signed: bytes, pki: Pki) -> None:
    assert "content.value_unseen" in made.codes(made.judged(made.fill(signed, "so", "12", drawn), pki.trust()))


@pytest.mark.parametrize(
    ("drawn", "value", "same"),
    [
        ("1.000", "1000", True),
        ("1.000,50", "1000.5", True),
        ("1,5", "1.5", True),
        ("1.5", "15", False),
        ("5", "-5", False),
    ],
)
def test_a_number_is_written_as_people_do(drawn: str, value: str, same: bool) -> None:
    assert agree(drawn, value, "") == same


def test_a_value_without_a_look_does_not_lie_on_printed_words(pki: Pki) -> None:
    def over(document: pikepdf.Pdf) -> None:
        del made.text_field(document, "tren", (72, 676, 330, 694)).AP

    def value(writer: IncrementalPdfFileWriter) -> None:
        reference, entry = made.field_of(writer, "tren")
        entry[pdf_name("/V")] = pdf_string("Chi tra 9.999.999 dong")
        writer.mark_update(reference.reference)

    attacked = made.updated(made.sign(made.edited(made.plain(), over), pki), value)
    assert "content.overwritten" in made.codes(made.judged(attacked, pki.trust()))
