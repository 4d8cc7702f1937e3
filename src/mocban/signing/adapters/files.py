"""A key in a PKCS#12 file that its owner brought: the passphrase is asked at every signing and kept nowhere.

A new file is looked at in the helper process first: a hostile one can ask for years of key derivation.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asn1crypto import pkcs12 as asn1_pkcs12
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

from mocban.signing.adapters import fitness, signers
from mocban.signing.pdf import contained
from mocban.signing.pdf.refusals import Refused, answers, refuse

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

FILE_BYTES = 100 * 1024


@dataclass(frozen=True)
class Opened:
    """What a PKCS#12 file holds: one key, its certificate, and the chain, the issuer first."""

    key: signers.PrivateKey
    certificate: x509.Certificate
    chain: list[x509.Certificate]


class FileKeys:
    """A KeyStore over one PKCS#12 file of one holder."""

    def __init__(self, data: bytes, *, holder: str, pin: str, chain: Sequence[x509.Certificate] = ()) -> None:
        """`pin` is the passphrase; `chain` completes what the file itself holds above the certificate."""
        self._data, self._holder, self._pin, self._chain = data, holder, pin, list(chain)
        self._opened: Opened | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        found = self._open(holder)
        return signers.in_memory(found.key, found.certificate, found.chain)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self._open(holder).certificate

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates above the key's, as far as they are known without the passphrase."""
        return signers.roots(self._opened.chain if self._opened else self._chain)

    def _open(self, holder: str) -> Opened:
        if holder != self._holder:
            refuse("signing.no_key")
        if self._opened is None:
            found = opened(self._data, self._pin)
            others = [*found.chain, *self._chain]
            self._opened = Opened(found.key, found.certificate, fitness.order(found.certificate, others))
        return self._opened


def opened(data: bytes, passphrase: str) -> Opened:
    """Return what the file holds. Refuses: no PKCS#12, wrong passphrase, no key, a key of another kind."""
    if len(data) > FILE_BYTES or not _is_pkcs12(data):
        refuse("signing.key_file")
    try:
        loaded = pkcs12.load_pkcs12(data, passphrase.encode())
    except ValueError:  # the library does not tell a wrong passphrase from a damaged file
        refuse("signing.wrong_pin", left="")
    except UnsupportedAlgorithm:
        refuse("signing.key_unfit")
    if loaded.cert is None or loaded.key is None:
        refuse("signing.key_file")
    if not isinstance(loaded.key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        refuse("signing.key_unfit")
    certificate = loaded.cert.certificate
    if loaded.key.public_key() != certificate.public_key():
        refuse("signing.key_file")
    others = [link.certificate for link in loaded.additional_certs]
    return Opened(loaded.key, certificate, fitness.order(certificate, others))


def examined(data: bytes, passphrase: str) -> tuple[x509.Certificate, list[x509.Certificate]]:
    """Return certificate and chain of a file of unknown origin; the helper process opens it, the key stays there.

    Refuses as `opened`, and a file that takes too long or too much memory.
    """
    if len(data) > FILE_BYTES:
        refuse("signing.key_file")
    try:
        found, _data = contained.run("key_file", data, {"passphrase": passphrase})
    except Refused as refused:
        if refused.code in ("signing.unreadable", "signing.too_long"):
            refuse("signing.key_file")
        raise
    certificate, *chain = (x509.load_der_x509_certificate(base64.b64decode(one)) for one in found["certificates"])
    return certificate, chain


def in_helper(values: dict[str, Any], data: bytes) -> dict[str, Any]:
    """The helper's side of `examined`: the certificates as DER in base64."""
    found = opened(data, str(values["passphrase"]))
    certificates = [found.certificate, *found.chain]
    return {"certificates": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in certificates]}


def _is_pkcs12(data: bytes) -> bool:
    try:
        return bool(asn1_pkcs12.Pfx.load(data, strict=True)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False
