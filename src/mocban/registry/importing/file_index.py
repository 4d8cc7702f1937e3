"""Finding the files of an entry: by the name in its row, by its printed code, or by its number."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from django.utils.translation import gettext as _

from mocban.lib.text import fold

from .rows import Entry

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_LEADING = re.compile(r"0*(\d+)(bis|[a-z]?)(?![a-z0-9])")
_YEAR = re.compile(r"(?<!\d)(19[4-9]\d|20\d\d)(?!\d)")
_PARTS = re.compile(r"[;\n|]+")


class Known(Protocol):
    """A staged file."""

    path: str
    key: str


def path_key(path: str) -> str:
    """A path in one spelling: small letters without accents, forward slashes, no drive; NFC or NFD alike."""
    folded = " ".join(fold(path).replace("\\", "/").split())
    return re.sub(r"^[a-z]:", "", folded).strip("/")


def slug(text: str) -> str:
    """Letters and digits only, parted by hyphens: "15/QĐ-UBND" and "15_QD_UBND" are one."""
    return _NOT_WORD.sub("-", fold(text)).strip("-")


class FileIndex:
    """The staged files of an import by everything that a row may call them."""

    def __init__(self, files: Iterable[Known]) -> None:
        self._by_key: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_stem: dict[str, list[Known]] = defaultdict(list)
        self._by_slug: dict[str, list[Known]] = defaultdict(list)
        self._by_number: dict[str, list[Known]] = defaultdict(list)
        for file in files:
            place = PurePosixPath(file.key)
            self._by_key[file.key].append(file)
            self._by_name[place.name].append(file)
            self._by_stem[place.stem].append(file)
            self._by_slug[slug(place.stem)].append(file)
            if found := _LEADING.match(place.stem):
                self._by_number[f"{int(found[1])}{found[2]}"].append(file)

    def find(self, entry: Entry, how: str) -> tuple[list[Known], str]:
        """Return the files of the entry, the document first, and a sentence when something is missing or unclear."""
        if how == "name":
            return self._named(entry.file)
        if how == "code" and entry.document.printed_code:
            return self._one(self._of_year(self._by_slug.get(slug(entry.document.printed_code), []), entry.year))
        if how == "number":
            return self._one(self._of_year(self._by_number.get(entry.label, []), entry.year))
        return [], ""

    def _named(self, cell: str) -> tuple[list[Known], str]:
        found: list[Known] = []
        faults = []
        for name in (part.strip() for part in _PARTS.split(cell)):
            if not name:
                continue
            files, fault = self._one(self._called(name))
            found += files
            if fault or not files:
                faults.append(fault or _("Không tìm thấy tệp “%s”.") % name[:80])
        return found, " ".join(faults)

    def _called(self, name: str) -> list[Known]:
        key = path_key(name)
        exact = [file for file in self._by_key.get(key, []) if file.path == name]
        if exact or key in self._by_key:
            return exact or self._by_key[key]
        last = PurePosixPath(key).name
        near = self._by_name.get(last) or self._by_stem.get(last) or []
        closer = [file for file in near if file.key.endswith(key) or key.endswith(file.key)]
        return closer or near

    def _one(self, files: Sequence[Known]) -> tuple[list[Known], str]:
        if len(files) > 1:
            return [], _("Có %(count)d tệp cùng tên (%(path)s…), không biết chọn tệp nào.") % {
                "count": len(files),
                "path": files[0].path[:60],
            }
        return list(files), ""

    def _of_year(self, files: Sequence[Known], year: int) -> list[Known]:
        """Files whose folders name another year belong to another register."""
        return [
            file
            for file in files
            if not (years := _YEAR.findall(str(PurePosixPath(file.key).parent))) or str(year) in years
        ]
