"""Certificates, CRLs and OCSP answers that a signature carries along; certificates that cannot be parsed are left out.

They prove nothing by themselves: `chain.py` checks each before it believes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from asn1crypto import cms, core, crl, ocsp, x509

from mocban.signing.pdf.guard import HOSTILE

MOST = 200  # of a kind in one signature
# The attributes of ETSI EN 319 122-1 for which asn1crypto has no names.
CERTIFICATE_VALUES, REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.23", "1.2.840.113549.1.9.16.2.24"


class _Crls(core.SequenceOf):  # type: ignore[misc]
    _child_spec = crl.CertificateList


class _Answers(core.SequenceOf):  # type: ignore[misc]
    _child_spec = ocsp.BasicOCSPResponse


class RevocationValues(core.Sequence):  # type: ignore[misc]
    """The attribute of ETSI EN 319 122-1, A.1.2.2."""

    _fields = [
        ("crls", _Crls, {"explicit": 0, "optional": True}),
        ("ocsps", _Answers, {"explicit": 1, "optional": True}),
        ("other", core.Any, {"explicit": 2, "optional": True}),
    ]


class CertificateValues(core.SequenceOf):  # type: ignore[misc]
    """The attribute of ETSI EN 319 122-1, A.1.1.2."""

    _child_spec = x509.Certificate


def certificates(found: Iterable[bytes]) -> list[x509.Certificate]:
    """Return the certificates among `found`, each DER once."""
    loaded = (load(x509.Certificate, der) for der in list(dict.fromkeys(found))[:MOST])
    return [one for one in loaded if one is not None]


def answer(der: bytes) -> bytes:
    """Return an OCSP answer with its outer wrapping, which some formats leave away."""
    basic = load(ocsp.BasicOCSPResponse, der)
    if basic is None or load(ocsp.OCSPResponse, der) is not None:
        return der
    body = {"response_type": "basic_ocsp_response", "response": basic}
    return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": body}).dump())


def of_message(signed: cms.SignedData) -> tuple[tuple[x509.Certificate, ...], tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the certificates of a CMS message and the DER of its CRLs and OCSP answers."""
    chosen = [one.chosen.dump() for one in signed["certificates"] if one.name == "certificate"]
    return tuple(certificates(chosen)), *revocation_of(signed)


def revocation_of(signed: cms.SignedData) -> tuple[tuple[bytes, ...], tuple[bytes, ...]]:
    """Return the DER of the CRLs and of the OCSP answers (RFC 5940) that a CMS message carries."""
    crl_found: list[bytes] = []
    ocsp_found: list[bytes] = []
    for one in signed["crls"] or ():
        if one.name == "crl":
            crl_found.append(one.chosen.dump())
        elif one.chosen["other_rev_info_format"].native == "ocsp_response":
            ocsp_found.append(one.chosen["other_rev_info"].dump())
    return tuple(crl_found), tuple(ocsp_found)


def of_signer(info: cms.SignerInfo) -> tuple[list[x509.Certificate], list[bytes], list[bytes]]:
    """Return the certificates, CRLs and OCSP answers in the unsigned attributes of one signer."""
    found: list[bytes] = []
    crl_found: list[bytes] = []
    ocsp_found: list[bytes] = []
    for held in values_of(info, CERTIFICATE_VALUES, CertificateValues):
        found += [one.dump() for one in held]
    for held in values_of(info, REVOCATION_VALUES, RevocationValues):
        crl_found += crls_of(held)
        ocsp_found += answers_of(held)
    return certificates(found), crl_found, ocsp_found


def values_of(info: cms.SignerInfo, number: str, kind: type[core.Asn1Value]) -> Iterator[Any]:
    """Yield every value of the unsigned attributes of that number, parsed as `kind`; the rotten ones are left out."""
    for one in info["unsigned_attrs"]:
        if one["type"].dotted == number:
            yield from filter(None, (load(kind, value.dump()) for value in one["values"]))


def everything_of(token: cms.ContentInfo | None) -> tuple[list[x509.Certificate], list[bytes], list[bytes]]:
    """Return what a time stamp carries in its own fields and attributes; nothing where it cannot be read."""
    try:
        signed = token["content"] if token is not None else None
        if not isinstance(signed, cms.SignedData):
            return [], [], []
        held, crl_found, ocsp_found = of_message(signed)
        parts = [of_signer(info) for info in signed["signer_infos"]]
    except HOSTILE:
        return [], [], []
    return (
        [*held, *(one for part in parts for one in part[0])],
        [*crl_found, *(one for part in parts for one in part[1])],
        [*ocsp_found, *(one for part in parts for one in part[2])],
    )


def crls_of(values: RevocationValues) -> list[bytes]:
    """Return the CRLs in the attribute."""
    return [one.dump() for one in values["crls"]] if values["crls"].native is not None else []


def answers_of(values: RevocationValues) -> list[bytes]:
    """Return the OCSP answers in the attribute."""
    return [answer(one.dump()) for one in values["ocsps"]] if values["ocsps"].native is not None else []


def load(kind: type[core.Asn1Value], der: bytes) -> Any:
    """Return `der` parsed to its depth as `kind`, None when it is no such thing."""
    try:
        parsed = kind.load(der, strict=True)
        parsed.native  # noqa: B018 - asn1crypto parses late; what is rotten must show here
    except HOSTILE:
        return None
    return parsed
