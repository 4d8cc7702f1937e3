"""What ordinary programs leave behind in a signed file, and what resembles it: looks left to readers, panels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pikepdf
import pytest
from asn1crypto import cms
from pikepdf import Array, Dictionary, Name, String
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mocban.signing.tests import made
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion

Laid = Callable[[pikepdf.Pdf], None]
OTHER = (72, 500, 272, 520)


def signed(pki: Pki, *laid: Laid) -> bytes:
    def change(document: pikepdf.Pdf) -> None:
        for one in laid:
            one(document)

    return made.sign(made.edited(made.form("so"), change), pki)


def left_to_readers(data: bytes) -> bytes:
    def change(writer: Writer) -> None:
        form = writer.root["/AcroForm"]
        form[pdf_name("/NeedAppearances")] = generic.BooleanObject(True)
        writer.update_container(form)

    return made.updated(data, change)


def field(value: str, shown: str, **entries: Any) -> Laid:
    def laid(document: pikepdf.Pdf) -> None:
        made.text_field(document, "khac", OTHER, value=value)
        found = document.Root.AcroForm.Fields[-1]
        found.AP.N.write(made.appearance_words(shown))
        found.update(Dictionary({f"/{key}": entry for key, entry in entries.items()}))

    return laid


def white(document: pikepdf.Pdf) -> None:
    made.text_field(document, "khac", (72, 670, 400, 690)).AP.N.write(b"1 g 0 0 328 20 re f")


def choices(document: pikepdf.Pdf) -> None:
    field("", "Ha Noi", FT=Name.Ch, Opt=Array([String("Ha Noi"), String("Hue")]))(document)


def button(document: pikepdf.Pdf) -> None:
    made.text_field(document, "khac", OTHER).update(
        Dictionary(FT=Name.Btn, Ff=1 << 16, MK=Dictionary(CA=String("Da huy")))
    )


FORMS: dict[str, tuple[Laid, bool]] = {
    "nothing else": (lambda _document: None, True),
    "an empty field": (field("", ""), True),
    "a field that prints its value": (field("Ha Noi", "Ha Noi"), True),
    "a list of choices": (choices, True),
    "a field that prints another value": (field("Khong", "Dong y"), False),
    "a field that prints more than its value": (field("12", "12 nam"), False),
    "an empty field that says something": (field("", "Du thao"), False),
    "white over printed words": (white, False),
    "a button with another caption": (button, False),
}


@pytest.mark.parametrize("name", FORMS)
def test_looks_may_be_left_to_readers_where_they_say_the_same(name: str, pki: Pki) -> None:
    laid, valid = FORMS[name]
    for drawn in (None, b"/Tx BMC EMC"):
        found = made.judged(left_to_readers(made.fill(signed(pki, laid), "so", "12", drawn)), pki.trust())
        assert (found.conclusion == Conclusion.VALID) is valid


def test_looks_are_not_left_to_readers_for_nothing_or_with_another_pen(pki: Pki) -> None:
    def pen(writer: Writer) -> None:
        reference, entry = made.field_of(writer, "so")
        entry[pdf_name("/DA")] = pdf_string("/F1 12 Tf 1 g")
        writer.mark_update(reference.reference)

    data = signed(pki)
    for later in (left_to_readers(data), left_to_readers(made.updated(made.fill(data, "so", "12"), pen))):
        assert "content.form" in made.codes(made.judged(later, pki.trust()))


def test_the_size_of_a_page_may_be_inherited_where_a_field_leaves_its_look_to_readers(pki: Pki) -> None:
    def inherited(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        page.Parent.MediaBox = page.MediaBox
        del page.MediaBox

    def bare(writer: Writer) -> None:
        reference, entry = made.field_of(writer, "so")
        del entry["/AP"]
        writer.mark_update(reference.reference)

    made.assert_valid(made.updated(made.fill(signed(pki, inherited), "so", "12"), bare), pki.trust())


@pytest.mark.parametrize(("mode", "valid"), [("/UseAttachments", True), ("/FullScreen", False)])
def test_another_panel_may_open_beside_the_pages(mode: str, valid: bool, pki: Pki) -> None:
    def change(writer: Writer) -> None:
        writer.root[pdf_name("/PageMode")] = pdf_name(mode)
        writer.update_root()

    found = made.judged(made.updated(signed(pki), change), pki.trust())
    assert (found.conclusion == Conclusion.VALID) is valid


@pytest.mark.parametrize("lacking", ["person", "organisation"])
def test_an_authority_that_one_signature_lacks_is_found_beside_another(lacking: str, pki: Pki) -> None:
    data = made.plain()
    for label in ("person", "organisation"):
        more = {"cert_registry": SimpleCertificateStore()} if label == lacking else {}
        data = made.sign(data, pki, field=label, signer=pki.signer(label, **more))
    made.assert_valid(data, pki.trust())


class Unbound(SimpleSigner):
    """Leaves out the attribute that names the signer's certificate, as simple programs do."""

    async def signed_attrs(self, *args: Any, **more: Any) -> cms.CMSAttributes:
        found = await super().signed_attrs(*args, **more)
        return cms.CMSAttributes([one for one in found if "signing_certificate" not in one["type"].native])


def test_a_signature_that_does_not_name_its_certificate_is_judged_and_said_to_be_of_no_level(pki: Pki) -> None:
    like = pki.signer()
    signer = Unbound(signing_cert=like.signing_cert, signing_key=like.signing_key, cert_registry=like.cert_registry)
    found = made.assert_valid(made.sign(made.plain(), pki, signer=signer), pki.trust())
    assert "signature.unbound" in made.codes(found)
    assert found.signatures[0].level == ""


def test_rich_text_brings_its_style_along(pki: Pki) -> None:
    def change(writer: Writer) -> None:
        reference, entry = made.field_of(writer, "so")
        entry[pdf_name("/RV")] = pdf_string('<?xml version="1.0"?><body><p><b>12</b></p></body>')
        entry[pdf_name("/DS")] = pdf_string("font: Helvetica 12pt")
        writer.mark_update(reference.reference)

    made.assert_valid(made.updated(made.fill(signed(pki), "so", "12"), change), pki.trust())
