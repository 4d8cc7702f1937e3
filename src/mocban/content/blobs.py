"""Bytes on disk, named by their SHA-256, written once. The only module that touches CONTENT_ROOT."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from mocban.lib.disk import DiskFile, digest_of, opened
from mocban.lib.hashing import sha256_hex
from mocban.lib.ids import new_id

_UNFINISHED = "unfinished"
_PIECE = 1024 * 1024  # bytes overwritten at a time


def path_of(sha256: str) -> Path:
    """Return where the blob lies, whether it exists or not."""
    return Path(settings.CONTENT_ROOT) / sha256[:2] / sha256[2:4] / sha256


def scratch() -> Path:
    """Return the folder for files that are being made; what a crash leaves there is swept away."""
    return Path(settings.CONTENT_ROOT) / _UNFINISHED


def file_of(sha256: str) -> DiskFile:
    """Return the blob as a file, read once and checked against its name.

    Raises FileNotFoundError, ValueError when the disk damaged it.
    """
    file = DiskFile(path_of(sha256), scratch=scratch())
    if digest_of(file) != sha256:
        raise ValueError(f"blob {sha256} does not match its digest")
    return file


def put(data: bytes | DiskFile, sha256: str) -> None:
    """Keep the content. After a crash at any moment the blob is whole or absent; repeating changes nothing.

    A temporary file of `scratch` is taken over as it is, without a copy.
    An existing blob is read again: if the disk has damaged it, this good content replaces it.
    """
    target = path_of(sha256)
    if target.exists() and digest_of(DiskFile(target, scratch=scratch())) == sha256:
        os.utime(target)  # a store in progress counts as young, so that sweeping leaves it alone
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = scratch() / str(new_id())
    unfinished.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(data, DiskFile) and data.temporary and data.scratch == scratch():
        os.link(data.path, unfinished)
    else:
        with opened(data) as source, open(unfinished, "xb") as file:
            shutil.copyfileobj(source, file, _PIECE)
    with open(unfinished, "rb+") as file:
        os.fsync(file.fileno())
    os.chmod(unfinished, 0o440)
    os.replace(unfinished, target)
    for folder in (target.parent, target.parent.parent, target.parent.parent.parent):
        _sync_folder(folder)


def get(sha256: str) -> bytes:
    """Return the bytes, checked against their name. Raises FileNotFoundError, ValueError when the disk damaged them."""
    data = path_of(sha256).read_bytes()
    if sha256_hex(data) != sha256:
        raise ValueError(f"blob {sha256} does not match its digest")
    return data


def open_blob(sha256: str) -> BinaryIO:
    """Open the blob for reading in pieces. Raises FileNotFoundError."""
    return open(path_of(sha256), "rb")


def wipe(sha256: str) -> None:
    """Overwrite the blob and remove it. An absent blob is fine: wiping twice changes nothing.

    Overwriting reaches the old sectors on ordinary disks; on SSDs and copying file systems only the medium's own
    erasure does, which the minutes of erasure say.
    """
    target = path_of(sha256)
    if not target.exists():
        return
    os.chmod(target, 0o600)
    with open(target, "r+b") as file:
        left = target.stat().st_size
        while left > 0:
            left -= file.write(os.urandom(min(_PIECE, left)))
        file.flush()
        os.fsync(file.fileno())
    target.unlink()
    _sync_folder(target.parent)


def older_than(moment: float) -> Iterator[str]:
    """Yield the SHA-256 of each blob last touched before `moment` (seconds since the epoch)."""
    for path in Path(settings.CONTENT_ROOT).glob("??/??/*"):
        if path.stat().st_mtime < moment:
            yield path.name


def drop_unfinished(before: float) -> int:
    """Remove what crashed writers left before `before` (seconds since the epoch); return how many."""
    dropped = 0
    for path in (Path(settings.CONTENT_ROOT) / _UNFINISHED).glob("*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            dropped += 1
    return dropped


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
