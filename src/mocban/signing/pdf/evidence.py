"""Revocation data that is put into signed files, so that a certificate can be judged when its issuer is long gone.

It is looked for among what the installation holds (brought in as files), then asked of the addresses in the
certificates, if the caller permits it. Only data that proves the whole chain is used: half of it proves nothing.
"""

# mypy: disallow-untyped-calls=False
# asn1crypto and pyhanko_certvalidator leave their functions without types.
from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from asn1crypto import crl, ocsp, x509
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from mocban.signing.adapters.web import Unanswered, Web
from mocban.signing.pdf.refusals import refuse

OCSP_QUERY, OCSP_REPLY = "application/ocsp-request", "application/ocsp-response"
KEPT = timedelta(minutes=15)
UNREADABLE = (ValueError, TypeError, KeyError, IndexError, AttributeError)  # as asn1crypto meets odd bytes


class Gathered(NamedTuple):
    """DER of what goes into the file; `lacking` names the certificates that nothing was found for."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    lacking: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.lacking


def _now() -> datetime:
    return datetime.now(UTC)


@dataclasses.dataclass
class Evidence:
    """Where revocation data comes from: all but `web` is DER; `web` asks addresses, None never does.

    What was fetched is kept for a while, so that a batch asks once for each certificate and issuer; so is that nothing
    answered, or each document would wait for an address that the network does not reach.
    """

    anchors: Sequence[bytes]
    crls: Sequence[bytes] = ()
    ocsps: Sequence[bytes] = ()
    web: Web | None = None
    others: Sequence[bytes] = ()  # intermediate certificates that the files may lack
    now: Callable[[], datetime] = _now
    _fetched: dict[str, tuple[datetime, bytes]] = dataclasses.field(default_factory=dict)

    def gather(self, certificates: Sequence[bytes], leaves: Sequence[bytes]) -> Gathered:
        """Return the proof for every certificate of `leaves` (signers and time stampers), from `certificates` up.

        Raises Refused `signing.revoked` when one of them is revoked.
        """
        return asyncio.run(self._gather(certificates, leaves))

    async def _gather(self, certificates: Sequence[bytes], leaves: Sequence[bytes]) -> Gathered:
        pool = {
            one.dump(): one for one in _loaded(x509.Certificate, [*certificates, *leaves, *self.others, *self.anchors])
        }
        crls = list(_loaded(crl.CertificateList, self.crls))
        ocsps = list(_loaded(ocsp.OCSPResponse, self.ocsps))
        if self.web is not None:
            for certificate in pool.values():
                for kind, data in self._asked(certificate, list(pool.values())):
                    (ocsps if kind == "ocsp" else crls).extend(
                        _loaded(ocsp.OCSPResponse if kind == "ocsp" else crl.CertificateList, [data])
                    )
        used: dict[bytes, x509.Certificate] = {}
        lacking: list[str] = []
        for leaf in _loaded(x509.Certificate, leaves):
            path = await self._proved(leaf, list(pool.values()), crls, ocsps)
            if path is None:
                lacking.append(_name(leaf))
            else:
                used.update({one.dump(): one for one in path})
        serials = {one.serial_number for one in used.values()}
        names = {one.issuer.hashable for one in used.values()}
        return Gathered(
            tuple(used),
            tuple(one.dump() for one in ocsps if about(one) in serials),
            tuple(one.dump() for one in crls if one.issuer.hashable in names),
            tuple(lacking),
        )

    async def _proved(
        self, leaf: x509.Certificate, pool: list[x509.Certificate], crls: list[Any], ocsps: list[Any]
    ) -> list[x509.Certificate] | None:
        """Return the path from `leaf` to its anchor when revocation data proves each step of it, else None."""
        context = ValidationContext(
            trust_roots=list(_loaded(x509.Certificate, self.anchors)),
            other_certs=pool,
            crls=crls,
            ocsps=ocsps,
            allow_fetching=False,
            revocation_mode="hard-fail",
            moment=self.now(),
        )
        try:
            path = await CertificateValidator(leaf, validation_context=context).async_validate_usage(set())
        except RevokedError:
            refuse("signing.revoked", name=_name(leaf))
        except (PathError, ValidationError, *UNREADABLE):
            return None
        return [one for one in path if isinstance(one, x509.Certificate)]

    def _asked(self, certificate: x509.Certificate, pool: list[x509.Certificate]) -> list[tuple[str, bytes]]:
        """Return what the addresses in `certificate` answer: OCSP first, the CRL where that gives nothing."""
        issuer = next((one for one in pool if one.subject == certificate.issuer and one != certificate), None)
        if issuer is None or certificate.ocsp_no_check_value is not None:
            return []
        for url in certificate.ocsp_urls:
            data = self._fetch(f"{url} {certificate.serial_number}", url, _question(certificate, issuer))
            if data:
                return [("ocsp", data)]
        for point in certificate.crl_distribution_points:
            data = self._fetch(point.url, point.url, None) if point.url else b""
            if data:
                return [("crl", data)]
        return []

    def _fetch(self, key: str, url: str, question: bytes | None) -> bytes:
        at, data = self._fetched.get(key, (None, b""))
        if at is not None and self.now() - at < KEPT:
            return data
        assert self.web is not None
        data = b""
        with contextlib.suppress(Unanswered):
            if question is None:
                data = self.web.get(url)
            else:
                data = self.web.post(url, question, content_type=OCSP_QUERY, accept=OCSP_REPLY)
        self._fetched[key] = (self.now(), data)
        return data


def _question(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return an OCSP request. SHA-1 only names the issuer here; every responder understands it (RFC 5019)."""
    identity = {
        "hash_algorithm": {"algorithm": "sha1"},
        "issuer_name_hash": hashlib.sha1(issuer.subject.dump(), usedforsecurity=False).digest(),
        "issuer_key_hash": issuer.public_key.sha1,
        "serial_number": certificate.serial_number,
    }
    asked = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identity}]}})
    return bytes(asked.dump())


def about(response: Any) -> int | None:
    """Return the serial number that an OCSP response is about."""
    try:
        return int(response.response_data["responses"][0]["cert_id"]["serial_number"].native)
    except UNREADABLE:
        return None


def _loaded(kind: Any, ders: Sequence[bytes]) -> Any:
    for der in ders:
        with contextlib.suppress(*UNREADABLE):
            one = kind.load(der)
            _ = one.native if kind is not x509.Certificate else one.serial_number  # asn1crypto reads on demand
            if kind is not ocsp.OCSPResponse or one["response_status"].native == "successful":
                yield one


def _name(certificate: x509.Certificate) -> str:
    return str(certificate.subject.native.get("common_name") or certificate.subject.human_friendly)
