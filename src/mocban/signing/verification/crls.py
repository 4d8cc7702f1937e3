"""What lists of revoked certificates say about one certificate (RFC 5280, section 6.3.3).

Direct and indirect lists, parts of a list by distribution point or kind of certificate, and delta lists with their
base. What a list cannot say it does not say: silence of a list of another part, of some reasons only, or of one with an
unknown critical extension is never taken for "not revoked".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import algos, core, crl, keys, x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

INDEX_KEPT = 64  # lists whose entries are kept sorted
WITHOUT_NEXT = timedelta(days=1)  # how long a word without "next update" is taken for current
BROKEN = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, OverflowError, UnsupportedAlgorithm,
)  # fmt: skip
# The critical extensions that are understood here; a list with another one is not used.
KNOWN_EXTENSIONS = frozenset(
    {"issuing_distribution_point", "authority_key_identifier", "crl_number", "delta_crl_indicator"}
)
KNOWN_ENTRY_EXTENSIONS = frozenset({"crl_reason", "invalidity_date", "certificate_issuer", "hold_instruction_code"})
EXPIRED_ARE_LISTED = "2.5.29.60"  # expiredCertsOnCRL of X.509: from when on certificates stay listed after their end
HOLD, REMOVED = "certificate_hold", "remove_from_crl"

# Gives the other certificates of a name that may sign lists and lead to the anchor of the certificate in question.
Authorities = Callable[[x509.Name], Iterable[x509.Certificate]]


@dataclasses.dataclass(frozen=True)
class Status:
    """One believable word about a certificate: revoked at a time, or good as of `since` until `until` (None: open)."""

    revoked_at: datetime | None
    reason: str
    since: datetime
    until: datetime | None

    def covers(self, moment: datetime) -> bool:
        """Whether "good" is said for `moment`: issued after it, or current at it."""
        return self.since >= moment or moment <= (self.until or self.since + WITHOUT_NEXT)


@dataclasses.dataclass(frozen=True)
class _List:
    """A list that is believed and may speak about the certificate. `entry` is the certificate's own."""

    parsed: crl.CertificateList
    entry: crl.RevokedCertificate | None
    in_scope: bool  # its silence means "not revoked"

    @property
    def since(self) -> datetime:
        found: datetime = self.parsed["tbs_cert_list"]["this_update"].native
        return found

    @property
    def until(self) -> datetime | None:
        found: datetime | None = self.parsed["tbs_cert_list"]["next_update"].native
        return found

    @property
    def reason(self) -> str:
        value = self.entry.crl_reason_value if self.entry is not None else None
        return str(value.native) if value else "unspecified"

    def word(self) -> Status | None:
        if self.entry is not None and self.reason != REMOVED:
            return Status(self.entry["revocation_date"].native, self.reason, self.since, self.until)
        return Status(None, "", self.since, self.until) if self.in_scope else None


def nobody(_name: x509.Name) -> Iterable[x509.Certificate]:
    return ()


def words(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Sequence[bytes],
    authorities: Authorities = nobody,
) -> Iterator[Status]:
    """Yield what each list (DER) in `crls` says about `certificate`, which `issuer` issued.

    Lists that are damaged, of somebody else or wrongly signed say nothing.
    """
    complete: list[_List] = []
    deltas: list[_List] = []
    for data in crls:
        try:
            found = _about(data, certificate, issuer, authorities)
            if found is not None:
                (complete if found.parsed.delta_crl_indicator_value is None else deltas).append(found)
        except BROKEN:
            continue
    yield from filter(None, (one.word() for one in complete))
    for delta in deltas:
        bases = [one for one in complete if _is_base(one.parsed, delta.parsed)]
        yield from _with_delta(delta, bases)


