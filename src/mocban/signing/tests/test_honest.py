"""Ordinary documents are never accused: signed by one or many, filled in permitted ways, by many producers' habits."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageFilter
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigFieldSpec, SigSeedSubFilter

from mocban.signing.pdf import filling, layout, sealing
from mocban.signing.tests import drafts, made
from mocban.signing.tests.conftest import DATE_TEXT, NUMBER_TEXT, ORGANISATION, PERSON
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import FileFinding
from mocban.signing.verification.judging import judge

OBJECTS = pikepdf.ObjectStreamMode.generate
CERTIFIES = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}
PLACE, SEAL = (330, 200, 480, 270), (290, 180, 392, 282)  # the seal covers the left third of the signature


def good(data: bytes, pki: Pki) -> FileFinding:
    return made.assert_valid(data, pki.trust())


@pytest.mark.parametrize("label", ["person", "organisation", "ecdsa", "ed25519"])
def test_one_signature_of_each_kind_of_key(label: str, pki: Pki) -> None:
    more = {"md_algorithm": "sha512"} if label == "ed25519" else {}
    good(made.sign(made.plain(), pki, label, **more), pki)


def test_pss_and_other_digests(pki: Pki) -> None:
    good(made.sign(made.plain(), pki, signer=pki.signer(pss=True)), pki)
    for name in ("sha384", "sha512"):
        good(made.sign(made.plain(), pki, md_algorithm=name), pki)


def test_a_signature_that_is_not_pades_is_judged_too(pki: Pki) -> None:
    found = good(made.sign(made.plain(), pki, subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED), pki)
    assert (found.signatures[0].form, found.signatures[0].level) == ("pdf", "")


def test_no_revocation_data_is_said_but_not_held_against(pki: Pki) -> None:
    assert "chain.revocation_unknown" in made.codes(good(made.sign(made.plain(), pki), pki))


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
@pytest.mark.parametrize("label", ["person", "person-sources"])
def test_every_level_is_told_from_the_content(level: str, label: str, pki: Pki) -> None:
    found = good(made.sign(made.plain(), pki, label, level=level), pki)
    assert found.signatures[0].level == level
    assert found.signatures[0].time_by == "Dấu thời gian An Hòa"


def test_person_then_organisation_each_with_a_new_field(pki: Pki) -> None:
    for visible in (None, PLACE):
        first = made.sign(made.plain(2), pki, box=visible)
        box = (72, 200, 222, 270) if visible else None
        found = good(made.sign(first, pki, "organisation", field="seal", box=box), pki)
        assert [one.whole for one in found.signatures] == [False, True]
        assert [one.revision for one in found.signatures] == [2, 3]


def test_a_new_place_to_sign_after_a_certification_that_permits_signing(pki: Pki) -> None:
    first = made.sign(made.plain(), pki, box=PLACE, **CERTIFIES)
    good(made.sign(first, pki, "organisation", field="seal", box=(72, 200, 222, 270)), pki)


def test_person_certifies_fields_are_filled_organisation_locks(pki: Pki) -> None:
    everything = FieldMDPSpec(FieldMDPAction.ALL)
    laid = made.prepare(
        made.form("so", "ngay"),
        SigFieldSpec("signature", on_page=0, box=PLACE),
        SigFieldSpec("seal", on_page=0, box=SEAL, field_mdp_spec=everything),
    )
    first = made.sign(laid, pki, prepared=True, **CERTIFIES)
    filled = made.fill(made.fill(first, "so", "12/UBND"), "ngay", "05/11/2026")
    found = good(made.sign(filled, pki, "organisation", field="seal", prepared=True), pki)
    told = [(one.code, one.revision, one.page) for one in found.signatures[0].additions]
    assert told == [("addition.filled", 4, 1), ("addition.filled", 5, 1), ("addition.signed", 6, 1)]
    assert found.signatures[0].certifies
    good(made.stamp_document(made.sign(filled, pki, "organisation", field="seal", prepared=True), pki), pki)


def test_certified_against_every_change_alone_and_with_time_stamps(pki: Pki) -> None:
    closed = made.sign(made.plain(), pki, certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    good(closed, pki)
    good(made.stamp_document(closed, pki), pki)
    good(made.sign(made.plain(), pki, level="B-LTA", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES), pki)


def test_invisible_signatures_of_many(pki: Pki) -> None:
    data = made.plain(3)
    for number, label in enumerate(("person", "person2", "ecdsa", "organisation")):
        data = made.sign(data, pki, label, field=f"f{number}")
    assert len(good(data, pki).signatures) == 4


def test_a_seal_over_a_signature_and_lightly_over_words(pki: Pki, signature_png: bytes, seal_png: bytes) -> None:
    words = made.WORDS + " BT /F1 13 Tf 350 280 Td (CHU TICH) Tj -15 -92 Td (Tran Thi Bich Ngoc) Tj ET"
    first = made.sign(made.plain(words=words), pki, box=PLACE, image=signature_png)
    good(first, pki)
    good(made.sign(first, pki, "organisation", field="seal", box=SEAL, image=seal_png), pki)
    good(made.sign(first, pki, "organisation", field="seal", box=(270, 190, 372, 292), image=seal_png), pki)


def test_a_signature_image_over_the_lines_above_and_below(pki: Pki, signature_png: bytes) -> None:
    words = made.WORDS + " BT /F1 13 Tf 350 258 Td (CHU TICH) Tj -15 -56 Td (Tran Thi Bich Ngoc) Tj ET"
    laid = made.prepare(made.plain(words=words), SigFieldSpec("second", on_page=0, box=PLACE))
    first = made.sign(laid, pki, **CERTIFIES)
    good(made.sign(first, pki, "person2", field="second", prepared=True, image=signature_png), pki)


def black(image: bytes) -> bytes:
    picture, out = Image.open(io.BytesIO(image)).convert("RGBA"), io.BytesIO()
    made_black = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    made_black.paste((10, 10, 10, 255), mask=picture.split()[3])
    made_black.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("ink", ["blue", "black"])
def test_a_signature_across_title_and_name_with_the_seal_over_it(
    ink: str, pki: Pki, signature_png: bytes, seal_png: bytes
) -> None:
    """The places of a real draft: the signature reaches into the lines of title and name, the seal over all three."""
    box = (365, 531, 505, 631)
    laid = made.prepare(
        drafts.draft(), SigFieldSpec("ky", on_page=0, box=box), SigFieldSpec("dau", on_page=0, box=(310, 521, 412, 623))
    )
    first = made.sign(laid, pki, **CERTIFIES)
    image = signature_png if ink == "blue" else black(signature_png)
    second = made.sign(first, pki, "person2", field="ky", prepared=True, image=image)
    good(second, pki)
    good(made.sign(second, pki, "organisation", field="dau", prepared=True, image=seal_png), pki)


def test_a_scan_is_signed_and_sealed(pki: Pki, signature_png: bytes, seal_png: bytes) -> None:
    drawn = pypdfium2.PdfDocument(drafts.draft())[0].render(scale=2.5).to_pil().convert("L")
    grey = Image.blend(drawn.filter(ImageFilter.GaussianBlur(0.8)), Image.effect_noise(drawn.size, 22), 0.06)
    out = io.BytesIO()
    grey.save(out, "PDF", resolution=180)
    first = made.sign(out.getvalue(), pki, box=(320, 480, 470, 545), image=signature_png)
    good(made.sign(first, pki, "organisation", field="seal", box=(270, 465, 372, 567), image=seal_png), pki)


def test_several_signers_with_locks_of_their_own(pki: Pki) -> None:
    data = made.form("mot", "hai", "ba")
    names = ("mot", "hai", "ba")
    specs = [
        SigFieldSpec(f"ky_{name}", on_page=0, field_mdp_spec=FieldMDPSpec(FieldMDPAction.INCLUDE, [name]))
        for name in names
    ]
    data = made.prepare(data, *specs)
    for name, label in zip(names, ("person", "person2", "organisation"), strict=True):
        data = made.sign(made.fill(data, name, f"muc {name}"), pki, label, field=f"ky_{name}", prepared=True)
    assert len(good(data, pki).signatures) == 3


def test_a_box_ticked_and_a_choice_made(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        looks = {}
        for state, drawn in (("/Off", b"0.5 w 0.5 0.5 11 11 re S"), ("/Co", b"0.5 w 0.5 0.5 11 11 re S 3 3 6 6 re f")):
            look = document.make_stream(drawn)
            look.stream_dict = pikepdf.Dictionary(
                Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 12, 12]
            )
            looks[state] = look
        box = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Btn, T=pikepdf.String("dong_y"), F=4,
            Rect=[72, 560, 84, 572], AP=pikepdf.Dictionary(N=pikepdf.Dictionary(looks)), AS=pikepdf.Name.Off,
        )  # fmt: skip
        made.add_widget(document, box)

    def tick(writer: Any) -> None:
        reference, entry = made.field_of(writer, "dong_y")
        entry[pdf_name("/V")] = entry[pdf_name("/AS")] = pdf_name("/Co")
        writer.mark_update(reference.reference)

    signed = made.sign(made.edited(made.plain(), change), pki, **CERTIFIES)
    found = good(made.updated(signed, tick), pki)
    assert found.signatures[0].additions[0].values == {"field": "dong_y", "value": "Co"}


def test_an_empty_field_with_border_and_ground_is_filled(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        field = made.text_field(document, "khung", (72, 600, 272, 620))
        field.AP.N.write(b"0.95 g 0 0 200 20 re f 0 G 1 w 0.5 0.5 199 19 re S /Tx BMC EMC")
        field.MK = pikepdf.Dictionary(BC=[0], BG=[0.95])

    signed = made.sign(made.edited(made.plain(), change), pki, **CERTIFIES)
    drawn = b"0.95 g 0 0 200 20 re f 0 G 1 w 0.5 0.5 199 19 re S /Tx BMC BT /F1 12 Tf 0 g 4 5 Td (Muoi hai) Tj ET EMC"
    good(made.fill(signed, "khung", "Muoi hai", drawn), pki)


def test_a_field_on_a_printed_rule_or_dots_is_filled(pki: Pki) -> None:
    words = made.WORDS + " BT /F1 12 Tf 72 604 Td (So: ................................) Tj ET 72 560 m 272 560 l S"

    def change(document: pikepdf.Pdf) -> None:
        made.text_field(document, "cham", (100, 600, 272, 620))
        made.text_field(document, "ke", (72, 556, 272, 576))

    signed = made.sign(made.edited(made.plain(words=words), change), pki, **CERTIFIES)
    good(made.fill(made.fill(signed, "cham", "12/UBND-VP"), "ke", "ngay gio quy"), pki)


def test_metadata_and_information_are_kept_up(pki: Pki) -> None:
    def change(writer: Any) -> None:
        info = generic.DictionaryObject(
            {pdf_name("/Title"): pdf_string("Công văn"), pdf_name("/Producer"): pdf_string("x")}
        )
        writer.set_info(writer.add_object(info))
        xmp = b'<?xpacket begin=""?><x:xmpmeta xmlns:x="adobe:ns:meta/"/><?xpacket end="w"?>'
        stream = generic.StreamObject({pdf_name("/Type"): pdf_name("/Metadata")}, stream_data=xmp)
        writer.root[pdf_name("/Metadata")] = writer.add_object(stream)
        writer.root[pdf_name("/Extensions")] = generic.DictionaryObject()
        writer.update_root()

    good(made.updated(made.sign(made.plain(), pki), change), pki)


@pytest.mark.parametrize(
    "options",
    [
        {"object_stream_mode": OBJECTS},
        {"object_stream_mode": OBJECTS, "linearize": True},
        {"linearize": True},
        {"compress_streams": False},
        {"force_version": "2.0"},
    ],
)
def test_files_of_other_forms(options: dict[str, Any], pki: Pki) -> None:
    laid = made.form("so", **options)
    first = made.sign(laid, pki, box=PLACE)
    good(made.sign(made.fill(first, "so", "12"), pki, "organisation", field="seal", box=(72, 200, 222, 270)), pki)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_and_cropped_pages(turn: int, pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        document.pages[0].rotate(turn, relative=False)
        document.pages[0].cropbox = pikepdf.Array([20, 30, 580, 800])

    first = made.sign(made.edited(made.form("so"), change), pki, box=PLACE)
    good(made.sign(made.fill(first, "so", "12"), pki, "organisation", field="seal", box=(72, 200, 222, 270)), pki)


def test_page_attributes_that_are_inherited(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        tree = document.Root.Pages
        for key in ("/MediaBox", "/Resources"):
            tree[key] = document.pages[0].obj[key]
            for page in document.pages:
                del page.obj[key]

    data = made.sign(made.edited(made.plain(2), change), pki, box=PLACE)
    good(made.sign(data, pki, "organisation", field="seal", box=(72, 200, 222, 270)), pki)
    # A field without a look is painted by each viewer: where it lies is reckoned from the inherited box, too.
    place = SigFieldSpec("seal", on_page=0, box=(PLACE[0] - 40, PLACE[1] - 20, PLACE[0] + 40, PLACE[1] + 60))
    laid = made.sign(made.edited(made.prepare(made.form("so"), place), change), pki, box=PLACE)
    good(made.sign(laid, pki, "organisation", field="seal", prepared=True), pki)


def test_fields_below_fields(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        child = made.text_field(document, "so", (72, 600, 272, 620))
        parent = document.make_indirect(pikepdf.Dictionary(T=pikepdf.String("cha"), Kids=[child]))
        child.Parent = parent
        document.Root.AcroForm.Fields = pikepdf.Array([parent])

    first = made.sign(made.edited(made.plain(), change), pki, **CERTIFIES)

    def fill(writer: Any) -> None:
        reference = writer.root["/AcroForm"]["/Fields"][0]["/Kids"].raw_get(0)
        entry = reference.get_object()
        entry[pdf_name("/V")] = pdf_string("12")
        look = made.look_of(writer, made.appearance_words("12"), 200, 20)
        entry[pdf_name("/AP")] = generic.DictionaryObject({pdf_name("/N"): look})
        writer.mark_update(reference.reference)

    assert good(made.updated(first, fill), pki).signatures[0].additions[0].values["field"] == "cha.so"


def test_a_tagged_draft_as_an_office_program_makes_it(pki: Pki) -> None:
    first = made.sign(drafts.draft(), pki, box=(320, 320, 470, 380))
    good(made.sign(first, pki, "organisation", field="seal", box=(72, 320, 222, 380)), pki)


def test_notes_made_before_signing_stay(pki: Pki) -> None:
    def change(document: pikepdf.Pdf) -> None:
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Text, Rect=[500, 700, 520, 720], Contents="xem", F=4
        )
        document.pages[0].obj.Annots = document.make_indirect(pikepdf.Array([document.make_indirect(note)]))

    first = made.sign(made.edited(made.plain(), change), pki, box=PLACE)
    good(made.sign(first, pki, "organisation", field="seal", box=(72, 200, 222, 270)), pki)


@pytest.mark.parametrize(
    ("number", "date"),
    [
        ("Số: ......../SNV-VP", "An Hòa, ngày ..... tháng ..... năm 2026"),
        ("Số: \\_\\_\\_\\_/SNV-VP", "An Hòa, ngày \\_\\_ tháng \\_\\_ năm 2026"),
        ("Số: ....../SNV-VP", "An Hòa, ngày ..... tháng ..... năm 20...."),
        (f"Số:{drafts.GAP}/SNV-VP", f"An Hòa, ngày {drafts.GAP} tháng {drafts.GAP} năm 2026"),
    ],
)
def test_our_own_documents_with_covered_cells(
    number: str, date: str, keystore: Any, signature_png: bytes, seal_png: bytes, now: datetime
) -> None:
    laid, _places = layout.lay_fields(drafts.draft(number=number, date=date), form=drafts.STATE)
    hand = {"keystore": keystore, "at": now}
    signed = sealing.sign_as_person(laid, holder=PERSON, image=signature_png, **hand)
    filled = filling.fill_number(signed, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    sealed = sealing.seal_as_organisation(filled, holder=ORGANISATION, image=seal_png, **hand)
    trust = made.trust_in(keystore, now)
    for data in (signed, filled, sealed):
        made.assert_valid(data, trust)


def test_the_helper_process_says_the_same(pki: Pki) -> None:
    data = made.sign(
        made.sign(made.plain(), pki, box=PLACE), pki, "organisation", field="seal", box=(72, 200, 222, 270)
    )
    assert str(judge(data, trust=pki.trust()).conclusion) == "valid"


# --- long life ----------------------------------------------------------------------------------------------------


def test_an_archived_document_outlives_its_certificates(pki: Pki) -> None:
    then, later, now = (datetime(year, 3, 2, tzinfo=UTC) for year in (2021, 2021, 2026))
    signed = made.sign(made.plain(), pki, "expired", stamper=pki.stamper("tsa", at=then))
    archived = made.stamp_document(signed, pki, at=later)
    found = made.assert_valid(archived, pki.trust(at=now))
    assert "chain.expired_since" in made.codes(found)
    bare = made.sign(made.plain(), pki, "expired")
    assert str(made.judged(bare, pki.trust(at=now)).conclusion) == "indeterminate"


def test_a_later_stamp_carries_a_service_that_has_ended(pki: Pki) -> None:
    then, now = datetime(2021, 3, 2, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    signed = made.sign(made.plain(), pki, "expired", stamper=pki.stamper("tsa-expired", at=then))
    assert str(made.judged(signed, pki.trust(at=now)).conclusion) == "indeterminate"
    renewed = made.stamp_document(signed, pki, at=datetime(2021, 12, 1, tzinfo=UTC))
    made.assert_valid(renewed, pki.trust(at=now))


# --- any honest chain ---------------------------------------------------------------------------------------------

STEPS = st.lists(st.sampled_from(["fill", "sign", "show", "stamp", "information", "evidence"]), min_size=1, max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, certified=st.booleans(), compressed=st.booleans())
def test_any_honest_chain_is_valid(steps: list[str], certified: bool, compressed: bool, pki: Pki) -> None:
    names = [f"o{number}" for number in range(len(steps))]
    data = made.form(*names, **({"object_stream_mode": OBJECTS} if compressed else {}))
    places = [
        SigFieldSpec(f"ky{number}", on_page=0, box=(72 + 90 * number, 200, 152 + 90 * number, 250))
        for number in range(len(steps))
    ]
    data = made.prepare(data, *places)
    data = made.sign(data, pki, **(CERTIFIES if certified else {}))
    for number, step in enumerate(steps):
        if step == "fill":
            data = made.fill(data, names[number], f"gia tri {number}")
        elif step == "show":
            data = made.sign(data, pki, "person2", field=f"ky{number}", prepared=True)
        elif step == "sign":
            data = made.sign(data, pki, "organisation", field=f"an{number}")
        elif step == "stamp":
            data = made.stamp_document(data, pki)
        elif step == "evidence":
            data = made.sign(data, pki, "ecdsa", field=f"lau{number}", level="B-LT")
        else:
            data = made.updated(data, lambda writer: writer.set_info(writer.add_object(generic.DictionaryObject())))
    good(data, pki)
