"""Descriptive metadata: EAD.xml of the file and EAD_doc of each document, written and checked against our schemas."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

from lxml import etree

from . import codes
from .model import Aip, Confidence, DocumentDescription, ObjectRole
from .xmlout import add, serialise

SCHEMAS = Path(__file__).parent / "schemas"
FILE_SCHEMA = "EAD.xsd"
DOCUMENT_SCHEMA = "EAD_doc.xsd"
_HANDLED_HERE = (Confidence.BORN_DIGITAL, Confidence.MIXED)
_YES, _NO = "1", "0"


def file_xml(aip: Aip) -> bytes:
    """EAD.xml: the fields of the archived file."""
    root = etree.Element("simpledc")
    for name, value in _file_fields(aip):
        if value:
            add(root, name, value)
    return serialise(root)


def document_xml(aip: Aip, document: DocumentDescription, ordinal: int) -> bytes:
    """EAD_doc_*.xml: the fields of one document; `ordinal` is its place in the file, from 1."""
    root = etree.Element("simpledc")
    for name, value in _document_fields(aip, document, ordinal):
        if value:
            add(root, name, value)
    return serialise(root)


def schema_bytes(name: str) -> bytes:
    return (SCHEMAS / name).read_bytes()


def faults(root: etree._Element, schema: str) -> list[str]:
    """Return what is wrong with a description: schema errors by field, then fields required by another field."""
    validator = _schema(schema)
    validator.validate(root)
    found = [f"{_field(error.path)}: {error.message}" for error in cast(Any, validator.error_log)]
    return found + _conditional(root, schema)


def _conditional(root: etree._Element, schema: str) -> list[str]:
    confidence, missing = root.findtext("confidenceLevel"), []
    if schema == FILE_SCHEMA:
        if confidence == Confidence.DIGITISED and not root.findtext("paperFileCode"):
            missing.append("paperFileCode")
        if root.findtext("riskRecovery") == _YES and not root.findtext("riskRecoveryStatus"):
            missing.append("riskRecoveryStatus")
    elif confidence in _HANDLED_HERE and root.findtext("process") is None:
        missing.append("process")
    return missing


def _file_fields(aip: Aip) -> list[tuple[str, str]]:
    contents, file = aip.contents, aip.contents.file
    digitised = file.confidence is Confidence.DIGITISED
    return [
        ("arcFileCode", codes.arc_file_code(contents.archives_code, file.code)),
        ("title", file.title),
        ("maintenance", aip.codes.term_code(file.retention_years)),
        ("mode", file.mode.value),
        ("language", ";".join(file.languages)),
        ("startDate", _day(file.started_on)),
        ("endDate", _day(file.ended_on)),
        ("keyword", file.keywords),
        ("totalDoc", str(len(contents.documents))),
        ("numberOfPaper", "" if file.sheets is None else str(file.sheets)),
        ("numberOfPage", str(sum(document.pages for document in contents.documents))),
        ("format", file.condition),
        ("inforSign", file.sign),
        ("confidenceLevel", file.confidence.value),
        ("paperFileCode", file.paper_code if digitised else ""),
        ("riskRecovery", _YES if file.backup_required else _NO),
        ("riskRecoveryStatus", ("01" if file.backup_made else "02") if file.backup_required else ""),
        ("description", file.note),
    ]


def _document_fields(aip: Aip, document: DocumentDescription, ordinal: int) -> list[tuple[str, str]]:
    contents = aip.contents
    processed = any(part.role is ObjectRole.PROCESS for part in document.objects)
    return [
        ("docCode", codes.doc_code(contents.file.code, ordinal)),
        ("arcFileCode", codes.arc_file_code(contents.archives_code, contents.file.code)),
        ("docOrdinal", str(ordinal)),
        ("typeName", aip.codes.kind_code(document.kind)),
        ("codeNumber", document.number),
        ("codeNotation", document.notation),
        ("issuedDate", _day(document.issued_on)),
        ("organName", document.issuer),
        ("subject", document.subject),
        ("language", ";".join(document.languages)),
        ("numberOfPage", str(document.pages)),
        ("inforSign", document.sign),
        ("keyword", document.keywords),
        ("mode", document.mode.value),
        ("confidenceLevel", document.confidence.value),
        ("autograph", document.autograph),
        ("format", document.condition),
        ("process", (_YES if processed else _NO) if document.confidence in _HANDLED_HERE else ""),
        ("description", document.note),
    ]


def _day(value: date | None) -> str:
    return f"{value.day:02}/{value.month:02}/{value.year:04}" if value else ""


@cache
def _schema(name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(schema_bytes(name)))


def _field(path: str | None) -> str:
    return (path or "").rpartition("/")[2]
