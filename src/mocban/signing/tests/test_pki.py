"""The tests' own authority does what the other tests rely on."""

from __future__ import annotations

import datetime
import urllib.request

import pytest
from asn1crypto import crl, ocsp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError

from mocban.signing.tests.pki import Pki
from mocban.signing.tests.servers import Served

IMPRINT = bytes(32)


def test_every_certificate_leads_to_its_issuer(pki: Pki) -> None:
    for label in ("person", "organisation", "ecdsa", "ed25519", "revoked", "expired", "tsa", "ocsp"):
        pki.x509(label).verify_directly_issued_by(pki.x509("interm"))
    pki.x509("unknown").verify_directly_issued_by(pki.x509("other-root"))


def test_keys_have_the_sizes_the_law_of_the_field_knows(pki: Pki) -> None:
    sizes = {label: pki.x509(label).public_key() for label in ("person", "organisation", "ecdsa", "small")}
    assert [key.key_size for key in sizes.values() if isinstance(key, rsa.RSAPublicKey)] == [2048, 3072, 1024]
    assert isinstance(sizes["ecdsa"], ec.EllipticCurvePublicKey)


def test_the_weak_certificate_is_signed_with_sha1(pki: Pki) -> None:
    weak = pki.sha1_signed()
    assert weak["signature_algorithm"].hash_algo == "sha1"
    assert weak.public_key.dump() == pki.certificate("person").public_key.dump()


def test_the_revoked_one_is_on_the_list_and_in_the_answer(pki: Pki) -> None:
    listed = crl.CertificateList.load(pki.crl())["tbs_cert_list"]["revoked_certificates"]
    assert [one["user_certificate"].native for one in listed] == [pki.x509("revoked").serial_number]
    for label, status in (("revoked", "revoked"), ("person", "good")):
        answer = ocsp.OCSPResponse.load(pki.ocsp(label)).response_data["responses"][0]
        assert answer["cert_status"].name == status


async def stamp(address: str) -> datetime.datetime:
    token = await HTTPTimeStamper(address, timeout=2).async_timestamp(IMPRINT, "sha256")
    made: datetime.datetime = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native
    return made


def run(address: str) -> datetime.datetime:
    import asyncio

    return asyncio.run(stamp(address))


def test_the_server_stamps_and_lists(served: Served) -> None:
    now = datetime.datetime.now(datetime.UTC)
    assert abs(run(served.tsa()) - now) < datetime.timedelta(minutes=1)
    assert abs(run(served.tsa("day-late")) - now) > datetime.timedelta(hours=23)
    with urllib.request.urlopen(served.crl()) as answer:  # noqa: S310 - our own loopback server
        assert crl.CertificateList.load(answer.read())["tbs_cert_list"]["revoked_certificates"]


@pytest.mark.parametrize("way", ["down", "error", "rubbish", "empty", "refused", "wrong-nonce"])
def test_a_misbehaving_service_gives_no_stamp(way: str, served: Served) -> None:
    # pyHanko 0.38 stumbles over its own message about a wrong nonce: AttributeError.
    with pytest.raises((TimestampRequestError, OSError, ValueError, AttributeError)):
        run(served.tsa(way))


def test_a_key_can_be_written_for_other_programs(pki: Pki) -> None:
    plain = pki.private_key("person").private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    assert serialization.load_der_private_key(plain, None)
