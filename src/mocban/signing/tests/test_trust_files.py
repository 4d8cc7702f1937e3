"""Files of trust are read in the helper process, with limits; what breaks it is a sentence and nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st

from mocban.lib.errors import RuleBroken
from mocban.signing import trust_files
from mocban.signing.choices import RevocationKind
from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import Refused
from mocban.signing.tests import lists
from mocban.signing.tests.pki import Pki, pki
from tests.steps import refused

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def issuers(pki: Pki) -> list[bytes]:
    return [pki.der("root"), pki.der("interm")]


def test_nothing_that_was_uploaded_is_parsed_in_this_process(
    pki: Pki, issuers: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    run = contained.run

    def seen(task: str, data: bytes, values: dict) -> tuple[dict, bytes]:
        asked.append(task)
        return run(task, data, values)

    monkeypatch.setattr(contained, "run", seen)
    trust_files._certificate.cache_clear()
    facts = trust_files.read_certificate(pki.x509("interm").public_bytes(Encoding.PEM))
    assert (facts.der, facts.authority, facts.not_after.tzinfo) == (pki.der("interm"), True, UTC)
    assert facts == trust_files.facts_of(pki.x509("interm"))
    assert trust_files.issuer_among(facts, [pki.der("other-root"), pki.der("root")])
    assert not trust_files.issuer_among(facts, [pki.der("other-root")])
    assert trust_files.read_revocation(pki.crl(), issuers=issuers, at=NOW).kind == RevocationKind.CRL
    assert trust_files.revoked_serials(pki.crl()) == {f"{pki.certificate('revoked').serial_number:x}"}
    assert asked == ["trust_certificate", "trust_issued", "trust_issued", "trust_revocation", "trust_revoked"]


@pytest.mark.parametrize("code", ["signing.unreadable", "signing.too_long"])
def test_a_file_that_breaks_the_helper_or_takes_too_long_is_a_sentence(
    pki: Pki, issuers: list[bytes], monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    def broken(_task: str, _data: bytes, _values: dict) -> tuple[dict, bytes]:
        raise Refused(code)

    monkeypatch.setattr(contained, "run", broken)
    with refused("trust.unreadable"):
        trust_files.read_revocation(pki.crl(), issuers=issuers, at=NOW)
    trust_files._certificate.cache_clear()
    with refused("trust.unreadable"):
        trust_files.read_certificate(pki.der("root"))


def test_an_answer_about_several_certificates_is_kept_whole(pki: Pki, issuers: list[bytes]) -> None:
    people = [lists.certificate(pki, "Hà Văn Một", number=701), lists.certificate(pki, "Hà Văn Hai", number=702)]
    data = lists.answer(pki, NOW, (people[0], True), (people[1], False))
    found = trust_files.read_revocation(data, issuers=issuers, at=NOW)
    assert (found.kind, found.serial, found.this_update) == (RevocationKind.OCSP, "2bd, 2be", NOW)
    assert trust_files.revoked_serials(data) == {"2be"}
    alone = trust_files.read_revocation(lists.answer(pki, NOW, (people[0], True)), issuers=issuers, at=NOW)
    assert alone.scope != found.scope  # a newer answer about one does not supersede what is said of the other
    with refused("trust.unknown_issuer"):
        trust_files.read_revocation(data, issuers=[pki.der("root")], at=NOW)
    with refused("trust.bad_signature"):
        trust_files.read_revocation(
            lists.answer(pki, NOW, (people[0], True), label="organisation"), issuers=issuers, at=NOW
        )


def test_a_delta_list_and_a_refusal_are_refused_with_the_reason(pki: Pki, issuers: list[bytes]) -> None:
    with refused("trust.delta"):
        trust_files.read_revocation(lists.crl(pki, NOW, number=12, base=10), issuers=issuers, at=NOW)
    with refused("trust.no_answer"):
        trust_files.read_revocation(b"\x30\x03\x0a\x01\x06", issuers=issuers, at=NOW)


@settings(max_examples=60, deadline=timedelta(seconds=5))
@given(kind=st.sampled_from(["crl", "ocsp"]), at=st.integers(0, 2000), bit=st.integers(0, 255), cut=st.booleans())
def test_damaged_revocation_data_are_refused_with_a_sentence(kind: str, at: int, bit: int, cut: bool) -> None:
    made = pki()
    data = made.crl() if kind == "crl" else made.ocsp("revoked", at=NOW)
    hostile = data[: at % len(data)] + (b"" if cut else bytes([bit]) + data[at % len(data) + 1 :])
    with suppress(RuleBroken):  # anything else would be a page with an error
        found = trust_files.read_revocation(hostile, issuers=[made.der("root"), made.der("interm")], at=NOW)
        assert found.der == hostile
