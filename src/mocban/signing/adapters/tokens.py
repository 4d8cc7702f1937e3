"""Keys on a PKCS#11 device: a USB token, a smart card, a hardware security module. The key never leaves it."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves some constructors without types.
from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pkcs11
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pkcs11 import Attribute, ObjectClass
from pkcs11.exceptions import PKCS11Error
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.signers import Signer

from mocban.signing.pdf.refusals import answers, refuse


class TokenKeys:
    """A KeyStore over one token of one PKCS#11 module.

    `labels` says under which label the token keeps a holder's key and certificate; holders without label have no key
    here. `chain` are the certificates between the holders' and the root, the root included: tokens rarely carry them.
    """

    def __init__(
        self,
        module: Path,
        *,
        token_label: str,
        pin: str,
        labels: Mapping[str, str],
        chain: Sequence[x509.Certificate],
    ) -> None:
        self._module, self._token_label, self._pin = module, token_label, pin
        self._labels, self._chain = dict(labels), list(chain)
        self._session: pkcs11.Session | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        label = self._label(holder)
        self._found(label)
        chain = {asn1_x509.Certificate.load(link.public_bytes(serialization.Encoding.DER)) for link in self._chain}
        return PKCS11Signer(self._open(), cert_label=label, key_label=label, ca_chain=chain)

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self._found(self._label(holder))

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return [link for link in self._chain if link.issuer == link.subject]

    def close(self) -> None:
        """End the session with the token."""
        if self._session is not None:
            with contextlib.suppress(PKCS11Error):  # of a token that is gone nothing can be closed
                self._session.close()
            self._session = None

    def _label(self, holder: str) -> str:
        if holder not in self._labels:
            refuse("signing.no_key")
        return self._labels[holder]

    def _found(self, label: str) -> x509.Certificate:
        """Return the certificate with that label; a key and exactly one certificate must be on the token."""
        try:
            session = self._open()
            wanted = {Attribute.CLASS: ObjectClass.CERTIFICATE, Attribute.LABEL: label}
            found = [entry[Attribute.VALUE] for entry in session.get_objects(wanted)]
            keys = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY, Attribute.LABEL: label}))
        except PKCS11Error:
            self.close()  # the token was pulled out, or the session ended: the next call opens a new one
            refuse("signing.no_token")
        if len(found) != 1 or not keys:
            refuse("signing.no_key")
        return x509.load_der_x509_certificate(found[0])

    def _open(self) -> pkcs11.Session:
        if self._session is None:
            try:
                token = pkcs11.lib(str(self._module)).get_token(token_label=self._token_label)
                self._session = token.open(user_pin=self._pin)
            except PKCS11Error:
                refuse("signing.no_token")
        return self._session
