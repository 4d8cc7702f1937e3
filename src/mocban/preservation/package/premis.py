"""Preservation metadata, PREMIS 3.0: what the objects are, what happened to them, who did it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from lxml import etree

from . import codes
from .model import Agent, Aip, DataObject, Event
from .xmlout import PREMIS, XSI, add, iso, serialise, tag

IDENTIFIER_TYPE = "UUID"
DIGEST = "SHA-256"
CREATION = "information package creation"  # eventType that Điều 25 of the Circular names
REPRESENTATION = "representations/rep1"
SOFTWARE = "software"
_SOURCE_OF_PUID = "PRONOM"

Placed = tuple[int, str, DataObject]  # ordinal of the document, path inside the package, the object


def package_xml(aip: Aip) -> bytes:
    """PREMIS.xml: the file as an intellectual entity, the events of its life, the building of this package."""
    root = _root()
    entity = _object(root, "premis:intellectualEntity", codes.part_id(aip.package_id, ""))
    add(entity, "originalName", aip.contents.file.title)
    _relation(entity, codes.part_id(aip.package_id, REPRESENTATION), "is represented by")
    events = [event for event in aip.contents.events if event.document is None]
    _events(root, aip, [*events, _creation(aip)], lambda _event: codes.part_id(aip.package_id, ""))
    return serialise(root)


def representation_xml(aip: Aip, placed: Iterable[Placed]) -> bytes:
    """PREMIS_rep1.xml: the representation, each file with size, digest and format, and the events of the documents."""
    root, parts = _root(), list(placed)
    representation = codes.part_id(aip.package_id, REPRESENTATION)
    whole = _object(root, "premis:representation", representation)
    for _ordinal, path, _part in parts:
        _relation(whole, codes.part_id(aip.package_id, path), "includes")
    for _ordinal, path, part in parts:
        _file(root, codes.part_id(aip.package_id, path), path, part)
    first = {ordinal: codes.part_id(aip.package_id, path) for ordinal, path, _part in reversed(parts)}
    events = [event for event in aip.contents.events if event.document is not None]
    _events(root, aip, events, lambda event: first.get(event.document or 0, representation))
    return serialise(root)


def _creation(aip: Aip) -> Event:
    program = Agent("mocban", "Mộc Bản", kind=SOFTWARE, version=aip.contents.software_version)
    return Event(CREATION, aip.created_at, "Tạo gói hồ sơ lưu trữ.", program)


def _root() -> etree._Element:
    root = etree.Element(tag(PREMIS, "premis"), nsmap={"premis": PREMIS, "xsi": XSI})
    root.set("version", "3.0")
    return root


def _object(root: etree._Element, kind: str, identifier: str) -> etree._Element:
    node = add(root, "object")
    node.set(tag(XSI, "type"), kind)
    _identifier(node, "object", identifier)
    return node


def _file(root: etree._Element, identifier: str, path: str, part: DataObject) -> None:
    node = _object(root, "premis:file", identifier)
    characteristics = add(node, "objectCharacteristics")
    fixity = add(characteristics, "fixity")
    add(fixity, "messageDigestAlgorithm", DIGEST)
    add(fixity, "messageDigest", part.sha256)
    add(characteristics, "size", str(part.size))
    file_format = add(characteristics, "format")
    add(add(file_format, "formatDesignation"), "formatName", part.media_type)
    if part.puid:
        registry = add(file_format, "formatRegistry")
        add(registry, "formatRegistryName", _SOURCE_OF_PUID)
        add(registry, "formatRegistryKey", part.puid)
    add(node, "originalName", part.name)
    location = add(add(node, "storage"), "contentLocation")
    add(location, "contentLocationType", "path in package")
    add(location, "contentLocationValue", path)
    for line in part.signatures:
        _signature(node, line)


def _signature(node: etree._Element, line: str) -> None:
    """A signature inside the file: the proof stays in the file, the line says whose and when."""
    signature = add(add(node, "signatureInformation"), "signature")
    add(signature, "signatureEncoding", "embedded")
    add(signature, "signatureMethod", "PAdES")
    add(signature, "signatureValue", "in the file")
    add(signature, "signatureValidationRules", "ETSI EN 319 102-1")
    add(signature, "signatureProperties", line)


def _relation(node: etree._Element, identifier: str, kind: str) -> None:
    relation = add(node, "relationship")
    add(relation, "relationshipType", "structural")
    add(relation, "relationshipSubType", kind)
    related = add(relation, "relatedObjectIdentifier")
    add(related, "relatedObjectIdentifierType", IDENTIFIER_TYPE)
    add(related, "relatedObjectIdentifierValue", identifier)


def _events(root: etree._Element, aip: Aip, events: list[Event], target: Callable[[Event], str]) -> None:
    """Write the events and their agents; `target` says which object an event concerns."""
    for place, event in enumerate(events, 1):
        node = add(root, "event")
        _identifier(node, "event", codes.part_id(aip.package_id, f"event/{event.document}/{place}"))
        add(node, "eventType", event.verb)
        add(node, "eventDateTime", iso(event.at))
        for detail in (event.sentence, *event.basis):
            add(add(node, "eventDetailInformation"), "eventDetail", detail)
        add(add(node, "eventOutcomeInformation"), "eventOutcome", "success")
        does = "executing program" if event.agent.kind == SOFTWARE else "implementer"
        _link(node, "linkingAgentIdentifier", "local", event.agent.identifier, does)
        side = "outcome" if event.verb == CREATION else "source"
        _link(node, "linkingObjectIdentifier", IDENTIFIER_TYPE, target(event), side)
    for agent in dict.fromkeys(event.agent for event in events):
        _agent(root, agent)


def _agent(root: etree._Element, agent: Agent) -> None:
    node = add(root, "agent")
    _identifier(node, "agent", agent.identifier, "local")
    add(node, "agentName", agent.name)
    add(node, "agentType", agent.kind)
    if agent.version:
        add(node, "agentVersion", agent.version)
    if agent.note:
        add(node, "agentNote", agent.note)


def _identifier(node: etree._Element, noun: str, value: str, kind: str = IDENTIFIER_TYPE) -> None:
    holder = add(node, f"{noun}Identifier")
    add(holder, f"{noun}IdentifierType", kind)
    add(holder, f"{noun}IdentifierValue", value)


def _link(node: etree._Element, name: str, kind: str, value: str, role: str) -> None:
    link = add(node, name)
    add(link, f"{name}Type", kind)
    add(link, f"{name}Value", value)
    add(link, f"{name.removesuffix('Identifier')}Role", role)
