"""Which backups hold given bytes: read from the manifest list that every backup run appends to."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

LIST_NAME = "backups.jsonl"  # below settings.DATA; a line: {"path", "made_at", "sha256s_file"}


@dataclass(frozen=True)
class BackupCopy:
    """A backup that holds the bytes, or (`certain` false) one whose list of digests cannot be read."""

    path: str
    made_at: str
    certain: bool

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def backups_holding(digests: Collection[str]) -> list[BackupCopy]:
    """Return the backups that hold one of the SHA-256 `digests`, oldest first. No list yet means no backup was made."""
    wanted = frozenset(digests)
    copies = (_look(line, wanted) for line in _lines())
    return [copy for copy in copies if copy is not None]


def _lines() -> Iterator[str]:
    path = Path(settings.DATA) / LIST_NAME
    if not path.exists():
        return
    with path.open(encoding="utf-8", errors="replace") as file:
        yield from (line for line in file if line.strip())


def _look(line: str, wanted: frozenset[str]) -> BackupCopy | None:
    try:
        manifest = json.loads(line)
        path, made_at, listing = str(manifest["path"]), str(manifest["made_at"]), Path(manifest["sha256s_file"])
        found = _lists_any(listing, wanted)
    except (ValueError, KeyError, TypeError, OSError):
        # A backup that cannot say what it holds may hold the secret: somebody has to look.
        return BackupCopy(_field(line, "path"), _field(line, "made_at"), certain=False)
    return BackupCopy(path, made_at, certain=True) if found else None


def _lists_any(listing: Path, wanted: frozenset[str]) -> bool:
    with listing.open(encoding="ascii", errors="replace") as file:
        return any(word in wanted for row in file for word in row.split())


def _field(line: str, name: str) -> str:
    try:
        return str(json.loads(line)[name])
    except (ValueError, KeyError, TypeError):
        return "?"
