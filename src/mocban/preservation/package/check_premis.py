"""Checking PREMIS 3.0: required parts, links that lead somewhere, and the digest of every data file."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from . import mets, premis
from .model import Finding
from .xmlout import PREMIS, tag

_PACKAGE = "metadata/preservation/PREMIS.xml"
_REPRESENTATION = f"{mets.REPRESENTATION}/metadata/preservation/PREMIS_rep1.xml"
_DATA = f"{mets.REPRESENTATION}/data/"
_OBJECT = ("objectIdentifier/objectIdentifierValue",)
_EVENT = ("eventIdentifier/eventIdentifierValue", "eventType", "eventDateTime")
_AGENT = ("agentIdentifier/agentIdentifierValue", "agentName")


def check_premis(parsed: dict[str, etree._Element], measured: dict[str, tuple[str, int]]) -> Iterator[Finding]:
    roots = {path: parsed[path] for path in (_PACKAGE, _REPRESENTATION) if path in parsed}
    for path, root in roots.items():
        yield from _complete(path, root)
        yield from _links(path, root)
    if _PACKAGE in roots and premis.CREATION not in _values(roots[_PACKAGE], "event", "eventType"):
        yield Finding("premis", _PACKAGE, premis.CREATION)
    if _REPRESENTATION in roots:
        yield from _fixity(roots[_REPRESENTATION], measured)


def _complete(path: str, root: etree._Element) -> Iterator[Finding]:
    if root.tag != tag(PREMIS, "premis") or root.get("version") != "3.0":
        yield Finding("premis", path, str(root.tag))
    for name, needed in (("object", _OBJECT), ("event", _EVENT), ("agent", _AGENT)):
        for node in root.findall(tag(PREMIS, name)):
            for field in needed:
                if not _value(node, field):
                    yield Finding("premis", path, field)
    if root.find(tag(PREMIS, "object")) is None:
        yield Finding("premis", path, "object")


def _links(path: str, root: etree._Element) -> Iterator[Finding]:
    """Events name agents and objects of the same file."""
    agents = _values(root, "agent", "agentIdentifier/agentIdentifierValue")
    objects = _values(root, "object", "objectIdentifier/objectIdentifierValue")
    for event in root.findall(tag(PREMIS, "event")):
        for known, link in ((agents, "linkingAgentIdentifier"), (objects, "linkingObjectIdentifier")):
            wanted = _value(event, f"{link}/{link}Value")
            if wanted not in known:
                yield Finding("premis_link", path, wanted)


def _fixity(root: etree._Element, measured: dict[str, tuple[str, int]]) -> Iterator[Finding]:
    """Each data file stands there once, with the digest and size it really has."""
    described: set[str] = set()
    for node in root.findall(tag(PREMIS, "object")):
        path = _value(node, "storage/contentLocation/contentLocationValue")
        if not path:
            continue
        described.add(path)
        digest, size = measured.get(path, ("", -1))
        if _value(node, "objectCharacteristics/fixity/messageDigest") != digest:
            yield Finding("digest", path, _REPRESENTATION)
        if _value(node, "objectCharacteristics/size") != str(size):
            yield Finding("size", path, _REPRESENTATION)
    for path in measured:
        if path.startswith(_DATA) and path not in described:
            yield Finding("premis_object", path)


def _value(node: etree._Element, path: str) -> str:
    return node.findtext("/".join(tag(PREMIS, part) for part in path.split("/"))) or ""


def _values(root: etree._Element, name: str, path: str) -> set[str]:
    return {_value(node, path) for node in root.findall(tag(PREMIS, name))}
