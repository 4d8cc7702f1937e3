"""Checking a package: every digest recomputed, every reference followed, every description held against its schema."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from mocban.lib import xml
from mocban.lib.errors import RuleBroken

from . import codes, ead, mets
from .build import MANIFEST
from .check_mets import METS_FILES, check_mets
from .check_premis import check_premis
from .model import Finding, Report
from .reading import BROKEN, MAX_XML_BYTES, Opened, measure, open_folder, open_zip

_EAD = "metadata/descriptive/EAD.xml"
_REQUIRED = (
    mets.ROOT,
    MANIFEST,
    _EAD,
    "metadata/preservation/PREMIS.xml",
    f"{mets.REPRESENTATION}/{mets.ROOT}",
    f"{mets.REPRESENTATION}/metadata/preservation/PREMIS_rep1.xml",
)
_DOCUMENTS = f"{mets.REPRESENTATION}/metadata/descriptive/"
_DIGEST_LENGTH = 64

Measured = dict[str, tuple[str, int]]  # path → (SHA-256, size)


def check(path: Path) -> Report:
    """Check a package, a .zip or an unpacked folder. Never raises for what the package holds: faults are findings."""
    if path.is_dir():
        return _report(open_folder(path))
    try:
        with zipfile.ZipFile(path) as archive:
            return _report(open_zip(archive))
    except BROKEN as error:
        return Report((Finding("unreadable", detail=type(error).__name__),), 0, 0)


def listed_digests(path: Path) -> set[str]:
    """Return the digests that the manifest of a zipped package lists; an unreadable package lists none."""
    try:
        with zipfile.ZipFile(path) as archive:
            listed = open_zip(archive).read_xml(MANIFEST) or b""
    except BROKEN:
        return set()
    return {line.partition("  ")[0] for line in listed.decode(errors="replace").splitlines()}


def _report(opened: Opened) -> Report:
    measured: Measured = {}
    findings = list(opened.findings)
    for entry in opened.entries.values():
        try:
            measured[entry.path] = measure(entry)
        except BROKEN:
            findings.append(Finding("unreadable", entry.path))
    findings += [Finding("missing", required) for required in _REQUIRED if required not in opened.entries]
    findings += _manifest(opened, measured)
    parsed, broken = _parsed(opened)
    findings += broken
    findings += check_mets(opened.folder, parsed, measured)
    findings += _descriptions(parsed)
    findings += check_premis(parsed, measured)
    return Report(tuple(findings), len(measured), sum(size for _digest, size in measured.values()))


def _manifest(opened: Opened, measured: Measured) -> Iterator[Finding]:
    """Each file but the manifest has exactly its own digest there, and nothing else is listed."""
    listed: dict[str, str] = {}
    for line in (opened.read_xml(MANIFEST) or b"").decode(errors="replace").splitlines():
        digest, separator, path = line.partition("  ")
        if not separator or len(digest) != _DIGEST_LENGTH or path in listed:
            yield Finding("manifest_line", MANIFEST, line[:200])
        else:
            listed[path] = digest
    for path, (digest, _size) in measured.items():
        if path == MANIFEST:
            continue
        if path not in listed:
            yield Finding("unlisted", path)
        elif listed[path] != digest:
            yield Finding("digest", path)
    for path in listed.keys() - opened.entries.keys():
        yield Finding("missing", path)


def _parsed(opened: Opened) -> tuple[dict[str, etree._Element], list[Finding]]:
    """Parse the metadata; data files are never parsed."""
    parsed: dict[str, etree._Element] = {}
    broken: list[Finding] = []
    for path in opened.entries:
        if not (path.endswith(".xml") and (path in METS_FILES or "metadata/" in path)):
            continue
        data = opened.read_xml(path)
        if data is None:
            broken.append(Finding("too_large", path))
            continue
        try:
            parsed[path] = xml.parse(data, MAX_XML_BYTES)
        except RuleBroken as refused:
            broken.append(Finding("xml", path, refused.code))
    return parsed, broken


def _descriptions(parsed: dict[str, etree._Element]) -> Iterator[Finding]:
    """The file's and the documents' fields fit our own copy of the schemas (not the one in the package) and agree."""
    documents = {path: root for path, root in parsed.items() if path.startswith(_DOCUMENTS)}
    for path, root in documents.items():
        for fault in ead.faults(root, ead.DOCUMENT_SCHEMA):
            yield Finding("fields", path, fault)
    file = parsed.get(_EAD)
    if file is None:
        return
    for fault in ead.faults(file, ead.FILE_SCHEMA):
        yield Finding("fields", _EAD, fault)
    if file.findtext("totalDoc") != str(len(documents)):
        yield Finding("count", _EAD, f"{file.findtext('totalDoc')} ≠ {len(documents)}")
    yield from _agreement(file.findtext("arcFileCode") or "", documents)


def _agreement(archival_code: str, documents: dict[str, etree._Element]) -> Iterator[Finding]:
    """Documents name the file they belong to; their codes continue the file's code with their ordinal."""
    ordinals: set[str] = set()
    for path, root in documents.items():
        code, ordinal = root.findtext("docCode") or "", root.findtext("docOrdinal") or ""
        file_code = code.rpartition(".")[0]
        right_code = ordinal.isdigit() and code == codes.doc_code(file_code, int(ordinal))
        belongs = root.findtext("arcFileCode") == archival_code and archival_code.endswith(f".{file_code}")
        if not right_code or not belongs or ordinal in ordinals:
            yield Finding("codes", path, code)
        ordinals.add(ordinal)
