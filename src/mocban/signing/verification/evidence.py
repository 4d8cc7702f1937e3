"""The validation data that a PDF carries for later (DSS), and the baseline level of a signature told from them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pikepdf
from asn1crypto import x509

from . import objects, revocation
from .objects import get

if TYPE_CHECKING:
    from .pdf import Found

MOST = 400  # streams of one kind that are read
LARGEST = 64 << 20  # bytes of one stream


@dataclasses.dataclass(frozen=True)
class Evidence:
    """Certificates and revocation data (DER) of the document security store; `present` when there is a store."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()
    present: bool = False

    @classmethod
    def read(cls, pdf: pikepdf.Pdf) -> Evidence:
        """Return what the store of the file holds; what cannot be read is left out."""
        store = get(pdf.Root, "/DSS")
        if not objects.is_dict(store):
            return cls()
        certificates = []
        for data in _streams(get(store, "/Certs")):
            try:
                certificate = x509.Certificate.load(data)
                certificate.subject, certificate.serial_number  # noqa: B018 - parsed now, not later
                certificates.append(certificate)
            except revocation.BROKEN:
                continue
        return cls(tuple(certificates), _streams(get(store, "/CRLs")), _streams(get(store, "/OCSPs")), present=True)


def _streams(array: Any) -> tuple[bytes, ...]:
    found = []
    for one in list(array)[:MOST] if isinstance(array, pikepdf.Array) else ():
        if isinstance(one, pikepdf.Stream) and objects.integer(get(one, "/Length")) <= LARGEST:
            try:
                found.append(one.read_bytes())
            except objects.BROKEN:
                continue
    return tuple(found)


def level_of(one: Found, signatures: list[Found], evidence: Evidence) -> str:
    """Return the PAdES baseline level that the content of the file reaches for a signature (ETSI EN 319 142-1).

    Each level needs the one before: a trusted time, then revocation data for the signer, then a time stamp over them.
    """
    if one.signed is None or one.signed.signer is None or not one.signed.names_certificate:
        return ""
    if one.proved_at is None:
        return "B-B"
    crls, ocsps = (*one.signed.crls, *evidence.crls), (*one.signed.ocsps, *evidence.ocsps)
    if not _told(one.signed.signer, (*one.signed.others, *evidence.certificates), crls, ocsps):
        return "B-T"
    last = max((entry for entry in signatures if entry.is_stamp), key=lambda entry: entry.covered.end, default=None)
    archived = last is not None and last.stamp is not None and last.stamp.at is not None
    return "B-LTA" if archived and last is not None and last.covered.end > one.covered.end else "B-LT"


def _told(
    signer: x509.Certificate, others: tuple[x509.Certificate, ...], crls: tuple[bytes, ...], ocsps: tuple[bytes, ...]
) -> bool:
    """Whether the file itself carries a word about the revocation of the signer's certificate."""
    for issuer in others:
        if issuer.subject == signer.issuer:
            said = revocation.outcome(signer, issuer, crls, ocsps)
            if said.good or said.revoked_at:
                return True
    return False
