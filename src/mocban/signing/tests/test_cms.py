"""CMS messages and CAdES: valid only when the content is there, unchanged, and signed by whom it says."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from asn1crypto import cms, core, ocsp, tsp, x509
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mocban.signing.pdf import contained
from mocban.signing.tests import archived, signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.cms import judge_cms
from mocban.signing.verification.findings import Conclusion, FileFinding
from mocban.signing.verification.judging import judge, judge_beside
from mocban.signing.verification.sentences import sentence
from mocban.signing.verification.signeddata import judge_signed_data
from mocban.signing.verification.trust import Trust

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
CONTENT = "Nội dung công văn".encode()


@pytest.fixture(scope="module")
def trust(pki: Pki) -> Trust:
    return pki.trust(crls=(pki.crl(), pki.crl("root")))


def codes(found: FileFinding) -> set[str]:
    return {reason.code for one in (found, *found.signatures) for reason in one.reasons}


def changed(message: bytes, change) -> bytes:
    """Return the message with `change` made to its only signer."""
    info = cms.ContentInfo.load(message)
    change(info["content"]["signer_infos"][0], info["content"])
    return bytes(info.dump(force=True))


@pytest.mark.parametrize("label", ["person", "organisation", "ecdsa", "ed25519"])
@pytest.mark.parametrize("detached", [False, True])
def test_a_signature_with_every_kind_of_key_is_valid(pki: Pki, trust: Trust, label: str, detached: bool) -> None:
    digest = "sha512" if label == "ed25519" else "sha256"
    message = signed.cms(pki, CONTENT, label, detached=detached, digest=digest)
    found = judge_cms(message, trust=trust, content=CONTENT if detached else None)
    assert (found.format, found.conclusion, codes(found)) == ("cms", VALID, {"content.unchanged"})
    [one] = found.signatures
    assert (one.form, one.level, one.digest, one.whole) == ("cades", "B-B", digest, True)
    assert one.chain == (one.signer, "Chứng thực cấp dưới An Hòa", "Chứng thực gốc An Hòa")


def test_a_signature_with_pss_padding_is_valid(pki: Pki, trust: Trust) -> None:
    assert judge_cms(signed.cms(pki, CONTENT, pss=True), trust=trust).conclusion == VALID


def test_the_door_judges_a_message_in_the_helper_process(pki: Pki, trust: Trust) -> None:
    attached, detached = signed.cms(pki, CONTENT), signed.cms(pki, CONTENT, detached=True)
    assert judge(attached, trust=trust).conclusion == VALID
    assert judge(detached, trust=trust, content=CONTENT).conclusion == VALID
    assert judge(detached, trust=trust, content=CONTENT + b"!").conclusion == INVALID


def test_a_detached_signature_without_its_content_proves_nothing(pki: Pki, trust: Trust) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, detached=True), trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"cms.content_missing"})
    assert found.signatures[0].signer == "Trần Thị Bích Ngọc"


@pytest.mark.parametrize("content", [b"", CONTENT + b" ", CONTENT[:-1]])
def test_other_content_is_not_what_was_signed(pki: Pki, trust: Trust, content: bytes) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, detached=True), trust=trust, content=content)
    assert (found.conclusion, "signature.broken" in codes(found)) == (INVALID, True)
    found = judge_cms(signed.cms(pki, CONTENT), trust=trust, content=content)
    assert (found.conclusion, "cms.content_differs" in codes(found)) == (INVALID, True)


def test_content_exchanged_inside_the_message_is_seen(pki: Pki, trust: Trust) -> None:
    found = judge_cms(signed.cms(pki, CONTENT).replace(CONTENT, CONTENT.swapcase()), trust=trust)
    assert (found.conclusion, "signature.broken" in codes(found)) == (INVALID, True)


def test_several_signers_are_judged_each_and_the_gravest_decides(pki: Pki, trust: Trust) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, "person", "organisation"), trust=trust)
    assert [one.conclusion for one in found.signatures] == [VALID, VALID]
    found = judge_cms(signed.cms(pki, CONTENT, "person", "revoked"), trust=trust)
    assert (found.conclusion, [one.conclusion for one in found.signatures]) == (INVALID, [VALID, INVALID])


@pytest.mark.parametrize(
    ("label", "conclusion", "code"),
    [
        ("unknown", INDETERMINATE, "chain.unknown_root"),
        ("expired", INDETERMINATE, "chain.expired"),
        ("revoked", INVALID, "chain.revoked"),
        ("encipherment", INVALID, "chain.wrong_usage"),
        ("small", INDETERMINATE, "algorithm.small_key"),
    ],
)
def test_the_certificate_decides_with(pki: Pki, trust: Trust, label: str, conclusion: Conclusion, code: str) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, label), trust=trust)
    assert (found.conclusion, code in codes(found)) == (conclusion, True)


def test_a_weak_digest_is_not_enough(pki: Pki, trust: Trust) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, digest="sha1"), trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"algorithm.weak_digest"})


def test_a_time_stamp_proves_its_time_and_a_foreign_one_does_not(pki: Pki, trust: Trust) -> None:
    [one] = judge_cms(signed.cms(pki, CONTENT, stamped=True), trust=trust).signatures
    assert (one.conclusion, one.level, one.time_by) == (VALID, "B-LT", "Dấu thời gian An Hòa") or one.level == "B-T"
    other = cms.ContentInfo.load(signed.cms(pki, b"other", stamped=True))["content"]["signer_infos"][0]

    def borrow(info: cms.SignerInfo, _signed: cms.SignedData) -> None:
        info["unsigned_attrs"] = other["unsigned_attrs"]

    found = judge_cms(changed(signed.cms(pki, CONTENT, stamped=True), borrow), trust=trust)
    assert (found.conclusion, "time.broken" in codes(found)) == (INVALID, True)
    assert found.signatures[0].proved_at == ""


def test_revocation_data_inside_the_message_is_used(pki: Pki) -> None:
    def carry(_info: cms.SignerInfo, body: cms.SignedData) -> None:
        body["crls"] = [cms.RevocationInfoChoice("crl", cms.CertificateList.load(pki.crl()))]

    found = judge_cms(changed(signed.cms(pki, CONTENT, "revoked"), carry), trust=pki.trust())
    assert (found.conclusion, "chain.revoked" in codes(found)) == (INVALID, True)


def test_answers_inside_the_message_are_used_too(pki: Pki) -> None:
    answer = pki.ocsp("revoked")

    def carry(_info: cms.SignerInfo, body: cms.SignedData) -> None:
        held = {"other_rev_info_format": "ocsp_response", "other_rev_info": ocsp.OCSPResponse.load(answer)}
        body["crls"] = [cms.RevocationInfoChoice("other", held)]

    message = changed(signed.cms(pki, CONTENT, "revoked"), carry)
    found = judge_cms(message, trust=pki.trust())
    assert (found.conclusion, "chain.revoked" in codes(found)) == (INVALID, True)
    body = cms.ContentInfo.load(message)["content"]
    assert judge_signed_data(body, digest=lambda _name: b"", encapsulated=True).ocsps == (answer,)


def test_a_file_beside_is_a_guess_that_only_a_detached_signature_needs(pki: Pki, trust: Trust) -> None:
    attached, detached = signed.cms(pki, CONTENT), signed.cms(pki, CONTENT, detached=True)
    assert judge_beside(attached, trust=trust, beside=lambda: b"another attachment").conclusion == VALID
    assert judge_beside(detached, trust=trust, beside=lambda: CONTENT).conclusion == VALID
    assert judge_beside(detached, trust=trust, beside=lambda: b"another attachment").conclusion == INVALID
    assert judge_beside(detached, trust=trust, beside=lambda: None).conclusion == INDETERMINATE


def test_the_certificate_must_be_the_one_that_was_fixed_and_must_be_there(pki: Pki, trust: Trust) -> None:
    def another(_info: cms.SignerInfo, body: cms.SignedData) -> None:
        twin = pki.sha1_signed("person")  # the same number, issuer and key: only the fixed digest tells
        body["certificates"] = [cms.CertificateChoices("certificate", twin)]

    found = judge_cms(changed(signed.cms(pki, CONTENT), another), trust=trust)
    assert found.conclusion == INVALID

    def none(_info: cms.SignerInfo, body: cms.SignedData) -> None:
        body["certificates"] = []

    found = judge_cms(changed(signed.cms(pki, CONTENT), none), trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"signature.certificate_missing"})
    known = pki.trust(others=(pki.der("person"), pki.der("interm")))
    assert judge_cms(changed(signed.cms(pki, CONTENT), none), trust=known).conclusion == VALID


def test_attributes_of_another_message_are_no_content(pki: Pki, trust: Trust) -> None:
    """Signed attributes left away, and shown as the content: the signature value holds over them."""
    info = cms.ContentInfo.load(signed.cms(pki, CONTENT))
    signer = info["content"]["signer_infos"][0]
    attributes = signer["signed_attrs"].untag().dump()
    plain = cms.SignerInfo(
        {name: signer[name] for name in ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")}
    )
    info["content"]["signer_infos"] = [plain]
    info["content"]["encap_content_info"] = {"content_type": "data", "content": attributes}
    assert judge_cms(bytes(info.dump(force=True)), trust=trust).conclusion == INVALID


def test_bytes_behind_the_message_are_not_passed_over(pki: Pki, trust: Trust) -> None:
    message = signed.cms(pki, CONTENT)
    assert judge_cms(message + b"\0\r\n", trust=trust).conclusion == VALID
    assert not judge_cms(message + b"%PDF-1.7", trust=trust).readable


def test_a_message_in_indefinite_lengths_is_read(pki: Pki, trust: Trust) -> None:
    message = signed.cms(pki, CONTENT)
    _tag, body = message[:4], message[4:]
    signed_data_head = body.index(b"\xa0\x82")
    inner = body[signed_data_head + 4 :]
    loose = b"\x30\x80" + body[:signed_data_head] + b"\xa0\x80" + inner + b"\0\0" * 2
    found = judge_cms(loose, trust=trust)
    assert (found.conclusion, found.signatures[0].signer) == (VALID, "Trần Thị Bích Ngọc")


@pytest.mark.parametrize("cut", [1, 20, 200, 2000])
def test_half_a_message_is_unreadable(pki: Pki, trust: Trust, cut: int) -> None:
    message = signed.cms(pki, CONTENT)
    found = judge_cms(message[:-cut], trust=trust)
    assert (found.readable, found.conclusion) == (False, INDETERMINATE)


@settings(max_examples=150, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_flipped_byte_is_never_valid_beyond_the_original_and_never_an_exception(pki: Pki, trust: Trust, data) -> None:
    message = bytearray(signed.cms(pki, CONTENT, stamped=True))
    place = data.draw(st.integers(0, len(message) - 1))
    message[place] ^= data.draw(st.integers(1, 255))
    found = judge_cms(bytes(message), trust=trust)
    if found.conclusion == VALID:  # only where nothing is signed: the certificates of a chain, unsigned attributes
        assert found.signatures[0].signer == "Trần Thị Bích Ngọc"
        assert CONTENT in message


def test_a_bare_time_stamp_is_no_signature_of_a_person(pki: Pki, trust: Trust) -> None:
    token = cms.ContentInfo.load(signed.cms(pki, CONTENT, stamped=True))["content"]["signer_infos"][0]
    bare = next(one for one in token["unsigned_attrs"] if one["type"].native == "signature_time_stamp_token")
    assert isinstance(bare["values"][0]["content"]["encap_content_info"]["content"].parsed, tsp.TSTInfo)
    assert judge_cms(bare["values"][0].dump(), trust=trust).conclusion != VALID


def test_times_are_told_by_the_clocks_of_viet_nam(pki: Pki, trust: Trust) -> None:
    found = judge_cms(signed.cms(pki, CONTENT, "revoked"), trust=trust)  # revoked at midnight, UTC
    assert any("07:00:00 01/06/2024" in sentence(reason) for reason in found.signatures[0].reasons)


def test_the_ground_of_trust_is_sent_to_a_helper_once_and_never_mixed_up(pki: Pki, trust: Trust, monkeypatch) -> None:
    sent: list[bool] = []
    run = contained.run

    def seen(task: str, data: bytes, values: dict) -> tuple[dict, bytes]:
        sent.append("trust" in values)
        return run(task, data, values)

    monkeypatch.setattr(contained, "run", seen)
    message = signed.cms(pki, CONTENT, "revoked")
    for _turn in range(3):
        assert judge(message, trust=trust).conclusion == INVALID
        assert judge(message, trust=pki.trust()).conclusion == VALID  # nobody says that it is revoked
        assert judge(message, trust=pki.trust(anchors=())).conclusion == INDETERMINATE
    assert sent.count(True) < 9
    sent.clear()
    for _turn in range(3):
        assert judge(message, trust=trust).conclusion == INVALID
    assert sent[-2:] == [False, False]


@pytest.mark.parametrize("around", [b"%s\nwords\n", b"words\n%s", b"%s%s"])
def test_words_around_a_message_in_letters_are_not_passed_over(pki: Pki, trust: Trust, around: bytes) -> None:
    lines = base64.encodebytes(signed.cms(pki, CONTENT))
    pem = b"-----BEGIN PKCS7-----\n" + lines + b"-----END PKCS7-----\n"
    assert judge(b"\r\n" + pem + b"\n", trust=trust).conclusion == VALID
    assert judge(around.replace(b"%s", pem), trust=trust).conclusion == INDETERMINATE


def test_the_headers_of_a_mail_are_not_signed_and_that_is_said(pki: Pki, trust: Trust) -> None:
    head = b"MIME-Version: 1.0\nContent-Type: application/pkcs7-mime; smime-type=signed-data\n"
    body = b"Content-Transfer-Encoding: base64\n\n" + base64.encodebytes(signed.cms(pki, CONTENT))
    assert judge(head + body, trust=trust).conclusion == VALID
    found = judge(head + b"Subject: words\n" + body, trust=trust)
    assert (found.conclusion, codes(found)) == (INDETERMINATE, {"content.unchanged", "cms.headers_unsigned"})


def test_a_message_in_a_message_is_judged_as_well(pki: Pki, trust: Trust) -> None:
    inner = signed.cms(pki, CONTENT)
    found = judge_cms(signed.cms(pki, inner, "organisation"), trust=trust)
    assert [(one.name, one.conclusion) for one in found.signatures] == [("1", VALID), ("1.1", VALID)]
    broken = inner.replace(CONTENT, CONTENT.swapcase())
    assert judge_cms(signed.cms(pki, broken, "organisation"), trust=trust).conclusion == INVALID
    about = signed.cms(pki, CONTENT, detached=True)  # a signature over a signature file that lies elsewhere
    assert judge_cms(signed.cms(pki, about, "organisation"), trust=trust).conclusion == VALID
    deep = inner
    for _turn in range(8):
        deep = signed.cms(pki, deep)
    assert "file.too_complex" in codes(judge_cms(deep, trust=trust))


def test_attributes_that_nobody_knows_make_no_message_unreadable(pki: Pki, trust: Trust) -> None:
    def odd(info: cms.SignerInfo, _body: cms.SignedData) -> None:
        unknown = core.Sequence.load(b"\x30\x04\xa7\x02\x05\x00")
        archived.add(info, "1.2.3.4", unknown)

    assert judge_cms(changed(signed.cms(pki, CONTENT), odd), trust=trust).conclusion == VALID


def test_a_key_on_a_curve_that_nobody_knows_is_told(pki: Pki, trust: Trust) -> None:
    p256, other = bytes.fromhex("06082a8648ce3d030107"), bytes.fromhex("06082a8648ce3d030102")

    def bare(info: cms.SignerInfo, body: cms.SignedData) -> None:
        odd = x509.Certificate.load(pki.der("ecdsa").replace(p256, other))
        body["certificates"] = [cms.CertificateChoices("certificate", odd)]
        kept = ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")
        body["signer_infos"] = [cms.SignerInfo({name: info[name] for name in kept})]

    found = judge(changed(signed.cms(pki, CONTENT, "ecdsa"), bare), trust=trust)
    assert (found.readable, found.conclusion, "algorithm.unknown" in codes(found)) == (True, INDETERMINATE, True)


def test_a_signature_over_the_signature_is_named_and_not_believed(pki: Pki, trust: Trust) -> None:
    def countersigned(info: cms.SignerInfo, _body: cms.SignedData) -> None:
        info["unsigned_attrs"] = [cms.CMSAttribute({"type": "counter_signature", "values": [info.copy()]})]

    found = judge_cms(changed(signed.cms(pki, CONTENT), countersigned), trust=trust)
    assert (found.conclusion, len(found.signatures)) == (VALID, 1)
    assert "signature.countersigned" in codes(found)
