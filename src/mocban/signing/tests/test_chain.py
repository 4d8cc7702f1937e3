"""A certificate is judged for the best known time, by anchors with purposes and dates, and by revocation data."""

from __future__ import annotations

import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mocban.signing.tests.pki import Pki
from mocban.signing.verification import chain
from mocban.signing.verification.findings import Conclusion, gravest
from mocban.signing.verification.sentences import sentence, weight
from mocban.signing.verification.timestamps import judge_timestamp
from mocban.signing.verification.trust import SIGNING, TIMESTAMPING

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE


def when(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def judged(pki: Pki, label: str = "person", **given: Any) -> tuple[Conclusion, set[str]]:
    trust = given.pop("trust", None) or pki.trust(at=NOW)
    certificate = given.pop("certificate", None) or pki.certificate(label)
    values = {"others": [pki.certificate("interm")], "claimed_at": NOW, "proved_at": None, **given}
    found = chain.judge_chain(certificate, trust=trust, **values)
    assert all("%(" not in sentence(reason) for reason in found.reasons)
    weights = [weight(reason) for reason in found.reasons]
    return gravest(weights) if weights else VALID, {reason.code for reason in found.reasons}


@pytest.mark.parametrize("label", ["person", "organisation", "ecdsa", "ed25519", "no-usage", "email"])
def test_a_good_certificate_needs_no_revocation_data_but_the_lack_is_said(label: str, pki: Pki) -> None:
    assert judged(pki, label) == (VALID, {"chain.revocation_unknown"})


def test_the_chain_is_named_from_the_signer_to_the_root(pki: Pki) -> None:
    found = chain.judge_chain(
        pki.certificate("person"), others=[pki.certificate("interm")], trust=pki.trust(at=NOW), claimed_at=NOW,
        proved_at=None,
    )  # fmt: skip
    assert found.chain == ("Trần Thị Bích Ngọc", "Chứng thực cấp dưới An Hòa", "Chứng thực gốc An Hòa")


@pytest.mark.parametrize(
    ("label", "conclusion", "code"),
    [
        ("unknown", INDETERMINATE, "chain.unknown_root"),
        ("expired", INDETERMINATE, "chain.expired"),
        ("future", INDETERMINATE, "chain.not_yet_valid"),
        ("encipherment", INVALID, "chain.wrong_usage"),
        ("stamping-only", INVALID, "chain.wrong_usage"),
        ("small", VALID, "chain.revocation_unknown"),  # the signer's own key is judged with the signature
    ],
)
def test_what_is_wrong_with_a_certificate_is_said(label: str, conclusion: Conclusion, code: str, pki: Pki) -> None:
    found = judged(pki, label)
    assert found[0] == conclusion
    assert code in found[1]


def test_without_the_certificate_between_there_is_no_path(pki: Pki) -> None:
    assert judged(pki, others=[])[1] >= {"chain.unknown_root"}
    assert judged(pki, others=[], trust=pki.trust(at=NOW, others=(pki.der("interm"),)))[0] == VALID


def test_an_authority_with_the_same_name_and_another_key_is_unknown(pki: Pki) -> None:
    from mocban.signing.tests.pki import build

    assert judged(build(), trust=pki.trust(at=NOW))[0] == VALID  # the keys are shared
    stranger = pki.certificate("unknown").copy()
    stranger["tbs_certificate"]["issuer"] = pki.certificate("interm").subject
    assert judged(pki, certificate=stranger)[1] >= {"chain.unknown_root"}


def test_anchors_have_purposes_and_days(pki: Pki) -> None:
    stamping = dataclasses.replace(pki.trust(at=NOW), anchors=(pki.anchor("root", (TIMESTAMPING,)),))
    assert judged(pki, trust=stamping)[1] >= {"chain.unknown_root"}
    for days, conclusion in (({"until": "2026-03-01"}, INDETERMINATE), ({"since": "2026-03-02"}, VALID)):
        limited = dataclasses.replace(pki.trust(at=NOW), anchors=(pki.anchor("root", (SIGNING,), **days),))
        assert judged(pki, trust=limited)[0] == conclusion
    late = dataclasses.replace(pki.trust(at=NOW), anchors=(pki.anchor("root", until="2026-03-01"),))
    assert judged(pki, trust=late, claimed_at=NOW - timedelta(days=3))[0] == VALID


def test_a_certificate_signed_with_sha1_proves_too_little(pki: Pki) -> None:
    assert judged(pki, certificate=pki.sha1_signed())[0] == INDETERMINATE
    assert judged(pki, certificate=pki.sha1_signed())[1] >= {"chain.weak_digest"}


def test_expiry_is_judged_at_the_proved_time(pki: Pki) -> None:
    assert judged(pki, "expired", proved_at=when("2021-06-01"), claimed_at=when("2021-06-01"))[0] == VALID
    assert judged(pki, "expired", proved_at=when("2022-06-01"))[0] == INVALID
    assert judged(pki, "expired", proved_at=when("2019-06-01"))[0] == INVALID


REVOKED_AT = when("2024-06-01")


@pytest.mark.parametrize(
    ("claimed", "proved", "conclusion"),
    [
        ("2024-07-01", None, INVALID),
        (None, None, INVALID),
        ("2024-05-01", None, INDETERMINATE),
        ("2024-05-01", "2024-05-01", VALID),
        ("2024-05-01", "2024-07-01", INVALID),
    ],
)
@pytest.mark.parametrize("source", ["crl", "ocsp"])
def test_revocation_counts_from_its_own_time(
    claimed: str | None, proved: str | None, conclusion: Conclusion, source: str, pki: Pki
) -> None:
    data = {"crls": [pki.crl(at=NOW)]} if source == "crl" else {"ocsps": [pki.ocsp("revoked", at=NOW)]}
    times = {"claimed_at": when(claimed) if claimed else None, "proved_at": when(proved) if proved else None}
    assert judged(pki, "revoked", **data, **times)[0] == conclusion


def test_revocation_data_of_an_installation_count_like_embedded_ones(pki: Pki) -> None:
    assert judged(pki, "revoked", trust=pki.trust(at=NOW, crls=(pki.crl(at=NOW),)))[0] == INVALID
    assert judged(pki, "revoked", trust=pki.trust(at=NOW, ocsps=(pki.ocsp("revoked", at=NOW),)))[0] == INVALID


def test_fresh_good_words_are_enough_for_strict_trust(pki: Pki) -> None:
    strict = pki.trust(at=NOW, strict=True)
    assert judged(pki, "person-sources", trust=strict)[1] == {"chain.revocation_missing"}
    both = {"ocsps": [pki.ocsp("person-sources", at=NOW)], "crls": [pki.crl("root", at=NOW)]}
    assert judged(pki, "person-sources", trust=strict, **both) == (VALID, set())
    stale = {**both, "ocsps": [pki.ocsp("person-sources", at=NOW - timedelta(days=9))]}
    assert judged(pki, "person-sources", trust=strict, **stale)[0] == INDETERMINATE


def forged(data: bytes) -> bytes:
    return data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]


