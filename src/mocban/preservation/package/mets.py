"""METS of the package and of its representation, after E-ARK CSIP 2.0.4 and Phụ lục I of the Circular."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from . import codes
from .model import Aip
from .xmlout import CSIP, METS, XLINK, XSI, add, iso, serialise, tag

ROOT = "METS.xml"
REPRESENTATION = "representations/rep1"
PROFILE = "http://www.ra.ee/METS/v01/IP.xml"
XML_TYPE = "text/xml"
_CONTENT = "MIXED"
_NAMESPACES: Any = {None: METS, "csip": CSIP, "xlink": XLINK, "xsi": XSI}


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the package as METS names it; `path` is relative to the package's top folder."""

    path: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Described:
    """A document: its description, its main file, what accompanies it."""

    label: str
    description: Part
    main: Part
    others: tuple[Part, ...]


def package_xml(aip: Aip, *, ead: Part, premis: Part, schemas: Sequence[Part], representation: Part) -> bytes:
    """METS.xml of the package: points to EAD.xml, PREMIS.xml, the schemas and the representation's METS.xml."""
    identifier = codes.object_identifier(aip.package_id)
    writer = _Writer(aip, base="")
    root = writer.root(identifier, aip.contents.file.title)
    dmd = writer.described(root, ead, "EAD")
    amd = writer.administered(root, premis)
    section = writer.file_section(root)
    schema_group = writer.group(section, "Schemas", schemas)
    representation_group = writer.group(section, "Representations/rep1", [representation])
    top = writer.structure(root, identifier)
    writer.div(top, "Metadata", DMDID=dmd, ADMID=amd)
    writer.div(top, "Schemas", pointer=schema_group)
    branch = writer.div(top, "Representations/rep1")
    branch.set("TYPE", "NORMALIZED")
    pointer = add(branch, "mptr", LOCTYPE="URL")
    pointer.set(tag(XLINK, "type"), "simple")
    pointer.set(tag(XLINK, "href"), representation.path)
    pointer.set(tag(XLINK, "title"), representation_group)
    return serialise(root)


def representation_xml(aip: Aip, *, premis: Part, documents: Sequence[Described]) -> bytes:
    """METS.xml of rep1: every document's description tied to its file and to what accompanies it."""
    writer = _Writer(aip, base=f"{REPRESENTATION}/")
    root = writer.root("rep1", aip.contents.file.title)
    descriptions = {document.label: writer.described(root, document.description, "EAD") for document in documents}
    amd = writer.administered(root, premis)
    section = writer.file_section(root)
    files = [part for document in documents for part in (document.main, *document.others)]
    group = writer.group(section, "Data", files)
    top = writer.structure(root, "rep1")
    writer.div(top, "Metadata", DMDID=" ".join(descriptions.values()), ADMID=amd)
    writer.div(top, "Data", pointer=group)
    links = writer.div(top, "MetadataLink/File", key="links")
    for document in documents:
        holder = writer.div(links, document.label, DMDID=descriptions[document.label], ADMID=amd)
        add(holder, "fptr", FILEID=writer.file_id(document.main))
    attached = [document for document in documents if document.others]
    if attached:
        branch = writer.div(top, "AttachmentFile", key="attached")
        for document in attached:
            holder = writer.div(branch, document.label, key=f"attached/{document.label}")
            for part in document.others:
                add(holder, "fptr", FILEID=writer.file_id(part))
    return serialise(root)


