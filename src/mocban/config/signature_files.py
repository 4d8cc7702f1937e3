"""Read the files that a command names: ordinary files of a size that can be judged, whatever else stands there."""

from __future__ import annotations

import os
import stat

LARGEST = 512 << 20  # bytes; the helper process that reads the file may use 2 GiB


class Unreadable(Exception):
    """There is nothing to judge; `code` names the sentence in `signing.verification.sentences`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_file(name: str, largest: int = LARGEST, *, empty: bool = False) -> bytes:
    """Return the bytes of the ordinary file `name`, at most `largest`. Raises Unreadable, never OSError.

    Without `empty` a file of no bytes is unreadable too: there is nothing to judge.

    Folders, devices and pipes are refused before anything is read from them.
    """
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
        with os.fdopen(handle, "rb", closefd=False) as file:
            data = file.read(largest + 1)  # it may have grown since
    except OSError as problem:
        raise Unreadable("file.unread") from problem
    finally:
        os.close(handle)
    if len(data) > largest:
        raise Unreadable("file.too_large")
    if not data and not empty:
        raise Unreadable("file.empty")
    return data
