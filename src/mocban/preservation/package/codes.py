"""Identifiers of Thông tư 05/2025/TT-BNV."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID, uuid5

from mocban.lib.files import safe_name

_ORDINAL_WIDTH = 7
_STEM_BYTES = 80  # leaves room for the ordinals, which keep the names apart


def object_identifier(package_id: UUID) -> str:
    """OBJID of an AIP. The Circular's digests disagree on a form with the fonds code; this one is a registered URN."""
    return f"urn:uuid:{str(package_id).upper()}"


def folder_name(identifier: str) -> str:
    return identifier.replace(":", "_")


def part_id(package_id: UUID, path: str, prefix: str = "uuid-") -> str:
    """A METS or PREMIS ID that belongs to one part of one package, the same at each building."""
    return prefix + str(uuid5(package_id, path)).upper()


def arc_file_code(archives_code: str, file_code: str) -> str:
    """mã hồ sơ lưu trữ = mã cơ quan lưu trữ + mã hồ sơ."""
    return f"{archives_code}.{file_code}"


def doc_code(file_code: str, ordinal: int) -> str:
    """docCode = mã hồ sơ + ordinal in seven digits."""
    return f"{file_code}.{ordinal:0{_ORDINAL_WIDTH}}"


def data_name(file_code: str, ordinal: int, part: int, original: str) -> str:
    """File name in data/: mã hồ sơ + "." + ordinal (Điều 8(1)d), with the part for what accompanies the document."""
    ending = Path(safe_name(original)).suffix.lower()
    stem = safe_name(file_code, "ho-so").encode()[:_STEM_BYTES].decode(errors="ignore")
    return f"{stem}.{ordinal}" + (f".{part}" if part else "") + ending
