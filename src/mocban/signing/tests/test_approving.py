"""A file that somebody has signed gets one more signature with its mark; what was signed before stands."""

from __future__ import annotations

import io

import pikepdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.annexes import signed_annex
from mocban.signing.pdf.approving import approve
from mocban.signing.pdf.copy_values import CopyMark
from mocban.signing.pdf.marks import NoMark
from mocban.signing.pdf.sealing import Hand
from mocban.signing.tests import graded
from mocban.signing.tests.drafts import draft
from mocban.signing.tests.graded import Store, grade, level_of
from mocban.signing.tests.seen import flat_text
from mocban.signing.tests.servers import Served
from mocban.signing.tests.test_pdf_chain import box_of
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge
from tests.conformance.pdfa import check

MARK = CopyMark("Số: 12/SNV-VP; 05/11/2026; 08:30:15", 10)
FIELD = "mb_annex"


def signed_elsewhere(served: Served, certify: MDPPerm | None = None) -> bytes:
    """A file as another program signs it."""
    what = {"certify": True, "docmdp_permissions": certify} if certify else {}
    out = io.BytesIO()
    signers.PdfSigner(
        signers.PdfSignatureMetadata(field_name="Signature1", **what),
        signer=served.pki.signer("person"),
        stamp_style=NoMark(),
        new_field_spec=SigFieldSpec("Signature1", box=(300, 100, 450, 150)),
    ).sign_pdf(IncrementalPdfFileWriter(io.BytesIO(draft(archivable=True))), output=out)
    return out.getvalue()


def approved(pdf: bytes, served: Served) -> bytes:
    hand = Hand(keystore=Store(served.pki), holder=graded.ORGANISATION, grade=grade(served))
    return approve(pdf, mark=MARK, hand=hand, field=FIELD)


def test_both_signatures_stand_and_the_mark_is_read_at_the_upper_right(served: Served) -> None:
    before = signed_elsewhere(served)
    made = approved(before, served)
    assert made.startswith(before)
    assert MARK.text in flat_text(made)
    _x0, y0, x1, y1 = box_of(made, FIELD)
    assert (x1, y1) == (pytest.approx(595 - 15 * 72 / 25.4, abs=2), pytest.approx(842 - 8 * 72 / 25.4, abs=2))
    assert y1 - y0 == pytest.approx(13, abs=1)
    found = judge(made, trust=served.pki.trust())
    assert [one.conclusion for one in found.signatures[:2]] == [Conclusion.VALID] * 2
    assert level_of(made) == "B-LTA"
    assert check(made) == ""


def test_on_a_certified_file_the_signature_shows_nothing(served: Served) -> None:
    made = approved(signed_elsewhere(served, MDPPerm.FILL_FORMS), served)
    assert MARK.text not in flat_text(made)
    found = judge(made, trust=served.pki.trust())
    assert [one.conclusion for one in found.signatures[:2]] == [Conclusion.VALID] * 2


def test_a_closed_or_unreadable_file_and_a_second_mark_are_refused(served: Served) -> None:
    cases = {
        "signing.closed": signed_elsewhere(served, MDPPerm.NO_CHANGES),
        "signing.unreadable": b"%PDF-1.7 /ByteRange broken",
        "signing.no_field": approved(signed_elsewhere(served), served),
    }
    for code, pdf in cases.items():
        with pytest.raises(RuleBroken) as refusal:
            approved(pdf, served)
        assert refusal.value.code == code


def annex(pdf: bytes, served: Served) -> bytes:
    hand = Hand(keystore=Store(served.pki), holder=graded.ORGANISATION, grade=grade(served))
    return signed_annex(pdf, mark=MARK, hand=hand)


def turned(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.pages[0].rotate(90, relative=False)
        out = io.BytesIO()
        document.save(out)
        return out.getvalue()


def test_an_annex_stays_archivable_and_may_not_be_changed_any_more(served: Served) -> None:
    made = annex(draft(archivable=True), served)
    assert check(made) == ""
    assert MARK.text in flat_text(made)
    found = judge(made, trust=served.pki.trust())
    assert found.signatures[0].conclusion == Conclusion.VALID
    with pytest.raises(RuleBroken) as refusal:
        approved(made, served)
    assert refusal.value.code == "signing.closed"


def test_a_signed_annex_keeps_its_signature_and_a_turned_one_is_marked_as_it_is_seen(served: Served) -> None:
    before = signed_elsewhere(served)
    assert annex(before, served).startswith(before)
    found = judge(annex(turned(draft()), served), trust=served.pki.trust())
    assert found.signatures[0].conclusion == Conclusion.VALID
