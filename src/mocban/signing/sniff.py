"""Telling cheaply, by content, which files may carry signatures, and which file a detached signature belongs to.

These only decide what is worth judging: whatever passes here is parsed and judged in the helper process.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from mocban.lib.disk import Content, DiskFile, content_of, digest_of

from .verification.detect import CMS, PDF, XML, ZIP, der_of, detect

# Every signature of a PDF names the bytes that it covers, and stands where no compressed stream can hide it.
_PDF_MARK = b"/ByteRange"
_XML_MARK = b"http://www.w3.org/2000/09/xmldsig#"
_CONTAINER_MARK = b"META-INF/"
_DIGESTS = ("sha384", "sha512", "sha1")  # SHA-256 is known of every stored object
_DETACHED = 4 << 20  # bytes; what is larger holds its content
SIGNABLE = frozenset(
    {
        "application/pdf",
        "application/xml",
        "application/pkcs7-signature",
        "application/pkcs7-mime",
        "application/vnd.etsi.asic-e+zip",
    }
)


@dataclass(frozen=True)
class Beside:
    """A file that came together with a signature: its name, its SHA-256 (hexadecimal), and how to read it."""

    name: str
    sha256: str
    read: Callable[[], bytes | DiskFile]
    stored: Any = None


def may_be_signed(file: bytes | DiskFile) -> bool:
    """Whether judging the file is worth while: it looks like one of the formats that carry signatures."""
    kind, data = detect(file), content_of(file)
    if kind == PDF:
        return _PDF_MARK in data
    if kind == XML:
        return _XML_MARK in data or _XML_MARK in data[:].replace(b"\0", b"")
    return kind == CMS or (kind == ZIP and _CONTAINER_MARK in data)


def signed_beside(signature: Content, name: str, others: Sequence[Beside]) -> Beside | None:
    """Return the file that a detached signature is of: the one whose digest it holds, else the one its name says.

    By name too, because a file that was changed has another digest: that pair must be judged and called broken.
    """
    candidates = [one for one in others if one.name != name or one.sha256]
    if len(signature) <= _DETACHED:  # written in letters it does not show the digests
        with suppress(ValueError):
            signature = der_of(signature[:])
    for one in candidates:
        if one.sha256 and bytes.fromhex(one.sha256) in signature:
            return one
    named = [one for one in candidates if _belongs(name, one.name)]
    if named:
        return named[0]
    for one in candidates:
        file = one.read()
        if any(bytes.fromhex(digest_of(file, algorithm)) in signature for algorithm in _DIGESTS):
            return one
    return None


def _belongs(signature_name: str, name: str) -> bool:
    """Whether "cong-van.pdf.p7s" or "cong-van.p7s" is named after "cong-van.pdf"."""
    stem = signature_name.rpartition(".")[0].casefold()
    named = name.casefold()
    return bool(stem) and stem in (named, named.rpartition(".")[0])
