"""Open a ZIP container of unknown origin: everything in memory, bounded, and read as every other reader would.

Two readers that see different files in one ZIP are the attack: so the local headers must say what the directory says,
and no byte may lie outside of the entries.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

ENTRIES = 1000
LARGEST = 256 << 20  # bytes of one unpacked object
TOTAL = 512 << 20
RATIO = 200  # a text packs to a hundredth; beyond that it is a bomb
FREE_OF_RATIO = 1 << 20
COMMENT = 200
_LOCAL = struct.Struct("<4s5H3I2H")
_END_LENGTH = 22
_DESCRIPTORS = (0, 12, 16, 20, 24)  # bytes behind an entry whose sizes were not known in advance
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    struct.error,
)


class Unsafe(Exception):
    """The container is damaged, too large, or built to be read in two ways."""


@dataclass
class Container:
    """The objects of a container by name, in the order of its directory."""

    archive: zipfile.ZipFile
    entries: dict[str, zipfile.ZipInfo]
    unpacked: int = field(default=0)

    def read(self, name: str) -> bytes | None:
        """Return an object, None when there is none of that name. Raises Unsafe."""
        if name not in self.entries:
            return None
        try:
            with self.archive.open(self.entries[name]) as stream:
                data = stream.read(LARGEST + 1)
        except BROKEN as problem:
            raise Unsafe from problem
        self.unpacked += len(data)
        if len(data) > LARGEST or self.unpacked > 4 * TOTAL:  # several signatures read the same object
            raise Unsafe
        return data


def open_container(data: bytes) -> Container:
    """Return the container in `data`. Raises Unsafe."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        _require_bounds(archive)
        _require_contiguous(archive, data)
    except BROKEN as problem:
        raise Unsafe from problem
    return Container(archive, {one.filename: one for one in archive.infolist()})


def _require_bounds(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [one.filename for one in entries]
    if len(entries) > ENTRIES or len({name.casefold() for name in names}) != len(names):
        raise Unsafe
    if sum(one.file_size for one in entries) > TOTAL or len(archive.comment) > COMMENT:
        raise Unsafe
    for one in entries:
        kind = stat.S_IFMT(one.external_attr >> 16)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or one.flag_bits & 1:
            raise Unsafe
        if one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or not _is_plain(one.filename):
            raise Unsafe
        if one.is_dir() and one.file_size:
            raise Unsafe
        if one.file_size > max(FREE_OF_RATIO, one.compress_size * RATIO) or one.file_size > LARGEST:
            raise Unsafe


def _is_plain(name: str) -> bool:
    """Whether a name is a relative path that means the same on every system."""
    parts = name.removesuffix("/").split("/")
    return (
        bool(name) and name.isprintable() and "\\" not in name and ":" not in name and not {"", ".", ".."} & set(parts)
    )


def _require_contiguous(archive: zipfile.ZipFile, data: bytes) -> None:
    place = 0
    for one in sorted(archive.infolist(), key=lambda entry: entry.header_offset):
        if one.header_offset - place not in (_DESCRIPTORS if place else (0,)):
            raise Unsafe
        magic, _version, flags, *_rest, name_length, extra_length = _LOCAL.unpack_from(data, one.header_offset)
        start = one.header_offset + _LOCAL.size
        name = data[start : start + name_length].decode("utf-8" if flags & 0x800 else "cp437")
        if magic != b"PK\x03\x04" or name != one.orig_filename:
            raise Unsafe
        place = start + name_length + extra_length + one.compress_size
    end = len(data) - _END_LENGTH - len(archive.comment)
    if archive.start_dir - place not in _DESCRIPTORS or data[end : end + 4] != b"PK\x05\x06":
        raise Unsafe
