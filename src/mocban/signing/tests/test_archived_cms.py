"""CAdES kept for long: a later time stamp over everything keeps it believable when certificates have ended."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from asn1crypto import cms, core

from mocban.signing.tests import archived, signed
from mocban.signing.tests.pki import Pki
from mocban.signing.verification.cms import judge_cms
from mocban.signing.verification.findings import Conclusion, FileFinding, SignatureFinding

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE
CONTENT = "Nội dung công văn".encode()
SIGNED, ARCHIVED, EXPIRED = (datetime(2021, month, 1, tzinfo=UTC) for month in (6, 9, 12))
LATER = datetime(2023, 1, 1, tzinfo=UTC)
OLD = {"at": SIGNED, "stamper": "tsa-expired"}


def judged(pki: Pki, message: bytes, content: bytes | None = None) -> SignatureFinding:
    found: FileFinding = judge_cms(message, trust=pki.trust(crls=(pki.crl(), pki.crl("root"))), content=content)
    [one] = found.signatures
    return one


def codes(one: SignatureFinding) -> set[str]:
    return {reason.code for reason in one.reasons}


def old(pki: Pki, **more: object) -> bytes:
    """Return a message whose signer and whose time stamp's service have both expired since."""
    return signed.cms(pki, CONTENT, "expired", stamped=True, **OLD, **more)


def test_without_an_archive_time_stamp_an_ended_service_proves_nothing(pki: Pki) -> None:
    one = judged(pki, old(pki))
    assert (one.conclusion, one.proved_at) == (INDETERMINATE, "")
    assert {"time.untrusted", "chain.expired"} <= codes(one)


@pytest.mark.parametrize("detached", [False, True])
def test_under_an_archive_time_stamp_signer_and_service_may_have_expired(pki: Pki, detached: bool) -> None:
    message = archived.archive(pki, old(pki, detached=detached), CONTENT, at=ARCHIVED)
    one = judged(pki, message, CONTENT if detached else None)
    assert (one.conclusion, one.proved_at, one.time_by) == (VALID, SIGNED.isoformat(), "Dấu thời gian cũ")
    assert "chain.expired_since" in codes(one)


def test_an_archive_time_stamp_may_be_kept_by_the_next_one(pki: Pki) -> None:
    first = archived.archive(pki, old(pki), CONTENT, label="tsa-expired", at=ARCHIVED)
    assert judged(pki, first).conclusion == INDETERMINATE
    assert judged(pki, archived.archive(pki, first, CONTENT, at=EXPIRED)).conclusion == VALID
    apart = archived.archive(pki, first, CONTENT, at=EXPIRED, leave=(archived.STAMP, archived.THIRD))
    one = judged(pki, apart)  # the later one covers the signature, but none of the stamps
    assert (one.proved_at, "time.untrusted" in codes(one)) == (EXPIRED.isoformat(), True)


def test_the_archive_time_stamp_alone_proves_that_the_signature_existed(pki: Pki) -> None:
    plain = signed.cms(pki, CONTENT, "expired", at=SIGNED)
    one = judged(pki, archived.archive(pki, plain, CONTENT, at=ARCHIVED))
    assert (one.conclusion, one.proved_at, one.time_by) == (VALID, ARCHIVED.isoformat(), "Dấu thời gian An Hòa")


@pytest.mark.parametrize(("label", "code"), [("expired", "chain.expired"), ("revoked", "chain.revoked_no_proof")])
def test_archiving_after_the_certificate_ended_accuses_nobody_and_proves_nothing(
    pki: Pki, label: str, code: str
) -> None:
    plain = signed.cms(pki, CONTENT, label, at=SIGNED)
    one = judged(pki, archived.archive(pki, plain, CONTENT, at=datetime(2025, 1, 1, tzinfo=UTC)))
    assert (one.conclusion, code in codes(one)) == (INDETERMINATE, True)


def test_the_level_is_told_by_what_is_there(pki: Pki) -> None:
    message = signed.cms(pki, CONTENT, stamped=True)
    assert judged(pki, archived.archive(pki, message, CONTENT)).level == "B-T"
    whole = cms.ContentInfo.load(message)
    whole["content"]["crls"] = [cms.RevocationInfoChoice("crl", cms.CertificateList.load(pki.crl()))]
    message = bytes(whole.dump(force=True))
    assert judged(pki, message).level == "B-LT"
    assert judged(pki, archived.archive(pki, message, CONTENT)).level == "B-LTA"


@pytest.mark.parametrize(("about", "bogus"), [(CONTENT + b"!", False), (CONTENT, True)])
def test_an_archive_time_stamp_that_does_not_fit_gives_its_reason_and_proves_nothing(
    pki: Pki, about: bytes, bogus: bool
) -> None:
    one = judged(pki, archived.archive(pki, old(pki), about, at=ARCHIVED, bogus=bogus))
    assert (one.conclusion, "time.later_broken" in codes(one), one.proved_at) == (INDETERMINATE, True, "")
    fresh = judged(pki, archived.archive(pki, signed.cms(pki, CONTENT, stamped=True), about, bogus=bogus))
    assert (fresh.conclusion, fresh.level) == (INDETERMINATE, "B-T")


def test_what_an_archive_time_stamp_covers_may_not_be_taken_away(pki: Pki) -> None:
    whole = cms.ContentInfo.load(archived.archive(pki, old(pki), CONTENT, at=ARCHIVED))
    info = whole["content"]["signer_infos"][0]
    info["unsigned_attrs"] = [one for one in archived.unsigned(info) if one["type"].dotted != archived.STAMP]
    assert "time.later_broken" in codes(judged(pki, bytes(whole.dump(force=True))))


def test_an_archive_time_stamp_of_nobody_is_not_believed(pki: Pki) -> None:
    one = judged(pki, archived.archive(pki, old(pki), CONTENT, label="tsa-unknown", at=ARCHIVED))
    assert (one.conclusion, one.proved_at) == (INDETERMINATE, "")


@pytest.mark.parametrize("headed", [True, False])
@pytest.mark.parametrize("detached", [True, False])
def test_the_older_kind_is_read_in_both_editions(pki: Pki, headed: bool, detached: bool) -> None:
    message = archived.archive_second(pki, old(pki, detached=detached), CONTENT, headed=headed, at=ARCHIVED)
    one = judged(pki, message, CONTENT if detached else None)
    assert (one.conclusion, one.proved_at) == (VALID, SIGNED.isoformat())


def test_rubbish_in_place_of_an_archive_time_stamp_is_only_rubbish(pki: Pki) -> None:
    for number in (archived.THIRD, archived.SECOND):
        whole = cms.ContentInfo.load(signed.cms(pki, CONTENT))
        archived.add(whole["content"]["signer_infos"][0], number, core.OctetString(b"rubbish"))
        one = judged(pki, bytes(whole.dump(force=True)))
        assert (one.conclusion, "time.later_broken" in codes(one)) == (INDETERMINATE, True)
