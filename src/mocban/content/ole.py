"""A reader for OLE2 compound files (.doc, .xls): the directory and whole streams, from memory, every walk bounded.

Written from the published structure (MS-CFB). Bytes from outside may lie about every length, so anything that does not
fit raises `BadCompoundFile` and nothing else.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFE
_HEADER_FAT_SLOTS = 109
_STREAM, _ROOT = 2, 5


class BadCompoundFile(ValueError):
    """The bytes do not hold together as an OLE2 compound file."""


@dataclass(frozen=True)
class Entry:
    """One line of the directory: a storage, a stream or the root."""

    name: str
    kind: int
    start: int
    size: int


class CompoundFile:
    """A compound file held in memory."""

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise BadCompoundFile("no header")
        self._data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 0x1E)
        if shift not in (9, 12) or mini_shift != 6:
            raise BadCompoundFile("sector size")
        self._sector, self._mini_sector = 1 << shift, 1 << mini_shift
        directory, _, self._cutoff, mini_fat = struct.unpack_from("<IIII", data, 0x30)
        self._fat = self._read_fat()
        self.entries = self._read_directory(self._chain(directory))
        self._mini_fat = self._numbers(self._chain(mini_fat)) if mini_fat < _END else []
        root = next((entry for entry in self.entries if entry.kind == _ROOT), None)
        self._mini = self._chain(root.start) if root and root.start < _END else b""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(entry.name for entry in self.entries)

    def stream(self, name: str) -> bytes:
        """Return the bytes of the first stream called `name`. Raises BadCompoundFile when there is none."""
        entry = next((entry for entry in self.entries if entry.name == name and entry.kind == _STREAM), None)
        if entry is None:
            raise BadCompoundFile(f"no stream {name}")
        if entry.size < self._cutoff:
            return self._mini_chain(entry.start)[: entry.size]
        return self._chain(entry.start)[: entry.size]

    def _at(self, sector: int) -> bytes:
        begin = (sector + 1) * self._sector
        if begin >= len(self._data):
            raise BadCompoundFile("sector outside the file")
        return self._data[begin : begin + self._sector]

    def _read_fat(self) -> list[int]:
        sectors = list(struct.unpack_from(f"<{_HEADER_FAT_SLOTS}I", self._data, 0x4C))
        following, count = struct.unpack_from("<II", self._data, 0x44)
        for _ in range(min(count, len(self._data) // self._sector)):
            if following >= _END:
                break
            *more, following = self._numbers(self._at(following).ljust(self._sector, b"\xff"))
            sectors += more
        numbers: list[int] = []
        for sector in sectors:
            if sector < _END:
                numbers += self._numbers(self._at(sector))
            if len(numbers) > len(self._data) // self._sector + self._sector:
                break
        return numbers

    def _numbers(self, data: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        sector = start
        while sector < _END:
            if sector >= len(self._fat) or len(pieces) > len(self._fat):
                raise BadCompoundFile("broken chain")
            pieces.append(self._at(sector))
            sector = self._fat[sector]
        return b"".join(pieces)

    def _mini_chain(self, start: int) -> bytes:
        pieces: list[bytes] = []
        sector = start
        while sector < _END:
            if sector >= len(self._mini_fat) or len(pieces) > len(self._mini_fat):
                raise BadCompoundFile("broken short chain")
            begin = sector * self._mini_sector
            pieces.append(self._mini[begin : begin + self._mini_sector])
            sector = self._mini_fat[sector]
        return b"".join(pieces)

    def _read_directory(self, data: bytes) -> list[Entry]:
        entries = []
        for begin in range(0, len(data) - 127, 128):
            length, kind = struct.unpack_from("<HB", data, begin + 64)
            if kind == 0 or not 2 <= length <= 64:
                continue
            name = data[begin : begin + length - 2].decode("utf-16-le", "replace")
            start, size = struct.unpack_from("<II", data, begin + 116)
            entries.append(Entry(name, kind, start, size))
        return entries
