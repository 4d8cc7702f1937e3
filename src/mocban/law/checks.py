"""Finds mistakes in the law data: run as a system check at start, and in the tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from mocban.law.loader import Book, book
from mocban.law.model import CONFIDENCES, REGIMES, UNCONFIRMED, Parameter, Period, Source

_TYPES: dict[str, tuple[type, ...]] = {"int": (int,), "str": (str,), "bool": (bool,), "enum": (str,), "list": (tuple,)}


def check(law: Book | None = None) -> list[str]:
    """Return one sentence per mistake in the law data; an empty list when all is well."""
    found = law or book()
    return [
        *(f"{name} is defined twice" for name in found.duplicates),
        *_instrument_faults(found),
        *(fault for parameter in found.parameters.values() for fault in _parameter_faults(parameter, found)),
        *_table_faults(found),
    ]


def _instrument_faults(law: Book) -> Iterator[str]:
    for instrument in law.instruments.values():
        for replaced in instrument.replaces:
            if replaced not in law.instruments:
                yield f"{instrument.id} replaces {replaced}, which is not listed"
        if instrument.confidence not in CONFIDENCES:
            yield f"{instrument.id} has no known confidence"


def _parameter_faults(parameter: Parameter, law: Book) -> Iterator[str]:
    if not parameter.periods:
        yield f"{parameter.name} has no value"
    for period in parameter.periods:
        label = f"{parameter.name} from {period.since.isoformat()} for {', '.join(period.regimes)}"
        yield from _period_faults(label, period, law)
        if not _fits(parameter, period):
            yield f"{label}: the value is not of type {parameter.kind}"
    for regime in REGIMES:
        spans = [(p.since, p.until) for p in parameter.periods if regime in p.regimes]
        if _overlap(spans):
            yield f"{parameter.name} has two values at once for {regime}"


def _period_faults(label: str, period: Period | Source, law: Book) -> Iterator[str]:
    if not period.regimes or not set(period.regimes) <= set(REGIMES):
        yield f"{label}: unknown regime"
    if period.confidence not in CONFIDENCES:
        yield f"{label}: unknown confidence"
    if period.until is not None and period.until < period.since:
        yield f"{label}: ends before it begins"
    if period.instrument and period.instrument not in law.instruments:
        yield f"{label}: cites {period.instrument}, which is not listed"
    if isinstance(period, Period) and period.confidence != UNCONFIRMED and not period.instrument:
        yield f"{label}: is presented as law without a citation"
    if period.confidence == UNCONFIRMED and not period.note:
        yield f"{label}: awaits confirmation and does not say why"


def _fits(parameter: Parameter, period: Period) -> bool:
    if parameter.kind == "enum":
        return period.value in parameter.choices
    if parameter.kind == "int":
        return isinstance(period.value, int) and not isinstance(period.value, bool)
    if parameter.kind == "mapping":
        return hasattr(period.value, "keys")
    expected = _TYPES.get(parameter.kind)
    return expected is not None and isinstance(period.value, expected)


def _overlap(spans: Sequence[tuple[date, date | None]]) -> bool:
    ordered = sorted(spans, key=lambda span: span[0])
    return any(until is None or until >= later for (_, until), (later, _) in zip(ordered, ordered[1:], strict=False))


def _table_faults(law: Book) -> Iterator[str]:
    for source in law.sources:
        yield from _period_faults(f"table {source.table} in {source.file}", source, law)
        rows = law.files[source.file]
        if not rows:
            yield f"{source.file} is empty"
        codes = Counter(row["code"] for row in rows if "code" in row)
        yield from (f"{source.file}: {code} stands twice" for code, times in codes.items() if times > 1)
        for row in rows:
            confidence = row.get("confidence") or source.confidence
            cited = row.get("instrument") or source.instrument
            label = f"{source.file}: {row.get('code') or next(iter(row.values()))}"
            if confidence not in CONFIDENCES:
                yield f"{label} has no known confidence"
            if cited and cited not in law.instruments:
                yield f"{label} cites {cited}, which is not listed"
            if UNCONFIRMED not in (confidence, source.confidence) and not cited:
                yield f"{label} is presented as law without a citation"
