"""What holds of keys in PKCS#12 files alone: files of unknown origin are looked at in the helper process."""

from __future__ import annotations

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from mocban.signing.adapters import certificates, files, fitness
from mocban.signing.pdf.refusals import Refused
from tests.contracts import keystores
from tests.contracts.keystores import NAME, PIN, WRONG, Authority


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(keystores.soft_keys(tmp_path_factory.mktemp("soft")))


@pytest.fixture(scope="module")
def good(authority: Authority) -> bytes:
    return keystores.key_file(certificates.new_key(), authority)


def refused(data: bytes, passphrase: str = PIN) -> str:
    with pytest.raises(Refused) as refusal:
        files.examined(data, passphrase)
    return refusal.value.code


def test_a_good_file_gives_certificate_and_chain(good: bytes, authority: Authority) -> None:
    certificate, chain = files.examined(good, PIN)
    assert fitness.facts(certificate).subject == NAME
    assert chain == [authority.certificate]


def test_another_passphrase_opens_nothing(good: bytes) -> None:
    assert refused(good, WRONG) == "signing.wrong_pin"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"\x30\x82\xff\xff" + bytes(9), bytes(files.FILE_BYTES + 1)])
def test_a_file_that_is_no_key_is_a_sentence(data: bytes) -> None:
    assert refused(data) == "signing.key_file"


def test_a_damaged_file_is_a_sentence(good: bytes) -> None:
    for place in range(0, len(good), 97):
        spoiled = good[:place] + bytes([good[place] ^ 0xFF]) + good[place + 1 :]
        try:
            files.examined(spoiled, PIN)
        except Refused as refusal:
            assert refusal.code in ("signing.key_file", "signing.wrong_pin")  # noqa: PT017 - some bytes do not matter


def test_a_file_that_asks_for_years_of_work_ends_in_a_sentence(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mocban.signing.pdf.contained.SECONDS", 3.0)
    from mocban.signing.pdf import contained

    contained._pool.cache_clear()
    try:
        endless = asn1_pkcs12.Pfx.load(good)
        endless["mac_data"]["iterations"] = 2**31 - 1
        assert refused(endless.dump()) in ("signing.key_file", "signing.wrong_pin")
    finally:
        contained._pool.cache_clear()


def test_a_file_without_key_or_with_another_certificate_is_refused(authority: Authority) -> None:
    protect = serialization.BestAvailableEncryption(PIN.encode())
    alone = authority.certify(certificates.new_key().public_key())
    assert refused(pkcs12.serialize_key_and_certificates(b"x", None, alone, None, protect)) == "signing.key_file"


@pytest.mark.parametrize(
    "key", [rsa.generate_private_key(65537, 1024), ec.generate_private_key(ec.SECP192R1())], ids=["rsa", "curve"]
)
def test_a_weak_key_is_not_taken(authority: Authority, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
    certificate, _chain = files.examined(keystores.key_file(key, authority), PIN)
    with pytest.raises(Refused, match="signing.key_unfit"):
        fitness.require_fit(certificate, now=certificate.not_valid_before_utc)
