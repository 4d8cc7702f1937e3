"""What programs write into a form field when they fill it: habits no reader notices pass, other looks do not."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

Writer = IncrementalPdfFileWriter
Change = Callable[[Writer, Any], None]
TICK = b"q 1 w BT 0 g 2 2 Td /ZaDb 10 Tf (%s) Tj ET Q"


def numbers(*values: float) -> Any:
    return generic.ArrayObject(map(generic.FloatObject, values))


def dictionary(**entries: Any) -> Any:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def entry(**entries: Any) -> Change:
    return lambda _writer, field: field.update({pdf_name(f"/{key}"): value for key, value in entries.items()})


def border(width: float, style: str = "/S") -> Any:
    return dictionary(W=generic.FloatObject(width), S=pdf_name(style))


@pytest.fixture(scope="module")
def signed(pki: Pki) -> bytes:
    """A certified form: a field without a border, one with border, colours and a turn of 0, and a box to tick."""

    def change(document: pikepdf.Pdf) -> None:
        made.text_field(document, "so", (72, 600, 272, 620))
        framed = made.text_field(document, "khung", (72, 560, 272, 580))
        framed.BS = pikepdf.Dictionary(W=1)
        framed.MK = pikepdf.Dictionary(BC=[0], BG=[0.8, 0.843, 1], R=0)
        framed.AP.N.write(b"0.8 0.843 1 rg 0 0 200 20 re f 0 G 0.5 0.5 199 19 re S /Tx BMC EMC")
        looks = {}
        for state, drawn in (("/Off", b""), ("/Co", b"2 2 8 8 re f")):
            looks[state] = document.make_stream(drawn)
            looks[state].stream_dict = pikepdf.Dictionary(Subtype=pikepdf.Name.Form, BBox=[0, 0, 12, 12])
        box = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T=pikepdf.String("dong_y"), F=4,
            Rect=[72, 520, 84, 532], AP=pikepdf.Dictionary(N=pikepdf.Dictionary(looks)), AS=pikepdf.Name.Off,
            V=pikepdf.Name.Off,
        )  # fmt: skip
        made.add_widget(document, box)

    laid = made.edited(made.plain(), change, compress_streams=False)
    return made.sign(laid, pki, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)


def filled(data: bytes, name: str, change: Change) -> bytes:
    frame = b"0.8 0.843 1 rg 0 0 200 20 re f 0 G 0.5 0.5 199 19 re S " if name == "khung" else b""
    written = made.fill(data, name, "12", frame + made.appearance_words("12"))
    return changed(written, name, change)


def changed(data: bytes, name: str, change: Change) -> bytes:
    def update(writer: Writer) -> None:
        reference, field = made.field_of(writer, name)
        change(writer, field)
        writer.mark_update(reference.reference)

    return made.updated(data, update)


def layered(writer: Writer, field: Any) -> None:
    look = made.look_of(writer, made.appearance_words("12"), 200, 20)
    layer = dictionary(X=dictionary(Type=pdf_name("/OCMD")))
    look.get_object()["/Resources"][pdf_name("/Properties")] = layer
    field["/AP"][pdf_name("/N")] = look


HABITS: dict[str, tuple[str, Change]] = {
    "a border that is not drawn": ("so", entry(BS=border(2))),
    "the style of a border said": ("khung", entry(BS=border(1))),
    "colours rounded, no turn": ("khung", entry(MK=dictionary(BC=numbers(0), BG=numbers(0.8, 0.84, 1)))),
    "colours that are none": ("so", entry(MK=dictionary())),
    "corners rounded": ("so", entry(Rect=numbers(72, 600.004, 272, 619.996))),
    "corners in another order": ("so", entry(Rect=numbers(272, 620, 72, 600))),
    "what shows while pressed, and a name for export": ("so", entry(H=pdf_name("/N"), TM=pdf_string("so"))),
    "rich text of the same words": ("so", entry(RV=pdf_string('<?xml version="1.0"?><body><p>1<b>2</b></p></body>'))),
}

CHANGES: dict[str, tuple[str, Change]] = {
    "a thicker border": ("khung", entry(BS=border(5))),
    "a border of another style": ("khung", entry(BS=border(1, "/D"))),
    "another ground": ("khung", entry(MK=dictionary(BC=numbers(0), BG=numbers(0.8, 0.7, 1)))),
    "turned": ("khung", entry(MK=dictionary(BC=numbers(0), BG=numbers(0.8, 0.843, 1), R=generic.NumberObject(90)))),
    "moved by a little": ("so", entry(Rect=numbers(72, 600.1, 272, 620.1))),
    "moved": ("so", entry(Rect=numbers(72, 610, 272, 630))),
    "rich text of other words": ("so", entry(RV=pdf_string("<body><p>912</p></body>"))),
    "no longer printed": ("so", entry(F=generic.NumberObject(0))),
    "another look while pressed": (
        "so",
        lambda writer, field: field["/AP"].update({pdf_name("/D"): made.look_of(writer, b"0 0 50 20 re f", 200, 20)}),
    ),
    "a layer that may hide words": ("so", layered),
    "looks to switch between": (
        "so",
        lambda _w, field: field.update({
            pdf_name("/AP"): dictionary(N=dictionary(A=field["/AP"].raw_get("/N"), B=field["/AP"].raw_get("/N"))),
            pdf_name("/AS"): pdf_name("/A"),
        }),
    ),
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
def test_a_habit_of_the_program_that_fills_is_not_held_against_the_document(
    habit: str, signed: bytes, pki: Pki
) -> None:
    made.assert_valid(filled(signed, *HABITS[habit]), pki.trust())


@pytest.mark.parametrize("change", CHANGES)
def test_a_filled_field_that_shows_itself_otherwise_is_invalid(change: str, signed: bytes, pki: Pki) -> None:
    assert made.judged(filled(signed, *CHANGES[change]), pki.trust()).conclusion == Conclusion.INVALID


def state(value: str, shown: str, **looks: bytes) -> Change:
    """Tick the box; `looks` draw states anew."""

    def change(writer: Writer, field: Any) -> None:
        field.update({pdf_name("/V"): pdf_name(value), pdf_name("/AS"): pdf_name(shown)})
        for name, drawn in looks.items():
            look = generic.StreamObject(stream_data=drawn)
            dingbats = dictionary(
                Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/ZapfDingbats")
            )
            words = made.look_of(writer, b"", 12, 12).get_object()["/Resources"]["/Font"]["/F1"]
            fonts = dictionary(Font=dictionary(ZaDb=dingbats, F1=words))
            look.update(dictionary(Subtype=pdf_name("/Form"), BBox=numbers(0, 0, 12, 12), Resources=fonts))
            field["/AP"]["/N"][pdf_name(f"/{name}")] = writer.add_object(look)

    return change


@pytest.mark.parametrize("looks", [{}, {"Co": TICK % b"3", "Off": b"q 1 w Q"}], ids=["kept", "drawn anew"])
def test_a_box_is_ticked(looks: dict[str, bytes], signed: bytes, pki: Pki) -> None:
    made.assert_valid(changed(signed, "dong_y", state("/Co", "/Co", **looks)), pki.trust())


@pytest.mark.parametrize(
    "change",
    [
        state("/Off", "/Co"),
        state("/Co", "/Off"),
        state("/Co", "/Co", Co=b"BT /F1 3 Tf 0 g 0 0 Td (900.000) Tj ET"),
        state("/Co", "/Co", Co=TICK.replace(b"0 g", b"1 g") % b"3"),
        state("/Co", "/Co", Co=b""),
        state("/Co", "/Co", Off=TICK % b"3"),
        state("/Moi", "/Moi", Moi=b"BT /F1 3 Tf 0 g 0 0 Td (khong) Tj ET"),
        state("/Co", "/Co", Co=(TICK % b"3").replace(b"/ZaDb", b"/F1")),
    ],
    ids=[
        "shows a tick without a value", "hides its tick", "shows words", "ticked in white", "shows nothing",
        "ticked when not", "a state of other words", "a letter for a tick",
    ],
)  # fmt: skip
def test_a_box_that_shows_other_than_its_value_or_than_when_signed_is_invalid(
    change: Change, signed: bytes, pki: Pki
) -> None:
    assert made.judged(changed(signed, "dong_y", change), pki.trust()).conclusion == Conclusion.INVALID


def contents(pack: Callable[[bytes], bytes], data: bytes) -> bytes:
    """Write the words of the page again, packed otherwise, as an array of one stream."""

    def update(writer: Writer) -> None:
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        packed = generic.StreamObject(encoded_data=pack(page["/Contents"].data))
        packed[pdf_name("/Filter")] = pdf_name("/FlateDecode")
        page[pdf_name("/Contents")] = generic.ArrayObject([writer.add_object(packed)])
        writer.update_container(page)

    return made.updated(data, update)


def test_the_same_words_compressed_otherwise_are_the_same_words(signed: bytes, pki: Pki) -> None:
    made.assert_valid(contents(zlib.compress, signed), pki.trust())


@pytest.mark.parametrize(
    "pack",
    [
        lambda words: zlib.compress(words.replace(b"1.000", b"9.000")),
        lambda words: zlib.compress(words) + zlib.compress(b" "),
        lambda words: zlib.compress(words)[:-6],
        lambda words: words,
    ],
    ids=["other words", "more behind", "cut short", "not compressed"],
)
def test_words_compressed_so_that_readers_may_differ_are_invalid(
    pack: Callable[[bytes], bytes], signed: bytes, pki: Pki
) -> None:
    assert made.judged(contents(pack, signed), pki.trust()).conclusion == Conclusion.INVALID


def test_an_empty_order_of_calculation_is_none(signed: bytes, pki: Pki) -> None:
    def update(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name("/CO")] = generic.ArrayObject()
        writer.update_container(form)

    made.assert_valid(made.updated(signed, update), pki.trust())


def test_a_time_stamp_alone_is_nobodys_signature(pki: Pki) -> None:
    found = made.judged(made.stamp_document(made.plain(), pki), pki.trust())
    assert (found.conclusion, "file.only_time_stamps" in made.codes(found)) == (Conclusion.INDETERMINATE, True)


def test_a_signature_that_was_taken_away_later_is_told(pki: Pki) -> None:
    twice = made.sign(made.sign(made.plain(), pki, field="mot"), pki, "organisation", field="hai")

    def take_away(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject([form["/Fields"].raw_get(0)])
        page = writer.root["/Pages"]["/Kids"][0].get_object()
        page[pdf_name("/Annots")] = generic.ArrayObject([page["/Annots"].raw_get(0)])
        writer.update_container(form)
        writer.update_container(page)

    found = made.judged(made.updated(twice, take_away), pki.trust())
    assert found.conclusion == Conclusion.INDETERMINATE
    assert [(one.code, one.values) for one in found.reasons] == [("file.signature_removed", {"field": "hai"})]
