"""Opening a package, zip or folder, without trusting any name in it."""

from __future__ import annotations

import hashlib
import stat
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from .model import Finding

MAX_FILES = 100_000
MAX_XML_BYTES = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the package: `path` below the top folder, and how to open it."""

    path: str
    size: int
    open: Callable[[], BinaryIO]


@dataclass(slots=True)
class Opened:
    """A package that can be read: its top folder's name, its files by path, the faults of its names."""

    folder: str
    entries: dict[str, Entry]
    findings: list[Finding]

    def read_xml(self, path: str) -> bytes | None:
        """Return the bytes of a small file, None when it is missing, unreadable or too large."""
        entry = self.entries.get(path)
        if entry is None or entry.size > MAX_XML_BYTES:
            return None
        try:
            with entry.open() as stream:
                data = stream.read(MAX_XML_BYTES + 1)
        except BROKEN:
            return None
        return data if len(data) <= MAX_XML_BYTES else None


def is_safe(name: str) -> bool:
    """Whether a stored name stays below the folder it is taken out to, on any system."""
    path = PurePosixPath(name)
    parts = name.rstrip("/").split("/")
    return (
        bool(name)
        and not path.is_absolute()
        and not any(part in {"", ".", ".."} for part in parts)
        and not any(character in name for character in "\\:\x00")
    )


def open_zip(archive: zipfile.ZipFile) -> Opened:
    """List the files of a zip; unsafe, repeated, encrypted and linked names are findings and cannot be opened."""
    findings: list[Finding] = []
    entries: dict[str, Entry] = {}
    folders: set[str] = set()
    infos = [info for info in archive.infolist() if not info.is_dir()]
    if len(infos) > MAX_FILES:
        return Opened("", {}, [Finding("too_large", detail=str(len(infos)))])
    for info in infos:
        if not is_safe(info.filename) or info.flag_bits & _ENCRYPTED or stat.S_ISLNK(info.external_attr >> 16):
            findings.append(Finding("unsafe_name", info.filename[:200]))
            continue
        folder, _slash, path = info.filename.partition("/")
        folders.add(folder)
        if path in entries:
            findings.append(Finding("repeated_name", path))
            continue
        entries[path] = Entry(path, info.file_size, _opener(archive, info))
    return _opened(folders, entries, findings)


def open_folder(root: Path) -> Opened:
    """List the files of an unpacked package; symbolic links are findings."""
    findings: list[Finding] = []
    entries: dict[str, Entry] = {}
    for found in sorted(root.rglob("*")):
        path = found.relative_to(root).as_posix()
        if found.is_symlink():
            findings.append(Finding("unsafe_name", path))
        elif found.is_file():
            entries[path] = Entry(path, found.stat().st_size, _file_opener(found))
    return _opened({root.name}, entries, findings)


def measure(entry: Entry) -> tuple[str, int]:
    """Return (SHA-256, size) of what the file really holds. Raises one of BROKEN."""
    digest, size = hashlib.sha256(), 0
    with entry.open() as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            if size > entry.size:
                raise ValueError("longer than the directory says")
    return digest.hexdigest(), size


def _opened(folders: set[str], entries: dict[str, Entry], findings: list[Finding]) -> Opened:
    if len(folders) != 1:
        return Opened("", {}, [*findings, Finding("many_folders", detail=", ".join(sorted(folders)[:5]))])
    return Opened(folders.pop(), entries, findings)


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: archive.open(info)  # type: ignore[return-value]


def _file_opener(path: Path) -> Callable[[], BinaryIO]:
    return lambda: path.open("rb")
