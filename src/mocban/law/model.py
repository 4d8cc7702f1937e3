"""The shapes in which law data is handed out. All frozen: a decision keeps what it was told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

REGIMES: Final = ("state", "party", "mttq", "congdoan", "doan")

CONFIRMED, REPORTED, SINGLE_SOURCE, UNCONFIRMED = CONFIDENCES = (
    "confirmed",
    "reported",
    "single_source",
    "unconfirmed",
)
AWAITS: Final = "chờ xác nhận"


class Unknown(LookupError):
    """No parameter, table or code of that name exists: a mistake in the caller."""


class NotCovered(LookupError):
    """The name exists, but the law data says nothing for that regime on that day."""


@dataclass(frozen=True)
class Instrument:
    """A law, decree, circular, Party rule or guide. `title` is its short Vietnamese name, as citations print it."""

    id: str
    title: str
    subject: str
    issuer: str
    signed: date | None
    since: date | None
    until: date | None
    replaces: tuple[str, ...]
    confidence: str
    note: str


@dataclass(frozen=True)
class Held:
    """What holds on a day: a value with its source.

    `citation` is empty and `note` says "chờ xác nhận" when the value is only a safe default. `delegated` means that
    the body may set its own value: the law leaves the choice to its head, or awaits confirmation.
    """

    name: str
    value: Any
    citation: str
    since: date
    until: date | None
    confidence: str
    note: str
    unit: str
    delegated: bool

    @property
    def is_law(self) -> bool:
        """Whether the value may be shown as law rather than as a default that awaits confirmation."""
        return self.confidence != UNCONFIRMED


@dataclass(frozen=True)
class Period:
    """One dated value of a parameter for some regimes."""

    regimes: tuple[str, ...]
    since: date
    until: date | None
    value: Any
    instrument: str
    place: str
    confidence: str
    note: str
    delegated: bool

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Parameter:
    """A named number, word or mapping of the law. `kind` is its type: int, str, bool, enum, list or mapping.

    `departure`: another value than the lawful one departs from the law's text, so a body that sets one gives its reason
    and the last day.
    """

    name: str
    area: str
    kind: str
    unit: str
    meaning: str
    choices: tuple[str, ...]
    periods: tuple[Period, ...]
    departure: bool = False


@dataclass(frozen=True)
class Source:
    """Which table file serves which regimes in which period, and how sure that is."""

    table: str
    file: str
    regimes: tuple[str, ...]
    since: date
    until: date | None
    instrument: str
    place: str
    confidence: str
    note: str
    only: str

    def covers(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Kind:
    """A kind of document. `code` is the unique key; `symbol` the printed abbreviation, empty where there is none."""

    code: str
    symbol: str
    name_vi: str
    name_en: str
    citation: str
    confidence: str
    note: str
    is_letter: bool


@dataclass(frozen=True)
class RetentionRow:
    """One row of a retention schedule.

    `term` is "permanent", "years" (then `years` is set) or "other": a rule, a range or an event, which `rule` keeps
    as the source has it and which nobody can select for a file.
    """

    code: str
    group: str
    text: str
    term: str
    years: int | None
    rule: str
    citation: str
    confidence: str
    schedule: str
    note: str
    selectable: bool
