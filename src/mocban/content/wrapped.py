"""Files inside signed files: what a CMS signature (.p7s, .p7m) or an ASiC-E container carries.

A wrapped file is looked at and read like one that comes by itself, or a wrapping would hide it from the secrecy check.
Pure Python on bytes, without Django: the sandbox child uses it too.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass

CMS = frozenset({"p7s", "p7m"})
CONTAINERS = frozenset({"asice", "sce"})
WRAPPERS = CMS | CONTAINERS
MAX_INNER = 100  # files of one container
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # DER of the OID id-signedData
_PEM_LABELS = (b"-----BEGIN PKCS7-----", b"-----BEGIN CMS-----", b"-----BEGIN PKCS #7 SIGNED DATA-----")
_HEAD = 64  # bytes within which signed data says what it is


class BadWrapping(ValueError):
    """The wrapping cannot be opened: damaged, of another kind, or too full."""


@dataclass(frozen=True)
class Inner:
    """A wrapped file; a CMS signature does not say what its content is called."""

    name: str
    data: bytes


def is_cms(data: bytes) -> bool:
    """Whether the bytes look like signed data by themselves, binary or as PEM."""
    return (data[:1] == b"\x30" and _SIGNED_DATA in data[:_HEAD]) or data.lstrip()[:40].startswith(_PEM_LABELS)


def inner_files(data: bytes, extension: str) -> list[Inner]:
    """Return what a signed file carries; a detached signature carries nothing. Raises BadWrapping."""
    if extension in CMS:
        return _of_cms(data)
    return _of_container(data) if extension in CONTAINERS else []


def _of_cms(data: bytes) -> list[Inner]:
    from asn1crypto import cms, pem  # loaded on first use, see signing/keys.py

    try:
        der = pem.unarmor(data)[2] if pem.detect(data) else data
        signed = cms.ContentInfo.load(der)["content"]
        content = signed["encap_content_info"]["content"]
        held = content.native if content else None
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise BadWrapping from error
    return [Inner("", held)] if isinstance(held, bytes) and held else []


def _of_container(data: bytes) -> list[Inner]:
    """The data files of the container. The caller has made sure that unpacking it is bearable."""
    found: list[Inner] = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for part in archive.infolist():
                if part.is_dir() or part.filename == "mimetype" or part.filename.startswith("META-INF/"):
                    continue
                if len(found) == MAX_INNER:
                    raise BadWrapping
                found.append(Inner(part.filename.rpartition("/")[2], archive.read(part)))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise BadWrapping from error
    return found
