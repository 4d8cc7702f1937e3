"""Lists and answers about revocation are read for what they can say, and silence is never taken for more."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from asn1crypto import x509 as asn1
from cryptography import x509

from mocban.signing.tests import lists
from mocban.signing.tests.lists import answer, crl, entry, point, points, scope
from mocban.signing.tests.pki import Pki
from mocban.signing.verification import chain
from mocban.signing.verification.findings import Conclusion, gravest
from mocban.signing.verification.sentences import weight

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
EARLIER, LATER = NOW - timedelta(days=2), NOW - timedelta(days=1)
VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
UNKNOWN, GOOD, REVOKED, HELD = "unknown", "good", "revoked", "on hold"
HOLD, REMOVED = x509.ReasonFlags.certificate_hold, x509.ReasonFlags.remove_from_crl
OTHERS = "Danh sách thu hồi chung"


def said(pki: Pki, certificate: asn1.Certificate, *given: bytes, ocsps: tuple[bytes, ...] = (), **more: Any) -> str:
    """Return what the judgement of a certificate says about its revocation."""
    beside = more.pop("beside", [])
    found = chain.judge_chain(
        certificate, others=[pki.certificate("interm"), *beside], claimed_at=NOW, proved_at=None, crls=given,
        trust=pki.trust(at=NOW, crls=(pki.crl("root", at=NOW),)), ocsps=ocsps,
    )  # fmt: skip
    codes = {one.code for one in found.reasons}
    assert codes <= {"chain.revocation_unknown", "chain.revoked", "chain.on_hold"}, codes
    return {"chain.revoked": REVOKED, "chain.on_hold": HELD, "chain.revocation_unknown": UNKNOWN}.get(
        min(codes, default=""), GOOD
    )


@pytest.fixture
def person(pki: Pki) -> asn1.Certificate:
    return lists.certificate(pki, "Hà Văn Mới", points(point(lists.HERE)))


# --- parts of a list ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("about", "word"),
    [
        (None, GOOD),
        (scope(lists.HERE), GOOD),
        (scope(lists.THERE), UNKNOWN),
        (scope(only_contains_user_certs=True), GOOD),
        (scope(only_contains_ca_certs=True), UNKNOWN),
        (scope(only_contains_attribute_certs=True), UNKNOWN),
        (scope(only_some_reasons=frozenset({x509.ReasonFlags.key_compromise})), UNKNOWN),
        (scope(indirect_crl=True), GOOD),
    ],
)
def test_silence_counts_only_in_a_list_about_this_certificate(pki: Pki, person: asn1.Certificate, about, word) -> None:
    assert said(pki, person, crl(pki, LATER, about=about)) == word
    listed = crl(pki, LATER, entry(700, EARLIER), about=about)
    spoken = UNKNOWN if about is not None and about.only_contains_attribute_certs else REVOKED
    assert said(pki, person, listed) == spoken


def test_a_certificate_without_a_place_of_its_list_belongs_to_no_part(pki: Pki) -> None:
    bare = lists.certificate(pki, "Hà Văn Trống")
    assert said(pki, bare, crl(pki, LATER, about=scope(lists.HERE))) == UNKNOWN
    assert said(pki, bare, crl(pki, LATER)) == GOOD


def test_a_place_for_some_reasons_only_says_nothing_of_the_rest(pki: Pki) -> None:
    some = lists.certificate(
        pki, "Hà Văn Lý Do", points(point(lists.HERE, reasons=frozenset({x509.ReasonFlags.key_compromise})))
    )
    assert said(pki, some, crl(pki, LATER, about=scope(lists.HERE))) == UNKNOWN


def test_a_list_with_a_part_that_nobody_understands_is_not_used(pki: Pki, person: asn1.Certificate) -> None:
    odd = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00")
    assert said(pki, person, crl(pki, LATER, extensions=[(odd, True)])) == UNKNOWN
    assert said(pki, person, crl(pki, LATER, extensions=[(odd, False)])) == GOOD
    assert said(pki, person, crl(pki, LATER, entry(700, EARLIER, extensions=[odd]))) == UNKNOWN


def test_a_certificate_that_ended_is_no_longer_listed_unless_the_list_says_so(pki: Pki) -> None:
    ended = lists.certificate(pki, "Hà Văn Cũ", until=datetime(2022, 1, 1, tzinfo=UTC))
    kept = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.60"), b"\x18\x0f20200101000000Z")
    for extensions, good in [((), False), ([(kept, False)], True)]:
        data = crl(pki, LATER, extensions=extensions)
        found = chain.judge_chain(
            ended, others=[pki.certificate("interm")], trust=pki.trust(at=NOW, crls=(pki.crl("root", at=NOW), data)),
            claimed_at=None, proved_at=datetime(2021, 1, 1, tzinfo=UTC),
        )  # fmt: skip
        assert ("chain.revocation_unknown" not in {one.code for one in found.reasons}) == good


# --- indirect lists -----------------------------------------------------------------------------------------------


def other(pki: Pki, *uses: str, subject: str = OTHERS, issuer: str = "root") -> asn1.Certificate:
    """Return the certificate of somebody who signs lists for several authorities."""
    return lists.certificate(pki, subject, lists.usage(*uses or ("crl_sign",)), key="organisation", issuer=issuer)


def indirect(pki: Pki, *entries: x509.RevokedCertificate, **more: Any) -> bytes:
    values = {"issuer": "organisation", "name": lists.named(OTHERS), "about": scope(indirect_crl=True), **more}
    return crl(pki, LATER, *entries, **values)


@pytest.fixture
def elsewhere(pki: Pki) -> asn1.Certificate:
    """A certificate whose revocation another authority tells."""
    return lists.certificate(pki, "Hà Văn Nhờ", points(point(lists.HERE, issuer=OTHERS)))


def test_an_indirect_list_speaks_about_the_certificates_that_name_it(
    pki: Pki, person: asn1.Certificate, elsewhere: asn1.Certificate
) -> None:
    mine = entry(700, EARLIER, issuer=pki.x509("interm").subject)
    assert said(pki, elsewhere, indirect(pki, mine), beside=[other(pki)]) == REVOKED
    assert said(pki, elsewhere, indirect(pki), beside=[other(pki)]) == GOOD
    assert said(pki, person, indirect(pki, mine), beside=[other(pki)]) == UNKNOWN  # it does not name that list
    assert said(pki, elsewhere, indirect(pki, about=None), beside=[other(pki)]) == UNKNOWN


def test_an_entry_belongs_to_the_issuer_named_last(pki: Pki, elsewhere: asn1.Certificate) -> None:
    stranger, mine = lists.named("Người khác"), pki.x509("interm").subject
    under_other = indirect(pki, entry(5, EARLIER, issuer=stranger), entry(700, EARLIER))
    assert said(pki, elsewhere, under_other, beside=[other(pki)]) == GOOD
    under_mine = indirect(pki, entry(5, EARLIER, issuer=mine), entry(700, EARLIER))
    assert said(pki, elsewhere, under_mine, beside=[other(pki)]) == REVOKED
    own = indirect(pki, entry(700, EARLIER))  # of the issuer of the list itself
    assert said(pki, elsewhere, own, beside=[other(pki)]) == GOOD


def test_only_an_authority_under_the_same_anchor_may_sign_for_others(pki: Pki, elsewhere: asn1.Certificate) -> None:
    mine = entry(700, EARLIER, issuer=pki.x509("interm").subject)
    for signer in ([], [other(pki, "digital_signature")], [other(pki, issuer="other-root")]):
        assert said(pki, elsewhere, indirect(pki, mine), beside=signer) == UNKNOWN
        assert said(pki, elsewhere, indirect(pki), beside=signer) == UNKNOWN


def test_an_authority_may_sign_its_lists_with_a_key_of_their_own(pki: Pki, person: asn1.Certificate) -> None:
    name = pki.x509("interm").subject
    own = lists.certificate(pki, "", lists.usage("crl_sign"), key="organisation", issuer="root", name=name)
    data = crl(pki, LATER, entry(700, EARLIER), issuer="organisation", name=name)
    assert said(pki, person, data, beside=[own]) == REVOKED
    assert said(pki, person, data) == UNKNOWN


# --- delta lists --------------------------------------------------------------------------------------------------


def test_a_delta_list_is_read_upon_its_base(pki: Pki, person: asn1.Certificate) -> None:
    base = crl(pki, EARLIER, number=10, days=1)
    assert said(pki, person, base) == UNKNOWN  # it has ended
    fresh = crl(pki, LATER, number=12, base=10)
    assert said(pki, person, base, fresh) == GOOD
    assert said(pki, person, fresh) == UNKNOWN
    assert said(pki, person, base, crl(pki, LATER, entry(700, LATER), number=12, base=10)) == REVOKED
    assert said(pki, person, crl(pki, LATER, entry(700, LATER), number=12, base=10)) == REVOKED


@pytest.mark.parametrize(
    "delta",
    [{"base": 11, "number": 12}, {"base": 9, "number": 10}, {"base": 10, "number": 12, "about": scope(lists.HERE)}],
)
def test_a_delta_list_of_another_base_says_nothing_by_silence(pki: Pki, person: asn1.Certificate, delta: dict) -> None:
    base = crl(pki, EARLIER, number=10, days=1)
    assert said(pki, person, base, crl(pki, LATER, **delta)) == UNKNOWN


def test_a_hold_that_a_delta_list_lifts_is_over(pki: Pki, person: asn1.Certificate) -> None:
    base = crl(pki, EARLIER, entry(700, EARLIER, reason=HOLD), number=10)
    assert said(pki, person, base) == HELD
    assert said(pki, person, base, crl(pki, LATER, number=12, base=10)) == HELD
    lifted = crl(pki, LATER, entry(700, LATER, reason=REMOVED), number=12, base=10)
    assert said(pki, person, base, lifted) == GOOD
    assert said(pki, person, lifted) == UNKNOWN


def test_a_hold_is_no_revocation_and_may_be_lifted(pki: Pki, person: asn1.Certificate) -> None:
    held = crl(pki, EARLIER, entry(700, EARLIER, reason=HOLD))
    assert said(pki, person, held) == HELD
    assert said(pki, person, held, crl(pki, LATER)) == GOOD
    assert said(pki, person, held, crl(pki, LATER, entry(700, EARLIER))) == REVOKED
    assert gravest([weight(chain.Reason("chain.on_hold"))]) == INDETERMINATE


# --- answers ------------------------------------------------------------------------------------------------------


def test_of_an_answer_about_several_only_our_line_counts(pki: Pki, person: asn1.Certificate) -> None:
    neighbour = lists.certificate(pki, "Hà Văn Bên", number=701)
    for mine, word in [(True, GOOD), (False, REVOKED)]:
        both = answer(pki, LATER, (neighbour, not mine), (person, mine))
        assert said(pki, person, ocsps=(both,)) == word
    assert said(pki, person, ocsps=(answer(pki, LATER, (neighbour, True)),)) == UNKNOWN


def test_a_responder_that_was_revoked_itself_is_not_believed(pki: Pki, person: asn1.Certificate) -> None:
    purpose = x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.OCSP_SIGNING])
    for extensions, word in [((purpose,), UNKNOWN), ((purpose, x509.OCSPNoCheck()), GOOD)]:
        named = lists.certificate(pki, "Trả lời khác", *extensions, number=800, key="ocsp")
        said_good = answer(pki, LATER, (person, True), responder=x509.load_der_x509_certificate(named.dump()))
        assert said(pki, person, ocsps=(said_good,)) == GOOD
        about_responders = crl(pki, LATER, entry(800, EARLIER), about=scope(lists.THERE))
        assert said(pki, person, about_responders, ocsps=(said_good,)) == word


def test_a_certificate_not_for_answering_answers_nothing(pki: Pki, person: asn1.Certificate) -> None:
    assert said(pki, person, ocsps=(answer(pki, LATER, (person, True), label="organisation"),)) == UNKNOWN


def test_strict_trust_wants_a_word_about_the_right_part(pki: Pki, person: asn1.Certificate) -> None:
    trust = dataclasses.replace(pki.trust(at=NOW, strict=True), crls=(pki.crl("root", at=NOW),))
    for address, code in [(lists.HERE, set()), (lists.THERE, {"chain.revocation_missing"})]:
        found = chain.judge_chain(
            person, others=[pki.certificate("interm")], trust=trust, claimed_at=NOW, proved_at=None,
            crls=[crl(pki, LATER, about=scope(address))],
        )  # fmt: skip
        assert {one.code for one in found.reasons} == code