def _with_delta(delta: _List, bases: Sequence[_List]) -> Iterator[Status]:
    """Yield what a delta list says. Its silence, and that an entry was removed, mean something only upon its base."""
    if delta.entry is not None and delta.reason != REMOVED:
        yield Status(delta.entry["revocation_date"].native, delta.reason, delta.since, delta.until)
        return
    for base in bases:
        word = base.word()
        removed = delta.entry is not None and base.in_scope
        if removed or (word is not None and word.revoked_at is None and delta.in_scope):
            yield Status(None, "", delta.since, delta.until)


def _is_base(base: crl.CertificateList, delta: crl.CertificateList) -> bool:
    """Whether a delta list is the difference to this complete list (RFC 5280, 5.2.4)."""
    first, made, changed = (
        delta.delta_crl_indicator_value.native,
        base.crl_number_value.native if base.crl_number_value is not None else -1,
        delta.crl_number_value.native if delta.crl_number_value is not None else -1,
    )
    if base.issuer != delta.issuer or not first <= made < changed:
        return False
    values = ("issuing_distribution_point_value", "authority_key_identifier_value")
    return all(_dumped(getattr(base, name)) == _dumped(getattr(delta, name)) for name in values)


def _dumped(value: core.Asn1Value | None) -> bytes:
    return b"" if value is None else bytes(value.dump())


# --- one list ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=INDEX_KEPT)
def _parsed(data: bytes) -> crl.CertificateList | None:
    try:
        return crl.CertificateList.load(data, strict=True)
    except BROKEN:
        return None


def _about(
    data: bytes, certificate: x509.Certificate, issuer: x509.Certificate, authorities: Authorities
) -> _List | None:
    """Return the list when it is believed and may speak about the certificate."""
    listed = _parsed(data)
    # The name is compared first: checking the signature of a long list that is not needed costs most.
    if listed is None or not (listed.issuer == certificate.issuer or _names_as_issuer(certificate, listed)):
        return None
    scope = listed.issuing_distribution_point_value
    if not listed.critical_extensions <= KNOWN_EXTENSIONS or (
        scope is not None and scope["only_contains_attribute_certs"].native
    ):
        return None
    if not _is_signed(data, listed, certificate, issuer, authorities):
        return None
    indirect = bool(scope is not None and scope["indirect_crl"].native)
    entry = _entry(data, certificate, indirect=indirect)
    if entry is not None and not entry.critical_extensions <= KNOWN_ENTRY_EXTENSIONS:
        return None
    in_scope = (scope is None or _in_scope(scope, certificate)) and _lists_ended(listed, certificate)
    return _List(listed, entry, in_scope)


def _names_as_issuer(certificate: x509.Certificate, listed: crl.CertificateList) -> bool:
    """Whether the certificate leaves its revocation to the issuer of an indirect list."""
    scope = listed.issuing_distribution_point_value
    if scope is None or not scope["indirect_crl"].native:
        return False
    return any(
        _is_called(point["crl_issuer"], listed.issuer) for point in certificate.crl_distribution_points_value or ()
    )


def _is_called(names: Iterable[x509.GeneralName], name: x509.Name) -> bool:
    return any(one.name == "directory_name" and one.chosen == name for one in names)


def _is_signed(
    data: bytes,
    listed: crl.CertificateList,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    authorities: Authorities,
) -> bool:
    if (
        listed.issuer == certificate.issuer
        and _may_sign(issuer, unsaid=True)
        and _signed(data, issuer.public_key.dump())
    ):
        return True
    made = listed["tbs_cert_list"]["this_update"].native
    return any(
        _may_sign(one, unsaid=False)
        and one.not_valid_before <= made <= one.not_valid_after
        and _signed(data, one.public_key.dump())
        for one in authorities(listed.issuer)
    )


def _may_sign(authority: x509.Certificate, *, unsaid: bool) -> bool:
    """Whether the certificate was issued for signing lists; `unsaid` when it tells no uses at all."""
    uses = authority.key_usage_value
    return unsaid if uses is None else "crl_sign" in uses.native


