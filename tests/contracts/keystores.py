"""The same person's key in every place where a key can be, for the suite that all of them must pass."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from pkcs11.util.ec import encode_ec_public_key, encode_named_curve_parameters
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from mocban.signing.adapters import certificates, csc
from mocban.signing.adapters.files import FileKeys
from mocban.signing.adapters.remote import RemoteKeys
from mocban.signing.adapters.signers import PrivateKey
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.adapters.tokens import TokenKeys
from mocban.signing.ports import KeyStore
from tests import csc_server

SOFTHSM, TOKEN = Path("/usr/lib/softhsm/libsofthsm2.so"), "mocban"
PIN, WRONG = "123456", "654321"
HOLDER, NAME = "person:0199", "Nguyễn Thị Hữu Nghĩa"
ORGANISATION = "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh An Hòa"
LABEL, KEY_ID = "chu-ky", b"\x01\x99"
EC_LABEL, EC_ID = "chu-ky-ec", b"\x02\x99"


@dataclass(frozen=True)
class Case:
    """A way to open the place with some PIN; `counts` says whether it minds the PIN at all."""

    open: Callable[[str], KeyStore]
    counts: bool = True


class Authority:
    """The trial authority, and certificates of the person by it."""

    def __init__(self, soft: SoftKeys) -> None:
        self.key, self.certificate = soft._authority()

    def certify(self, public_key: object) -> x509.Certificate:
        return certificates.issue(
            certificates.name(NAME, ORGANISATION),
            public_key,  # type: ignore[arg-type]
            issuer=self.certificate,
            issuer_key=self.key,
            now=datetime.now(UTC),
        )


def soft_keys(folder: Path) -> SoftKeys:
    store = SoftKeys(folder, "secret")
    store.issue(HOLDER, common_name=NAME, organisation_name=ORGANISATION)
    return store


def key_file(key: PrivateKey, authority: Authority, pin: str = PIN) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        NAME.encode(),
        key,
        authority.certify(key.public_key()),
        [authority.certificate],
        serialization.BestAvailableEncryption(pin.encode()),
    )


def file_case(key: PrivateKey, authority: Authority) -> Case:
    data = key_file(key, authority)
    return Case(lambda pin: FileKeys(data, holder=HOLDER, pin=pin))


@contextmanager
def softhsm(folder: Path, labels: tuple[str, ...] = (TOKEN,)) -> Iterator[Path]:
    """A SoftHSM with empty tokens of these labels; yields the folder that holds them."""
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        for label in labels:
            make = ["softhsm2-util", "--init-token", "--free", "--label", label, "--so-pin", "87654321", "--pin", PIN]
            subprocess.run(make, check=True, capture_output=True)
        pkcs11.lib(str(SOFTHSM)).reinitialize()  # another test may have used other tokens in this process
        yield folder / "tokens"


def put_key_on_token(authority: Authority, label: str = TOKEN) -> None:
    """Make a key inside the token; the trial authority certifies its public half."""
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label=label).open(user_pin=PIN, rw=True) as session:
        public, _private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, id=KEY_ID, label=LABEL, store=True)
        made = authority.certify(serialization.load_der_public_key(encode_rsa_public_key(public)))
        attributes = decode_x509_certificate(made.public_bytes(serialization.Encoding.DER))
        own = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.ID: KEY_ID}
        session.create_object({**attributes, **own})


def put_ec_key_on_token(authority: Authority, label: str = TOKEN) -> None:
    """The same with a key on the curve P-256."""
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label=label).open(user_pin=PIN, rw=True) as session:
        curve = {pkcs11.Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        parameters = session.create_domain_parameters(pkcs11.KeyType.EC, curve, local=True)
        public, _private = parameters.generate_keypair(id=EC_ID, label=EC_LABEL, store=True)
        made = authority.certify(serialization.load_der_public_key(encode_ec_public_key(public)))
        attributes = decode_x509_certificate(made.public_bytes(serialization.Encoding.DER))
        own = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: EC_LABEL, pkcs11.Attribute.ID: EC_ID}
        session.create_object({**attributes, **own})


def token_keys(authority: Authority, pin: str = PIN, **changes: object) -> TokenKeys:
    given = {"token_label": TOKEN, "labels": {HOLDER: LABEL}, **changes}
    return TokenKeys(SOFTHSM, pin=pin, chain=[authority.certificate], **given)  # type: ignore[arg-type]


def remote_key(authority: Authority, **changes: object) -> csc_server.Key:
    key = certificates.new_key()
    chain = [authority.certify(key.public_key()), authority.certificate]
    return csc_server.Key(key, chain, PIN, **changes)  # type: ignore[arg-type]


def remote_ec_key(authority: Authority) -> csc_server.Key:
    key = ec.generate_private_key(ec.SECP256R1())
    return csc_server.Key(key, [authority.certify(key.public_key()), authority.certificate], PIN)


def remote_keys(service: csc_server.Service, pin: str = PIN, credential: str = "k1", **changes: object) -> RemoteKeys:
    given = {"user": csc_server.USER, "password": csc_server.PASSWORD}
    allowed = csc.Service("thu", "Dịch vụ thử", service.url, **given)
    return RemoteKeys(allowed, credential=credential, holder=HOLDER, pin=pin, **changes)  # type: ignore[arg-type]
