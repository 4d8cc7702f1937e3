"""Digests by the names that asn1crypto gives them; every document says itself which one it uses."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from mocban.lib.disk import hashed

# SHAKE has no length of its own and is left out; MD5 and SHA-1 are computed, and judged weak elsewhere.
NAMES = {
    "md5": "md5", "sha1": "sha1", "sha224": "sha224", "sha256": "sha256", "sha384": "sha384", "sha512": "sha512",
    "sha512_256": "sha512_256", "sha3_224": "sha3_224", "sha3_256": "sha3_256", "sha3_384": "sha3_384",
    "sha3_512": "sha3_512",
}  # fmt: skip


def known(name: str) -> bool:
    return name in NAMES


def of(name: str, *parts: bytes | memoryview) -> bytes:
    """Return the digest of the joined parts. Raises KeyError for an unknown name."""
    return over(name, parts)


def over(name: str, parts: Iterable[bytes | memoryview]) -> bytes:
    """Return the digest of the joined parts, which are read once and never copied. Raises KeyError."""
    made = hashlib.new(NAMES[name], usedforsecurity=False)
    for part in parts:
        hashed(made, part)
    return made.digest()
