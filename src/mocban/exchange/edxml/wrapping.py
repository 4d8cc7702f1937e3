"""The zip rule of the exchange: which files travel zipped, and how a received file is taken out again.

Senders break their own rule both ways, so the reader decides by content, never by the declared type.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from uuid import NAMESPACE_OID, uuid5

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.hashing import sha256_hex

from .limits import Limits

EMBEDDED = frozenset({"pdf", "doc", "docx", "xsl", "xslx", "zip"})  # sent as they are ("xsl", "xslx": sic)
CONTAINERS = frozenset(
    {"zip", "docx", "xlsx", "pptx", "docm", "xlsm", "pptm", "dotx", "xltx", "potx", "ppsx", "xslx"}
    | {"odt", "ods", "odp", "odg", "ott", "ots", "epub", "jar", "kmz", "asice", "bdoc", "ofd"}
)
ZIP_TYPE = "application/zip"
_MAGIC = b"PK\x03\x04"
_ENCRYPTED = 0x1
_MOMENT = (1980, 1, 1, 0, 0, 0)  # a fixed time keeps the same packet the same bytes
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def extension(name: str) -> str:
    """Return the lower-case extension of a file name, without the dot."""
    stem, dot, ending = name.rpartition(".")
    return ending.lower() if dot and stem else ""


def wrapped_type(name: str, data: bytes) -> str:
    """Return the content type under which `wrap` embeds the file."""
    ending = extension(name)
    embedded = ending in EMBEDDED and not _would_be_taken_out(name, data)
    return f"application/{ending}" if embedded else ZIP_TYPE


def wrap(name: str, data: bytes) -> tuple[str, bytes]:
    """Return (content type, bytes to embed) for a file: as it is, or zipped as one entry."""
    content_type, ending = wrapped_type(name, data), extension(name)
    if content_type != ZIP_TYPE or ending == "zip":
        return content_type, data
    entry = f"{uuid5(NAMESPACE_OID, sha256_hex(data))}{'.' + ending if ending.isascii() and ending.isalnum() else ''}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo(entry, _MOMENT)
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, data)
    return ZIP_TYPE, packed.getvalue()


def unwrap(name: str, data: bytes, limits: Limits) -> tuple[bytes, str]:
    """Return (the file itself, a code of oddities or "").

    A wrapping zip has exactly one entry. Where the file is a zip by nature (a spreadsheet, say) the entry must also
    carry the file's own extension; a file called .zip is never taken out. The entry's stored path is ignored.
    Everything else stays as it came. Raises RuleBroken `edxml.zip_bomb` when it would swell beyond the limits.
    """
    ending = extension(name)
    if ending == "zip" or not data.startswith(_MAGIC):
        return data, ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if ending in CONTAINERS and not _is_wrapping(entries, ending):
                return data, ""
            if len(entries) != 1 or entries[0].flag_bits & _ENCRYPTED:
                return data, "zip_kept"
            return _bounded(archive, entries[0], len(data), limits), ""
    except _BROKEN:
        return data, "zip_unreadable"


def _is_wrapping(entries: list[zipfile.ZipInfo], ending: str) -> bool:
    return len(entries) == 1 and extension(entries[0].filename) == ending


def _would_be_taken_out(name: str, data: bytes) -> bool:
    """Whether a reader would take the file itself for a wrapping."""
    ending = extension(name)
    if ending == "zip" or not data.startswith(_MAGIC):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    except _BROKEN:
        return False
    return _is_wrapping(entries, ending) if ending in CONTAINERS else len(entries) == 1


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, packed: int, limits: Limits) -> bytes:
    """Read an entry, counting what really comes out: the size in the directory is only a claim."""
    allowed = min(limits.attachment, max(limits.zip_ratio_floor, packed * limits.zip_ratio))
    with archive.open(entry) as stream:
        data = stream.read(allowed + 1)
    if len(data) > allowed:
        raise RuleBroken("edxml.zip_bomb", _("Tệp nén trong gói tin giãn ra quá lớn nên không được mở."))
    return data
