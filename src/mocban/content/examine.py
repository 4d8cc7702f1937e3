"""Looking at an upload in memory, before anything is kept: is it what its name says, whole, open and harmless?"""

from __future__ import annotations

import io
import os
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass, field

import pygfried
from django.utils.translation import gettext as _

from mocban.lib.disk import DiskFile, digest_of, size_of
from mocban.lib.errors import RuleBroken
from mocban.lib.files import safe_name
from mocban.lib.hashing import sha256_hex

from . import formats, wrapped
from .ole import BadCompoundFile, CompoundFile

MAX_PARTS = 10_000  # entries of one office file
MAX_UNPACKED = 512 * 1024 * 1024  # bytes, all parts together
MAX_RATIO = 200  # unpacked : packed, looked at only above BOMB_FLOOR
LOOKED_AT = 4 << 20  # bytes at either end of a file, for telling its format
BOMB_FLOOR = 32 * 1024 * 1024  # bytes
_PDF_ENCRYPTED = re.compile(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)")
_PDF_SCRIPT = re.compile(rb"/(?:JavaScript|JS)[\s(/<]")
_PDF_ATTACHMENT = re.compile(rb"/EmbeddedFiles?\b")
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, RuntimeError, OSError, EOFError)
_WORD_ENCRYPTED = 0x0100  # bit of the flags at offset 10 of the WordDocument stream


@dataclass(frozen=True)
class Examined:
    """What is known of some bytes. `warnings` are sentences for the person; none of them refuses the file."""

    media_type: str
    puid: str
    extension: str
    sha256: str
    size: int
    safe_name: str
    warnings: tuple[str, ...] = field(default=())


def examine(data: bytes, name: str) -> Examined:
    """Return what the file is.

    Raises RuleBroken: `content.empty`, `content.type_refused`, `content.macros`, `content.mismatch`, `content.damaged`,
    `content.encrypted`, `content.bomb`, `content.wrapped`.
    """
    shown = safe_name(name)
    if not data:
        raise RuleBroken("content.empty", _("Tệp “%(name)s” rỗng, không có nội dung.") % {"name": shown})
    extension = shown.rpartition(".")[2].lower() if "." in shown else ""
    expected = _allowed(extension, shown)
    if formats.family(data) != expected.family:
        raise _mismatch(shown, extension)
    warnings = _look_inside(data, expected, shown, extension)
    return Examined(
        media_type=expected.media_type,
        puid=identify(data),
        extension=extension,
        sha256=sha256_hex(data),
        size=len(data),
        safe_name=shown,
        warnings=tuple(warnings),
    )


def describe(data: bytes | DiskFile, name: str, media_type: str) -> Examined:
    """Describe bytes that the system made itself, or a packet that its own reader checked: nothing is refused."""
    shown = safe_name(name)
    extension = shown.rpartition(".")[2].lower() if "." in shown else ""
    return Examined(media_type, identify(data), extension, digest_of(data), size_of(data), shown)


