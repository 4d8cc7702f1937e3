"""Whether a certificate leads to an anchor, was good at the best known time, and was meant for this use.

The best known time is the proved one; without proof it is the moment of judging, and the signer's own claim serves only
to tell what the signer cannot deny. A path is built and its signatures, names and constraints checked by
pyhanko_certvalidator, without time; every question of time is answered here.
"""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from asn1crypto import x509
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, ValidationError
from pyhanko_certvalidator.path import ValidationPath
from pyhanko_certvalidator.policy_decl import (
    AcceptAllAlgorithms,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.validate import async_validate_path

from . import revocation
from .algorithms import judge_algorithms as judge_algorithms
from .crls import HOLD, Authorities
from .findings import Reason, unique
from .trust import SIGNING, TIMESTAMPING, Anchor, Trust

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PATHS_TRIED = 8  # cross-certified authorities give some; a hostile heap of certificates gives thousands
OTHERS_USED = 100
CLOCK = timedelta(days=1)  # a signer's clock may be wrong by that much without making the claim a lie
ALWAYS = timedelta(days=365 * 300)
# Extended key usages that have nothing to do with signing documents (RFC 5280, section 4.2.1.12; RFC 3161; RFC 6960).
OTHER_USES = frozenset({"time_stamping", "ocsp_signing", "server_auth", "code_signing", "ipsec_end_system"})
_NO_CHECK = RevocationCheckingPolicy(RevocationCheckingRule.NO_CHECK, RevocationCheckingRule.NO_CHECK)
_NOT_HERE = CertRevTrustPolicy(_NO_CHECK)


@dataclasses.dataclass(frozen=True)
class ChainFinding:
    """`chain` names the certificates from the signer to the root, as far as they are known."""

    reasons: tuple[Reason, ...]
    chain: tuple[str, ...]


@dataclasses.dataclass(frozen=True)
class _Times:
    """`best` is proved, or else now; `claimed` what the signer says, None when nothing."""

    now: datetime
    claimed: datetime | None
    proved: datetime | None

    @property
    def best(self) -> datetime:
        return self.proved or self.now


def judge_chain(
    signer: x509.Certificate,
    *,
    others: Sequence[x509.Certificate],
    trust: Trust,
    purpose: str = SIGNING,
    claimed_at: datetime | None,
    proved_at: datetime | None,
    crls: Sequence[bytes] = (),
    ocsps: Sequence[bytes] = (),
) -> ChainFinding:
    """Judge the certificate of a signer, or of a time stamping service when `purpose` is TIMESTAMPING.

    `others` are the certificates found beside the signature, `crls` and `ocsps` the revocation data (DER) found there;
    those of `trust` are added. `proved_at` is a time at which the signature certainly existed, from a time stamp that
    was judged before. Times are aware. Never raises for what the certificates hold.
    """
    times = _Times(trust.at, claimed_at, proved_at)
    beside = tuple(one.dump() for one in others[:OTHERS_USED])
    anchors = tuple(one for one in trust.anchors if purpose in one.purposes)
    path = _path(signer.dump(), (*beside, *trust.others), anchors)
    links = tuple(x509.Certificate.load(link) for link in path.links) or (signer,)
    reasons = [
        *_usage(signer, purpose),
        *path.reasons,
        *_clock(times, purpose),
        *_validity(links, times, trusted=path.found),
    ]
    reasons += _links_strength(links, trusted=path.found)
    if path.found:
        reasons += _anchor_days(path.anchor, times)
        listing = _authorities((*beside, *trust.others), anchors, path)
        reasons += _revocation(links, times, trust, (*crls, *trust.crls), (*ocsps, *trust.ocsps), listing)
    return ChainFinding(unique(reasons), tuple(common_name(link.subject) for link in links))


def common_name(name: x509.Name) -> str:
    """Return how a person would call the holder of this name."""
    try:
        native = name.native
        for key in ("common_name", "organizational_unit_name", "organization_name"):
            value = native.get(key)
            if value:
                return str(value if isinstance(value, str) else value[0])
        return str(name.human_friendly)
    except (ValueError, TypeError, KeyError, AttributeError):
        return "?"


# --- the path ---------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class _Path:
    links: tuple[bytes, ...]  # DER, from the signer to the anchor
    reasons: tuple[Reason, ...]
    anchor: Anchor | None = None

    @property
    def found(self) -> bool:
        return self.anchor is not None


@lru_cache(maxsize=512)
def _path(signer: bytes, others: tuple[bytes, ...], anchors: tuple[Anchor, ...]) -> _Path:
    """Return the first path that holds, apart from time. Many documents share few signers, so it is remembered."""
    certificate = x509.Certificate.load(signer)
    unknown = _Path((), (Reason("chain.unknown_root", {"issuer": common_name(certificate.issuer)}),))
    if not anchors:
        return unknown
    try:
        return asyncio.run(_build(certificate, others, anchors)) or unknown
    except (PathBuildingError, RecursionError, *revocation.BROKEN):
        return unknown


async def _build(certificate: x509.Certificate, others: tuple[bytes, ...], anchors: tuple[Anchor, ...]) -> _Path | None:
    context = ValidationContext(
        trust_roots=[x509.Certificate.load(one.certificate) for one in anchors],
        other_certs=[x509.Certificate.load(one) for one in others],
        moment=certificate.not_valid_before,
        time_tolerance=ALWAYS,
        revinfo_policy=_NOT_HERE,
        algorithm_usage_policy=AcceptAllAlgorithms(),
        allow_fetching=False,
    )
    refused: _Path | None = None
    tried = 0
    async for path in context.path_builder.async_build_paths_lazy(certificate):
        tried += 1
        try:
            await async_validate_path(context, path)
            return _found(path, anchors)
        except ValidationError as problem:
            refused = refused or _refused(certificate, problem)
        if tried >= PATHS_TRIED:
            break
    return refused


def _found(path: ValidationPath, anchors: tuple[Anchor, ...]) -> _Path:
    links = tuple(one.dump() for one in reversed(list(path.iter_certs(include_root=True))))
    anchor = next(one for one in anchors if x509.Certificate.load(one.certificate).dump() == links[-1])
    return _Path(links, (), anchor)


def _refused(certificate: x509.Certificate, problem: ValidationError) -> _Path | None:
    """Say why a path by names does not hold. Two authorities may share a name: a wrong signature is another issuer."""
    if "signature" in str(problem):
        return None
    return _Path((), (Reason("chain.constraints", {"issuer": common_name(certificate.issuer)}),))


# --- use, strength, time ----------------------------------------------------------------------------------------


def _usage(signer: x509.Certificate, purpose: str) -> list[Reason]:
    try:
        usage, extended = signer.key_usage_value, signer.extended_key_usage_value
        uses = set(usage.native) if usage is not None else None
        purposes = set(extended.native) if extended is not None else set()
    except revocation.BROKEN:
        return [Reason("chain.unreadable")]
    if purpose == TIMESTAMPING:
        return [] if "time_stamping" in purposes else [Reason("chain.not_for_time")]
    if uses is not None and not uses & {"digital_signature", "non_repudiation"}:
        return [Reason("chain.wrong_usage")]
    if purposes and purposes <= OTHER_USES:
        return [Reason("chain.wrong_usage")]
    return []


def _links_strength(links: tuple[x509.Certificate, ...], *, trusted: bool) -> list[Reason]:
    """Judge the signature on every certificate but the anchor's, which is trusted by itself, and every issuer's key."""
    found = []
    signed = links[:-1] if trusted and len(links) > 1 else () if trusted else links
    for place, link in enumerate(signed):
        try:
            algorithm = link["signature_algorithm"]
            key = links[place + 1].public_key if place + 1 < len(links) else link.public_key
            reasons = judge_algorithms("", algorithm, key)
        except revocation.BROKEN:
            reasons = (Reason("chain.unreadable"),)
        named = {"holder": common_name(link.subject)}
        found += [
            Reason("chain.weak_digest", {**one.values, **named}) if one.code == "algorithm.weak_digest" else one
            for one in reasons
        ]
    return found


def _clock(times: _Times, purpose: str) -> list[Reason]:
    if times.claimed is None or purpose == TIMESTAMPING:
        return []
    if times.proved is not None:
        apart = abs(times.claimed - times.proved)
        return [Reason("time.claim_differs", {"claimed": shown(times.claimed)})] if apart > CLOCK else []
    if times.claimed > times.now + CLOCK:
        return [Reason("time.claim_in_future", {"claimed": shown(times.claimed)})]
    return []


def _validity(links: tuple[x509.Certificate, ...], times: _Times, *, trusted: bool) -> list[Reason]:
    found: list[Reason] = []
    for link in links[:-1] if trusted and len(links) > 1 else links:
        named = {"holder": common_name(link.subject)}
        try:
            since, until = link.not_valid_before, link.not_valid_after
        except revocation.BROKEN:
            found.append(Reason("chain.unreadable"))
            continue
        if times.best < since:
            code = "chain.proved_before_valid" if times.proved else "chain.not_yet_valid"
            found.append(Reason(code, {**named, "since": shown(since)}))
        elif times.best > until:
            code = "chain.proved_after_expiry" if times.proved else "chain.expired"
            found.append(Reason(code, {**named, "until": shown(until)}))
        elif times.proved and times.now > until:
            found.append(Reason("chain.expired_since", {**named, "until": shown(until)}))
        if times.proved is None and times.claimed is not None and link is links[0]:
            if since - times.claimed > CLOCK:
                found.append(Reason("chain.claimed_before_valid", {**named, "since": shown(since)}))
            elif times.claimed - until > CLOCK:
                found.append(Reason("chain.claimed_after_expiry", {**named, "until": shown(until)}))
    return found


def _anchor_days(anchor: Anchor | None, times: _Times) -> list[Reason]:
    if anchor is None:
        return []
    day = (times.proved or times.claimed or times.now).date()
    since = date.fromisoformat(anchor.since) if anchor.since else date.min
    until = date.fromisoformat(anchor.until) if anchor.until else date.max
    return [] if since <= day <= until else [Reason("chain.anchor_days", {"day": f"{day:%d/%m/%Y}"})]


# --- revocation -------------------------------------------------------------------------------------------------


def _authorities(others: tuple[bytes, ...], anchors: tuple[Anchor, ...], path: _Path) -> Authorities:
    """Return who may sign lists besides the issuers: only under the anchor of the certificate itself (RFC 5280)."""

    @cache  # read once, and only when a list is not signed by the issuer itself
    def by_name() -> dict[str, list[x509.Certificate]]:
        found: dict[str, list[x509.Certificate]] = {}
        # Those that the installation knows come last in the row and are tried first: nothing can crowd them out.
        for der in dict.fromkeys((*(one.certificate for one in anchors), *reversed(others))):
            certificate = x509.Certificate.load(der)
            found.setdefault(certificate.subject.hashable, []).append(certificate)
        return found

    def of_name(name: x509.Name) -> Iterator[x509.Certificate]:
        for one in by_name().get(name.hashable, [])[:PATHS_TRIED]:
            if _path(one.dump(), others, anchors).anchor == path.anchor:
                yield one

    return of_name


def _revocation(
    links: tuple[x509.Certificate, ...],
    times: _Times,
    trust: Trust,
    crls: tuple[bytes, ...],
    ocsps: tuple[bytes, ...],
    authorities: Authorities,
) -> list[Reason]:
    found: list[Reason] = []
    missing: list[Reason] = []
    for place, link in enumerate(links[:-1]):
        said = revocation.outcome(link, links[place + 1], crls, ocsps, authorities)
        named = {"holder": common_name(link.subject)}
        if said.revoked_at is not None:
            found.append(_revoked(said.revoked_at, said.reason, times, named))
        elif not said.covers(times.best) and not _never_checked(link):
            strict = trust.strict and _names_source(link)
            missing.append(Reason("chain.revocation_missing" if strict else "chain.revocation_unknown", named))
    # One lack is said once, of the certificate nearest to the signer for which it counts.
    gravest = [one for one in missing if one.code == "chain.revocation_missing"] or missing
    return [*found, *gravest[:1]]


def _revoked(at: datetime, why: str, times: _Times, named: dict[str, str]) -> Reason:
    values = {**named, "at": shown(at)}
    if times.proved is not None:
        code = "chain.revoked_later" if times.proved < at else "chain.revoked"
    elif times.claimed is None or times.claimed >= at:
        code = "chain.revoked"
    else:
        code = "chain.revoked_no_proof"
    if why == HOLD and code == "chain.revoked":  # it may be lifted, as if it had never been
        code = "chain.on_hold"
    return Reason(code, values)


def _never_checked(certificate: x509.Certificate) -> bool:
    return certificate.ocsp_no_check_value is not None


def _names_source(certificate: x509.Certificate) -> bool:
    return bool(certificate.crl_distribution_points or certificate.ocsp_urls)


def shown(moment: datetime) -> str:
    """Return a time as a clerk reads it: certificates are written in UTC, clocks in Viet Nam show another hour."""
    with contextlib.suppress(OverflowError):  # the first and the last year that a computer knows
        moment = moment.astimezone(ZONE)
    return f"{moment:%H:%M:%S %d/%m/%Y}"
