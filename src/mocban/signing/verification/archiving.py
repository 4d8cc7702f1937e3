"""The time stamps in the unsigned attributes of a CAdES signature, and what each of them covers.

The imprints follow ETSI EN 319 122-1: 5.3 (signature), A.1.5 (references) and 5.5.3 with 5.5.2 (archive, with the index
of digests that lies in the stamp itself); the older archive stamp follows ETSI TS 101 733, 6.4.1 and annex K.
"""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime
from functools import partial

from asn1crypto import algos, cms, core

from mocban.signing.pdf.guard import HOSTILE

from . import carried, digests
from .stamps import STAMPS_READ, Digest, Stamp

SIGNATURE, BOTH, REFERENCES = (f"1.2.840.113549.1.9.16.2.{number}" for number in (14, 25, 26))
CERTIFICATE_REFERENCES, REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.21", "1.2.840.113549.1.9.16.2.22"
ARCHIVE_2, ARCHIVE_3 = "1.2.840.113549.1.9.16.2.48", "0.4.0.1733.2.4"
_STAMPS = frozenset({SIGNATURE, BOTH, REFERENCES, ARCHIVE_2, ARCHIVE_3})
_INDEXES = ("0.4.0.19122.1.5", "0.4.0.19122.1.4", "0.4.0.1733.2.5")
_FIELDS = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")


@dataclasses.dataclass(frozen=True)
class _Value:
    """One value of one unsigned attribute."""

    number: str
    attribute: cms.CMSAttribute
    der: bytes
    token: cms.ContentInfo | None = None

    def forms(self) -> tuple[bytes, ...]:
        """Return what programs digest for it: kind and value, value and kind, or the attribute (older versions)."""
        kind = self.attribute["type"].dump()
        return kind + self.der, self.der + kind, self.attribute.dump()


@dataclasses.dataclass(frozen=True)
class _Index:
    """What an archive time stamp says it covers: digests of certificates, revocation data and attribute values."""

    der: bytes
    algorithm: str
    certificates: frozenset[bytes]
    crls: frozenset[bytes]
    attributes: frozenset[bytes]


def stamps_of(info: cms.SignerInfo, signed: cms.SignedData, payload: bytes | None) -> list[Stamp]:
    """Return the time stamps of one signer of `signed` over `payload`; archive ones need the payload, None is none.

    Raises one of HOSTILE where the attributes themselves cannot be read.
    """
    values = list(_values(info))
    kept = [one for one in values if one.number in _STAMPS and (payload is not None or not _archives(one.number))]
    found = []
    for one in kept[:STAMPS_READ]:
        ways, under = _covered(one, values, info, signed, payload or b"")
        over = frozenset(place for place, other in enumerate(kept) if other is not one and other in under)
        found.append(
            Stamp(one.token, ways, over, one.number != REFERENCES, _archives(one.number), one.number != SIGNATURE)
        )
    return found


def _archives(number: str) -> bool:
    return number in (ARCHIVE_2, ARCHIVE_3)


def _values(info: cms.SignerInfo) -> Iterable[_Value]:
    for attribute in info["unsigned_attrs"]:
        number = attribute["type"].dotted
        for value in attribute["values"]:
            der = value.dump()
            yield _Value(number, attribute, der, _token(der) if number in _STAMPS else None)


def _token(der: bytes) -> cms.ContentInfo | None:
    try:
        token = cms.ContentInfo.load(der, strict=True)
        return token if isinstance(token["content"], cms.SignedData) else None
    except HOSTILE:
        return None


def _covered(
    one: _Value, values: list[_Value], info: cms.SignerInfo, signed: cms.SignedData, payload: bytes
) -> tuple[tuple[Digest, ...], list[_Value]]:
    """Return how the imprint of a stamp is made, and the values that the stamp covers."""
    value = info["signature"].native
    if one.number == SIGNATURE:
        return (partial(_digest, (value,)),), []
    if one.number in (BOTH, REFERENCES):
        wanted = [SIGNATURE] * (one.number == BOTH) + [CERTIFICATE_REFERENCES, REVOCATION_REFERENCES]
        under = [other for number in wanted for other in values if other.number == number]
        attributes = {id(other.attribute): other.attribute for other in under}.values()
        parts = [part for attribute in attributes for part in (attribute["type"].dump(), attribute["values"].dump())]
        return (partial(_digest, (*((value,) if one.number == BOTH else ()), *parts)),), under
    if one.number == ARCHIVE_3:
        return _third(one, values, info, signed, payload)
    return _second(one, values, info, signed, payload)


def _digest(parts: Iterable[bytes], algorithm: str) -> bytes:
    return digests.over(algorithm, parts)