class _Writer:
    """Writes one METS file; `base` is the folder that its links are relative to."""

    def __init__(self, aip: Aip, base: str) -> None:
        self._aip = aip
        self._base = base
        self._created = iso(aip.created_at)

    def root(self, identifier: str, label: str) -> etree._Element:
        root = etree.Element(tag(METS, "mets"), nsmap=_NAMESPACES)
        for name, value in (("OBJID", identifier), ("LABEL", label), ("TYPE", "Mixed"), ("PROFILE", PROFILE)):
            root.set(name, value)
        root.set(tag(CSIP, "CONTENTINFORMATIONTYPE"), _CONTENT)
        header = add(root, "metsHdr", CREATEDATE=self._created, RECORDSTATUS="NEW")
        header.set(tag(CSIP, "OAISPACKAGETYPE"), "AIP")
        contents = self._aip.contents
        self._agent(header, "CREATOR", "Mộc Bản", ("SOFTWARE VERSION", contents.software_version), software=True)
        self._agent(header, "CREATOR", contents.creator_name, ("IDENTIFICATIONCODE", contents.fonds_code))
        self._agent(header, "ARCHIVIST", contents.archives_name, ("IDENTIFICATIONCODE", contents.archives_code))
        if contents.submission_code:
            add(header, "altRecordID", contents.submission_code, TYPE="SUBMISSIONAGREEMENT")
        return root

    def _agent(
        self, header: etree._Element, role: str, name: str, note: tuple[str, str], software: bool = False
    ) -> None:
        agent = add(header, "agent", ROLE=role, TYPE="OTHER" if software else "ORGANIZATION")
        if software:
            agent.set("OTHERTYPE", "SOFTWARE")
        add(agent, "name", name)
        add(agent, "note", note[1]).set(tag(CSIP, "NOTETYPE"), note[0])

    def described(self, root: etree._Element, part: Part, kind: str) -> str:
        identifier = self._id("dmd/" + part.path)
        section = add(root, "dmdSec", ID=identifier, CREATED=self._created, STATUS="CURRENT")
        self._reference(section, part, kind)
        return identifier

    def administered(self, root: etree._Element, part: Part) -> str:
        identifier = self._id("amd/" + part.path)
        section = add(root, "amdSec")
        provenance = add(section, "digiprovMD", ID=identifier, CREATED=self._created, STATUS="CURRENT")
        self._reference(provenance, part, "PREMIS")
        return identifier

    def _reference(self, parent: etree._Element, part: Part, kind: str) -> None:
        node = add(parent, "mdRef", LOCTYPE="URL", MDTYPE=kind)
        self._located(node, part)
        self._measured(node, part)

    def file_section(self, root: etree._Element) -> etree._Element:
        return add(root, "fileSec", ID=self._id("fileSec"))

    def group(self, section: etree._Element, use: str, parts: Sequence[Part]) -> str:
        identifier = self._id(f"group/{use}")
        group = add(section, "fileGrp", ID=identifier, USE=use)
        if use.startswith("Representations"):
            group.set(tag(CSIP, "CONTENTINFORMATIONTYPE"), _CONTENT)
        for part in parts:
            node = add(group, "file", ID=self.file_id(part))
            self._measured(node, part)
            location = add(node, "FLocat", LOCTYPE="URL")
            self._located(location, part)
        return identifier

    def structure(self, root: etree._Element, label: str) -> etree._Element:
        plan = add(root, "structMap", ID=self._id("structMap"), TYPE="PHYSICAL", LABEL="CSIP")
        return self.div(plan, label, key="top")

    def div(
        self, parent: etree._Element, label: str, *, key: str = "", pointer: str = "", **links: str
    ) -> etree._Element:
        node = add(parent, "div", ID=self._id(f"div/{key or label}"), LABEL=label, **links)
        if pointer:
            add(node, "fptr", FILEID=pointer)
        return node

    def file_id(self, part: Part) -> str:
        return codes.part_id(self._aip.package_id, f"{self._base}file/{part.path}", prefix="ID-")

    def _id(self, path: str) -> str:
        return codes.part_id(self._aip.package_id, f"{self._base}mets/{path}")

    def _located(self, node: etree._Element, part: Part) -> None:
        node.set(tag(XLINK, "type"), "simple")
        node.set(tag(XLINK, "href"), part.path.removeprefix(self._base))

    def _measured(self, node: etree._Element, part: Part) -> None:
        for name, value in (("MIMETYPE", part.media_type), ("SIZE", str(part.size)), ("CREATED", self._created)):
            node.set(name, value)
        node.set("CHECKSUM", part.sha256)
        node.set("CHECKSUMTYPE", "SHA-256")
