"""Building an AIP as one .zip: deterministic, objects streamed, each digest verified while it is copied."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _
from lxml import etree

from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex

from . import codes, ead, mets, premis
from .mets import Described, Part
from .model import Aip, BuiltPackage, DataObject, DocumentDescription, ObjectRole

MANIFEST = "manifest-sha256.txt"
CITATION = "Thông tư 05/2025/TT-BNV, Phụ lục I"
_CHUNK = 1024 * 1024
_MOMENT = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_DESCRIPTIVE = f"{mets.REPRESENTATION}/metadata/descriptive"
_DATA = f"{mets.REPRESENTATION}/data"


def build_aip(aip: Aip, target: Path) -> BuiltPackage:
    """Write the package of one file to `target`, a new file, and return its identifier, digest and size.

    The same value gives the same bytes. Raises RuleBroken `package.empty` (no document, or one without a
    file), `package.fields` (a field that the Circular requires is missing or too long), `package.content_changed`
    (an object is no longer what was recorded), FileExistsError when the target exists. A failed build leaves no file.
    """
    _check_complete(aip)
    unfinished = target.with_name(target.name + ".part")
    try:
        with unfinished.open("xb") as stream:
            files = _write(aip, stream)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(unfinished, target)  # refuses an existing target, which a rename would replace
    finally:
        unfinished.unlink(missing_ok=True)
    return BuiltPackage(codes.object_identifier(aip.package_id), _digest(target), target.stat().st_size, files)


def _write(aip: Aip, stream: BinaryIO) -> int:
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        box = _Box(archive, codes.folder_name(codes.object_identifier(aip.package_id)))
        placed = list(_placed(aip))
        data = {path: box.copy(path, part) for _ordinal, path, part in placed}
        documents = [
            _described(aip, box, document, ordinal, data) for ordinal, document in enumerate(aip.contents.documents, 1)
        ]
        events = box.add(
            f"{mets.REPRESENTATION}/metadata/preservation/PREMIS_rep1.xml",
            premis.representation_xml(aip, placed),
        )
        representation = box.add(
            f"{mets.REPRESENTATION}/{mets.ROOT}", mets.representation_xml(aip, premis=events, documents=documents)
        )
        root = mets.package_xml(
            aip,
            ead=box.add("metadata/descriptive/EAD.xml", ead.file_xml(aip)),
            premis=box.add("metadata/preservation/PREMIS.xml", premis.package_xml(aip)),
            schemas=[
                box.add(f"schemas/{name}", ead.schema_bytes(name)) for name in (ead.FILE_SCHEMA, ead.DOCUMENT_SCHEMA)
            ],
            representation=representation,
        )
        box.add(mets.ROOT, root)
        return box.finish()


def _described(aip: Aip, box: _Box, document: DocumentDescription, ordinal: int, data: dict[str, Part]) -> Described:
    description = box.add(f"{_DESCRIPTIVE}/EAD_doc_{ordinal:07}.xml", ead.document_xml(aip, document, ordinal))
    main, *others = (data[path] for path in _paths(aip, document, ordinal))
    return Described(codes.doc_code(aip.contents.file.code, ordinal), description, main, tuple(others))


def _placed(aip: Aip) -> Iterator[premis.Placed]:
    """Every object with its path: the main file of each document first, what accompanies it after."""
    for ordinal, document in enumerate(aip.contents.documents, 1):
        for path, part in zip(_paths(aip, document, ordinal), _ordered(document), strict=True):
            yield ordinal, path, part


def _paths(aip: Aip, document: DocumentDescription, ordinal: int) -> list[str]:
    return [
        f"{_DATA}/{codes.data_name(aip.contents.file.code, ordinal, place, part.name)}"
        for place, part in enumerate(_ordered(document))
    ]


def _ordered(document: DocumentDescription) -> list[DataObject]:
    """The document's main file first; where none is marked so, the first there is."""
    return sorted(document.objects, key=lambda part: part.role is not ObjectRole.MAIN)


def _check_complete(aip: Aip) -> None:
    """There are documents, each has a file, and every description fits its schema."""
    if not aip.contents.documents:
        raise RuleBroken("package.empty", _("Hồ sơ không có văn bản nào nên chưa đóng gói được."), CITATION)
    for document in aip.contents.documents:
        if not document.objects:
            message = _("Văn bản “%(subject)s” không có tệp nào nên chưa đóng gói được.")
            raise RuleBroken("package.empty", message % {"subject": document.subject}, CITATION)
    _check_fields(ead.file_xml(aip), ead.FILE_SCHEMA, aip.contents.file.title)
    for ordinal, document in enumerate(aip.contents.documents, 1):
        _check_fields(ead.document_xml(aip, document, ordinal), ead.DOCUMENT_SCHEMA, document.subject)


def _check_fields(data: bytes, schema: str, title: str) -> None:
    faults = ead.faults(etree.fromstring(data), schema)
    if faults:
        raise RuleBroken(
            "package.fields",
            _("Thông tin của “%(title)s” chưa đúng quy định về gói lưu trữ: %(faults)s")
            % {"title": title, "faults": "; ".join(faults)},
            CITATION,
        )


class _Box:
    """The zip being written: stored uncompressed, fixed times, a line of the manifest for each file."""

    def __init__(self, archive: zipfile.ZipFile, folder: str) -> None:
        self._archive = archive
        self._folder = folder
        self._lines: list[tuple[str, str]] = []

    def add(self, path: str, data: bytes) -> Part:
        self._archive.writestr(self._info(path), data)
        return self._noted(Part(path, mets.XML_TYPE, len(data), sha256_hex(data)))

    def copy(self, path: str, part: DataObject) -> Part:
        """Stream an object into the zip; what comes out of the store must be what was recorded."""
        digest, size, info = hashlib.sha256(), 0, self._info(path)
        info.file_size = part.size
        with part.open() as source, self._archive.open(info, "w", force_zip64=part.size > 0x7FFFFFFF) as sink:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
                sink.write(chunk)
        if (digest.hexdigest(), size) != (part.sha256, part.size):
            raise RuleBroken(
                "package.content_changed",
                _("Tệp “%(name)s” trong kho không còn đúng với giá trị băm đã ghi; dừng đóng gói.")
                % {"name": part.name},
            )
        return self._noted(Part(path, part.media_type, part.size, part.sha256))

    def finish(self) -> int:
        """Write the manifest of all files and return how many files the package holds, the manifest included."""
        lines = "".join(f"{digest}  {path}\n" for path, digest in sorted(self._lines))
        self._archive.writestr(self._info(MANIFEST), lines.encode())
        return len(self._lines) + 1

    def _noted(self, part: Part) -> Part:
        self._lines.append((part.path, part.sha256))
        return part

    def _info(self, path: str) -> zipfile.ZipInfo:
        info = zipfile.ZipInfo(f"{self._folder}/{path}", _MOMENT)
        info.external_attr = _MODE
        return info


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