# --- archive-time-stamp-v3 ---------------------------------------------------------------------------------------


def _third(
    one: _Value, values: list[_Value], info: cms.SignerInfo, signed: cms.SignedData, payload: bytes
) -> tuple[tuple[Digest, ...], list[_Value]]:
    index = _index(one.token)
    if index is None or not digests.known(index.algorithm):
        return (_nothing,), []
    under = [
        other
        for other in values
        if any(digests.of(index.algorithm, form) in index.attributes for form in other.forms())
    ]
    if not _complete(index, under, info, signed):
        return (_nothing,), []

    def way(algorithm: str) -> bytes:
        kind = signed["encap_content_info"]["content_type"].dump()
        return digests.of(algorithm, kind, digests.of(algorithm, payload), *_fields(info), index.der)

    return (way,), under


def _nothing(_algorithm: str) -> bytes:
    return b""


def _fields(info: cms.SignerInfo) -> list[bytes]:
    return [info[name].dump() for name in _FIELDS if info[name] is not core.VOID]


def _complete(index: _Index, under: list[_Value], info: cms.SignerInfo, signed: cms.SignedData) -> bool:
    """Whether everything that the index names is still there; some programs keep it in stamps or attributes."""
    name = index.algorithm
    certificates, crls, _ocsps = carried.of_signer(info)
    held = [one.dump() for one in signed["certificates"] or ()] + [one.dump() for one in certificates]
    lists = [one.dump() for one in signed["crls"] or ()] + crls
    for value in carried_tokens(info):
        more, more_crls, _answers = carried.everything_of(value)
        held += [one.dump() for one in more]
        lists += more_crls
    attributes = {digests.of(name, form) for one in under for form in one.forms()}
    return (
        index.certificates <= {digests.of(name, der) for der in held}
        and index.crls <= {digests.of(name, der) for der in lists}
        and index.attributes <= attributes
    )


def carried_tokens(info: cms.SignerInfo) -> list[cms.ContentInfo]:
    """Return the time stamps of a signer that can be read."""
    return [one.token for one in _values(info) if one.token is not None][:STAMPS_READ]


def _index(token: cms.ContentInfo | None) -> _Index | None:
    """Return the index in a stamp, None when it has none that can be read."""
    try:
        info = token["content"]["signer_infos"][0] if token is not None else None
        attributes = list(info["unsigned_attrs"]) if info is not None else []
        held = [one for number in _INDEXES for one in attributes if one["type"].dotted == number]
        if len(held) != 1 or len(held[0]["values"]) != 1:
            return None
        der = held[0]["values"][0].dump()
        parts = [one.dump() for one in _Parts.load(der, strict=True)]
        named = algos.DigestAlgorithm.load(parts.pop(0))["algorithm"].native if len(parts) == 4 else "sha256"
        certificates, crls, values = (frozenset(one.native for one in _Digests.load(part)) for part in parts)
        return _Index(der, named, certificates, crls, values)
    except HOSTILE:
        return None


class _Parts(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.Any


class _Digests(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


# --- archive-time-stamp-v2 ---------------------------------------------------------------------------------------


def _second(
    one: _Value, values: list[_Value], info: cms.SignerInfo, signed: cms.SignedData, payload: bytes
) -> tuple[tuple[Digest, ...], list[_Value]]:
    """The imprint is over all there was; attributes have no order in time, so later archive stamps tell by their time.

    Two editions of the specification disagree whether the head of the set of attributes belongs to it.
    """
    made = _time(one.token)
    later = [
        other
        for other in values
        if other is one or (_archives(other.number) and not _earlier(_time(other.token), made))
    ]
    under = [other for other in values if other not in later]
    kept = list({id(other.attribute): other.attribute.dump() for other in under}.values())
    content = signed["encap_content_info"]
    outside = payload if content["content"] is core.VOID else b""
    sets = [signed[name].dump() for name in ("certificates", "crls") if signed[name] is not core.VOID]
    start = [content.dump(), outside, *sets, *_fields(info)]
    headed = core.SetOf(spec=core.Any, contents=b"".join(kept)).retag({"implicit": 1}).dump()
    return (partial(_digest, (*start, headed)), partial(_digest, (*start, *kept))), under


def _earlier(time: datetime | None, than: datetime | None) -> bool:
    return time is not None and than is not None and time < than


def _time(token: cms.ContentInfo | None) -> datetime | None:
    try:
        found = token["content"]["encap_content_info"]["content"].parsed["gen_time"].native if token else None
    except HOSTILE:
        return None
    return found if isinstance(found, datetime) else None
