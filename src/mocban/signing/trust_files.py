"""Certificates, CRLs and OCSP answers as files from outside: read, checked, described in plain values.

They are parsed in the helper process (`trust_reading.py`). Everything here raises RuleBroken with a sentence for the
administrator, and nothing else for what a file holds.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.lib.errors import RuleBroken

from .choices import RevocationKind
from .pdf import contained
from .pdf.refusals import Refused
from .trust_reading import PARSE_ERRORS, described

MAX_CERTIFICATE = 64 * 1024  # bytes; real ones have one to three thousand
MAX_REVOCATION = 20 * 1024 * 1024  # bytes; the lists of large authorities have some millions
CLOCK_SKEW = timedelta(minutes=10)  # by which an issuer's clock may be ahead of ours
_UNREADABLE = gettext_lazy(
    "Không đọc được tệp: không phải chứng thư, danh sách thu hồi hay trả lời OCSP (dạng DER hoặc PEM)."
)
_SENTENCES = {
    "trust.unreadable": _UNREADABLE,
    "trust.private_key": gettext_lazy(
        "Tệp chứa khóa bí mật! Không bao giờ tải khóa bí mật lên đây; chỉ cần chứng thư (phần công khai)."
    ),
    "trust.several": gettext_lazy("Tệp chứa %(count)s mục; hãy tách ra và tải lên từng mục một."),
    "trust.delta": gettext_lazy("Đây là danh sách thu hồi bổ sung (delta); hãy lấy danh sách đầy đủ."),
    "trust.no_answer": gettext_lazy("Tệp là lời từ chối của máy chủ OCSP, không phải câu trả lời về một chứng thư."),
    "trust.unknown_issuer": gettext_lazy(
        "Nơi lập “%(issuer)s” chưa được tin cậy ở đây; hãy thêm chứng thư của nơi đó trước."
    ),
    "trust.bad_signature": gettext_lazy(
        "Chữ ký trên dữ liệu không phải của “%(issuer)s”; tệp bị sửa hoặc giả mạo, không được nhận."
    ),
}


@dataclass(frozen=True)
class CertificateFacts:
    """A certificate in words. `sha256` is hexadecimal, of the DER bytes."""

    der: bytes
    sha256: str
    subject: str
    name: str  # the shortest name that still says who it is
    issuer: str
    serial: str  # hexadecimal
    not_before: datetime
    not_after: datetime
    key: str  # "RSA 2048"
    algorithm: str  # "sha256 RSA"
    self_signed: bool
    authority: bool  # may issue certificates
    timestamping: bool  # may stamp the time


@dataclass(frozen=True)
class RevocationFacts:
    """A CRL or an OCSP answer in words. What has the same `scope` replaces the older one."""

    kind: RevocationKind
    der: bytes
    sha256: str
    issuer: str
    this_update: datetime
    next_update: datetime | None
    scope: str
    serial: str = ""  # of the certificates that an OCSP answer is about


def grouped(sha256: str) -> str:
    """Return a fingerprint in groups of four that two people can read to each other."""
    return " ".join(sha256[place : place + 4].upper() for place in range(0, len(sha256), 4))


def read_certificate(data: bytes) -> CertificateFacts:
    """Describe the one certificate in `data`, DER or PEM.

    Raises RuleBroken `trust.too_large`, `trust.unreadable`, `trust.several`, `trust.private_key`.
    """
    _require_size(data, MAX_CERTIFICATE)
    return _certificate(bytes(data))


def facts_of(certificate: x509.Certificate) -> CertificateFacts:
    """Describe a certificate of our own folder. May raise what the parser raises for its extensions."""
    return _facts(described(certificate), certificate.public_bytes(Encoding.DER))


def all_facts(certificates: Iterable[x509.Certificate]) -> list[CertificateFacts]:
    """Describe certificates of our own folder, without those whose extensions cannot be read."""
    found = []
    for certificate in certificates:
        try:
            found.append(facts_of(certificate))
        except PARSE_ERRORS:
            continue
    return found


def issuer_among(facts: CertificateFacts, candidates: Iterable[bytes]) -> bool:
    """Whether one of the candidate certificates (DER) issued the one that `facts` describes."""
    return bool(_asked("trust_issued", facts.der, _texts(candidates))[0]["issued"])


def read_revocation(data: bytes, *, issuers: Iterable[bytes], at: datetime) -> RevocationFacts:
    """Describe the CRL or OCSP answer in `data` (DER or PEM), which one of `issuers` (DER) must have signed.

    Raises RuleBroken `trust.too_large`, `trust.unreadable`, `trust.several`, `trust.no_answer`, `trust.delta`,
    `trust.unknown_issuer`, `trust.bad_signature`, `trust.from_the_future`.
    """
    _require_size(data, MAX_REVOCATION)
    values, der = _asked("trust_revocation", data, _texts(issuers))
    until = values["next_update"]
    dated = {
        "kind": RevocationKind(values["kind"]),
        "this_update": datetime.fromisoformat(values["this_update"]),
        "next_update": datetime.fromisoformat(until) if until else None,
    }
    found = RevocationFacts(**{**values, **dated, "der": der})
    if found.this_update > at + CLOCK_SKEW:
        message = _("Dữ liệu này ghi ngày lập %(day)s, sau thời điểm hiện tại; hãy kiểm tra đồng hồ máy chủ.")
        raise RuleBroken("trust.from_the_future", message % {"day": f"{found.this_update:%d/%m/%Y %H:%M}"})
    return found


def revoked_serials(data: bytes) -> set[str]:
    """Return the serial numbers (hexadecimal) that a CRL or OCSP answer of ours (DER) reports as revoked."""
    return set(_asked("trust_revoked", data, {})[1].decode().split())


@lru_cache(maxsize=64)
def _certificate(data: bytes) -> CertificateFacts:
    """Describe a certificate. Pages show the same few again and again, and the helper may be busy with a large file."""
    return _facts(*_asked("trust_certificate", data, {}))


def _facts(values: dict[str, Any], der: bytes) -> CertificateFacts:
    days = {name: datetime.fromisoformat(values[name]) for name in ("not_before", "not_after")}
    return CertificateFacts(
        **{**values, **days, "algorithm": values["algorithm"] or _("kèm trong loại khóa"), "der": der}
    )


def _texts(certificates: Iterable[bytes]) -> dict[str, list[str]]:
    return {"issuers": [base64.b64encode(one).decode() for one in certificates]}


def _asked(task: str, data: bytes, values: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Ask the helper process. Raises RuleBroken; what breaks the helper, or takes too long, cannot be read."""
    try:
        return contained.run(task, bytes(data), values)
    except Refused as refused:
        known = refused.code in _SENTENCES
        message = str(_SENTENCES[refused.code] if known else _UNREADABLE)
        named = {"issuer": _("(không nêu tên)"), **{key: value for key, value in refused.values.items() if value}}
        raise RuleBroken(refused.code if known else "trust.unreadable", message % named) from refused


def _require_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        message = _("Tệp lớn quá %(limit)d kB nên không phải loại tệp cần ở đây.")
        raise RuleBroken("trust.too_large", message % {"limit": limit // 1024})
