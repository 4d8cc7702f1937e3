"""Questions to the law data: what holds on this day under this regime, and where is it written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from mocban.law.loader import Book, Row, book
from mocban.law.model import (
    AWAITS,
    REGIMES,
    UNCONFIRMED,
    Held,
    Instrument,
    Kind,
    NotCovered,
    Parameter,
    Period,
    RetentionRow,
    Source,
    Unknown,
)

_OTHER_TERM = "other"
_RETENTION = "retention"
_KINDS = "document_kinds"


@lru_cache(maxsize=4096)
def value(name: str, *, on: date, regime: str) -> Held:
    """Return what the parameter `name` holds on the day `on` under `regime`.

    Raises Unknown for a name or regime that does not exist, NotCovered when nothing is known for that day.
    """
    _known(regime)
    parameter = book().parameters.get(name)
    if parameter is None:
        raise Unknown(f"no parameter is called {name}")
    for period in parameter.periods:
        if regime in period.regimes and period.covers(on):
            return held(parameter, period)
    raise NotCovered(f"{name} has no value for {regime} on {on.isoformat()}")


def held(parameter: Parameter, period: Period) -> Held:
    """Return one period of a parameter in the form in which values are handed out.

    What awaits confirmation may be set by each body, as a choice that the law leaves to its head.
    """
    return Held(
        name=parameter.name,
        value=period.value,
        citation=citation(period.instrument, period.place, period.confidence),
        since=period.since,
        until=period.until,
        confidence=period.confidence,
        note=_note(period.note, period.confidence),
        unit=parameter.unit,
        delegated=period.delegated or period.confidence == UNCONFIRMED,
    )


def citation(instrument: str, place: str, confidence: str) -> str:
    """Return the printed citation; nothing for what is unconfirmed, since a default is not law."""
    if confidence == UNCONFIRMED or not instrument:
        return ""
    title = book().instruments[instrument].title
    return f"{title}, {place}" if place else title


def instruments() -> tuple[Instrument, ...]:
    """Return every instrument the data names, in the order of the file."""
    return tuple(book().instruments.values())


def all_parameters() -> tuple[Parameter, ...]:
    """Return every parameter with all its periods, for the public page of rules in force."""
    return tuple(book().parameters.values())


@lru_cache(maxsize=128)
def kinds(*, regime: str, on: date) -> tuple[Kind, ...]:
    """Return the kinds of document of `regime` on the day `on`, in the order of the instrument."""
    return tuple(
        Kind(
            code=row["code"],
            symbol=row["symbol"],
            name_vi=row["name_vi"],
            name_en=row["name_en"],
            citation=row["citation"],
            confidence=row["confidence"],
            note=row["note"],
            is_letter=row["code"] == "official-letter",
        )
        for row in table(_KINDS, regime=regime, on=on)
    )


@lru_cache(maxsize=512)
def table(name: str, *, regime: str, on: date) -> tuple[Row, ...]:
    """Return the rows of a code table, each with its `citation`, `confidence` and `note` filled.

    Raises Unknown for a table or regime that does not exist, NotCovered when no table serves that day.
    """
    _known(regime)
    if not any(source.table == name for source in book().sources):
        raise Unknown(f"no table is called {name}")
    rows = tuple(row for source in _serving(name, regime, on) for row in _cited(book(), source))
    if not rows:
        raise NotCovered(f"the table {name} has no rows for {regime} on {on.isoformat()}")
    return rows


@lru_cache(maxsize=64)
def retention(*, regime: str, on: date) -> tuple[RetentionRow, ...]:
    """Return the retention rows that serve `regime` on the day `on`."""
    return tuple(
        _retention_row(row, source) for source in _serving(_RETENTION, regime, on) for row in _cited(book(), source)
    )


@lru_cache(maxsize=1024)
def retention_row(code: str, *, regime: str = "", on: date | None = None) -> RetentionRow:
    """Return the row called `code`: the one for a regime and day when given, else its latest standing.

    Raises Unknown when no schedule has that code.
    """
    found = [
        _retention_row(row, source)
        for source in sorted(book().sources, key=lambda source: source.until or date.max, reverse=True)
        if source.table == _RETENTION and (not regime or regime in source.regimes) and (on is None or source.covers(on))
        for row in _cited(book(), source)
        if row["code"] == code
    ]
    if not found:
        raise Unknown(f"no retention row is called {code}")
    return found[0]


def _serving(name: str, regime: str, on: date) -> Iterator[Source]:
    for source in book().sources:
        if source.table == name and regime in source.regimes and source.covers(on):
            yield source


def _cited(law: Book, source: Source) -> Iterator[dict[str, str]]:
    """Give each row its source: its own columns first, else what the file as a whole rests on."""
    for row in law.files[source.file]:
        if not row.get("code", "").startswith(source.only):
            continue
        weaker = source.confidence == UNCONFIRMED
        confidence = UNCONFIRMED if weaker else row.get("confidence") or source.confidence
        instrument = row.get("instrument") or source.instrument
        place = row.get("place") or source.place
        note = " ".join(part for part in (row.get("note", ""), source.note) if part)
        yield {
            **row,
            "confidence": confidence,
            "citation": citation(instrument, place, confidence),
            "note": _note(note, confidence),
        }


def _retention_row(row: dict[str, str], source: Source) -> RetentionRow:
    rule = row["term"]
    years = int(rule) if rule.isdigit() else None
    term = "years" if years is not None else rule if rule == "permanent" else _OTHER_TERM
    return RetentionRow(
        code=row["code"],
        group=row["group"],
        text=row["text"],
        term=term,
        years=years,
        rule=rule,
        citation=row["citation"],
        confidence=row["confidence"],
        schedule=source.instrument,
        note=row["note"],
        selectable=term != _OTHER_TERM and row["binding"] == "class",
    )


def _note(note: str, confidence: str) -> str:
    if confidence != UNCONFIRMED or note.startswith(AWAITS):
        return note
    return f"{AWAITS}: {note}" if note else AWAITS


def _known(regime: str) -> None:
    if regime not in REGIMES:
        raise Unknown(f"no regime is called {regime}")
