"""What the columns of an old register mean: guessed from the headers, said by the person, remembered for next time."""

from __future__ import annotations

import re
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import gettext_lazy as _

from mocban.lib.hashing import sha256_hex
from mocban.lib.text import clean_line, fold

from ..choices import BookKind
from .dates import read_day

HEADER_WITHIN = 20  # rows at the top in which the header may stand, below title lines
SAMPLE = 200  # rows by which a column's content is judged
_DATA = Path(__file__).parents[1] / "data" / "import_columns.yaml"
_SPACES = re.compile(r"[^a-z0-9/]+")
_NUMBERING = re.compile(r"\(?\d{1,2}\)?")
_YEAR = re.compile(r"(?<!\d)(19[4-9]\d|20\d\d)(?!\d)")

LABELS: dict[str, Any] = {
    "number": _("Số đến / số văn bản đi"),
    "arrived_on": _("Ngày đến"),
    "printed_code": _("Số, ký hiệu"),
    "code_notation": _("Ký hiệu (cột riêng)"),
    "issued_on": _("Ngày văn bản"),
    "issuer_name": _("Cơ quan ban hành"),
    "kind": _("Tên loại"),
    "subject": _("Trích yếu (có thể kèm tên loại)"),
    "signer_name": _("Người ký"),
    "signer_title": _("Chức vụ người ký"),
    "recipients": _("Nơi nhận"),
    "copies": _("Số lượng bản"),
    "pages": _("Số trang"),
    "urgency": _("Mức độ khẩn"),
    "secrecy": _("Độ mật"),
    "year": _("Năm của sổ"),
    "file": _("Tên tệp văn bản"),
    "note": _("Ghi chú"),
}
REST = "rest"  # what stands in columns that mean nothing to us: kept in the note of the document
INCOMING_ONLY = frozenset({"arrived_on", "issuer_name"})
OUTGOING_ONLY = frozenset({"recipients", "copies"})
CARRIED = ("arrived_on", "issued_on", "issuer_name")  # fields whose empty cell may mean "as above"


def fields_of(direction: str) -> list[str]:
    """The fields of a register, in the order of the screens."""
    hidden = OUTGOING_ONLY if direction == BookKind.INCOMING else INCOMING_ONLY
    return [name for name in LABELS if name not in hidden]


@dataclass(frozen=True)
class Mapping:
    """Which header label fills which field. `year`: of the whole file, 0 when rows, sheets or dates tell.

    `carry`: fields whose empty cell repeats the one above. `sheets`: places of the sheets that are read.
    `files`: how files are found: by "name", "code", "number", or not at all ("").
    """

    columns: Names[str, str] = field(default_factory=dict)
    carry: Sequence[str] = ()
    year: int = 0
    sheets: Sequence[int] = ()
    files: str = ""

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def mapping_of(stored: Names[str, Any]) -> Mapping:
    """Read what `plain` wrote, or a hand-written file: unknown names are left out, wrong shapes are nothing."""
    columns = stored.get("columns")
    named = columns.items() if isinstance(columns, dict) else ()
    year = stored.get("year")
    return Mapping(
        columns={str(name): clean_line(str(label)) for name, label in named if name in LABELS and label},
        carry=[name for name in _listed(stored.get("carry")) if name in CARRIED],
        year=year if isinstance(year, int) and 1945 <= year <= 2200 else 0,
        sheets=[place for place in _listed(stored.get("sheets")) if isinstance(place, int)],
        files=files if (files := stored.get("files")) in ("name", "code", "number") else "",
    )


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


@cache
def synonyms(direction: str) -> dict[str, str]:
    """Folded header words and the field each means, for one register."""
    entries = yaml.safe_load(_DATA.read_text(encoding="utf-8"))
    return {word: entry["field"] for entry in reversed(entries) if direction in entry["for"] for word in entry["words"]}


def header_key(label: str) -> str:
    """A header as the table of synonyms spells it."""
    return _SPACES.sub(" ", fold(label)).strip()


