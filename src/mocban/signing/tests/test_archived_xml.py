"""XAdES kept for long: a later time stamp over everything keeps it believable when certificates have ended."""

from __future__ import annotations

import base64
from datetime import UTC, datetime

import pytest
from lxml import etree

from mocban.signing.tests import archived, signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.findings import Conclusion, SignatureFinding
from mocban.signing.verification.xml import judge_xml

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
LETTER = '<letter xmlns="urn:letter"><text Id="text">Kính gửi</text><date>05/06/2021</date></letter>'
SIGNED, ARCHIVED, EXPIRED = (datetime(2021, month, 1, tzinfo=UTC) for month in (6, 9, 12))


def judged(pki: Pki, document: bytes) -> SignatureFinding:
    [one] = judge_xml(document, trust=pki.trust(crls=(pki.crl(), pki.crl("root")))).signatures
    return one


def codes(one: SignatureFinding) -> set[str]:
    return {reason.code for reason in one.reasons}


@pytest.fixture
def old(pki: Pki) -> bytes:
    """Signed and stamped; signer and service have both expired since."""
    document = signed.xml(pki, LETTER, "expired")
    return archived.stamp_xml(pki, document, "SignatureTimeStamp", label="tsa-expired", at=SIGNED)


def test_without_an_archive_time_stamp_an_ended_service_proves_nothing(pki: Pki, old: bytes) -> None:
    one = judged(pki, old)
    assert (one.conclusion, one.proved_at, "time.untrusted" in codes(one)) == (INDETERMINATE, "", True)


@pytest.mark.parametrize("kind", ["ArchiveTimeStamp", "SigAndRefsTimeStamp"])
def test_under_a_later_time_stamp_signer_and_service_may_have_expired(pki: Pki, old: bytes, kind: str) -> None:
    document = archived.add_property(old, "CompleteCertificateRefs", "refs")
    one = judged(pki, archived.stamp_xml(pki, document, kind, at=ARCHIVED))
    assert (one.conclusion, one.proved_at, one.time_by) == (VALID, SIGNED.isoformat(), "Dấu thời gian cũ")


def test_a_time_stamp_over_the_references_alone_says_nothing_of_the_signature(pki: Pki, old: bytes) -> None:
    document = archived.add_property(signed.xml(pki, LETTER), "CompleteCertificateRefs", "refs")
    one = judged(pki, archived.stamp_xml(pki, document, "RefsOnlyTimeStamp", at=ARCHIVED))
    assert (one.conclusion, one.proved_at, one.level) == (VALID, "", "B-B")
    assert judged(pki, archived.stamp_xml(pki, old, "RefsOnlyTimeStamp", at=ARCHIVED)).conclusion == INDETERMINATE


def test_an_archive_time_stamp_may_be_kept_by_the_next_one(pki: Pki, old: bytes) -> None:
    first = archived.stamp_xml(pki, old, "ArchiveTimeStamp", label="tsa-expired", at=ARCHIVED)
    assert judged(pki, first).conclusion == INDETERMINATE
    second = archived.stamp_xml(pki, first, "ArchiveTimeStamp", at=EXPIRED)
    assert (judged(pki, second).conclusion, judged(pki, second).proved_at) == (VALID, SIGNED.isoformat())


def test_certificates_and_lists_kept_for_the_time_stamps_are_used(pki: Pki) -> None:
    root = etree.fromstring(archived.stamp_xml(pki, signed.xml(pki, LETTER), "SignatureTimeStamp"))
    holder, namespace = archived.qualifying(root)
    kept = etree.SubElement(holder, f"{{{archived.NEWER}}}TimeStampValidationData")
    lists = etree.SubElement(etree.SubElement(kept, f"{{{namespace}}}RevocationValues"), f"{{{namespace}}}CRLValues")
    part = etree.SubElement(lists, f"{{{namespace}}}EncapsulatedCRLValue")
    part.text = base64.b64encode(pki.crl()).decode()
    document = archived.stamp_xml(pki, etree.tostring(root), "ArchiveTimeStamp")
    [one] = judge_xml(document, trust=pki.trust()).signatures
    assert (one.conclusion, one.level) == (VALID, "B-LTA")


def test_who_says_himself_that_he_signed_after_the_end_is_believed_in_that(pki: Pki) -> None:
    document = archived.stamp_xml(pki, signed.xml(pki, LETTER, "expired"), "ArchiveTimeStamp")
    one = judged(pki, document)
    assert (one.conclusion, "chain.proved_after_expiry" in codes(one)) == (INVALID, True)


@pytest.mark.parametrize("kind", ["ArchiveTimeStamp", "SigAndRefsTimeStamp", "RefsOnlyTimeStamp"])
def test_a_later_time_stamp_that_does_not_fit_gives_its_reason_and_proves_nothing(
    pki: Pki, old: bytes, kind: str
) -> None:
    one = judged(pki, archived.stamp_xml(pki, old, kind, at=ARCHIVED, about="something else"))
    assert (one.conclusion == VALID, one.proved_at) == (False, "")
    assert "time.later_broken" in codes(one)


def test_what_an_archive_time_stamp_covers_may_not_be_changed(pki: Pki, old: bytes) -> None:
    document = archived.add_property(old, "CompleteCertificateRefs", "refs")
    document = archived.stamp_xml(pki, document, "ArchiveTimeStamp", at=ARCHIVED)
    one = judged(pki, document.replace(b">refs<", b">Refs<"))
    assert (one.conclusion, "time.later_broken" in codes(one), one.proved_at) == (INDETERMINATE, True, "")


@pytest.mark.parametrize("text", ["", "AAAA", "!", "MAA="])
def test_rubbish_in_place_of_an_archive_time_stamp_is_only_rubbish(pki: Pki, text: str) -> None:
    root = etree.fromstring(signed.xml(pki, LETTER))
    holder, namespace = archived.qualifying(root)
    stamp = etree.SubElement(holder, f"{{{archived.NEWER}}}ArchiveTimeStamp")
    etree.SubElement(stamp, f"{{{namespace}}}EncapsulatedTimeStamp").text = text
    one = judged(pki, etree.tostring(root))
    assert (one.conclusion, "time.later_broken" in codes(one)) == (INDETERMINATE, True)


def test_a_signature_over_the_signature_is_named_and_not_believed(pki: Pki) -> None:
    root = etree.fromstring(signed.xml(pki, LETTER))
    holder, namespace = archived.qualifying(root)
    inner = etree.SubElement(holder, f"{{{namespace}}}CounterSignature")
    etree.SubElement(inner, f"{{{archived.DSIG}}}Signature")
    found = judge_xml(etree.tostring(root), trust=pki.trust())
    [one] = found.signatures
    assert (one.conclusion, "signature.countersigned" in codes(one)) == (VALID, True)