def test_revocation_data_that_nobody_signed_say_nothing(pki: Pki) -> None:
    assert judged(pki, "revoked", crls=[forged(pki.crl(at=NOW)), b"", b"rubbish", pki.crl("root", at=NOW)])[0] == VALID
    assert judged(pki, "revoked", ocsps=[b"0\x03\n\x01\x06", pki.ocsp("person", at=NOW)])[0] == VALID


def test_a_claim_from_the_future_shows_a_wrong_clock(pki: Pki) -> None:
    assert judged(pki, claimed_at=NOW + timedelta(hours=20))[0] == VALID
    assert judged(pki, claimed_at=NOW + timedelta(hours=30))[1] >= {"time.claim_in_future"}
    assert judged(pki, claimed_at=NOW + timedelta(days=3), proved_at=NOW)[1] >= {"time.claim_differs"}


# --- time stamps ------------------------------------------------------------------------------------------------


def digest(name: str) -> bytes:
    return hashlib.new(name, b"stamped").digest()


def stamped(pki: Pki, label: str = "tsa", at: datetime = NOW, **given: Any):  # type: ignore[no-untyped-def]
    import asyncio

    token = asyncio.run(pki.stamper(label, at=at).async_timestamp(digest("sha256"), "sha256"))
    values = {"digest": digest, "trust": pki.trust(at=NOW), **given}
    return judge_timestamp(token, **values)


def test_a_trusted_stamp_proves_its_time(pki: Pki) -> None:
    found = stamped(pki, at=NOW - timedelta(days=30))
    assert (found.at, found.by, found.reasons) == (NOW - timedelta(days=30), "Dấu thời gian An Hòa", ())


@pytest.mark.parametrize(
    ("label", "conclusion"),
    [("tsa-unknown", INDETERMINATE), ("tsa-expired", INDETERMINATE), ("tsa-wrong-purpose", INDETERMINATE)],
)
def test_an_untrusted_stamp_proves_nothing(label: str, conclusion: Conclusion, pki: Pki) -> None:
    found = stamped(pki, label, at=when("2021-01-01"))
    assert found.at is None
    assert gravest([weight(reason) for reason in found.reasons]) == conclusion


def test_a_stamp_over_other_bytes_is_broken(pki: Pki) -> None:
    found = stamped(pki, digest=lambda name: hashlib.new(name, b"other").digest())
    assert [reason.code for reason in found.reasons] == ["time.broken"]
    assert found.at is None


def test_a_later_stamp_keeps_an_expired_service_believable(pki: Pki) -> None:
    then = when("2021-01-01")
    assert stamped(pki, "tsa-expired", at=then, proved_at=then + timedelta(days=9)).at == then
    assert stamped(pki, "tsa-expired", at=then, proved_at=when("2023-01-01")).at is None


def test_stamps_have_anchors_of_their_own(pki: Pki) -> None:
    apart = pki.trust(at=NOW, anchors=pki.apart)
    assert stamped(pki, "tsa-unknown", trust=apart).at == NOW
    assert stamped(pki, "tsa", trust=apart).at is None


def test_a_stamp_of_tomorrow_proves_nothing(pki: Pki) -> None:
    assert stamped(pki, at=NOW + timedelta(days=2)).at is None


def test_rubbish_is_no_stamp(pki: Pki) -> None:
    from asn1crypto import cms

    for data in (b"0\x00", b"0\x80\x00\x00"):
        found = judge_timestamp(cms.ContentInfo.load(data), digest=digest, trust=pki.trust(at=NOW))
        assert [reason.code for reason in found.reasons] == ["time.unreadable"]
