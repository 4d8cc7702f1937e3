"""Whether a certificate can stand behind signatures of documents, and whose it says it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from mocban.lib.text import fold
from mocban.signing.pdf.refusals import refuse

RSA_BITS = 2048
CURVES = ("secp256r1", "secp384r1", "secp521r1")


@dataclass(frozen=True)
class Facts:
    """What a certificate says, for a page or a console. Times are aware, UTC."""

    subject: str
    organisation: str
    issuer: str
    serial: str  # hexadecimal
    since: datetime
    until: datetime
    algorithm: str

    def days_left(self, now: datetime) -> int:
        """Whole days until the end of validity; negative after it."""
        return (self.until - now).days


def facts(certificate: x509.Certificate) -> Facts:
    """Return what the certificate says."""
    return Facts(
        subject=common_name(certificate.subject),
        organisation=_first(certificate.subject, NameOID.ORGANIZATION_NAME),
        issuer=common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        since=certificate.not_valid_before_utc,
        until=certificate.not_valid_after_utc,
        algorithm=_algorithm(certificate),
    )


def common_name(name: x509.Name) -> str:
    """Return the common name, or the whole name where there is none."""
    return _first(name, NameOID.COMMON_NAME) or name.rfc4514_string()


def require_fit(certificate: x509.Certificate, *, now: datetime, authority: bool = False) -> None:
    """Refuse a certificate that is not for signing documents, too weak, or not valid at `now` (aware).

    `authority` lets one pass that may also issue certificates, as home-made self-signed ones may.
    """
    subject = common_name(certificate.subject)
    _require_strong(certificate)
    if not _signs_documents(certificate) or (is_authority(certificate) and not authority):
        refuse("signing.certificate_purpose", subject=subject)
    since, until = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not since <= now <= until:
        refuse("signing.certificate_dates", subject=subject, dates=f"{since:%d/%m/%Y} – {until:%d/%m/%Y}")


def require_named(certificate: x509.Certificate, owner: str) -> None:
    """Refuse a certificate that does not name `owner`, in whatever case and with or without marks."""
    subject = common_name(certificate.subject)
    wanted = set(fold(owner).split())
    names = (subject, _first(certificate.subject, NameOID.ORGANIZATION_NAME))
    if not any(wanted <= set(fold(name).replace(",", " ").split()) for name in names if name):
        refuse("signing.certificate_name", subject=subject, owner=owner)


def order(certificate: x509.Certificate, others: list[x509.Certificate]) -> list[x509.Certificate]:
    """Return those of `others` that lead from the certificate to its root, the issuer first; the rest is left out."""
    chain: list[x509.Certificate] = []
    last = certificate
    while last.issuer != last.subject and len(chain) < len(others):
        found = next(
            (one for one in others if one.subject == last.issuer and one not in chain and _issued(last, one)), None
        )
        if found is None:
            break
        chain.append(found)
        last = found
    return chain


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:  # noqa: BLE001 - whatever is wrong with the pair, the one did not issue the other
        return False
    return True


def _require_strong(certificate: x509.Certificate) -> None:
    try:
        key = certificate.public_key()
    except Exception:  # noqa: BLE001 - an unknown kind of key
        refuse("signing.key_unfit")
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= RSA_BITS) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in CURVES
    )
    if not strong:
        refuse("signing.key_unfit")


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether it may issue other certificates; one that cannot be read is treated as if it might."""
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False
    except ValueError:
        return True


def _signs_documents(certificate: x509.Certificate) -> bool:
    """Whether its key usage lets it sign; one without key usage is not restricted (RFC 5280, 4.2.1.3)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    except ValueError:
        return False
    return usage.digital_signature or usage.content_commitment


def _first(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _algorithm(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    return f"ECDSA {key.curve.name}" if isinstance(key, ec.EllipticCurvePublicKey) else type(key).__name__