def meaning(label: str, direction: str) -> str | None:
    """The field that a header means, "" for a known column without a field, None for an unknown word."""
    key = header_key(label)
    known = synonyms(direction)
    if key in known:
        return known[key]
    inside = [word for word in known if len(word) >= 7 and re.search(rf"\b{re.escape(word)}\b", key)]
    return known[max(inside, key=len)] if inside and len(key) <= 60 else None


def header_place(rows: Sequence[Sequence[str]], direction: str) -> int | None:
    """The place of the header row among the first rows; None when no row looks like one."""
    scores = [
        len({key for cell in cells if cell and meaning(cell, direction) is not None for key in [header_key(cell)]})
        for cells in rows[:HEADER_WITHIN]
    ]
    if not scores or max(scores) < 2:
        return None
    return scores.index(max(scores))


def header_labels(cells: Sequence[str], width: int) -> list[str]:
    """One different label a column: the header's words, or the letter of a column without any."""
    labels: list[str] = []
    for place in range(width):
        words = clean_line(cells[place])[:80] if place < len(cells) else ""
        label = words or f"[{column_letter(place)}]"
        again = sum(1 for other in labels if other == label or other.startswith(f"{label} ("))
        labels.append(f"{label} ({again + 1})" if again else label)
    return labels


def column_letter(place: int) -> str:
    """0 is A, 26 AA."""
    letters = ""
    place += 1
    while place:
        place, left = divmod(place - 1, 26)
        letters = chr(ord("A") + left) + letters
    return letters


def is_header_again(cells: Sequence[str], header: Sequence[str]) -> bool:
    """Whether a row repeats the header (a page break, a merged second line) or only numbers the columns."""
    given = [(place, cell) for place, cell in enumerate(cells) if cell]
    if len(given) >= 2 and all(_NUMBERING.fullmatch(cell) for _place, cell in given):
        numbers = [int(cell.strip("()")) for _place, cell in given]
        return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and len(numbers) >= 4
    if not any(place < len(header) and cell[:3].casefold() == header[place][:3].casefold() for place, cell in given):
        return False
    same = [place for place, cell in given if place < len(header) and header_key(cell) == header_key(header[place])]
    return len(given) >= 2 and len(same) * 2 > len(given)


def guess(labels: Sequence[str], rows: Sequence[Sequence[str]], direction: str) -> dict[str, str]:
    """Say which label fills which field: by its words, then by what stands below it."""
    found: dict[str, str] = {}
    for label in labels:
        name = meaning(label, direction)
        if name and name not in found:
            found[name] = label
    sample = rows[:SAMPLE]
    if direction == BookKind.OUTGOING and "printed_code" not in found and "number" in found:
        codes = [row[labels.index(found["number"])] for row in sample if labels.index(found["number"]) < len(row)]
        if codes and sum("/" in code or "-" in code for code in codes) * 2 > len(codes):
            found["printed_code"] = found.pop("number")
    day = "arrived_on" if direction == BookKind.INCOMING else "issued_on"
    if day not in found:
        free = [label for label in labels if label not in found.values()]
        dated = [label for label in free if _mostly_days(sample, labels.index(label))]
        if dated:
            found[day] = dated[0]
    return found


def _mostly_days(rows: Sequence[Sequence[str]], place: int) -> bool:
    cells = [row[place] for row in rows if place < len(row) and row[place]]
    return len(cells) >= 3 and sum(read_day(cell) is not None for cell in cells) * 10 >= len(cells) * 8


def year_in(text: str) -> int:
    """The only year that a sheet's name or title speaks of, or 0."""
    years = {int(year) for year in _YEAR.findall(text)}
    return years.pop() if len(years) == 1 else 0


def headers_digest(labels: Sequence[str]) -> str:
    """The same for the same set of headers, whatever their order."""
    return sha256_hex("\n".join(sorted(header_key(label) for label in labels)).encode())
