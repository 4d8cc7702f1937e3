"""The whole path of an outgoing document: both signatures stand at the end, and any other change is found."""

from __future__ import annotations

import io
import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pikepdf
import pytest
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters import certificates
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf import filling, forms, sealing
from mocban.signing.tests import drafts
from mocban.signing.tests.conftest import DATE_TEXT, NUMBER_TEXT, ORGANISATION, PERSON, Chain
from mocban.signing.tests.made import codes, conclusions, judged, trust_in
from mocban.signing.tests.seen import colours, flat_text, page_image
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge
from mocban.signing.verification.sentences import sentence


def box_of(pdf: bytes, name: str) -> tuple[float, ...]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        entry = next(entry for entry in document.Root.AcroForm.Fields if str(entry.T) == name)
        return tuple(float(value) for value in entry.Rect)


def value_of(pdf: bytes, name: str) -> str:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return str(next(entry.V for entry in document.Root.AcroForm.Fields if str(entry.T) == name))


def test_both_signatures_are_valid_after_number_date_and_seal(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    found = judge(chain.sealed, trust=trust_in(keystore, now))
    person, organisation = found.signatures
    assert (found.conclusion, person.conclusion) == (Conclusion.VALID, Conclusion.VALID)
    assert (person.name, person.signer, person.holder) == (forms.SIGNER, drafts.SIGNER, "person")
    assert [reason.code for reason in person.reasons][0] == "content.filled"
    assert (person.whole, organisation.whole) == (False, True)
    assert (organisation.name, organisation.signer) == (forms.ORGANISATION, "Văn phòng Tỉnh ủy An Hòa")
    assert [reason.code for reason in organisation.reasons][0] == "content.unchanged"


def test_what_came_after_the_leader_is_told_in_words(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    person, _organisation = judged(chain.sealed, trust_in(keystore, now)).signatures
    assert [sentence(one) for one in person.additions] == [
        f"Điền ô «Số, ký hiệu»: {NUMBER_TEXT}",
        f"Điền ô «Ngày, tháng, năm»: {DATE_TEXT}",
        "Văn phòng Tỉnh ủy An Hòa ký số ở ô «Chữ ký số của cơ quan»",
    ]
    revisions = [one.revision for one in person.additions]
    assert revisions == [person.revision + 1, person.revision + 1, person.revision + 2]
    assert {one.page for one in person.additions} == {1}


def test_every_step_appends_to_the_bytes_that_were_signed(chain: Chain) -> None:
    assert chain.filled.startswith(chain.signed)
    assert chain.sealed.startswith(chain.filled)


def test_a_second_reader_agrees(chain: Chain, tmp_path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "sealed.pdf"
    path.write_bytes(chain.sealed)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False).stdout
    assert said.count("Signature is Valid") == 2
    assert "ETSI.CAdES.detached" in said


def test_the_page_reads_number_and_date_in_the_regimes_form(chain: Chain) -> None:
    text = flat_text(chain.sealed)
    assert "Số: 12 /SNV-VP" in text
    assert "An Hòa, ngày 05 tháng 11 năm 2026" in text
    assert value_of(chain.sealed, forms.NUMBER) == NUMBER_TEXT
    assert value_of(chain.sealed, forms.DATE) == DATE_TEXT


def test_before_filling_the_places_are_blank_and_afterwards_inked(chain: Chain) -> None:
    for name in (forms.NUMBER, forms.DATE):
        before = colours(page_image(chain.signed), box_of(chain.signed, name))["black"]
        after = colours(page_image(chain.filled), box_of(chain.signed, name))["black"]
        assert after > before + 20


def test_signature_is_blue_above_the_name_and_the_seal_covers_its_left_third(chain: Chain) -> None:
    image = page_image(chain.sealed)
    x0, y0, x1, y1 = box_of(chain.sealed, forms.SIGNER)
    third = x0 + (x1 - x0) / 3
    left, right = colours(image, (x0, y0, third, y1)), colours(image, (third + 2, y0, x1, y1))
    assert left["blue"] > 50
    assert left["red"] > 200
    assert right["blue"] > 200
    assert right["red"] == 0
    sx0, sy0, sx1, sy1 = box_of(chain.sealed, forms.ORGANISATION)
    assert sx1 == pytest.approx(third, abs=1.5)
    assert sx1 - sx0 == pytest.approx(36 * 72 / 25.4, abs=1.5)


def test_without_an_image_name_and_time_are_printed(chain: Chain, keystore: SoftKeys) -> None:
    at = datetime.fromisoformat("2026-11-05T08:30:15+07:00")
    signed = sealing.sign_as_person(chain.laid, keystore=keystore, holder=PERSON, at=at)
    text = flat_text(signed)
    assert text.count(drafts.SIGNER) == 2
    assert "05/11/2026; 08:30:15" in text


def test_a_changed_byte_breaks_the_signature(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    place = chain.sealed.index(b"/MediaBox") + len("/MediaBox [ 0 0 ")
    spoiled = bytearray(chain.sealed)
    spoiled[place] = ord("1") if spoiled[place] != ord("1") else ord("2")
    found = judged(bytes(spoiled), trust_in(keystore, now))
    assert [str(one.conclusion) for one in found.signatures] == ["invalid", "invalid"]
    assert "signature.broken" in codes(found)


def add_note(pdf: bytes) -> bytes:
    """Add a comment that covers the text, as an attacker would: an incremental update, no signed byte touched."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page, _resources = writer.find_page_for_modification(0)
    note = generic.DictionaryObject(
        {
            generic.NameObject("/Type"): generic.NameObject("/Annot"),
            generic.NameObject("/Subtype"): generic.NameObject("/FreeText"),
            generic.NameObject("/Rect"): generic.ArrayObject(map(generic.NumberObject, (100, 600, 300, 650))),
            generic.NameObject("/DA"): generic.TextStringObject("/Helv 12 Tf"),
            generic.NameObject("/Contents"): generic.TextStringObject("không đồng ý"),
        }
    )
    writer.register_annotation(page, writer.add_object(note))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def change_number(pdf: bytes) -> bytes:
    """Overwrite the value of the number field in an incremental update."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for reference in writer.root["/AcroForm"]["/Fields"]:
        entry = reference.get_object()
        if entry["/T"] == forms.NUMBER:
            entry["/V"] = generic.TextStringObject("Số: 99/SNV-VP")
            writer.mark_update(reference.reference)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize("attack", [add_note, change_number])
def test_a_later_change_is_reported_though_no_signed_byte_changed(
    attack,
    chain: Chain,
    keystore: SoftKeys,
    now: datetime,  # type: ignore[no-untyped-def]
) -> None:
    found = judged(attack(chain.sealed), trust_in(keystore, now))
    assert found.signatures[-1].conclusion == Conclusion.INVALID
    assert "signature.broken" not in codes(found)


def test_an_authority_we_do_not_know_is_not_trusted(
    chain: Chain,
    keystore: SoftKeys,
    now: datetime,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The tests share their keys (conftest); a stranger's authority has one of its own.
    monkeypatch.setattr(certificates, "new_key", certificates.new_key.__wrapped__)
    stranger = SoftKeys(tmp_path, "another secret")
    assert conclusions(chain.sealed, trust_in(stranger, now)) == ["indeterminate", "indeterminate"]
    late = now + timedelta(days=6 * 365)
    assert conclusions(chain.sealed, trust_in(keystore, late)) == ["indeterminate", "indeterminate"]


def test_a_document_without_signatures_proves_nothing(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    for pdf in (chain.draft, chain.laid):
        found = judged(pdf, trust_in(keystore, now))
        assert (found.conclusion, found.signatures) == (Conclusion.INDETERMINATE, ())


def refused(code: str):  # type: ignore[no-untyped-def]
    return pytest.raises(RuleBroken, check=lambda error: error.code == code)


def test_the_order_of_the_steps_is_kept(chain: Chain, keystore: SoftKeys, seal_png: bytes, now: datetime) -> None:
    seal = {"keystore": keystore, "holder": ORGANISATION, "at": now, "image": seal_png}
    with refused("signing.person_first"):
        filling.fill_number(chain.laid, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    with refused("signing.person_first"):
        sealing.seal_as_organisation(chain.laid, **seal)
    with refused("signing.number_first"):
        sealing.seal_as_organisation(chain.signed, **seal)
    with refused("signing.no_field"):
        filling.fill_number(chain.filled, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    with refused("signing.no_field"):
        sealing.seal_as_organisation(chain.sealed, **seal)
    with refused("signing.no_field"):
        sealing.sign_as_person(chain.draft, keystore=keystore, holder=PERSON, at=now)


def test_nobody_without_a_key_signs(chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    with refused("signing.no_key"):
        sealing.sign_as_person(chain.laid, keystore=keystore, holder="person:2", at=now)


@pytest.mark.parametrize("image", [b"GIF89a", b"\x89PNG\r\n\x1a\n broken", b"0" * 3_000_000])
def test_an_image_that_is_no_png_is_refused(image: bytes, chain: Chain, keystore: SoftKeys, now: datetime) -> None:
    with refused("signing.image"):
        sealing.sign_as_person(chain.laid, keystore=keystore, holder=PERSON, at=now, image=image)
