"""The rules in force as a person reads them: value, dates, citation, how sure we are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from mocban import law
from mocban.people.labels import with_unit

from . import words

PAGE = 100
CITATIONS_ONLY = "basis."


@dataclass(frozen=True)
class Provision:
    """One parameter on one day. `lines` is the value printed: one line, or one for each part of a mapping."""

    name: str
    meaning: str
    lines: tuple[tuple[str, str], ...]
    since: date
    until: date | None
    citation: str
    sure: str
    tone: str
    note: str
    is_law: bool
    delegated: bool


@dataclass(frozen=True)
class Area:
    """Parameters of one area of work, in the order of the data."""

    code: str
    label: str
    provisions: tuple[Provision, ...]


@dataclass(frozen=True)
class InForce:
    """Everything for one day and regime. `silent` are the meanings of parameters that the data leaves open."""

    law: tuple[Area, ...]
    awaiting: tuple[Area, ...]
    silent: tuple[str, ...]

    @property
    def amount(self) -> int:
        return sum(len(area.provisions) for area in self.law)

    @property
    def awaiting_amount(self) -> int:
        return sum(len(area.provisions) for area in self.awaiting)


def provisions(on: date, regime: str) -> InForce:
    """Return the parameters that hold, and apart from them the defaults that await confirmation."""
    return _provisions(on, regime, get_language() or "")


@lru_cache(maxsize=64)
def _provisions(on: date, regime: str, _language: str) -> InForce:
    found: dict[str, list[Provision]] = {}
    silent = []
    for parameter in law.all_parameters():
        try:
            held = law.value(parameter.name, on=on, regime=regime)
        except law.NotCovered:
            silent.append(parameter.meaning)
        else:
            found.setdefault(parameter.area, []).append(_provision(parameter, held))
    return InForce(_areas(found, is_law=True), _areas(found, is_law=False), tuple(silent))


def _areas(found: Mapping[str, list[Provision]], *, is_law: bool) -> tuple[Area, ...]:
    chosen = {code: tuple(one for one in found.get(code, ()) if one.is_law == is_law) for code in words.AREAS}
    return tuple(Area(code, str(words.AREAS[code]), held) for code, held in chosen.items() if held)


def _provision(parameter: law.Parameter, held: law.Held) -> Provision:
    sure, tone = words.CONFIDENCE[held.confidence]
    return Provision(
        name=held.name,
        meaning=parameter.meaning,
        lines=() if held.name.startswith(CITATIONS_ONLY) else printed(held.value, parameter.kind, held.unit),
        since=held.since,
        until=held.until,
        citation=held.citation,
        sure=str(sure),
        tone=tone,
        note=held.note,
        is_law=held.is_law,
        delegated=held.delegated,
    )


def printed(value: Any, kind: str, unit: str) -> tuple[tuple[str, str], ...]:
    """Print a value of the law data: pairs of a name (empty for a single value) and words."""
    if kind == "mapping":
        return tuple((str(words.KEYS[key]), _plain(part)) for key, part in value.items() if part != "")
    if unit == "weekdays":
        return (("", ", ".join(str(words.WEEKDAYS[day]) for day in value)),)
    return (("", with_unit(_plain(value), unit, amount=value)),)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, int):
        return str(value)
    if isinstance(value, tuple) and value and all(isinstance(part, int) for part in value):
        return "–".join(str(part) for part in dict.fromkeys(value))
    if isinstance(value, tuple):
        return " · ".join(_plain(part) for part in value)
    return _text(str(value))


def _text(value: str) -> str:
    """A code by its word; a template with the names of what stands in it; any other text as it is."""
    if value in words.VALUES:
        return str(words.VALUES[value])
    for place, name in words.PLACES.items():
        value = value.replace(place, f"[{name}]")
    return value


@dataclass(frozen=True)
class InstrumentLine:
    """An instrument and where it stands on the day."""

    instrument: law.Instrument
    status: str
    status_tone: str
    sure: str
    tone: str
    replaces: str


@lru_cache(maxsize=64)
def _instruments(on: date, _language: str) -> tuple[InstrumentLine, ...]:
    titles = {one.id: one.title for one in law.instruments()}
    return tuple(_instrument(one, on, titles) for one in law.instruments())


def instruments(on: date) -> tuple[InstrumentLine, ...]:
    """Return every instrument of the data with its standing on the day `on`."""
    return _instruments(on, get_language() or "")


def _instrument(one: law.Instrument, on: date, titles: Mapping[str, str]) -> InstrumentLine:
    sure, tone = words.CONFIDENCE[one.confidence]
    status, status_tone = _standing(one, on)
    return InstrumentLine(
        one, status, status_tone, str(sure), tone, ", ".join(titles.get(name, name) for name in one.replaces)
    )


def _standing(one: law.Instrument, on: date) -> tuple[str, str]:
    if one.until and one.until < on:
        return _("hết hiệu lực"), "neutral"
    if one.since is None:
        return _("chưa rõ ngày có hiệu lực"), "warning"
    if one.since > on:
        return _("chưa có hiệu lực"), "info"
    return _("đang có hiệu lực"), "success"


def term(row: law.RetentionRow) -> str:
    """Print a retention term: permanent, a number of years, or the rule in words."""
    if row.term == "permanent":
        return _("vĩnh viễn")
    if row.years is not None:
        return ngettext("%(years)d năm", "%(years)d năm", row.years) % {"years": row.years}
    return str(words.TERMS[row.rule])


def sure(confidence: str) -> tuple[str, str]:
    """The words and the tone for how sure a row is."""
    word, tone = words.CONFIDENCE[confidence]
    return str(word), tone
