"""Files given beside an old register: members of a zip, or a folder on the server; each with bounds, none by its path.

Nothing is written under a name from outside: a path only says what a file is called.
"""

from __future__ import annotations

import io
import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.legacy_fonts import convert, file_name_bytes, judge
from mocban.lib.text import clean_line

MOST_FILES = 20_000
MOST_FILE_BYTES = 100 * 1024 * 1024
MOST_UNPACKED = 4 * 1024 * 1024 * 1024
MOST_RATIO = 200  # unpacked : packed, looked at only above BOMB_FLOOR
BOMB_FLOOR = 32 * 1024 * 1024
PATH_LENGTH = 400
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_IGNORED = frozenset({"thumbs.db", ".ds_store", "desktop.ini"})
_ZIP_ERRORS = (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError, OSError, EOFError)


@dataclass(frozen=True)
class FoundFile:
    """A file by the path it was given under. `read` returns its bytes, or raises RuleBroken with the reason."""

    path: str
    read: Callable[[], bytes]


def in_zip(data: bytes) -> Iterator[FoundFile]:
    """The files of a zip held in memory. Raises RuleBroken "files.unreadable", "files.bomb"."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        members = [info for info in archive.infolist() if not info.is_dir()]
    except _ZIP_ERRORS as broken:
        raise RuleBroken("files.unreadable", _("Không mở được tệp nén này như một tệp .zip.")) from broken
    if len(members) > MOST_FILES or sum(info.file_size for info in members) > MOST_UNPACKED:
        message = _("Tệp nén có quá nhiều tệp hoặc phình ra quá lớn khi mở, nên không được nhận.")
        raise RuleBroken("files.bomb", message)
    for info in members:
        path = member_name(info)
        if not _is_ignored(path):
            yield FoundFile(shown_path(path), lambda info=info, path=path: _member(archive, info, path))  # type: ignore[misc]


def member_name(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: UTF-8 when it says so, else the bytes in whatever encoding they make sense."""
    name = info.filename
    if not info.flag_bits & _UTF8_NAME:
        try:
            name = file_name_bytes(name.encode("cp437"))
        except UnicodeEncodeError:
            name = info.filename
    return name.replace("\\", "/")


def _member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str) -> bytes:
    _check_path(path)
    if stat.S_ISLNK(info.external_attr >> 16):
        raise RuleBroken("files.link", _("Đây là liên kết, không phải tệp."))
    if info.flag_bits & _ENCRYPTED:
        raise RuleBroken("files.encrypted", _("Tệp trong tệp nén có mật khẩu."))
    swollen = info.file_size > BOMB_FLOOR and info.file_size > info.compress_size * MOST_RATIO
    if swollen or info.file_size > MOST_FILE_BYTES:
        raise _too_large()
    try:
        with archive.open(info) as member:
            data = member.read(MOST_FILE_BYTES + 1)
    except _ZIP_ERRORS as broken:
        raise RuleBroken("files.damaged", _("Tệp bị hỏng trong tệp nén.")) from broken
    if len(data) > MOST_FILE_BYTES:
        raise _too_large()
    return data


def in_folder(root: Path) -> Iterator[FoundFile]:
    """The files below a folder on the server; links are not followed. Raises RuleBroken "files.no_folder"."""
    if not root.is_dir():
        raise RuleBroken("files.no_folder", _("Không có thư mục này trên máy chủ."))
    count = 0
    for folder, folders, names in os.walk(root, followlinks=False):
        folders.sort()
        for name in sorted(names):
            place = Path(folder) / name
            relative = file_name_bytes(os.fsencode(place.relative_to(root)))
            if _is_ignored(relative):
                continue
            count += 1
            if count > MOST_FILES:
                raise RuleBroken("files.bomb", _("Thư mục có quá 20.000 tệp. Hãy tách thành nhiều lần."))
            yield FoundFile(shown_path(relative), lambda place=place: _on_disk(place))  # type: ignore[misc]


def _on_disk(place: Path) -> bytes:
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise RuleBroken("files.damaged", _("Không đọc được tệp, hoặc đây là liên kết.")) from error
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise RuleBroken("files.link", _("Đây không phải tệp thường."))
        data = file.read(MOST_FILE_BYTES + 1)
    if len(data) > MOST_FILE_BYTES:
        raise _too_large()
    return data


def shown_path(path: str) -> str:
    """The path as it is kept: one line, in Unicode, cut from the left."""
    judged = judge([path])
    return clean_line(convert(path, judged))[-PATH_LENGTH:]


def _check_path(path: str) -> None:
    """A path that climbs out of its folder is never needed: the maker of the archive meant harm."""
    parts = PurePosixPath(path).parts
    if ".." in parts or path.startswith("/") or (len(path) > 1 and path[1] == ":"):
        raise RuleBroken("files.unsafe_path", _("Đường dẫn của tệp trong tệp nén không an toàn."))


def _is_ignored(path: str) -> bool:
    parts = PurePosixPath(path).parts
    name = parts[-1].casefold() if parts else ""
    return not parts or "__MACOSX" in parts or name in _IGNORED or name.startswith("._")


def _too_large() -> RuleBroken:
    return RuleBroken("files.too_large", _("Tệp quá lớn hoặc phình ra quá lớn khi mở."))
