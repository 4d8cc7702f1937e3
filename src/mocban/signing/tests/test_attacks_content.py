"""Attacks by well-formed updates after signing, built from their published descriptions: none is ever called valid.

Shadow attacks (Mainka et al., NDSS 2021), evil annotation and sneaky signature attacks (Mainka et al., S&P 2021), and
whatever else changes what a reader notices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigFieldSpec

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

Writer = IncrementalPdfFileWriter
Change = Callable[[Writer], None]
FIELD = (72, 600, 272, 620)  # of the first field of made.form
OVER_WORDS = (72, 676, 330, 694)  # the line about 1.000.000


def number(value: float) -> Any:
    return generic.FloatObject(value)


def dictionary(**entries: Any) -> generic.DictionaryObject:
    return generic.DictionaryObject({pdf_name(f"/{key}"): value for key, value in entries.items()})


def array(*values: Any) -> generic.ArrayObject:
    return generic.ArrayObject(generic.NumberObject(one) if isinstance(one, int) else one for one in values)


def page_of(writer: Writer, place: int = 0) -> Any:
    return writer.root["/Pages"]["/Kids"][place].get_object()


@pytest.fixture(scope="module")
def base() -> bytes:
    """A form with an empty field, one that is filled, a box to tick, a place to sign and a picture of a drawing."""

    def change(document: pikepdf.Pdf) -> None:
        made.text_field(document, "so", FIELD)
        made.text_field(document, "da_dien", (72, 560, 272, 580), value="Khong dong y")
        made.text_field(document, "tren_chu", OVER_WORDS)
        off, on = (document.make_stream(content) for content in (b"", b"0 0 12 12 re f"))
        for look in (off, on):
            look.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 12, 12]
            )
        for name, state in (("chon", "/Off"), ("da_chon", "/Yes")):
            box = pikepdf.Dictionary(
                Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T=pikepdf.String(name), F=4,
                Rect=[300, 560, 312, 572] if state == "/Off" else [320, 560, 332, 572],
                AP=pikepdf.Dictionary(N=pikepdf.Dictionary(Off=off, Yes=on)), AS=pikepdf.Name(state),
                V=pikepdf.Name(state),
            )  # fmt: skip
            made.add_widget(document, box)
        document.Root.Lang = pikepdf.String("vi-VN")

    return made.prepare(made.edited(made.plain(2), change), SigFieldSpec("cho_ky", on_page=0, box=(72, 300, 220, 360)))


@pytest.fixture(scope="module")
def signed(base: bytes, pki: Pki) -> bytes:
    return made.sign(base, pki, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)


@pytest.fixture(scope="module")
def approved(base: bytes, pki: Pki) -> bytes:
    return made.sign(base, pki, box=(300, 300, 420, 340))


# --- the page and the catalog ------------------------------------------------------------------------------------


def new_words(writer: Writer) -> None:
    page = page_of(writer)
    words = made.WORDS.replace("1.000.000", "9.000.000").encode()
    page[pdf_name("/Contents")] = writer.add_object(generic.StreamObject(stream_data=words))
    writer.update_container(page)


def new_words_in_place(writer: Writer) -> None:
    reference = page_of(writer).raw_get("/Contents").reference
    words = generic.StreamObject(stream_data=made.WORDS.replace("1.000.000", "9.000.000").encode())
    writer.objects[(reference.generation, reference.idnum)] = words


def set_page(key: str, value: Any) -> Change:
    def change(writer: Writer) -> None:
        page = page_of(writer)
        page[pdf_name(key)] = value
        writer.update_container(page)

    return change


def other_font(writer: Writer) -> None:
    fonts = page_of(writer)["/Resources"]["/Font"]
    fonts[pdf_name("/F1")] = dictionary(
        Type=pdf_name("/Font"), Subtype=pdf_name("/Type1"), BaseFont=pdf_name("/Helvetica"),
        Encoding=dictionary(Differences=array(generic.NumberObject(49), pdf_name("/nine"))),
    )  # fmt: skip
    writer.update_container(page_of(writer))
    writer.update_container(page_of(writer)["/Resources"])


def pages(change: Callable[[Any, Writer], None]) -> Change:
    def whole(writer: Writer) -> None:
        tree = writer.root["/Pages"]
        change(tree, writer)
        tree[pdf_name("/Count")] = generic.NumberObject(len(tree["/Kids"]))
        writer.update_container(tree)

    return whole


def add_page(tree: Any, writer: Writer) -> None:
    copy = generic.DictionaryObject(page_of(writer))
    copy.pop("/Annots", None)
    tree["/Kids"].append(writer.add_object(copy))


def catalog(key: str, value: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        writer.root[pdf_name(key)] = value(writer)
        writer.update_root()

    return change


def script(_writer: Writer) -> Any:
    return dictionary(S=pdf_name("/JavaScript"), JS=pdf_string("app.alert(1)"))


def annotation(kind: str, **more: Any) -> Change:
    def change(writer: Writer) -> None:
        look = made.look_of(writer, b"1 g 0 0 200 20 re f BT 0 g /F1 12 Tf 2 4 Td (9.999.999) Tj ET", 200, 20)
        note = dictionary(
            Type=pdf_name("/Annot"), Subtype=pdf_name(kind), Rect=array(*OVER_WORDS), F=generic.NumberObject(4),
            AP=dictionary(N=look), Contents=pdf_string("9.999.999"), **more,
        )  # fmt: skip
        page = page_of(writer)
        writer.register_annotation(page.container_ref, writer.add_object(note))

    return change


def form_entry(key: str, value: Callable[[Writer], Any]) -> Change:
    def change(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name(key)] = value(writer)
        writer.update_container(form)
        writer.update_root()

    return change


def field_entry(name: str, key: str, value: Any) -> Change:
    def change(writer: Writer) -> None:
        reference, entry = made.field_of(writer, name)
        if value is None:
            entry.pop(key, None)
        else:
            entry[pdf_name(key)] = value(writer) if callable(value) else value
        writer.mark_update(reference.reference)

    return change


def words_look(words: str, width: float = 200, height: float = 20) -> Callable[[Writer], Any]:
    drawn = f"BT /F1 12 Tf 0 g 2 4 Td ({words}) Tj ET".encode()
    return lambda writer: dictionary(N=made.look_of(writer, drawn, width, height))


def several(*changes: Change) -> Change:
    def change(writer: Writer) -> None:
        for one in changes:
            one(writer)

    return change


def drop_annotation(writer: Writer) -> None:
    page = page_of(writer)
    del page["/Annots"][0]
    writer.update_container(page["/Annots"])
    writer.update_container(page)


def new_widget(kind: str, **more: Any) -> Change:
    def change(writer: Writer) -> None:
        look = made.look_of(writer, b"BT /F1 12 Tf 0 g 2 4 Td (them) Tj ET", 200, 20)
        field = dictionary(
            Type=pdf_name("/Annot"), Subtype=pdf_name("/Widget"), FT=pdf_name(kind), T=pdf_string("them"),
            Rect=array(72, 440, 272, 460), F=generic.NumberObject(4), AP=dictionary(N=look), **more,
        )  # fmt: skip
        reference = writer.add_object(field)
        writer.root["/AcroForm"]["/Fields"].append(reference)
        writer.update_container(writer.root["/AcroForm"]["/Fields"])
        writer.register_annotation(page_of(writer).container_ref, reference)

    return change


def remove_field(writer: Writer) -> None:
    fields = writer.root["/AcroForm"]["/Fields"]
    del fields[0]
    writer.update_container(fields)


def metadata_only(writer: Writer) -> None:
    writer.set_info(writer.add_object(dictionary(Title=pdf_string("khac"))))


CHANGES: dict[str, Change] = {
    "words of the page": new_words,
    "words of the page, same object": new_words_in_place,
    "font of the page": other_font,
    "media box": set_page("/MediaBox", array(0, 0, 595, 500)),
    "crop box": set_page("/CropBox", array(0, 0, 595, 690)),
    "turned page": set_page("/Rotate", generic.NumberObject(180)),
    "user unit": set_page("/UserUnit", generic.NumberObject(2)),
    "page action": set_page("/AA", dictionary(O=dictionary(S=pdf_name("/Named"), N=pdf_name("/Print")))),
    "no content": set_page("/Contents", generic.NullObject()),
    "page added": pages(add_page),
    "page removed": pages(lambda tree, _writer: tree["/Kids"].pop()),
    "pages swapped": pages(lambda tree, _writer: tree["/Kids"].reverse()),
    "open action": catalog("/OpenAction", script),
    "catalog action": catalog("/AA", lambda writer: dictionary(WC=script(writer))),
    "script by name": catalog(
        "/Names", lambda writer: dictionary(JavaScript=dictionary(Names=array(pdf_string("a"), script(writer))))
    ),
    "layers": catalog(
        "/OCProperties",
        lambda _writer: dictionary(OCGs=array(), D=dictionary(BaseState=pdf_name("/OFF"))),
    ),
    "viewer preferences": catalog(
        "/ViewerPreferences", lambda _writer: dictionary(HideToolbar=generic.BooleanObject(True))
    ),
    "catalog permissions": catalog("/Perms", lambda _writer: dictionary(DocMDP=generic.NullObject())),
    "free text": annotation("/FreeText", DA=pdf_string("/F1 12 Tf")),
    "stamp": annotation("/Stamp"),
    "redaction": annotation("/Redact"),
    "square": annotation("/Square"),
    "highlight": annotation("/Highlight", QuadPoints=array(72, 700, 300, 700, 72, 680, 300, 680)),
    "link": annotation("/Link"),
    "annotation removed": drop_annotation,
    "appearances wanted": form_entry("/NeedAppearances", lambda _writer: generic.BooleanObject(True)),
    "fonts of the form": form_entry("/DR", lambda _writer: dictionary()),
    "default appearance of the form": form_entry("/DA", lambda _writer: pdf_string("/F1 40 Tf 1 g")),
    "dynamic form": form_entry("/XFA", lambda writer: writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))),
    "order of calculation": form_entry("/CO", lambda writer: array(made.field_of(writer, "so")[0])),
    "field removed": remove_field,
    "new text field": new_widget("/Tx", V=pdf_string("them")),
    "new empty text field": new_widget("/Tx"),
    "new button": new_widget("/Btn"),
    "new empty signature field that shows": new_widget("/Sig"),
    "filled value changed": several(
        field_entry("da_dien", "/V", pdf_string("Dong y")), field_entry("da_dien", "/AP", words_look("Dong y"))
    ),
    "filled value changed, look kept": field_entry("da_dien", "/V", pdf_string("Dong y")),
    "look of a filled field changed": field_entry("da_dien", "/AP", words_look("Dong y")),
    "filled value taken away": field_entry("da_dien", "/V", None),
    "ticked box cleared": several(
        field_entry("da_chon", "/V", pdf_name("/Off")), field_entry("da_chon", "/AS", pdf_name("/Off"))
    ),
    "field moved": field_entry("da_dien", "/Rect", array(72, 676, 330, 694)),
    "field hidden": field_entry("da_dien", "/F", generic.NumberObject(2)),
    "field action": field_entry("so", "/AA", lambda writer: dictionary(K=script(writer))),
    "field layer": field_entry("da_dien", "/OC", dictionary(Type=pdf_name("/OCG"), Name=pdf_string("x"))),
    "field colours": field_entry("da_dien", "/MK", dictionary(BG=array(0))),
    "field renamed": field_entry("da_dien", "/T", pdf_string("khac")),
    "type of a field": field_entry("da_dien", "/FT", pdf_name("/Btn")),
    "look without a value": field_entry("so", "/AP", words_look("9.999.999")),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("kind", ["signed", "approved"])
def test_a_change_that_a_reader_notices_is_invalid(
    name: str, kind: str, pki: Pki, request: pytest.FixtureRequest
) -> None:
    data = request.getfixturevalue(kind)
    made.assert_valid(data, pki.trust())
    found = made.judged(made.updated(data, CHANGES[name]), pki.trust())
    assert found.conclusion == Conclusion.INVALID, made.codes(found)


@pytest.mark.parametrize(
    "change",
    [
        catalog(
            "/StructTreeRoot",
            lambda _writer: dictionary(K=array(dictionary(S=pdf_name("/P"), ActualText=pdf_string("Da huy")))),
        ),
        catalog("/Lang", lambda _writer: pdf_string("en-US")),
    ],
)
def test_what_is_read_aloud_stays(change: Change, signed: bytes, pki: Pki) -> None:
    found = made.judged(made.updated(signed, change), pki.trust())
    assert found.conclusion != Conclusion.VALID
    assert "content.structure" in made.codes(found)


@pytest.mark.parametrize("name", CHANGES)
def test_the_same_change_hidden_in_an_object_stream_is_invalid(name: str, base: bytes, pki: Pki) -> None:
    modern = made.sign(
        made.edited(base, lambda _document: None, object_stream_mode=pikepdf.ObjectStreamMode.generate), pki
    )
    made.assert_valid(modern, pki.trust())
    assert made.judged(made.updated(modern, CHANGES[name]), pki.trust()).conclusion == Conclusion.INVALID


def test_a_stronger_certification_permits_no_filling(base: bytes, pki: Pki) -> None:
    closed = made.sign(base, pki, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    made.assert_valid(closed, pki.trust())
    assert made.judged(made.fill(closed, "so", "12"), pki.trust()).conclusion == Conclusion.INVALID


def test_permitted_notes_are_noticed_all_the_same(base: bytes, pki: Pki) -> None:
    lenient = made.sign(base, pki, certify=True, docmdp_permissions=MDPPerm.ANNOTATE)
    noted = made.updated(lenient, CHANGES["free text"])
    assert made.judged(noted, pki.trust()).conclusion == Conclusion.INVALID


def test_a_certification_comes_first(pki: Pki, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyhanko.sign.signers import pdf_signer

    # pyHanko itself refuses to certify late; a hostile program does not look for earlier signatures.
    monkeypatch.setattr(pdf_signer.PdfSigner, "_enforce_certification_constraints", lambda *_args: None)
    first = made.sign(made.plain(), pki)
    late = made.sign(first, pki, "organisation", field="seal", certify=True)
    assert set(made.conclusions(late, pki.trust())) == {"invalid"}


def test_the_look_of_a_signed_field_stays(approved: bytes, pki: Pki) -> None:
    for change in (
        field_entry("signature", "/AP", words_look("Bo truong", 120, 40)),
        field_entry("signature", "/Rect", array(72, 660, 330, 700)),
        field_entry("signature", "/F", generic.NumberObject(2)),
    ):
        assert made.judged(made.updated(approved, change), pki.trust()).conclusion == Conclusion.INVALID


# --- fields over words -------------------------------------------------------------------------------------------

# fmt: off
OVERLAYS = {
    "white box with other words": b"1 g 0 0 258 18 re f BT 0 g /F1 14 Tf 0 4 Td (Chi tra 9.999.999 dong.) Tj ET",
    "dark box with light words": b"0 g 0 0 258 18 re f BT 1 g /F1 14 Tf 0 4 Td (Chi tra 9.999.999 dong.) Tj ET",
    "white box": b"1 g 0 0 258 18 re f",
    "white box over one word": b"1 g 48 0 70 18 re f",
    "a digit on a digit": b"BT 0 g /F1 14 Tf 49 4 Td (8) Tj ET",
    "a digit between digits": b"BT 0 g /F1 14 Tf 51 4 Td (8) Tj ET",
    "reprinted with one more digit": b"1 g 0 0 258 18 re f BT 0 g /F1 14 Tf 0 4 Td"
    b" (Chi tra 11.000.000 dong cho ho ngheo.) Tj ET",
    "reprinted without a word": b"1 g 0 0 258 18 re f BT 0 g /F1 14 Tf 0 4 Td (Chi tra 1.000.000 dong ho ngheo.) Tj ET",
    "a stroke through digits": b"2 w 44 8 m 112 8 l S",
}
# fmt: on


@pytest.mark.parametrize("name", OVERLAYS)
def test_a_field_filled_over_words_neither_covers_nor_changes_them(name: str, signed: bytes, pki: Pki) -> None:
    attacked = made.fill(signed, "tren_chu", "x", OVERLAYS[name])
    found = made.judged(attacked, pki.trust())
    assert found.conclusion == Conclusion.INVALID, made.codes(found)


@pytest.mark.parametrize("name", OVERLAYS)
def test_the_look_of_a_later_signature_neither_covers_nor_changes_words(name: str, pki: Pki) -> None:
    laid = made.prepare(made.plain(), SigFieldSpec("seal", on_page=0, box=OVER_WORDS))
    first = made.sign(laid, pki, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    attacked = made.sign(first, pki, "organisation", field="seal", prepared=True, look=made.RawLook(OVERLAYS[name]))
    assert made.judged(attacked, pki.trust()).conclusion == Conclusion.INVALID


# --- shadow attacks: prepared before signing ----------------------------------------------------------------------


def shadow(change: Callable[[pikepdf.Pdf], None], pki: Pki) -> bytes:
    return made.sign(made.edited(made.plain(), change), pki, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)


def field_with_look(drawn: bytes, rect: tuple[float, ...] = OVER_WORDS) -> Callable[[pikepdf.Pdf], None]:
    def change(document: pikepdf.Pdf) -> None:
        field = made.text_field(document, "bong", rect)
        font = field.AP.N.stream_dict.Resources
        field.AP.N.write(drawn)
        field.AP.N.stream_dict.Resources = font

    return change


def test_shadow_hide_the_cover_taken_away_is_invalid(pki: Pki) -> None:
    covered = shadow(field_with_look(b"1 g 0 0 258 18 re f"), pki)
    for drawn in (b"", b"BT ET", b"1 g 0 0 9 18 re f"):
        assert made.judged(made.fill(covered, "bong", " ", drawn), pki.trust()).conclusion == Conclusion.INVALID
        assert made.judged(made.fill(covered, "bong", "x", drawn), pki.trust()).conclusion == Conclusion.INVALID


def test_shadow_replace_a_look_without_a_value_is_invalid(pki: Pki) -> None:
    lower = (72, 500, 330, 518)
    showing = shadow(field_with_look(b"BT 0 g /F1 12 Tf 2 4 Td (1.000.000) Tj ET", lower), pki)
    assert made.judged(made.fill(showing, "bong", "9.000.000"), pki.trust()).conclusion == Conclusion.INVALID
    longer = b"BT 0 g /F1 12 Tf 2 4 Td (1.000.000) Tj 60 0 Td (.000) Tj ET"
    assert made.judged(made.fill(showing, "bong", "x", longer), pki.trust()).conclusion == Conclusion.INVALID


def test_shadow_hide_and_replace_by_the_update_table_is_invalid(pki: Pki) -> None:
    """The second content lies in the signed bytes already; a small update makes the page use it."""

    def change(document: pikepdf.Pdf) -> None:
        other = document.make_stream(made.WORDS.replace("1.000.000", "9.000.000").encode())
        document.Root.Spare = document.make_indirect(other)

    data = made.sign(made.edited(made.plain(), change), pki)

    def use(writer: Writer) -> None:
        page = page_of(writer)
        page[pdf_name("/Contents")] = writer.root.raw_get("/Spare")
        writer.update_container(page)

    made.assert_valid(data, pki.trust())
    assert made.judged(made.updated(data, use), pki.trust()).conclusion == Conclusion.INVALID


def test_a_sneaky_signature_in_a_new_field_over_words_is_invalid(pki: Pki) -> None:
    first = made.sign(made.plain(), pki)
    drawn = b"1 g 0 0 258 18 re f BT 0 g /F1 14 Tf 0 4 Td (Chi tra 9.999.999 dong.) Tj ET"
    sneaky = made.sign(first, pki, "organisation", field="seal", box=OVER_WORDS, look=made.RawLook(drawn))
    assert made.judged(sneaky, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_a_later_signature_may_not_hide_an_earlier_ones_picture(approved: bytes, pki: Pki) -> None:
    hiding = made.sign(
        approved, pki, "organisation", field="seal", box=(295, 295, 425, 345), look=made.RawLook(b"1 g 0 0 130 50 re f")
    )
    assert made.judged(hiding, pki.trust()).signatures[0].conclusion == Conclusion.INVALID


def test_locked_fields_stay(pki: Pki) -> None:
    from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec

    for lock, conclusion in (
        (FieldMDPSpec(FieldMDPAction.ALL), Conclusion.INVALID),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["so"]), Conclusion.INVALID),
        (FieldMDPSpec(FieldMDPAction.EXCLUDE, ["so"]), Conclusion.VALID),
        (FieldMDPSpec(FieldMDPAction.INCLUDE, ["ngay"]), Conclusion.VALID),
    ):
        spec = SigFieldSpec("signature", on_page=0, field_mdp_spec=lock)
        locked = made.sign(made.form("so", "ngay"), pki, spec=spec)
        found = made.judged(made.fill(locked, "so", "12"), pki.trust())
        assert found.conclusion == conclusion, lock


def test_a_second_filling_breaks_only_the_signature_that_covers_the_first(pki: Pki) -> None:
    first = made.sign(made.form("so"), pki, certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
    second = made.sign(made.fill(first, "so", "12"), pki, "organisation", field="seal")
    changed = made.fill(second, "so", "13")
    assert made.conclusions(changed, pki.trust()) == ["valid", "invalid"]


def test_nothing_of_this_needs_the_signer_to_be_known(pki: Pki, signed: bytes) -> None:
    stranger = pki.trust(anchors=(pki.anchor("other-root"),))
    assert made.judged(signed, stranger).conclusion == Conclusion.INDETERMINATE
    assert made.judged(made.updated(signed, new_words), stranger).conclusion == Conclusion.INVALID
