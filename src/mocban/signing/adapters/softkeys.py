"""Keys as PKCS#12 files of the installation: for demo and trial, where nobody has a token.

Each file has mode 0600 and its own passphrase derived from the installation's secret, so a copied folder without the
secret opens nothing. The first use makes the demo certificate authority.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.sign.signers import Signer

from mocban.signing.adapters import certificates, signers
from mocban.signing.pdf.refusals import answers, refuse

AUTHORITY = "authority"


class SoftKeys:
    """A KeyStore over PKCS#12 files in one folder."""

    def __init__(self, root: Path, secret: str) -> None:
        """Use the folder `root` (made on first issue); `secret` is the installation's, never stored here."""
        self.root = root
        self._secret = secret.encode()

    def issue(self, holder: str, *, common_name: str, organisation_name: str) -> x509.Certificate:
        """Return the holder's certificate, making key and certificate when there are none yet.

        `common_name` is the printed name; `organisation_name` is empty when the holder is an organisation itself.
        """
        if not self._path(holder).exists():
            authority_key, authority = self._authority()
            key = certificates.new_key()
            subject = certificates.name(common_name, organisation_name)
            made = certificates.issue(
                subject, key.public_key(), issuer=authority, issuer_key=authority_key, now=datetime.now(UTC)
            )
            self._write(holder, key, made, [authority])
        return self._read(holder)[1]

    def has(self, holder: str) -> bool:
        """Whether a key was issued to the holder; whether it opens is found out when it is used."""
        return self._path(holder).exists()

    @answers
    def signer(self, holder: str) -> Signer:
        """See KeyStore.signer."""
        return signers.in_memory(*self._read(holder))

    @answers
    def certificate(self, holder: str) -> x509.Certificate:
        """See KeyStore.certificate."""
        return self._read(holder)[1]

    def trust_roots(self) -> list[x509.Certificate]:
        """Return the demo authority's certificate, made now when this is the first use.

        Every verdict asks for it, and opening the file takes longer than judging: it is opened once for a process.
        """
        path = self._path(AUTHORITY)
        if not path.exists():
            self._authority()
        return [_authority_certificate(self.root, self._secret.decode(), path.stat().st_mtime_ns)]

    def _authority(self) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
        if not self._path(AUTHORITY).exists():
            key = certificates.new_key(3072)
            self._write(AUTHORITY, key, certificates.authority(key, now=datetime.now(UTC)), [])
        key, certificate, _chain = self._read(AUTHORITY)
        return key, certificate

    def _path(self, holder: str) -> Path:
        # The holder's text never becomes part of a path as it is.
        return self.root / f"{hashlib.sha256(holder.encode()).hexdigest()[:32]}.p12"

    def _passphrase(self, holder: str) -> bytes:
        return hmac.new(self._secret, b"mocban softkeys\0" + holder.encode(), hashlib.sha256).hexdigest().encode()

    def _write(
        self, holder: str, key: rsa.RSAPrivateKey, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        """Write the file at once and only if there is none: of two processes at first start, one key wins for both."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        data = pkcs12.serialize_key_and_certificates(
            holder.encode(), key, certificate, chain,
            serialization.BestAvailableEncryption(self._passphrase(holder)),
        )  # fmt: skip
        path = self._path(holder)
        draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(draft, path)
        except FileExistsError:
            return
        finally:
            draft.unlink(missing_ok=True)

    def _read(self, holder: str) -> tuple[rsa.RSAPrivateKey, x509.Certificate, list[x509.Certificate]]:
        path = self._path(holder)
        if not path.exists():
            refuse("signing.no_key")
        try:
            loaded = pkcs12.load_pkcs12(path.read_bytes(), self._passphrase(holder))
        except ValueError:  # another secret, or a damaged file
            refuse("signing.no_key")
        if not isinstance(loaded.key, rsa.RSAPrivateKey) or loaded.cert is None:
            refuse("signing.no_key")
        return loaded.key, loaded.cert.certificate, [link.certificate for link in loaded.additional_certs]


@lru_cache(maxsize=4)
def _authority_certificate(root: Path, secret: str, changed: int) -> x509.Certificate:
    """The certificate alone, never its key; `changed` is the time of the file, so that another one is read anew."""
    return SoftKeys(root, secret)._authority()[1]
