"""Fields as programs draw them when they are filled: formatted, cut where they are full, turned, framed, completed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

LONG = "Quyet dinh phe duyet ke hoach su dung dat nam 2026 cua xa An Hoa va cac xa lan can"
PAID = "Chi tra cho cac ho ngheo 1000"
OPTIONS = Array([Array([String("01"), String("Ha Noi")]), Array([String("02"), String("Hue")])])
BOX = (72, 600, 272, 620)
Change = Callable[[pikepdf.Dictionary], None]


def words(drawn: str, size: int = 11, at: str = "2 4") -> bytes:
    return f"/Tx BMC q BT /F1 {size} Tf 0 g {at} Td ({drawn}) Tj ET Q EMC".encode("latin-1")


def lines(*drawn: str) -> bytes:
    shown = " T* ".join(f"({one}) Tj" for one in drawn)
    return f"/Tx BMC q BT /F1 11 Tf 0 g 13 TL 2 {13 * len(drawn) - 8} Td {shown} ET Q EMC".encode()


def formatted(script: str) -> Change:
    def change(field: pikepdf.Dictionary) -> None:
        field.AA = Dictionary(F=Dictionary(S=Name.JavaScript, JS=String(script)))

    return change


def holding(value: str) -> Change:
    def change(field: pikepdf.Dictionary) -> None:
        field.V = String(value)
        field.AP.N.write(words(value))

    return change


def choice(flags: int) -> Change:
    def change(field: pikepdf.Dictionary) -> None:
        field.FT, field.Ff, field.Opt = Name.Ch, flags, OPTIONS

    return change


def listed(field: pikepdf.Dictionary, drawn: bytes = b"") -> None:
    choice(0)(field)
    field.AP.N.write(drawn or lines("Ha Noi", "Hue"))


def listed_otherwise(field: pikepdf.Dictionary) -> None:
    listed(field, lines("Ha Noi", "Khong co gia tri"))


def inset(field: pikepdf.Dictionary, drawn: bytes = b"") -> None:
    field.MK, field.BS = Dictionary(BC=[0]), Dictionary(S=Name.I, W=2)
    field.AP.N.write(b"q 0 G 2 w 1 1 198 18 re S 0.4 G 3 3 194 14 re S Q " + drawn)


def inset_with_a_word(field: pikepdf.Dictionary) -> None:
    inset(field, b"q 3 w 60 6 m 90 14 l 95 6 l S Q")


def framed(field: pikepdf.Dictionary) -> None:
    field.MK, field.BS = Dictionary(BC=[0]), Dictionary(S=Name.S, W=4)


def signed(pki: Pki, change: Change, box: tuple[int, int, int, int] = BOX) -> bytes:
    def laid(document: pikepdf.Pdf) -> None:
        change(made.text_field(document, "so", box))

    return made.sign(made.edited(made.plain(), laid), pki)


FRAME = b"q 0 G 4 w 2 2 196 16 re S Q "
ARROW = b" q 0.86 g 186 1 13 18 re f 0 g 189.5 11.5 m 195.5 11.5 l 192.5 8.5 l f Q"
# The chosen row is dark, its words are white.
LIST = b"0 0.2 0.5 rg 1 4 198 14 re f BT /F1 11 Tf 0 g 13 TL 2 20 Td (Ha Noi) Tj 1 g T* (Hue) Tj ET"
NUMBER = formatted('AFNumber_Format(0, 2, 0, 0, " VND", false);')

HONEST: dict[str, tuple[Change, tuple[int, int, int, int], str, bytes]] = {
    "a formatted number": (NUMBER, BOX, "1234567", words("1.234.567 VND")),
    "a formatted date": (formatted('AFDate_FormatEx("dd/mm/yyyy");'), BOX, "2026-06-05", words("05/06/2026")),
    "a wide frame": (framed, BOX, "125", FRAME + words("125", 8, "7 6")),
    "what fits on a line": (lambda _field: None, BOX, LONG, words(LONG[:38])),
    "what is cut off by the edge": (lambda _field: None, BOX, LONG, b"q 1 1 198 18 re W n " + words(LONG) + b" Q"),
    "what is scrolled to": (lambda _field: None, BOX, LONG, b"q 1 1 198 18 re W n " + words(LONG, at="-180 4") + b" Q"),
    "what fits into lines": (lambda _field: None, (72, 560, 272, 600), LONG, lines(LONG[:36], LONG[36:65])),
    "an eth": (lambda _field: None, BOX, "12/QĐ", words("12/Q\xd0")),
    "the currency": (lambda _field: None, BOX, "1.000 ₫", words("1.000 d")),
    "an arrow": (choice(1 << 17), BOX, "02", words("Hue") + ARROW),
    "a dark row": (choice(0), (72, 560, 272, 592), "02", LIST),
    "the choices before": (listed, (72, 560, 272, 592), "02", words("Hue")),
    "a wide frame before": (inset, BOX, "125", words("125", 8, "7 6")),
    "dots before": (holding("..........."), BOX, "125", words("125")),
    "a date completed": (
        holding("ngay ... thang ... nam 2026"),
        BOX,
        "ngay 05 thang 6 nam 2026",
        words("ngay 05 thang 6 nam 2026"),
    ),
}
HOSTILE: dict[str, tuple[Change, tuple[int, int, int, int], str, bytes]] = {
    "another number": (NUMBER, BOX, "1234567", words("12.345.670 VND")),
    "another currency": (NUMBER, BOX, "1234567", words("1.234.567 USD")),
    "another day": (formatted('AFDate_FormatEx("dd/mm/yyyy");'), BOX, "2026-06-05", words("06/05/2026")),
    "a word in the frame": (framed, BOX, "125", FRAME + words("125", 8, "7 6") + b" 60 6 m 90 14 l 3 w S"),
    "a short beginning": (lambda _field: None, BOX, "1000000", words("1000")),
    "a beginning that leaves room": (lambda _field: None, BOX, LONG, words(LONG[:16])),
    "the beginning of a number": (lambda _field: None, BOX, f"{PAID}000000", words(PAID, 12)),
    "a mark at the arrow": (choice(1 << 17), BOX, "02", words("Hue") + b" 2 w 190 4 m 190 16 l 196 16 l S"),
    "the other row": (choice(0), (72, 560, 272, 592), "02", LIST.replace(b"1 g T* (Hue) Tj", b"")),
    "other words than choices before": (listed_otherwise, (72, 560, 272, 592), "02", words("Hue")),
    "a word in a wide frame before": (inset_with_a_word, BOX, "125", words("125", 8, "7 6")),
    "words before": (holding("Khong dong y"), BOX, "125", words("125")),
    "a completed date with another year": (
        holding("ngay ... thang ... nam 2026"),
        BOX,
        "ngay 05 thang 6 nam 2027",
        words("ngay 05 thang 6 nam 2027"),
    ),
    "a completed date that lost a word": (
        holding("ngay ... thang ... nam 2026"),
        BOX,
        "ngay 05 thang 6 nam 2026",
        words("05 thang 6 nam 2026"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_a_field_drawn_as_programs_draw_it_is_not_held_against_the_document(name: str, pki: Pki) -> None:
    change, box, value, drawn = HONEST[name]
    made.assert_valid(made.fill(signed(pki, change, box), "so", value, drawn), pki.trust())


@pytest.mark.parametrize("name", HOSTILE)
def test_what_resembles_such_a_look_and_says_something_else_is_invalid(name: str, pki: Pki) -> None:
    change, box, value, drawn = HOSTILE[name]
    found = made.judged(made.fill(signed(pki, change, box), "so", value, drawn), pki.trust())
    assert found.conclusion == Conclusion.INVALID


def test_a_value_that_lies_beyond_the_edge_of_its_field_is_no_proof(pki: Pki) -> None:
    drawn = b"q 1 1 198 18 re W n " + words(LONG, at="190 4") + b" Q"
    found = made.judged(made.fill(signed(pki, lambda _field: None), "so", LONG, drawn), pki.trust())
    assert found.conclusion == Conclusion.INDETERMINATE


@pytest.mark.parametrize(("drawn", "valid"), [("125", True), ("126", False)])
def test_a_turned_field_is_read_as_it_is_turned(drawn: str, valid: bool, pki: Pki) -> None:
    def turned(field: pikepdf.Dictionary) -> None:
        field.MK = Dictionary(R=90)
        field.Rect = Array([72, 400, 92, 600])

    def change(writer: IncrementalPdfFileWriter) -> None:
        _reference, entry = made.field_of(writer, "so")
        look = entry["/AP"]["/N"]
        look[pdf_name("/BBox")] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 200, 20)))
        look[pdf_name("/Matrix")] = generic.ArrayObject(map(generic.NumberObject, (0, 1, -1, 0, 20, 0)))
        entry[pdf_name("/V")] = pdf_string("125")
        writer.update_container(look)

    filled: Any = made.fill(signed(pki, turned), "so", "125", words(drawn))
    found = made.judged(made.updated(filled, change), pki.trust())
    assert (found.conclusion == Conclusion.VALID) is valid


@pytest.mark.parametrize(("named", "verdict"), [(False, Conclusion.INDETERMINATE), (True, Conclusion.INVALID)])
def test_a_font_that_does_not_name_its_letters_proves_nothing(named: bool, verdict: Conclusion, pki: Pki) -> None:
    def nameless(writer: IncrementalPdfFileWriter) -> None:
        _reference, entry = made.field_of(writer, "so")
        fonts = entry["/AP"]["/N"]["/Resources"]["/Font"]
        info = generic.DictionaryObject(
            {
                pdf_name("/Registry"): pdf_string("Adobe"),
                pdf_name("/Ordering"): pdf_string("Identity"),
                pdf_name("/Supplement"): generic.NumberObject(0),
            }
        )
        below = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/CIDFontType2"),
                pdf_name("/BaseFont"): pdf_name("/Helvetica"),
                pdf_name("/CIDSystemInfo"): info,
            }
        )
        font = generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/Font"),
                pdf_name("/Subtype"): pdf_name("/Type0"),
                pdf_name("/BaseFont"): pdf_name("/Helvetica"),
                pdf_name("/Encoding"): pdf_name("/Identity-H"),
                pdf_name("/DescendantFonts"): generic.ArrayObject([writer.add_object(below)]),
            }
        )
        fonts[pdf_name("/F1")] = writer.add_object(font)
        writer.update_container(fonts)

    filled = made.fill(signed(pki, lambda _field: None), "so", "12/QD", words("XY ZW" if not named else "13/QD"))
    found = made.judged(made.updated(filled, nameless) if not named else filled, pki.trust())
    assert found.conclusion == verdict
