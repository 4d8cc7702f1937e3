"""The time stamps among the unsigned properties of a XAdES signature, and what each of them covers.

The imprints follow ETSI EN 319 132-1: 5.3 (signature), A.1.5 (references) and 5.5.2 (archive); elements of the older
namespace are read by the same rules. What a stamp names by `Include` is taken in that order.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from asn1crypto import cms
from lxml import etree

from mocban.signing.pdf.guard import HOSTILE

from . import digests
from .stamps import STAMPS_READ, Digest, Stamp
from .xades import NAMESPACES
from .xml_references import CANONICAL, DS, Unfit, canonical, decoded, form_of

NEWER = "http://uri.etsi.org/01903/v1.4.1#"
_SIGNATURE, _BOTH, _REFERENCES, _ARCHIVE = "SignatureTimeStamp", "SigAndRefsTimeStamp", "RefsOnlyTimeStamp", "Archive"
Ways = tuple[Digest, ...]
_KINDS = {
    "SignatureTimeStamp": _SIGNATURE,
    "SigAndRefsTimeStamp": _BOTH, "SigAndRefsTimeStampV2": _BOTH,
    "RefsOnlyTimeStamp": _REFERENCES, "RefsOnlyTimeStampV2": _REFERENCES,
    "ArchiveTimeStamp": _ARCHIVE,
}  # fmt: skip
_REFERRING = frozenset(
    {
        "CompleteCertificateRefs", "CompleteCertificateRefsV2", "CompleteRevocationRefs", "AttributeCertificateRefs",
        "AttributeCertificateRefsV2", "AttributeRevocationRefs",
    }
)  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Source:
    """A signature in its document. `octets` writes what each reference points at, in the form given if it names none.

    A reference has several ways to be written, see `canonical`.
    """

    signature: etree._Element
    octets: Callable[[str], list[list[bytes]]]


@dataclasses.dataclass(frozen=True)
class _Held:
    """One unsigned property; `kind` is that of a time stamp, "" for another."""

    element: etree._Element
    kind: str

    @property
    def name(self) -> str:
        return str(etree.QName(self.element).localname)


def stamps_of(source: Source, unsigned: etree._Element | None) -> list[Stamp]:
    """Return the time stamps in the UnsignedSignatureProperties of a signature, each after those that it may cover.

    One that cannot be followed has no way that fits. Raises Unfit for a signature time stamp of an unknown form.
    """
    if unsigned is None:
        return []
    held = [_Held(one, _kind(one)) for one in unsigned.iterchildren(etree.Element)]
    found: list[Stamp] = []
    places: dict[etree._Element, list[int]] = {}  # of a property: the places of its stamps
    for number, one in enumerate(held):
        if not one.kind or len(found) >= STAMPS_READ:
            continue
        ways, under = _covered(source, one, held[:number])
        over = frozenset(place for other in under for place in places.get(other.element, ()))
        for token in _tokens(one.element):
            places.setdefault(one.element, []).append(len(found))
            kinds = (one.kind != _REFERENCES, one.kind == _ARCHIVE, one.kind != _SIGNATURE)
            found.append(Stamp(token, ways, over, *kinds))
    return found


def _kind(element: etree._Element) -> str:
    name = etree.QName(element)
    return _KINDS.get(str(name.localname), "") if name.namespace in (*NAMESPACES, NEWER) else ""


def _tokens(holder: etree._Element) -> list[cms.ContentInfo | None]:
    return [
        _token(one)
        for one in holder.iterchildren(etree.Element)
        if etree.QName(one).localname == "EncapsulatedTimeStamp"
    ]


def _token(element: etree._Element) -> cms.ContentInfo | None:
    try:
        token = cms.ContentInfo.load(decoded(element))
        return token if isinstance(token["content"], cms.SignedData) else None
    except (Unfit, *HOSTILE):
        return None


def _covered(source: Source, one: _Held, before: Sequence[_Held]) -> tuple[Ways, Sequence[_Held]]:
    """Return the ways to make the imprint of a stamp, and the properties that it covers."""
    if one.kind == _ARCHIVE:
        try:
            return _archived(source, one, before)
        except Unfit:
            return (partial(_digest, ()),), ()
    stamped = {_BOTH: (_SIGNATURE,)}.get(one.kind, ())
    under = [other for other in before if other.name in _REFERRING or other.kind in stamped]
    if one.kind == _SIGNATURE:
        under = []
    first = [] if one.kind == _REFERENCES else [_value(source)]
    return _ways(one, [], [*first, *(other.element for other in under)]), under


def _archived(source: Source, one: _Held, before: Sequence[_Held]) -> tuple[Ways, Sequence[_Held]]:
    signature = source.signature
    under = _included(one, before)
    parts = [*signature.findall(f"{{{DS}}}SignedInfo"), _value(source), *signature.findall(f"{{{DS}}}KeyInfo")]
    parts += [other.element for other in under]
    loose = [thing for thing in signature.findall(f"{{{DS}}}Object") if thing not in one.element.iterancestors()]
    referred = {
        part.get("URI", "").removeprefix("#") for part in signature.iterfind(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
    }
    # The older specification leaves out the objects that a reference covers already.
    unreferred = [thing for thing in loose if thing.get("Id") not in referred]
    start = source.octets(_form(one)[0])
    ways = _ways(one, start, [*parts, *loose])
    return ways if unreferred == loose else (*ways, *_ways(one, start, [*parts, *unreferred])), under


def _included(one: _Held, before: Sequence[_Held]) -> Sequence[_Held]:
    """Return the properties before a stamp; those that it includes by Id, where it does so. Raises Unfit."""
    named = [part for part in one.element.iterchildren(etree.Element) if etree.QName(part).localname == "Include"]
    if not named:
        return before
    by_id = {other.element.get("Id"): other for other in before}
    wanted = [by_id.get((part.get("URI") or "").removeprefix("#")) for part in named]
    if any(other is None for other in wanted):
        raise Unfit("xml.reference_unfit", uri="")
    return [other for other in wanted if other is not None]


def _form(one: _Held) -> tuple[str, tuple[str, ...]]:
    """Return the canonical form that a stamp names, or the usual one, with its prefixes. Raises Unfit."""
    method = one.element.find(f"{{{DS}}}CanonicalizationMethod")
    return form_of(method) if method is not None and method.get("Algorithm") else (next(iter(CANONICAL)), ())


def _ways(one: _Held, start: list[list[bytes]], parts: Sequence[etree._Element]) -> Ways:
    """Return the ways to digest what `start` holds and the parts, in the canonical form that the stamp names."""
    form, prefixes = _form(one)
    written = [*start, *(canonical(part, form, prefixes, CANONICAL[form][1]) for part in parts)]
    most = max(map(len, written), default=0)
    return tuple(partial(_digest, [way[min(number, len(way) - 1)] for way in written]) for number in range(most))


def _digest(parts: Iterable[bytes], algorithm: str) -> bytes:
    return digests.over(algorithm, parts)


def _value(source: Source) -> etree._Element:
    found = source.signature.find(f"{{{DS}}}SignatureValue")
    if found is None:
        raise Unfit("xml.malformed_signature")
    return found
