"""Judge ASiC containers (ETSI EN 319 162-1): ASiC-E and ASiC-S, with XAdES or CAdES signatures.

Every object of the container must be covered by each signature; what lies beside is what a forger would have added.
Runs in the helper process.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from urllib.parse import unquote

from lxml import etree

from mocban.lib.errors import RuleBroken
from mocban.signing.pdf.guard import HOSTILE

from . import digests, xml_reading
from .algorithms import WEAK_DIGESTS
from .cms import judge_cms
from .container import Container, Unsafe, open_container
from .findings import Conclusion, FileFinding, Reason, SignatureFinding
from .identity import concluded, filed, unreadable, with_reasons
from .trust import Trust
from .xml import judge_signature, signatures_of
from .xml_references import DS, Unfit, decoded, digest_name, ids_of

MIMETYPE = "mimetype"
KINDS = {b"application/vnd.etsi.asic-e+zip": "asic-e", b"application/vnd.etsi.asic-s+zip": "asic-s"}
NAMED = 3
_FOLDER = "META-INF/"
_XADES = re.compile(r"META-INF/[^/]*signatures[^/]*\.xml", re.IGNORECASE)
_CADES = re.compile(r"META-INF/[^/]*signature[^/]*\.p7s", re.IGNORECASE)
_MANIFEST = re.compile(r"META-INF/[^/]*ASiC[^/]*Manifest[^/]*\.xml", re.IGNORECASE)
_MACHINERY = re.compile(
    r"META-INF/(manifest\.xml|[^/]*timestamp[^/]*\.tst|[^/]*evidencerecord[^/]*\.(xml|ers))", re.IGNORECASE
)
_OFFICE = re.compile(r"_xmlsignatures/|META-INF/documentsignatures\.xml")


def judge_asic(data: bytes, *, trust: Trust) -> FileFinding:
    """Return what the signatures of the container `data` are worth."""
    try:
        container = open_container(data)
        return _judged(container, trust)
    except (Unsafe, *HOSTILE):
        return unreadable("asic.unsafe")


def _judged(container: Container, trust: Trust) -> FileFinding:
    names = list(container.entries)
    if any(_OFFICE.match(name) for name in names):
        return unreadable("file.office_signature")
    kind = KINDS.get((container.read(MIMETYPE) or b"").strip(), "")
    signed_by = [name for name in names if _XADES.fullmatch(name) or _CADES.fullmatch(name)]
    if not kind and not signed_by:
        return unreadable("file.unknown_format")
    reasons = []
    if MIMETYPE in names and not kind:
        reasons.append(Reason("asic.other_mimetype"))
    objects = _objects(container)
    if kind == "asic-s" and len(objects) != 1:
        reasons.append(Reason("asic.one_object"))
    found: list[Covering] = []
    for name in signed_by:
        if _XADES.fullmatch(name):
            found += _xades(name, container, trust)
        else:
            found += _cades(name, container, objects, trust)
    return filed(kind or "asic-e", reasons, _together(found, objects))


def _together(found: list[Covering], objects: Sequence[str]) -> list[SignatureFinding]:
    """Say of each what it leaves out: an addition of a stranger, or a part that others sign as the standard permits.

    Where a good one covers everything nothing is unsigned; where several cover it only together, nobody signed it all.
    """
    sound = [one for one in found if one.finding.conclusion is Conclusion.VALID]
    whole = any(one.covers(objects) for one in sound)
    parts = set(objects) <= {name for one in sound for name in one.names}
    code = "asic.by_other" if whole else "asic.by_others" if parts else "asic.uncovered"
    return [one.said(objects, code) for one in found]


@dataclasses.dataclass(frozen=True)
class Covering:
    """What was found of one signature, and the names of the objects that it covers."""

    finding: SignatureFinding
    names: frozenset[str]

    def covers(self, objects: Sequence[str]) -> bool:
        return set(objects) <= self.names

    def said(self, objects: Sequence[str], code: str) -> SignatureFinding:
        """Return the finding with the reason `code` where the signature leaves something out."""
        whole = self.covers(objects)
        found = dataclasses.replace(self.finding, whole=whole)
        lacking = ", ".join([name[:80] for name in objects if name not in self.names][:NAMED])
        return found if whole else with_reasons(found, [Reason(code, {"names": lacking})])


def _objects(container: Container) -> list[str]:
    """Return the names of what must be signed: all but the folders and the machinery of signing.

    A manifest is machinery only where it is one, of a signature or time stamp that is there.
    """
    known = (_XADES, _CADES, _MACHINERY)
    return [
        name
        for name in container.entries
        if not name.endswith("/")
        and name != MIMETYPE
        and not any(one.fullmatch(name) for one in known)
        and not (_MANIFEST.fullmatch(name) and _is_manifest(container, name))
    ]


def _is_manifest(container: Container, name: str) -> bool:
    root = _manifest(container.read(name) or b"")
    return root is not None and _signature_of(root) in container.entries


def _xades(name: str, container: Container, trust: Trust) -> list[Covering]:
    try:
        root = xml_reading.read(container.read(name) or b"")
    except (RuleBroken, *HOSTILE):
        return [_broken(name)]
    nodes = signatures_of(root)
    ids = ids_of(root)
    found = []
    for number, node in enumerate(nodes, 1):
        seen: set[str] = set()

        def resolve(uri: str, seen: set[str] = seen) -> bytes | None:
            wanted = _named(uri)
            seen.add(wanted)
            return container.read(wanted)

        one = judge_signature(node, nodes, ids, str(number), trust, resolve)
        found.append(Covering(one, frozenset(seen)))
    return found or [_broken(name)]


def _cades(name: str, container: Container, objects: Sequence[str], trust: Trust) -> list[Covering]:
    message = container.read(name) or b""
    manifest: bytes | None = None
    seen: set[str] = set()
    extra: list[Reason] = []
    for candidate in container.entries:
        if _MANIFEST.fullmatch(candidate):
            data = container.read(candidate) or b""
            root = _manifest(data)
            if root is not None and _signature_of(root) == name:
                manifest = data
                seen, extra = _follow(root, container)
                break
    if manifest is None:
        if len(objects) != 1:
            return [_broken(name, "asic.no_manifest")]
        seen = set(objects)
        manifest = container.read(objects[0]) or b""
    judged = judge_cms(message, trust=trust, content=manifest)
    if not judged.signatures:
        return [_broken(name)]
    # What is said of the message as a whole counts as well: one that holds something else is not over the manifest.
    told = [*extra, *judged.reasons]
    return [Covering(with_reasons(one, told), frozenset(seen)) for one in judged.signatures]


def _manifest(data: bytes) -> etree._Element | None:
    try:
        root = xml_reading.read(data)
    except (RuleBroken, *HOSTILE):
        return None
    return root if etree.QName(root).localname == "ASiCManifest" else None


def _signature_of(manifest: etree._Element) -> str:
    references = [one for one in manifest.iterchildren(etree.Element) if etree.QName(one).localname == "SigReference"]
    return _named(references[0].get("URI", "")) if len(references) == 1 else ""


def _follow(manifest: etree._Element, container: Container) -> tuple[set[str], list[Reason]]:
    """Return the names that a manifest covers, and what speaks against its digests."""
    seen: set[str] = set()
    reasons: list[Reason] = []
    for one in manifest.iterchildren(etree.Element):
        if etree.QName(one).localname != "DataObjectReference":
            continue
        name = _named(one.get("URI", ""))
        method, value = one.find(f"{{{DS}}}DigestMethod"), one.find(f"{{{DS}}}DigestValue")
        data = container.read(name)
        if method is None or value is None or data is None:
            reasons.append(Reason("asic.object_missing", {"name": name[:80]}))
            continue
        try:
            digest, expected = digest_name(method), decoded(value)
        except Unfit as unfit:
            reasons.append(Reason(unfit.code, unfit.values))
            continue
        if digests.of(digest, data) != expected:
            reasons.append(Reason("signature.broken"))
        if digest in WEAK_DIGESTS:
            reasons.append(Reason("algorithm.weak_digest", {"name": digest.upper()}))
        seen.add(name)
    return seen, reasons


def _broken(name: str, code: str = "signature.unreadable") -> Covering:
    found = concluded(name[:100], "xades" if name.endswith(".xml") else "cades", [Reason(code)])
    return Covering(found, frozenset())


def _named(uri: str) -> str:
    """Return the name of the object that a relative URI means; nothing else is ever looked up."""
    return unquote(uri).removeprefix("./").removeprefix("/")
