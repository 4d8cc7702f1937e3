"""File names that are safe to store, to put in a header and to open on any desk."""

from __future__ import annotations

import re

from mocban.lib import text

MAX_BYTES = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|%]+')  # separators and what Windows refuses; % starts escapes in headers
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,10}$")


def safe_name(name: str, fallback: str = "tap-tin") -> str:
    """Return a name of at most `MAX_BYTES` bytes of UTF-8 for a file called `name` by somebody else.

    NFC, no path separator, control character, leading dot or device name; the extension is kept when the stem is cut.
    `fallback` (trusted) replaces an empty stem.
    """
    cleaned = _FORBIDDEN.sub("-", text.clean_line(name))
    found = _EXTENSION.search(cleaned)
    extension = found.group() if found else ""
    stem = cleaned[: len(cleaned) - len(extension)].strip(" .-")
    if not stem or stem.split(".")[0].strip().lower() in _RESERVED:
        stem = f"{fallback}-{stem}".strip("-")
    return _cut(stem, MAX_BYTES - len(extension)) + extension


def ascii_name(name: str, fallback: str = "tap-tin") -> str:
    """Return `safe_name` without diacritics and spaces, for the plain `filename` of a Content-Disposition header."""
    plain = re.sub(r"[^a-zA-Z0-9._-]+", "-", text.fold(safe_name(name, fallback)))
    return plain.strip("-") or fallback


def _cut(stem: str, size: int) -> str:
    return stem.encode()[:size].decode(errors="ignore").rstrip(" .-")
