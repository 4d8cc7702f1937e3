"""Certificates, CRLs and OCSP answers that a signature carries along; certificates that cannot be parsed are left out.

They prove nothing by themselves: `chain.py` checks each before it believes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from asn1crypto import cms, core, crl, ocsp, x509

from mocban.signing.pdf.guard import HOSTILE

MOST = 200  # of a kind in one signature


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
    held = signed["certificates"]
    chosen = [one.chosen.dump() for one in held if one.name == "certificate"] if held.native is not None else []
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
