"""Digests. SHA-256 is the one digest of the system; PREMIS and METS name it so."""

from __future__ import annotations

import hashlib


def sha256_hex(data: bytes) -> str:
    """Return the lower-case hexadecimal SHA-256 of `data`."""
    return hashlib.sha256(data).hexdigest()
