"""The log of everything that was asked and signed: JSON lines, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from datetime import datetime, timezone
from pathlib import Path

START = "0" * 64


class Journal:
    """Appends to one file; a line is on the disk before the signature that it tells of leaves the program."""

    def __init__(self, path: Path) -> None:
        """Go on where the file ends. Raises ValueError when its lines do not hang together."""
        self._path, self._lock = path, threading.Lock()
        self._last = check(path)[1] if path.exists() else START

    def note(self, event: str, origin: str, **facts: str) -> None:
        """Write one line. Raises OSError when it cannot be kept; then nothing may be signed."""
        with self._lock:
            time = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
            line = {"time": time, "event": event, "origin": origin, **facts, "previous": self._last}
            line["hash"] = _hash(line)
            data = (json.dumps(line, ensure_ascii=False) + "\n").encode()
            with os.fdopen(os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            self._last = line["hash"]


def check(path: Path) -> tuple[int, str]:
    """Return how many lines the log has and the hash of the last. Raises ValueError naming the first wrong line."""
    last, number = START, 0
    with path.open(encoding="utf-8") as file:
        for number, text in enumerate(file, start=1):
            try:
                line = json.loads(text)
                claimed = line.pop("hash")
                sound = line["previous"] == last and claimed == _hash(line)
            except (ValueError, KeyError, TypeError, AttributeError):
                sound = False
            if not sound:
                raise ValueError(f"{path}: line {number} was changed, or one before it was taken out")
            last = claimed
    return number, last


def _hash(line: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(line, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
