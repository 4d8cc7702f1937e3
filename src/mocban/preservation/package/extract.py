"""Taking a package out of its zip, without letting a stored name lead anywhere else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

from django.utils.translation import gettext as _

from mocban.lib.errors import RuleBroken

from .reading import BROKEN, Entry, open_zip

_CHUNK = 1024 * 1024


def extract(package: Path, target: Path, *, max_bytes: int) -> Path:
    """Unpack into `target` (an existing folder) and return the package's own folder in it.

    Raises RuleBroken `package.unsafe` for a name that would lead out of the folder, `package.too_large` when more
    than `max_bytes` come out, `package.unreadable` for a broken zip. A failed extraction leaves nothing behind.
    """
    folder: Path | None = None
    try:
        with zipfile.ZipFile(package) as archive:
            opened = open_zip(archive)
            if opened.findings:
                raise RuleBroken("package.unsafe", _("Gói có tên tệp không an toàn nên không được mở ra."))
            folder = target / opened.folder
            folder.mkdir()
            left = max_bytes
            for entry in opened.entries.values():
                left -= _take_out(entry, folder / entry.path, left)
    except BROKEN as error:
        _remove(folder)
        raise RuleBroken("package.unreadable", _("Gói bị hỏng nên không mở ra được.")) from error
    except RuleBroken:
        _remove(folder)
        raise
    return folder


def _take_out(entry: Entry, path: Path, left: int) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = 0
    with entry.open() as source, path.open("xb") as sink:
        while chunk := source.read(_CHUNK):
            written += len(chunk)
            if written > left:
                raise RuleBroken("package.too_large", _("Gói giãn ra quá lớn nên không được mở ra."))
            sink.write(chunk)
    return written


def _remove(folder: Path | None) -> None:
    if folder is not None and folder.exists():
        shutil.rmtree(folder)
