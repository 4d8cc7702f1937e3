"""Read a folder of certificates, CRLs and OCSP answers as the ground of a judgement.

Files are recognised by what they hold, PEM or DER; what is none of these is passed over with a warning. `trust.json`
in the folder may narrow the anchors of a file:

    {"anchors": [{"file": "root.pem", "purposes": ["signing"], "since": "2020-01-01", "until": "2030-12-31"}]}
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from asn1crypto import cms, core, crl, ocsp, x509

from mocban.config.signature_files import Unreadable, read_file
from mocban.signing.verification.trust import PURPOSES, Anchor, Trust

LARGEST = 32 << 20  # bytes; the CRL of a large authority has some megabytes
NARROWING = "trust.json"
_PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,40})-----(.*?)-----END \1-----", re.DOTALL)
_HEADER = re.compile(rb"^[A-Za-z-]+:.*$", re.MULTILINE)
_ASN1_ERRORS = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RecursionError)

Warn = Callable[[str], None]
Found = tuple[str, bytes]  # "certificate", "crl" or "ocsp", and its DER


def read_trust(folder: str | None, *, at: datetime, strict: bool, warn: Warn) -> Trust:
    """Return what `folder` holds to rely on; without one, nothing. Never raises for what stands in the folder."""
    if folder is None:
        return Trust(at=at, strict=strict)
    found = {name: parts for name in _names(folder, warn) if (parts := _read(folder, name, warn))}
    certificates = [(name, der) for name, parts in found.items() for kind, der in parts if kind == "certificate"]
    if not certificates:
        warn(f"{folder}: no certificate was found there; nothing is trusted.")
    rest = {
        kind: tuple(der for parts in found.values() for what, der in parts if what == kind) for kind in ("crl", "ocsp")
    }
    anchors, others = _sorted(certificates)
    return Trust(
        at=at,
        anchors=_narrowed(folder, anchors, warn),
        others=tuple(others),
        crls=rest["crl"],
        ocsps=rest["ocsp"],
        strict=strict,
    )


def _names(folder: str, warn: Warn) -> list[str]:
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith(".") and name != NARROWING)
    except (OSError, ValueError) as problem:
        warn(f"{folder}: the folder cannot be read ({getattr(problem, 'strerror', problem)}).")
        return []


def _read(folder: str, name: str, warn: Warn) -> list[Found]:
    try:
        found = list(_parts(read_file(os.path.join(folder, name), LARGEST)))
    except Unreadable as problem:
        if problem.code != "file.folder":
            warn(f"{name}: passed over, it cannot be read.")
        return []
    if not found:
        warn(f"{name}: passed over, it holds no certificate, CRL or OCSP answer.")
    return found


def _parts(data: bytes) -> Iterator[Found]:
    blocks = _PEM.findall(data)
    if not blocks:
        yield from _known(data)
    for _label, body in blocks:
        try:
            der = base64.b64decode(_HEADER.sub(b"", body))
        except (ValueError, binascii.Error):
            continue
        yield from _known(der)


def _known(der: bytes) -> Iterator[Found]:
    """Yield what `der` is. Each is parsed as far as judging will need it, so that nothing surprises there."""
    if _loads(x509.Certificate, der, lambda one: (one.subject.native, one.issuer.native, one.public_key.native)):
        yield "certificate", der
    elif _loads(crl.CertificateList, der, lambda one: (one.issuer.native, one["signature"].native)):
        yield "crl", der
    elif _loads(ocsp.OCSPResponse, der, lambda one: one.response_data.native):
        yield "ocsp", der
    elif _loads(cms.ContentInfo, der, lambda one: one["content"]["certificates"].native):
        signed = cms.ContentInfo.load(der)["content"]
        for one in signed["certificates"]:
            yield from _known(one.chosen.dump())
        for one in signed["crls"] or ():
            yield from _known(one.chosen.dump())


def _loads(kind: type[core.Asn1Value], der: bytes, touch: Callable[[Any], object]) -> bool:
    try:
        touch(kind.load(der, strict=True))
    except _ASN1_ERRORS:
        return False
    return True


def _sorted(certificates: list[tuple[str, bytes]]) -> tuple[list[tuple[str, bytes]], list[bytes]]:
    """Return the anchors, each with the name of its file, and the intermediates: their issuer is there as well."""
    once = {der: (name, x509.Certificate.load(der)) for name, der in certificates}
    subjects = {one.subject.hashable for _name, one in once.values()}
    others = [
        der
        for der, (_name, one) in once.items()
        if one.issuer.hashable != one.subject.hashable and one.issuer.hashable in subjects
    ]
    return [(name, der) for der, (name, _one) in once.items() if der not in others], others


def _narrowed(folder: str, anchors: list[tuple[str, bytes]], warn: Warn) -> tuple[Anchor, ...]:
    """Return the anchors with the purposes and days that trust.json gives them; if it cannot be read, none at all."""
    path = os.path.join(folder, NARROWING)
    if not os.path.lexists(path):
        return tuple(Anchor(der) for _name, der in anchors)
    try:
        lines = {one["file"]: _line(one) for one in json.loads(read_file(path, LARGEST))["anchors"]}
    except (Unreadable, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        warn(f"{NARROWING}: it cannot be read; nothing is trusted until it is mended.")
        return ()
    for name in sorted(lines.keys() - {name for name, _der in anchors}):
        warn(f"{NARROWING}: there is no anchor in a file called {name}.")
    return tuple(Anchor(der, **lines.get(name, {})) for name, der in anchors)


def _line(one: dict[str, Any]) -> dict[str, Any]:
    purposes = tuple(one.get("purposes", PURPOSES))
    if not set(purposes) <= set(PURPOSES):
        raise ValueError("unknown purpose")
    days = {name: date.fromisoformat(one[name]).isoformat() for name in ("since", "until") if one.get(name)}
    return {"purposes": purposes, **days}
