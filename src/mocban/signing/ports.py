"""Where signing keys live: files, a PKCS#11 token or HSM, a remote service, a token at somebody's own desk.

A holder is a text naming one person or organisation, "person:<id>" or "organisation:<id>"; the key of a person is used
by that person alone, the key of an organisation by its registry clerk (NĐ 30/2020, Điều 32).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from cryptography import x509
    from pyhanko.sign.signers import Signer


class KeyStore(Protocol):
    """Gives a pyHanko signer for a holder without telling where the key is."""

    def signer(self, holder: str) -> Signer:
        """Return a signer whose certificate chain is embedded in what it signs.

        Raises RuleBroken("signing.no_key") when the holder has no usable key here.
        """

    def certificate(self, holder: str) -> x509.Certificate:
        """Return the holder's certificate; raises RuleBroken("signing.no_key") when there is none."""

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the certificates this store's signatures are trusted by."""
