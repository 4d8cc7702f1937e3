"""The folder of a desk into which a scanner or a network share drops files: reads and moves, no database.

Everything in it is hostile: names are never joined to paths unchecked, links are never followed, and only regular files
of the folder itself are opened, relative to the folder's own descriptor. A file is moved away only after its entry is
committed, never deleted.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken
from mocban.lib.files import safe_name
from mocban.people.models import Organisation

SETTLE_SECONDS = 3  # a file that changed within this time may still be growing
LISTED = 2_000  # files looked at; the rest waits until these are done
LONGEST_NAME = 255  # bytes of a name, as file systems have it
DONE = "done"
_UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload")
_SYSTEM = {"thumbs.db", "desktop.ini"}


@dataclass(frozen=True)
class ScanFile:
    """A file that lies in the folder. `shown` is its name made safe; `problem` says why it cannot be taken, or ""."""

    name: str
    shown: str
    size: int
    changed_ns: int
    growing: bool
    problem: str

    @property
    def changed_at(self) -> datetime:
        return datetime.fromtimestamp(self.changed_ns / 1_000_000_000, tz=UTC)

    @property
    def mark(self) -> str:
        """A digest of name, size and time of change: another state of the file has another mark."""
        told = f"{self.size}/{self.changed_ns}/".encode() + os.fsencode(self.name)
        return hashlib.sha256(told).hexdigest()


def folder_of(organisation: Organisation) -> Path:
    """The folder of the body's desk: its code below settings.SCAN_ROOT.

    Raises RuleBroken("scan.no_folder") when the code cannot be the name of a folder.
    """
    code = organisation.code
    if not code or safe_name(code) != code:
        raise RuleBroken("scan.no_folder", _("Cơ quan chưa có mã định danh dùng làm tên thư mục quét."))
    return Path(settings.SCAN_ROOT) / code


def listing(organisation: Organisation) -> list[ScanFile]:
    """The files of the folder, oldest first; hidden files, folders and what is registered already (`done/`) left out.

    A folder that does not exist is empty. Raises RuleBroken("scan.unreadable" | "scan.no_folder").
    """
    now = time.time_ns()
    with _opened(folder_of(organisation)) as descriptor:
        if descriptor is None:
            return []
        found = [_described(entry, now) for entry in _entries(descriptor)]
    return sorted((one for one in found if one), key=lambda one: (one.changed_ns, one.name))


def read(organisation: Organisation, file: ScanFile) -> bytes:
    """The bytes of a file that is still as it was listed.

    Raises RuleBroken("scan.gone" | "scan.changed" | "scan.too_large" | "scan.not_a_file" | "scan.unreadable").
    """
    with _opened(folder_of(organisation)) as folder:
        if folder is None:
            raise _gone()
        try:
            descriptor = os.open(file.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except FileNotFoundError as missing:
            raise _gone() from missing
        except OSError as error:
            raise RuleBroken("scan.not_a_file", _("Không mở được tệp quét này.")) from error
        with os.fdopen(descriptor, "rb") as opened:
            _check_same(os.fstat(opened.fileno()), file)
            data = opened.read(settings.UPLOAD_LIMIT_BYTES + 1)
            _check_same(os.fstat(opened.fileno()), file)
    return data


def move_away(organisation: Organisation, file: ScanFile, *, prefix: str, day: str) -> bool:
    """Move a registered file into `done/<day>/` under a name that begins with `prefix`; False when it is not there.

    `prefix` and `day` are our own words. Safe to repeat; a file that changed since it was listed is another file and
    stays.
    """
    with _opened(folder_of(organisation)) as folder:
        if folder is None:
            return False
        try:
            found = os.stat(file.name, dir_fd=folder, follow_symlinks=False)
        except FileNotFoundError:
            return False
        if not stat.S_ISREG(found.st_mode) or (found.st_size, found.st_mtime_ns) != (file.size, file.changed_ns):
            return False
        with _made_in(folder, DONE) as done, _made_in(done, day) as target:
            os.rename(file.name, f"{prefix}-{file.shown}", src_dir_fd=folder, dst_dir_fd=target)
    return True


def _described(entry: os.DirEntry[str], now: int) -> ScanFile | None:
    name = entry.name
    if name.startswith((".", "~$")) or name.casefold() in _SYSTEM:
        return None
    try:
        found = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # taken away while we looked
    if stat.S_ISDIR(found.st_mode):
        return None
    # A scanner whose clock runs ahead must not wait for ever: a time far in the future says nothing.
    young = abs(now - found.st_mtime_ns) < SETTLE_SECONDS * 1_000_000_000
    return ScanFile(
        name=name,
        shown=safe_name(os.fsencode(name).decode("utf-8", "replace")),
        size=found.st_size,
        changed_ns=found.st_mtime_ns,
        growing=young or name.casefold().endswith(_UNFINISHED),
        problem=_problem(name, found),
    )


def _problem(name: str, found: os.stat_result) -> str:
    """Why a file cannot even be opened; what is inside is looked at when it is taken."""
    if stat.S_ISLNK(found.st_mode):
        return str(_("Đây là liên kết, không phải tệp; phần mềm không mở liên kết."))
    if not stat.S_ISREG(found.st_mode):
        return str(_("Đây không phải là tệp thường."))
    if not name.casefold().endswith(".pdf") and not name.casefold().endswith(_UNFINISHED):
        return str(_("Thư mục quét chỉ nhận tệp PDF; hãy đặt máy quét ở định dạng PDF."))
    if found.st_size > settings.UPLOAD_LIMIT_BYTES:
        limit = settings.UPLOAD_LIMIT_BYTES // (1024 * 1024)
        return str(_("Tệp vượt quá giới hạn %(limit)d MB.") % {"limit": limit})
    if not found.st_size:
        return str(_("Tệp rỗng (0 byte)."))
    return ""


def _check_same(found: os.stat_result, file: ScanFile) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise RuleBroken("scan.not_a_file", _("Không mở được tệp quét này."))
    if (found.st_size, found.st_mtime_ns) != (file.size, file.changed_ns):
        raise RuleBroken("scan.changed", _("Tệp quét vừa thay đổi; hãy lấy lại từ danh sách."))


def _gone() -> RuleBroken:
    return RuleBroken("scan.gone", _("Tệp quét không còn trong thư mục; có thể đã bị chuyển đi."))


def _entries(folder: int) -> list[os.DirEntry[str]]:
    found: list[os.DirEntry[str]] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            found.append(entry)
            if len(found) == LISTED:
                break
    return found


@contextmanager
def _opened(path: Path) -> Iterator[int | None]:
    """A descriptor of the folder, None when there is none. Raises RuleBroken("scan.unreadable")."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        message = _("Không đọc được thư mục quét; hãy báo quản trị kiểm tra đường dẫn và quyền.")
        raise RuleBroken("scan.unreadable", message) from error
    try:
        yield descriptor
    finally:
        os.close(descriptor)


@contextmanager
def _made_in(folder: int, name: str) -> Iterator[int]:
    """A descriptor of a folder directly below, made when missing. Raises OSError for a link, wherever it leads."""
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o750, dir_fd=folder)
    descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
