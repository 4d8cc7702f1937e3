"""The file formats that the system takes in, and how the first bytes of each look.

The list is short on purpose: a format is here when its text can be read in memory for the secrecy check, it can be
shown or converted, and it can be preserved. Archives (zip, rar) are left out: they hide files from that check. Signed
wrappings (.p7m, .asice) are in, because what they carry is looked at and read as well (`wrapped.py`).
"""

from __future__ import annotations

from dataclasses import dataclass

from .wrapped import is_cms


@dataclass(frozen=True)
class Format:
    """One accepted format. `family` is what the bytes must be; `marker` tells formats of one family apart."""

    family: str
    media_type: str
    marker: str = ""


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
PDF = Format("pdf", "application/pdf")
JPEG = Format("jpeg", "image/jpeg")
TIFF = Format("tiff", "image/tiff")
ASIC = Format("zip", "application/vnd.etsi.asic-e+zip", "application/vnd.etsi.asic-e+zip")
ALLOWED: dict[str, Format] = {
    "pdf": PDF,
    "docx": Format("zip", _OOXML + "wordprocessingml.document", "word/document.xml"),
    "xlsx": Format("zip", _OOXML + "spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": Format("zip", _OOXML + "presentationml.presentation", "ppt/presentation.xml"),
    "odt": Format("zip", _ODF + "text", _ODF + "text"),
    "ods": Format("zip", _ODF + "spreadsheet", _ODF + "spreadsheet"),
    "doc": Format("ole", "application/msword", "WordDocument"),
    "xls": Format("ole", "application/vnd.ms-excel", "Workbook"),
    "png": Format("png", "image/png"),
    "jpg": JPEG,
    "jpeg": JPEG,
    "tif": TIFF,
    "tiff": TIFF,
    "txt": Format("text", "text/plain"),
    "csv": Format("text", "text/csv"),
    "xml": Format("text", "application/xml"),
    "p7s": Format("cms", "application/pkcs7-signature"),
    "p7m": Format("cms", "application/pkcs7-mime"),
    "asice": ASIC,
    "sce": ASIC,
}
WITH_MACROS = frozenset({"docm", "dotm", "xlsm", "xltm", "xlam", "pptm", "potm", "ppsm"})
INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})  # shown in the browser; everything else is saved

_SIGNATURES = (
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
    ("tiff", b"II*\x00"),
    ("tiff", b"MM\x00*"),
    ("tiff", b"II+\x00"),
    ("tiff", b"MM\x00+"),
    ("zip", b"PK\x03\x04"),
    ("zip", b"PK\x05\x06"),
    ("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
)
_BINARY = frozenset(range(0x20)) - frozenset(b"\t\n\r\f\x1a\x1b")


def family(data: bytes) -> str:
    """Return the family that the bytes belong to: pdf, png, jpeg, tiff, zip, ole, text, cms, or "" for none of them."""
    for name, signature in _SIGNATURES:
        if data.startswith(signature):
            return name
    if is_cms(data):  # before PDF: a signed PDF stands near the start of its wrapping
        return "cms"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    return "text" if _is_text(data) else ""


def _is_text(data: bytes) -> bool:
    """Text is UTF-8, UTF-16 with a mark, or an old 8-bit encoding; none of them has control bytes in bulk."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return len(data) % 2 == 0
    return not _BINARY.intersection(data[:65536])
