"""Where packages lie on disk: written once, read-only, below settings.PACKAGES_ROOT."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings

_READ_ONLY = 0o440
_FOLDER = 0o750
_PIECE = 1024 * 1024


def root() -> Path:
    return Path(settings.PACKAGES_ROOT)


def file_name(package_id: UUID) -> str:
    """A relative name; the folder spreads packages over 256 folders by the random end of the id."""
    return f"{package_id.hex[-2:]}/{package_id}.zip"


def path_of(name: str) -> Path:
    """Where a package lies. Raises ValueError for a name that leads out of the store."""
    path = (root() / name).resolve()
    if not path.is_relative_to(root().resolve()):
        raise ValueError(f"not below the store of packages: {name!r}")
    return path


def prepare(name: str) -> Path:
    """Return where to write a new package, its folder made."""
    path = path_of(name)
    path.parent.mkdir(mode=_FOLDER, parents=True, exist_ok=True)
    return path


def seal(path: Path) -> None:
    """Take away the permission to write, and make the name durable."""
    path.chmod(_READ_ONLY)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def older_than(moment: float) -> Iterator[tuple[str, Path]]:
    """Every file of the store (finished or not) last changed before `moment` (epoch seconds), with its name."""
    for path in sorted(root().glob("??/*")):
        if path.is_file() and path.stat().st_mtime < moment:
            yield path.relative_to(root()).as_posix(), path


def wipe(name: str) -> None:
    """Overwrite and remove a package. Removing one that is gone changes nothing."""
    path = path_of(name)
    if not path.is_file():
        return
    path.chmod(0o600)
    left = path.stat().st_size
    with path.open("r+b") as stream:
        while left:
            left -= stream.write(bytes(min(left, _PIECE)))
        stream.flush()
        os.fsync(stream.fileno())
    path.unlink()
