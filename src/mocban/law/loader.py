"""Reads the law data into one frozen book. Wrong shape is an error at start, never a guess."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from mocban.law.model import UNCONFIRMED, Instrument, Parameter, Period, Source
from mocban.lib import text

HERE = Path(__file__).parent
Row = Mapping[str, str]
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one reads the data five times faster


class BadLawData(ValueError):
    """The data files cannot be read as law data."""


@dataclass(frozen=True)
class Book:
    """Everything the data files say."""

    instruments: Mapping[str, Instrument]
    parameters: Mapping[str, Parameter]
    sources: tuple[Source, ...]
    files: Mapping[str, tuple[Row, ...]]
    duplicates: tuple[str, ...]


def load(root: Path) -> Book:
    """Read the law data under `root`. Raises BadLawData when a file has the wrong shape."""
    duplicates: list[str] = []
    instruments = _unique((_instrument(entry) for entry in _entries(root / "instruments.yaml")), "id", duplicates)
    parameters = _unique(
        (
            _parameter(entry, path.stem)
            for path in sorted((root / "parameters").glob("*.yaml"))
            for entry in _entries(path)
        ),
        "name",
        duplicates,
    )
    sources = tuple(_source(entry) for entry in _entries(root / "sources.yaml"))
    files = {source.file: _rows(root / source.file) for source in sources}
    return Book(instruments, parameters, sources, MappingProxyType(files), tuple(duplicates))


@cache
def book() -> Book:
    """Return the law data that travels with the program, read once."""
    return load(HERE)


def _entries(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8") as stream:
        entries = yaml.load(stream, Loader=_LOADER)  # noqa: S506 - both are safe loaders
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise BadLawData(f"{path.name}: a list of entries is expected")
    return entries


def _rows(path: Path) -> tuple[Row, ...]:
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream, strict=True)
        rows = [row for row in reader if row]
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise BadLawData(f"{path.name}: line {number} has too many or too few cells")
    return tuple(MappingProxyType({key: text.nfc(cell) for key, cell in row.items()}) for row in rows)


def _unique(items: Iterable[Any], key: str, duplicates: list[str]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for item in items:
        name = getattr(item, key)
        if name in found:
            duplicates.append(name)
        found[name] = item
    return MappingProxyType(found)


def _instrument(entry: dict[str, Any]) -> Instrument:
    try:
        return Instrument(
            id=entry["id"],
            title=text.nfc(entry["title"]),
            subject=text.nfc(entry["subject"]),
            issuer=text.nfc(entry["issuer"]),
            signed=_day(entry.get("signed")),
            since=_day(entry.get("from")),
            until=_day(entry.get("to")),
            replaces=tuple(entry.get("replaces", ())),
            confidence=entry["confidence"],
            note=text.nfc(entry.get("note", "")),
        )
    except KeyError as missing:
        raise BadLawData(f"instrument {entry.get('id')}: {missing} is missing") from missing


def _parameter(entry: dict[str, Any], area: str) -> Parameter:
    try:
        return Parameter(
            name=entry["name"],
            area=area,
            kind=entry["type"],
            unit=entry.get("unit", ""),
            meaning=text.nfc(entry["meaning"]),
            choices=tuple(entry.get("choices", ())),
            periods=tuple(_period(period) for period in entry["values"]),
            departure=bool(entry.get("departure", False)),
        )
    except KeyError as missing:
        raise BadLawData(f"parameter {entry.get('name')}: {missing} is missing") from missing


def _period(entry: dict[str, Any]) -> Period:
    cite = entry.get("cite", {})
    return Period(
        regimes=tuple(entry["regimes"]),
        since=_required_day(entry["from"]),
        until=_day(entry.get("to")),
        value=frozen(entry["value"]),
        instrument=cite.get("instrument", ""),
        place=text.nfc(cite.get("place", "")),
        confidence=entry.get("confidence", UNCONFIRMED),
        note=text.nfc(entry.get("note", "")),
        delegated=bool(entry.get("delegated", False)),
    )


def _source(entry: dict[str, Any]) -> Source:
    try:
        cite = entry.get("cite", {})
        return Source(
            table=entry["table"],
            file=entry["file"],
            regimes=tuple(entry["regimes"]),
            since=_required_day(entry["from"]),
            until=_day(entry.get("to")),
            instrument=cite.get("instrument", ""),
            place=text.nfc(cite.get("place", "")),
            confidence=entry["confidence"],
            note=text.nfc(entry.get("note", "")),
            only=entry.get("only", ""),
        )
    except KeyError as missing:
        raise BadLawData(f"source of {entry.get('table')}: {missing} is missing") from missing


def frozen(value: Any) -> Any:
    """Return a value of YAML with text in NFC, lists as tuples and mappings read-only."""
    if isinstance(value, str):
        return text.nfc(value)
    if isinstance(value, list):
        return tuple(frozen(item) for item in value)
    if isinstance(value, dict):
        return MappingProxyType({key: frozen(item) for key, item in value.items()})
    return value


def _day(value: Any) -> date | None:
    return None if value is None else _required_day(value)


def _required_day(value: Any) -> date:
    if isinstance(value, date):
        return value
    raise BadLawData(f"{value!r} is not a day")
