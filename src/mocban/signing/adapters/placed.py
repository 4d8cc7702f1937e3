"""A key that somebody declared: its certificate is known here, its place is asked only when there is to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from cryptography import x509

from mocban.signing.adapters import signers
from mocban.signing.pdf.refusals import answers, refuse

if TYPE_CHECKING:
    from pyhanko.sign.signers import Signer

    from mocban.signing.ports import KeyStore


class PlacedKeys:
    """A KeyStore for the holder of one declared key.

    `opening` opens the place; None where the key is on the holder's own machine and signs in two phases: then `signer`
    refuses with `signing.key_elsewhere`. What the place holds must be the declared key, or nothing is signed.
    """

    def __init__(
        self,
        certificate: x509.Certificate,
        *,
        holder: str,
        chain: Sequence[x509.Certificate],
        opening: Callable[[], KeyStore] | None,
    ) -> None:
        self._certificate, self._holder, self.chain = certificate, holder, list(chain)
        self._opening = opening
        self._store: KeyStore | None = None

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        self._require(holder)
        if self._opening is None:
            refuse("signing.key_elsewhere")
        if self._store is None:
            self._store = self._opening()
        signer = self._store.signer(holder)
        if signer.signing_cert is None or signer.signing_cert.dump() != signers.asn1(self._certificate).dump():
            refuse("signing.key_changed")
        return signer

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate; neither token nor service is asked."""
        self._require(holder)
        return self._certificate

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the self-issued certificates of the chain."""
        return signers.roots(self.chain)

    def _require(self, holder: str) -> None:
        if holder != self._holder:
            refuse("signing.no_key")
