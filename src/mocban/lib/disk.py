"""Files that are too large for memory, handed on like the bytes of small ones.

Whatever makes one file of another takes `bytes` or a `DiskFile` and gives back the same kind (`File`): bytes stay in
memory, a file on disk is copied, changed and read in pieces.
"""

from __future__ import annotations

import hashlib
import io
import mmap
import os
import shutil
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar, final

from mocban.lib.ids import new_id

PIECE = 1 << 20  # bytes read at a time
HELD = 8 << 20  # bytes of a mapped file that were read and are not let go yet


class Digest(Protocol):
    """What `hashlib.new` returns."""

    def update(self, data: memoryview, /) -> None: ...


@final
class DiskFile:
    """A file at `path` that nobody changes any more; new ones are made in the folder `scratch`.

    A temporary one is removed when nobody holds it any longer, unless it was moved to its place before.
    """

    def __init__(self, path: Path, *, scratch: Path, temporary: bool = False) -> None:
        self.path, self.scratch, self.temporary = path, scratch, temporary
        self._removal = weakref.finalize(self, path.unlink, missing_ok=True) if temporary else None

    @property
    def size(self) -> int:
        return self.path.stat().st_size

    def discard(self) -> None:
        """Remove a temporary file now, for what was not finished."""
        if self._removal:
            self._removal()

    def beside(self) -> DiskFile:
        """Return a new, empty, temporary file in the same scratch folder."""
        return new_file(self.scratch)

    def head(self, length: int = 1024) -> bytes:
        """Return the first bytes."""
        with open(self.path, "rb") as stream:
            return stream.read(length)

    def mapped(self, length: int | None = None) -> Mapped:
        """Return the content, or its first bytes, as something that reads like bytes and is fetched when looked at.

        Raises ValueError for an empty file, OSError.
        """
        with open(self.path, "rb") as stream:
            return Mapped(stream.fileno(), length or 0, access=mmap.ACCESS_READ)


class Mapped(mmap.mmap):
    """The content of a file with what `mmap` lacks of the ways of bytes. Slices are bytes.

    What reads through all of it lets go of what was read, so that this process holds a few pieces at a time.
    """

    def let_go(self) -> None:
        """Forget what was fetched; whatever is looked at again is fetched again."""
        self.madvise(mmap.MADV_DONTNEED)

    def __contains__(self, part: object) -> bool:
        return isinstance(part, bytes) and self.find(part) >= 0

    def find(self, part: bytes, start: int = 0, end: int | None = None) -> int:  # type: ignore[override]
        """Return the first place of `part` between `start` and `end`, -1 where there is none."""
        end = len(self) if end is None else min(end, len(self))
        while start + len(part) <= end:
            stop = min(start + HELD + len(part) - 1, end)
            place = super().find(part, start, stop)
            if place >= 0 or stop == end:
                return place
            self.let_go()
            start += HELD
        return -1

    def count(self, part: bytes, start: int = 0) -> int:
        """Return how often `part` occurs from `start` on, without overlaps, as `bytes.count` does."""
        found, place = 0, self.find(part, start)
        while place >= 0:
            found += 1
            place = self.find(part, place + len(part))
        return found

    def startswith(self, part: bytes, start: int = 0) -> bool:
        return bool(self[start : start + len(part)] == part)


Content = bytes | Mapped
File = TypeVar("File", bytes, DiskFile)


def new_file(scratch: Path) -> DiskFile:
    """Return a new, empty, temporary file in the folder `scratch`, which is made where it lacks."""
    scratch.mkdir(parents=True, exist_ok=True)
    path = scratch / f"{new_id()}.part"
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return DiskFile(path, scratch=scratch, temporary=True)


def appended(file: File, work: Callable[[BinaryIO], None]) -> File:
    """Return the file with what `work` does to an open copy of it; `file` itself stays as it is."""
    if isinstance(file, bytes):
        held = io.BytesIO(file)
        work(held)
        return held.getvalue()
    made = file.beside()
    try:
        shutil.copyfile(file.path, made.path)
        with open(made.path, "r+b") as stream:
            work(stream)
    except BaseException:
        made.discard()
        raise
    return made


def opened(file: bytes | DiskFile) -> BinaryIO:
    """Return the content as an open file."""
    return io.BytesIO(file) if isinstance(file, bytes) else open(file.path, "rb")


def content_of(file: bytes | DiskFile) -> Content:
    """Return the content to look into: the bytes themselves, or what reads like them."""
    return file.mapped() if isinstance(file, DiskFile) and file.size else b"" if isinstance(file, DiskFile) else file


def size_of(file: bytes | DiskFile) -> int:
    return len(file) if isinstance(file, bytes) else file.size


def digest_of(file: bytes | DiskFile, name: str = "sha256") -> str:
    """Return the lower-case hexadecimal digest of the content, read in pieces."""
    made = hashlib.new(name)
    with opened(file) as stream:
        while piece := stream.read(PIECE):
            made.update(piece)
    return made.hexdigest()


def hashed(made: Digest, part: bytes | memoryview | Mapped) -> None:
    """Take some content, or a view of it, into a digest."""
    view = memoryview(part)
    for start in range(0, len(view), HELD):
        made.update(view[start : start + HELD])
        if isinstance(view.obj, Mapped):
            view.obj.let_go()


class Window(io.RawIOBase):
    """The first bytes of some content as an open file to read, without a copy of them."""

    def __init__(self, content: Content, length: int | None = None) -> None:
        self._view = memoryview(content)[:length]
        self._mapped = content if isinstance(content, Mapped) else None
        self._at = self._fetched = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: len(self._view)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, into: object) -> int:
        target = memoryview(into).cast("B")  # type: ignore[arg-type]
        piece = self._view[self._at : self._at + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        self._fetched += len(piece)
        if self._mapped is not None and self._fetched > HELD:
            self._mapped.let_go()
            self._fetched = 0
        return len(piece)


class Grown(Window):
    """Some content as an open file that grows in memory: what is there stays as it is, what is new can be changed."""

    def __init__(self, content: Content) -> None:
        super().__init__(content)
        self.added = bytearray()

    def writable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        end = len(self._view) + len(self.added)
        return super().seek(offset + end if whence == os.SEEK_END else offset, 0 if whence == os.SEEK_END else whence)

    def readinto(self, into: object) -> int:
        if self._at < len(self._view):
            return super().readinto(into)
        target = memoryview(into).cast("B")  # type: ignore[arg-type]
        place = self._at - len(self._view)
        piece = self.added[place : place + len(target)]
        target[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def write(self, data: object) -> int:
        piece, place = bytes(memoryview(data).cast("B")), self._at - len(self._view)  # type: ignore[arg-type]
        if not 0 <= place <= len(self.added):
            raise io.UnsupportedOperation("what is there already stays as it is")
        self.added[place : place + len(piece)] = piece
        self._at += len(piece)
        return len(piece)


def reading(content: Content, length: int | None = None) -> BinaryIO:
    """Return the content, or its first bytes, as an open file to read."""
    if isinstance(content, bytes) and length is None:
        return io.BytesIO(content)  # shares the bytes
    return Window(content, length)  # type: ignore[return-value]
