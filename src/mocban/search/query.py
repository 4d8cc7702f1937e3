"""The query language: words, "phrases", -words and the marks số: loại: từ: đến:. Nothing typed can be an error.

    quyết định "phòng cháy" số:12/SNV-VP loại:"công văn" từ:01/2026 đến:15/03/2026 -dự -thảo

Every word must occur. A word typed as it is written with its tones ranks higher than one that matches only without
diacritics. Marks are understood with and without diacritics and in English (number: kind: from: to:).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from mocban.lib.text import clean_line, fold

from . import words

TEXT_LIMIT = 400  # characters of one query
TERM_LIMIT = 32
_PIECE = re.compile(r'(?P<minus>-)?(?:(?P<mark>[^\W\d_]+):\s*)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_MARKS = {
    "so": "number", "number": "number", "loai": "kind", "kind": "kind",
    "tu": "since", "from": "since", "den": "until", "to": "until",
}  # fmt: skip
_DAY = re.compile(r"(?:(?:(\d{1,2})[/.-])?(\d{1,2})[/.-])?(\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?")


@dataclass(frozen=True)
class Term:
    """One thing to look for, as typed: a word, or several that stand side by side."""

    text: str

    @property
    def folded(self) -> list[str]:
        return words.folded(self.text)

    @property
    def toned(self) -> list[str]:
        return words.toned(self.text)

    @property
    def number(self) -> list[str]:
        return words.number_words(self.text)


@dataclass(frozen=True)
class Parsed:
    """A query understood. `notes`: sentences about what was not understood and therefore left aside."""

    terms: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()
    numbers: tuple[Term, ...] = ()
    kinds: tuple[Term, ...] = ()
    since: date | None = None
    until: date | None = None
    notes: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether anything is looked for, so that relevance has a meaning."""
        return bool(self.terms or self.numbers)


@dataclass(frozen=True)
class Filters:
    """What the reader picked beside the query; empty means everything."""

    object_type: str = ""
    kind: str = ""
    organisation: UUID | None = None
    year: int | None = None


@dataclass
class _Draft:
    terms: list[Term] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    numbers: list[Term] = field(default_factory=list)
    kinds: list[Term] = field(default_factory=list)
    days: dict[str, date] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """Return what `text` asks for. Any text has a meaning, if only that of nothing."""
    draft = _Draft()
    line = clean_line(text[: TEXT_LIMIT * 2])[:TEXT_LIMIT]
    for count, piece in enumerate(_PIECE.finditer(line)):
        if count == TERM_LIMIT:
            draft.notes.append(_("Chỉ tìm theo %(limit)s từ đầu tiên.") % {"limit": TERM_LIMIT})
            break
        _take(draft, piece)
    return Parsed(
        terms=tuple(draft.terms),
        excluded=tuple(draft.excluded),
        numbers=tuple(draft.numbers),
        kinds=tuple(draft.kinds),
        since=draft.days.get("since"),
        until=draft.days.get("until"),
        notes=tuple(draft.notes),
    )


def filters_of(parameters: Mapping[str, str]) -> Filters:
    """Read the filters of a page's address (type, kind, organisation, year); what is malformed filters nothing."""
    year = parameters.get("year", "")
    return Filters(
        object_type=parameters.get("type", "")[:60],
        kind=parameters.get("kind", "")[:100],
        organisation=_uuid(parameters.get("organisation", "")),
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,
    )


def _take(draft: _Draft, piece: re.Match[str]) -> None:
    value = piece["phrase"] if piece["phrase"] is not None else piece["word"]
    mark = _MARKS.get(fold(piece["mark"] or ""))
    if piece["mark"] and not mark:  # a word before a colon, as in "Kính gửi: …"
        _add(draft, piece["minus"], None, piece["mark"])
    if mark in ("since", "until"):
        _take_day(draft, mark, value)
        return
    _add(draft, piece["minus"], mark, value)


def _add(draft: _Draft, minus: str | None, mark: str | None, value: str) -> None:
    term = Term(value)
    if not term.folded:
        return
    if minus:
        draft.excluded.append(term)
    elif mark == "number":
        draft.numbers.append(term)
    elif mark == "kind":
        draft.kinds.append(term)
    else:
        draft.terms.append(term)


def _take_day(draft: _Draft, mark: str, value: str) -> None:
    day = _day(value, last=mark == "until")
    if day:
        draft.days[mark] = day
    else:
        draft.notes.append(
            _("Không hiểu ngày “%(text)s”: viết theo mẫu 31/12/2026, 12/2026 hoặc 2026.") % {"text": value}
        )


def _day(text: str, *, last: bool) -> date | None:
    """Return the first (or last) day of the day, month or year that `text` names."""
    local, iso = _DAY.fullmatch(text), _ISO_DAY.fullmatch(text)
    if local:
        day, month, year = local.groups()
    elif iso:
        year, month, day = iso.groups()
    else:
        return None
    try:
        chosen_month = int(month or (12 if last else 1))
        end = calendar.monthrange(int(year), chosen_month)[1]
        return date(int(year), chosen_month, int(day or (end if last else 1)))
    except (ValueError, calendar.IllegalMonthError):
        return None


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
