"""Plain text in the encodings that Vietnamese offices have used."""

from __future__ import annotations


def read(data: bytes, first_pages: int | None) -> list[str]:
    """Return the pages of a text, parted by form feeds."""
    return decode(data).replace("\r\n", "\n").split("\f")[:first_pages]


def decode(data: bytes) -> str:
    """Decode by byte order mark, then UTF-8, then Windows-1258; what no encoding explains is shown as Latin-1."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1258"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")
