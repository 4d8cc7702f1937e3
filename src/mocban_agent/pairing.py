"""Which pages may talk to this program: a code that only the person at this computer sees, exchanged for a secret.

The code is bound to the page that asked for it, lives two minutes, opens once, and dies after a few wrong tries.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from .requests import Refusal

DIGITS = 8
LIFE = 120.0  # seconds
TRIES = 5  # for one code
CODES, PERIOD = 5, 600.0  # so many codes in so many seconds: a page cannot go on guessing, nor flood the screen


@dataclass
class _Code:
    origin: str
    code: str
    until: float
    tries: int = 0


class Pairing:
    """The paired origins, kept in one file with mode 0600; of each secret only its SHA-256 is kept.

    `only` restricts which origins may ask at all; empty means any. `clock` counts seconds.
    """

    def __init__(self, path: Path, *, only: Sequence[str] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._only, self._clock = path, frozenset(only), clock
        self._lock = threading.Lock()
        self._open: _Code | None = None
        self._begun: list[float] = []
        self._known: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def begin(self, origin: str) -> str:
        """Return a new code for `origin`; an older one is void. Raises Refusal("origin_refused" | "too_often")."""
        self._admit(origin)
        with self._lock:
            now = self._clock()
            self._begun = [moment for moment in self._begun if moment > now - PERIOD]
            if len(self._begun) >= CODES:
                raise Refusal("too_often", 429)
            self._begun.append(now)
            self._open = _Code(origin, f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", now + LIFE)
            return self._open.code

    def finish(self, origin: str, code: str) -> str:
        """Return the secret for `origin`. Raises Refusal("wrong_code" | "no_code" | "origin_refused")."""
        self._admit(origin)
        with self._lock:
            held = self._open
            if held is None or held.origin != origin or self._clock() > held.until:
                raise Refusal("no_code", 403)
            held.tries += 1
            typed = "".join(letter for letter in code if letter not in " -")
            if not typed.isascii() or not hmac.compare_digest(typed, held.code):
                if held.tries >= TRIES:
                    self._open = None
                raise Refusal("wrong_code", 403)
            self._open = None
            secret = secrets.token_urlsafe(32)
            since = datetime.now(timezone.utc).isoformat(timespec="seconds")
            self._known[origin] = {"sha256": _sha256(secret), "since": since}
            self._write()
            return secret

    def is_paired(self, origin: str) -> bool:
        """Whether some browser of this computer was paired with `origin`."""
        return origin in self._known

    def knows(self, origin: str, secret: str) -> bool:
        """Whether `secret` was given to `origin` and still holds."""
        held = self._known.get(origin)
        return held is not None and hmac.compare_digest(held["sha256"], _sha256(secret))

    def forget(self, origin: str) -> None:
        """Take the secret of `origin` back."""
        with self._lock:
            if self._known.pop(origin, None):
                self._write()

    def _admit(self, origin: str) -> None:
        if self._only and origin not in self._only:
            raise Refusal("origin_refused", 403)

    def _write(self) -> None:
        draft = self._path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(self._known, file, indent=1)
        draft.replace(self._path)


def _sha256(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
