"""A finding as a validation report: well-formed whatever it says, and with the indications of the standard."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from mocban.signing.tests import signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification import etsi
from mocban.signing.verification.findings import Addition, Conclusion, FileFinding, Reason, SignatureFinding
from mocban.signing.verification.judging import judge
from mocban.signing.verification.sentences import ADDITIONS, REASONS

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
SUBJECT = etsi.Subject("Công văn <1>.p7m", bytes(32), datetime(2026, 11, 5, tzinfo=UTC), "ab" * 32)
NAMES = {"r": etsi.REPORT, "ds": etsi.DS}

texts = st.text(max_size=30)
reasons = st.sampled_from([code for code, (_weight, text) in REASONS.items() if "%(" not in str(text)]).map(Reason)
signatures = st.builds(
    SignatureFinding,
    name=texts, form=texts, conclusion=st.sampled_from(Conclusion), reasons=st.lists(reasons, max_size=3).map(tuple),
    signer=texts, organisation=texts, subject=texts, issuer=texts, serial=st.integers(0, 1 << 159).map("{:x}".format),
    level=texts, claimed_at=texts, proved_at=texts, time_by=texts, digest=texts, algorithm=texts,
    chain=st.lists(texts, max_size=3).map(tuple),
)  # fmt: skip
findings = st.builds(
    FileFinding,
    format=texts, conclusion=st.sampled_from(Conclusion), reasons=st.lists(reasons, max_size=3).map(tuple),
    signatures=st.lists(signatures, max_size=3).map(tuple), readable=st.booleans(),
)  # fmt: skip


def find(report: bytes, path: str) -> list[str]:
    return [one.text for one in etree.fromstring(report).iterfind(path, NAMES)]


@given(found=findings, name=texts, trust=texts)
def test_every_finding_gives_a_well_formed_report(found: FileFinding, name: str, trust: str) -> None:
    subject = etsi.Subject(name, bytes(32), SUBJECT.checked_at, trust)
    report = etree.fromstring(etsi.as_xml(found, subject))
    assert len(report.findall("r:SignatureValidationReport", NAMES)) == max(1, len(found.signatures))
    read = json.loads(json.dumps(etsi.as_json(found, subject)))
    assert read["mainIndication"] == etsi.MAIN[found.conclusion]


def test_names_are_escaped_and_what_xml_cannot_hold_is_replaced() -> None:
    one = SignatureFinding("s", "cades", VALID, (Reason("content.unchanged"),), signer="<a>&\x00\x1b\ud800 Ngọc")
    report = etsi.as_xml(FileFinding("cms", VALID, (), (one,)), SUBJECT)
    assert find(report, ".//r:Signer") == ["<a>&\ufffd\ufffd\ufffd Ngọc"]


def test_references_inside_the_report_lead_to_its_objects(pki: Pki) -> None:
    found = judge(signed.cms(pki, b"letter", "person", "organisation", stamped=True), trust=pki.trust())
    root = etree.fromstring(etsi.as_xml(found, SUBJECT))
    wanted = {one.get("VOReference") for one in root.iter(etree.Element) if one.get("VOReference")}
    assert wanted <= {f"#{one.get('id')}" for one in root.iterfind(".//r:ValidationObject", NAMES)}
    assert len(wanted) == 5  # the document, two certificates, two anchors


@pytest.mark.parametrize(
    ("label", "main", "sub"),
    [
        ("person", "total-passed", []),
        ("revoked", "total-failed", ["urn:etsi:019102:subindication:REVOKED"]),
        ("unknown", "indeterminate", ["urn:etsi:019102:subindication:NO_CERTIFICATE_CHAIN_FOUND"]),
        ("expired", "indeterminate", ["urn:etsi:019102:subindication:OUT_OF_BOUNDS_NO_POE"]),
    ],
)
def test_the_indications_are_those_of_the_standard(pki: Pki, label: str, main: str, sub: list[str]) -> None:
    found = judge(signed.cms(pki, b"letter", label), trust=pki.trust(crls=(pki.crl(), pki.crl("root"))))
    report = etsi.as_xml(found, SUBJECT)
    status = "r:SignatureValidationReport/r:SignatureValidationStatus"
    assert find(report, f"{status}/r:MainIndication") == [f"urn:etsi:019102:mainindication:{main}"]
    assert find(report, f"{status}/r:SubIndication") == sub


def test_a_file_without_signatures_says_why() -> None:
    report = etsi.as_xml(FileFinding("", INDETERMINATE, (Reason("file.unreadable"),), readable=False), SUBJECT)
    assert find(report, ".//r:ValidationConstraintIdentifier") == ["urn:mocban:verification:file.unreadable"]
    assert find(report, ".//r:SignatureValidationStatus/r:MainIndication") == [
        "urn:etsi:019102:mainindication:indeterminate"
    ]


def test_what_was_added_is_told_in_the_plain_report() -> None:
    code = next(code for code, text in ADDITIONS.items() if "%(" not in str(text))
    one = SignatureFinding("s", "pades", VALID, (), additions=(Addition(code, 2, 1),))
    [told] = etsi.as_json(FileFinding("pdf", VALID, (), (one,)), SUBJECT)["signatures"]
    assert [(added["code"], added["page"], bool(added["text"])) for added in told["additions"]] == [(code, 1, True)]


def test_every_sub_indication_belongs_to_a_sentence_of_its_weight() -> None:
    assert {REASONS[code][0] for code in etsi._FAILED} == {INVALID}
    assert {REASONS[code][0] for code in etsi._OPEN} == {INDETERMINATE}