@lru_cache(maxsize=256)
def _signed(data: bytes, public_key: bytes) -> bool:
    listed = _parsed(data)
    if listed is None:
        return False
    return signed_by(
        keys.PublicKeyInfo.load(public_key),
        listed["tbs_cert_list"].dump(),
        listed["signature"].native,
        listed["signature_algorithm"],
    )


def _entry(data: bytes, certificate: x509.Certificate, *, indirect: bool) -> crl.RevokedCertificate | None:
    number = certificate.serial_number
    if not indirect:
        return _entries(data).get(number)
    return _entries_of_all(data).get((certificate.issuer.hashable, number))


@lru_cache(maxsize=INDEX_KEPT)
def _entries(data: bytes) -> dict[int, crl.RevokedCertificate]:
    listed = _parsed(data)
    entries = listed["tbs_cert_list"]["revoked_certificates"] if listed is not None else None
    return {entry["user_certificate"].native: entry for entry in entries or ()}


@lru_cache(maxsize=INDEX_KEPT)
def _entries_of_all(data: bytes) -> dict[tuple[str, int], crl.RevokedCertificate]:
    """Return the entries of an indirect list: each without an issuer is of the one named last (RFC 5280, 5.3.3)."""
    listed = _parsed(data)
    if listed is None:
        return {}
    found: dict[tuple[str, int], crl.RevokedCertificate] = {}
    issuer = listed.issuer
    for entry in listed["tbs_cert_list"]["revoked_certificates"] or ():
        if entry.certificate_issuer_value is not None:
            issuer = entry.issuer_name
        if issuer is not None:
            found[(issuer.hashable, entry["user_certificate"].native)] = entry
    return found


# --- whether silence counts --------------------------------------------------------------------------------------


def _in_scope(scope: crl.IssuingDistributionPoint, certificate: x509.Certificate) -> bool:
    if scope["only_some_reasons"].native:
        return False
    if scope["only_contains_ca_certs"].native and not certificate.ca:
        return False
    if scope["only_contains_user_certs"].native and certificate.ca:
        return False
    part = scope["distribution_point"]
    return part is core.VOID or _of_part(part, certificate)


def _of_part(part: x509.DistributionPointName, certificate: x509.Certificate) -> bool:
    """Whether the certificate belongs to the part of all certificates that a list is about."""
    points = certificate.crl_distribution_points_value
    if points is None:  # then its issuer's own list is meant
        return part.name == "full_name" and _is_called(part.chosen, certificate.issuer)
    return any(_same_part(part, point) for point in points if point["reasons"] is core.VOID)


def _same_part(part: x509.DistributionPointName, point: x509.DistributionPoint) -> bool:
    named = point["distribution_point"]
    if named is core.VOID:
        names = point["crl_issuer"]
        return part.name == "full_name" and any(one.dump() in _dumps(names) for one in part.chosen)
    if named.name != part.name:
        return False
    if part.name != "full_name":
        return bool(named.chosen.dump() == part.chosen.dump())
    return any(one.dump() in _dumps(named.chosen) for one in part.chosen)


def _dumps(names: Iterable[x509.GeneralName]) -> set[bytes]:
    return {one.dump() for one in names}


def _lists_ended(listed: crl.CertificateList, certificate: x509.Certificate) -> bool:
    """A certificate that expired is no longer listed, unless the list says otherwise: silence then proves nothing."""
    ended = certificate.not_valid_after
    if listed["tbs_cert_list"]["this_update"].native <= ended:
        return True
    for one in listed["tbs_cert_list"]["crl_extensions"]:
        if one["extn_id"].dotted == EXPIRED_ARE_LISTED:
            return bool(core.GeneralizedTime.load(bytes(one["extn_value"])).native <= ended)
    return False


def signed_by(key: keys.PublicKeyInfo, data: bytes, signature: bytes, algorithm: algos.SignedDigestAlgorithm) -> bool:
    """Whether `signature` over `data` was made with the key; unknown and unfitting algorithms are no."""
    try:
        DefaultSignatureValidator().validate_signature(signature, data, key, algorithm)
    except (InvalidSignature, *BROKEN):
        return False
    return True