def identify(data: bytes | DiskFile) -> str:
    """Return the PRONOM identifier, or "" when PRONOM knows none or gives up. Bytes never touch the disk."""
    descriptor = _in_memory(data) if isinstance(data, bytes) else os.open(data.path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        found = pygfried.identify(f"/proc/self/fd/{descriptor}")
    except pygfried.GoError:
        return ""
    finally:
        os.close(descriptor)
    return "" if found in (None, "UNKNOWN") else str(found)


def _in_memory(data: bytes) -> int:
    """Return a descriptor of a file in memory. Only of an archive is the middle looked at: else it stays a hole."""
    descriptor = os.memfd_create("examined")
    with open(descriptor, "wb", closefd=False) as memory:
        if len(data) <= 2 * LOOKED_AT or formats.family(data) in ("zip", "ole"):
            memory.write(data)
        else:
            memory.write(memoryview(data)[:LOOKED_AT])
            memory.seek(len(data) - LOOKED_AT)
            memory.write(memoryview(data)[-LOOKED_AT:])
    return descriptor


def _allowed(extension: str, shown: str) -> formats.Format:
    if extension in formats.WITH_MACROS:
        raise _macros(shown)
    if extension not in formats.ALLOWED:
        accepted = ", ".join(formats.ALLOWED)
        message = _("Không nhận tệp “%(name)s”: chỉ nhận các loại %(accepted)s.")
        raise RuleBroken("content.type_refused", message % {"name": shown, "accepted": accepted})
    return formats.ALLOWED[extension]


def _look_inside(data: bytes, expected: formats.Format, shown: str, extension: str) -> list[str]:
    if expected.family == "pdf":
        return _look_into_pdf(data, shown)
    if expected.family == "zip":
        return _look_into_zip(data, expected, shown, extension)
    if expected.family == "ole":
        return _look_into_ole(data, expected, shown, extension)
    if expected.family == "cms":
        return _look_into_wrapping(data, shown, extension)
    if extension == "xml" and not _begins_as_xml(data):
        raise _mismatch(shown, extension)
    return []


def _begins_as_xml(data: bytes) -> bool:
    return data.startswith((b"\xff\xfe", b"\xfe\xff")) or data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def _look_into_wrapping(data: bytes, shown: str, extension: str) -> list[str]:
    """Look at what a signed file carries as at a file that comes by itself; one wrapping in another is refused."""
    try:
        carried = wrapped.inner_files(data, extension)
    except wrapped.BadWrapping as error:
        raise _damaged(shown) from error
    warnings: list[str] = []
    for inner in carried:
        name = inner.name or shown.rpartition(".")[0]
        known = name.rpartition(".")[2].lower() in formats.ALLOWED
        warnings += examine_inner(inner.data, name if inner.name or known else "", shown)
    return warnings


def examine_inner(data: bytes, name: str, shown: str) -> list[str]:
    """Return the warnings about a wrapped file. Without a name it must be one of the accepted formats by content."""
    extensions = [name.rpartition(".")[2].lower()] if name else list(formats.ALLOWED)
    if name and extensions[0] not in formats.ALLOWED:
        _allowed(extensions[0], name)
    refusal: RuleBroken | None = None
    for extension in extensions:
        if extension in wrapped.WRAPPERS or formats.ALLOWED[extension].family != formats.family(data):
            continue
        try:
            return _look_inside(data, formats.ALLOWED[extension], name or f"{shown} ({extension})", extension)
        except RuleBroken as broken:
            refusal = refusal or broken
    if refusal is not None:
        raise refusal
    message = _("Tệp “%(name)s” gói một tệp thuộc loại không được nhận.")
    raise RuleBroken("content.wrapped", message % {"name": shown})


def _look_into_pdf(data: bytes, shown: str) -> list[str]:
    if _PDF_ENCRYPTED.search(data):
        raise _encrypted(shown)
    warnings = []
    if _PDF_SCRIPT.search(data):
        warnings.append(_("Tệp “%(name)s” có mã lệnh nhúng; khi xem trên trang, mã không được chạy.") % {"name": shown})
    if _PDF_ATTACHMENT.search(data):
        warnings.append(_embedded(shown))
    return warnings


def _look_into_zip(data: bytes, expected: formats.Format, shown: str, extension: str) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _check_bomb(parts, len(data), shown)
            declared = archive.read("mimetype").decode("ascii", "replace").strip() if _is_odf(parts) else ""
    except _ZIP_ERRORS as error:
        raise _damaged(shown) from error
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise _encrypted(shown)
    if expected.marker not in names and declared != expected.marker:
        raise _mismatch(shown, extension)
    if any(name.lower().endswith("vbaproject.bin") or name.startswith("Basic/") for name in names):
        raise _macros(shown)
    if expected is formats.ASIC:
        return _look_into_wrapping(data, shown, extension)
    if any("/embeddings/" in name or name.startswith("Object ") for name in names):
        return [_embedded(shown)]
    return []


def _is_odf(parts: list[zipfile.ZipInfo]) -> bool:
    return any(part.filename == "mimetype" and part.file_size < 200 and not part.flag_bits & 1 for part in parts)


def _check_bomb(parts: list[zipfile.ZipInfo], packed: int, shown: str) -> None:
    unpacked = sum(part.file_size for part in parts)
    swollen = unpacked > BOMB_FLOOR and unpacked > packed * MAX_RATIO
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED or swollen:
        message = _("Tệp “%(name)s” phình ra quá lớn khi mở, có dấu hiệu là tệp phá hoại, nên không được nhận.")
        raise RuleBroken("content.bomb", message % {"name": shown})


def _look_into_ole(data: bytes, expected: formats.Format, shown: str, extension: str) -> list[str]:
    try:
        compound = CompoundFile(data)
        names = compound.names
        head = compound.stream("WordDocument")[:32] if "WordDocument" in names else b""
    except (BadCompoundFile, struct.error) as error:
        raise _damaged(shown) from error
    if names & {"EncryptedPackage", "EncryptionInfo"}:
        raise _encrypted(shown)
    if expected.marker not in names and not (extension == "xls" and "Book" in names):
        raise _mismatch(shown, extension)
    if len(head) >= 12 and struct.unpack_from("<H", head, 10)[0] & _WORD_ENCRYPTED:
        raise _encrypted(shown)
    if names & {"_VBA_PROJECT", "_VBA_PROJECT_CUR", "Macros", "VBA"}:
        raise _macros(shown)
    return [_embedded(shown)] if "ObjectPool" in names and "\x01Ole10Native" in names else []


def _mismatch(shown: str, extension: str) -> RuleBroken:
    message = _("Nội dung tệp “%(name)s” không phải loại .%(extension)s như tên tệp; hãy kiểm tra lại tệp gốc.")
    return RuleBroken("content.mismatch", message % {"name": shown, "extension": extension})


def _damaged(shown: str) -> RuleBroken:
    message = _("Tệp “%(name)s” bị hỏng, không mở được; hãy lấy lại tệp từ nơi gửi.")
    return RuleBroken("content.damaged", message % {"name": shown})


def _encrypted(shown: str) -> RuleBroken:
    message = _("Tệp “%(name)s” đặt mật khẩu hoặc mã hóa; hãy bỏ mật khẩu rồi tải lại.")
    return RuleBroken("content.encrypted", message % {"name": shown})


def _macros(shown: str) -> RuleBroken:
    message = _("Tệp “%(name)s” chứa macro (mã lệnh), không được nhận; hãy lưu lại dạng không có macro hoặc PDF.")
    return RuleBroken("content.macros", message % {"name": shown})


def _embedded(shown: str) -> str:
    return _("Tệp “%(name)s” có tệp khác nhúng bên trong; nội dung nhúng không được đọc.") % {"name": shown}
