"""Attacks by the look of a later signature: large enough for a seal, with a small change of words inside."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from PIL import Image, ImageDraw
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign import fields
from pyhanko.sign.fields import SigFieldSpec

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification import clauses, looks
from mocban.signing.verification.findings import Conclusion

RING = b"1 0 0 RG 3 w 10 10 380 90 re S 0 0 1 rg 150 20 200 60 re f "
LARGE_LOOKS = {
    "bar over digits": b"1 0 0 rg 56 116 62 16 re f",
    "white over digits": b"1 g 56 116 62 16 re f",
    "line through digits": b"0 G 2 w 55 125 m 120 125 l S",
    "digits beside digits": b"BT 0 g /F1 14 Tf 119 120 Td (.000) Tj ET",
    "a slanted line through digits": b"0 0 .7 RG 1 w 55 120 m 120 130 l S",
    "a wavy red line through digits": b".8 0 0 RG 1 w 55 124 m 70 128 l 85 122 l 100 128 l 120 123 l S",
    "a dashed line through digits": b"0 0 .7 RG 1 w [4 2] 0 d 55 125 m 120 125 l S",
    "a line through a number alone": b".8 0 0 RG 1 w 58 125 m 119 125 l S",
    "a blue digit before a number": b"0 0 .8 RG 1.2 w 52 121 5 9 re S",
    "a nearly black letter before a word": b"0 0 .12 RG 1.2 w 8 121 3 9 re S",
    "white on the point of a number": b"1 g 66.4 119 3 4 re f",
    "text that goes on after a line": b"BT 0 g /F1 14 Tf 262 120 Td (va them 9 lan) Tj ET",
    "a drawn stroke beside a digit": b"0 g 117 120 m 119 120 l 119 130 l 117 130 l f",
}


def sealed_with(look: bytes, pki: Pki) -> bytes:
    """A signed page with a large seal over it."""
    first, shown = made.sign(made.plain(), pki), made.RawLook(look)
    return made.sign(first, pki, "organisation", field="seal", box=(60, 560, 460, 760), look=shown)


def test_a_large_look_alone_accuses_nobody(pki: Pki) -> None:
    made.assert_valid(sealed_with(RING, pki), pki.trust())


@pytest.mark.parametrize("name", LARGE_LOOKS)
def test_a_small_change_is_found_in_a_large_look_too(name: str, pki: Pki) -> None:
    attacked = sealed_with(RING + LARGE_LOOKS[name], pki)
    assert made.judged(attacked, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def ring(x: float, y: float, radius: float, pen: float) -> bytes:
    """A red circle with a gap at the bottom, as worn rubber prints it."""
    way = [(x + radius * math.sin(one / 100), y - radius * math.cos(one / 100)) for one in range(30, 600)]
    return (
        b".8 0 0 RG %.1f w %.2f %.2f m " % (pen, *way[0]) + b"".join(b"%.2f %.2f l " % one for one in way[1:]) + b"S "
    )


SEAL = ring(88, 75, 51, 2) + ring(88, 75, 36, 1)  # its top lies along the digits


def test_the_ring_of_a_seal_that_touches_a_number_accuses_nobody(pki: Pki) -> None:
    made.assert_valid(sealed_with(SEAL, pki), pki.trust())


@pytest.mark.parametrize("name", [name for name in LARGE_LOOKS if "line through" in name or "digit" in name])
def test_the_ring_of_a_seal_hides_no_change(name: str, pki: Pki) -> None:
    attacked = sealed_with(SEAL + LARGE_LOOKS[name], pki)
    assert made.judged(attacked, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_a_disc_is_no_ring(pki: Pki) -> None:
    disc = b"".join(ring(88, 75, float(radius), 2) for radius in range(2, 52, 2))
    assert made.judged(sealed_with(disc, pki), pki.trust()).signatures[0].conclusion == Conclusion.INVALID


@pytest.mark.parametrize(("word", "box"), [("khong", (300, 676, 360, 694)), ("000", (296, 676, 340, 694))])
def test_a_picture_of_a_word_may_not_continue_a_line(word: str, box: tuple[int, int, int, int], pki: Pki) -> None:
    width, height = box[2] - box[0], box[3] - box[1]
    picture, out = Image.new("RGBA", (width * 4, height * 4), (0, 0, 0, 0)), io.BytesIO()
    ImageDraw.Draw(picture).text((4, 4), word, fill=(0, 0, 0, 255), font_size=height * 3)
    picture.save(out, "PNG")
    attacked = made.sign(made.sign(made.plain(), pki), pki, "organisation", field="seal", box=box, image=out.getvalue())
    assert made.judged(attacked, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_a_signature_does_not_fill_a_page(pki: Pki) -> None:
    drawn = b"BT 0 g /F1 14 Tf 20 40 Td (Van ban nay duoc sua doi.) Tj ET"
    first = made.sign(made.plain(), pki)
    large = made.sign(first, pki, "organisation", field="seal", box=(40, 60, 560, 600), look=made.RawLook(drawn))
    assert made.judged(large, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_digits_may_not_be_completed_by_a_signatures_look(pki: Pki) -> None:
    first = made.sign(made.plain(), pki)
    with_digits = made.sign(
        first, pki, "organisation", field="seal", box=(190, 676, 260, 694),
        look=made.RawLook(b"BT 0 g /F1 14 Tf 0 4 Td (.000) Tj ET"),
    )  # fmt: skip
    assert made.judged(with_digits, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def widget(normal: int = 0, *, flags: int = 4, **more: int) -> Callable[[list[pikepdf.Object]], pikepdf.Dictionary]:
    """A widget that draws one of some looks, and others of them under the mouse."""
    return lambda drawn: pikepdf.Dictionary(
        F=flags, AP=pikepdf.Dictionary(N=drawn[normal], **{key: drawn[at] for key, at in more.items()})
    )


@pytest.mark.parametrize(
    ("made_of", "several"),
    [
        (widget(), False),
        (widget(R=0), False),
        (widget(R=1), True),
        (widget(D=1), True),
        (lambda drawn: pikepdf.Dictionary(AP=pikepdf.Dictionary(N=pikepdf.Dictionary(A=drawn[0], B=drawn[1]))), True),
        (widget(flags=4 + 32), True),
        (widget(flags=4 + 8), True),
        (widget(flags=4 + 32 + 2), False),
        (widget(2), True),
        (widget(3), True),
        (widget(4), True),
        (lambda _drawn: pikepdf.Dictionary(MK=pikepdf.Dictionary(BG=[1, 1, 1])), True),
        (lambda _drawn: pikepdf.Dictionary(MK=pikepdf.Dictionary(CA=pikepdf.String("x"))), False),
    ],
)
def test_a_signature_shows_the_same_everywhere(
    made_of: Callable[[list[pikepdf.Object]], pikepdf.Dictionary], several: bool
) -> None:
    """The third look has another picture for printing, the fourth lies in a layer, the fifth takes what is below."""
    document = pikepdf.new()
    image = document.make_stream(b"\0", Subtype=pikepdf.Name.Image, Alternates=pikepdf.Array())
    drawn = [document.make_stream(b"0 0 9 %d re f" % number) for number in range(5)]
    drawn[2].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
    drawn[3].OC = pikepdf.Dictionary(Type=pikepdf.Name.OCG)
    drawn[4].Resources = pikepdf.Dictionary(
        ExtGState=pikepdf.Dictionary(G=pikepdf.Dictionary(BM=pikepdf.Name.Difference))
    )
    assert looks.shows_several(made_of(drawn)) == several


def test_a_signature_that_only_printers_show_is_invalid(pki: Pki) -> None:
    def printed_only(writer: Any) -> None:
        fields.append_signature_field(writer, SigFieldSpec("seal", on_page=0, box=(60, 300, 260, 360)))
        _reference, entry = made.field_of(writer, "seal")
        entry[pdf_name("/F")] = generic.NumberObject(36)

    laid = made.updated(made.sign(made.plain(), pki), printed_only)
    look = made.RawLook(b"BT 0 g /F1 14 Tf 20 40 Td (Van ban nay da huy.) Tj ET")
    found = made.judged(made.sign(laid, pki, "organisation", field="seal", prepared=True, look=look), pki.trust())
    assert found.signatures[0].conclusion == Conclusion.INVALID


def test_a_place_to_sign_shows_on_one_page_only(pki: Pki) -> None:
    first = made.sign(made.prepare(made.plain(2), SigFieldSpec("seal", on_page=0, box=(60, 300, 260, 360))), pki)

    def again(writer: Any) -> None:
        reference, _entry = made.field_of(writer, "seal")
        page = writer.root["/Pages"]["/Kids"].raw_get(1)
        page.get_object()[pdf_name("/Annots")] = generic.ArrayObject([reference])
        writer.mark_update(page.reference)

    attacked = made.sign(made.updated(first, again), pki, "organisation", field="seal", prepared=True)
    assert "content.annotation" in made.codes(made.judged(attacked, pki.trust()))


def test_a_signature_ticks_no_box(pki: Pki) -> None:
    def box(document: pikepdf.Pdf) -> None:
        widget = made.text_field(document, "dongy", (72, 560, 86, 574))
        widget.FT, widget.V, widget.AS = pikepdf.Name.Btn, pikepdf.Name.Off, pikepdf.Name.Off
        frame = document.make_stream(b"1 w 1 1 12 12 re S", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        frame.BBox = [0, 0, 14, 14]
        widget.AP = pikepdf.Dictionary(N=pikepdf.Dictionary(Off=frame))

    first = made.sign(made.edited(made.plain(), box), pki)
    look = made.RawLook(b"0 0 .8 RG 2 w 14 2 m 24 12 l 14 12 m 24 2 l S 100 2 30 10 re S")
    attacked = made.sign(first, pki, "organisation", field="seal", box=(60, 560, 260, 580), look=look)
    assert "content.overwritten" in made.codes(made.judged(attacked, pki.trust()))


@pytest.mark.parametrize(
    ("words", "more"),
    [
        ("Chi them 900.000.000", True),
        ("Chi 500.000 đồng", True),
        ("Ký bởi: An\nĐiều 5. Bãi bỏ Điều 1", True),
        ("Ký bởi: UBND xã An Hòa\nNgày ký: 05.11.2026 10:11:12 +07:00", False),
        ("Mã số: 0123.456.789, 1.2.840.113549", False),
        ("Digitally signed by An\nDate: 2026-11-05\nReason: Điều 13", False),
    ],
)
def test_a_stamp_names_the_signer_and_adds_no_clause(words: str, more: bool) -> None:
    assert clauses.speaks(words) == more


def test_a_later_signature_adds_no_sum_on_empty_paper(pki: Pki) -> None:
    first = made.sign(made.plain(), pki)
    for words, conclusion in ((b"Chi them 9.000.000 dong", Conclusion.INDETERMINATE), (b"Ky boi An", Conclusion.VALID)):
        look = made.RawLook(b"BT 0 g /F1 12 Tf 4 20 Td (%s) Tj ET" % words)
        signed = made.sign(first, pki, "organisation", field="seal", box=(60, 300, 260, 340), look=look)
        assert made.judged(signed, pki.trust()).signatures[0].conclusion == conclusion
