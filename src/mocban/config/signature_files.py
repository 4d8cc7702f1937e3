"""Read the files that a command names: ordinary files of a size that can be judged, whatever else stands there."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mocban.lib.disk import PIECE, DiskFile, new_file

LARGEST = 512 << 20  # bytes


class Unreadable(Exception):
    """There is nothing to judge; `code` names the sentence in `signing.verification.sentences`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_file(name: str, largest: int = LARGEST, *, empty: bool = False) -> bytes:
    """Return the bytes of the ordinary file `name`, at most `largest`. Raises Unreadable, never OSError.

    Without `empty` a file of no bytes is unreadable too: there is nothing to judge.
    """
    with _checked(name, largest) as handle, os.fdopen(handle, "rb", closefd=False) as file:
        data = file.read(largest + 1)  # it may have grown since
    if len(data) > largest:
        raise Unreadable("file.too_large")
    if not data and not empty:
        raise Unreadable("file.empty")
    return data


def file_at(name: str, *, empty: bool = False) -> DiskFile:
    """Return the ordinary file `name`, at most `LARGEST`, to be looked at in pieces; raises as `read_file`."""
    with _checked(name, LARGEST) as handle:
        if not os.read(handle, 1) and not empty:
            raise Unreadable("file.empty")
    return DiskFile(Path(name), scratch=Path(name).parent)


def copied(name: str, *, scratch: Path) -> DiskFile:
    """Return a copy of the ordinary file `name` in the folder `scratch`, which nobody else changes meanwhile.

    Raises as `read_file`; OSError when nothing can be made in `scratch`.
    """
    made = new_file(scratch)
    with (
        open(made.path, "wb") as target,
        _checked(name, LARGEST) as handle,
        os.fdopen(handle, "rb", closefd=False) as source,
    ):
        shutil.copyfileobj(source, target, PIECE)
    if not made.size:
        raise Unreadable("file.empty")
    return made


@contextmanager
def _checked(name: str, largest: int) -> Iterator[int]:
    """Open an ordinary file; folders, devices and pipes are refused before anything is read from them."""
    try:
        handle = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe must not make us wait
    except PermissionError as problem:
        raise Unreadable("file.denied") from problem
    except (OSError, ValueError) as problem:
        raise Unreadable("file.missing") from problem
    try:
        found = os.fstat(handle)
        if stat.S_ISDIR(found.st_mode):
            raise Unreadable("file.folder")
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable("file.special")
        if found.st_size > largest:
            raise Unreadable("file.too_large")
        yield handle
    except OSError as problem:
        raise Unreadable("file.unread") from problem
    finally:
        os.close(handle)
