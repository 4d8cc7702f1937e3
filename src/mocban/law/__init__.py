"""The law as dated, cited data. Ask for what holds on a day under a regime; never write a legal number in code."""

from mocban.law.calendars import calendar
from mocban.law.checks import check
from mocban.law.loader import BadLawData
from mocban.law.model import (
    CONFIDENCES,
    REGIMES,
    UNCONFIRMED,
    Held,
    Instrument,
    Kind,
    NotCovered,
    Parameter,
    Period,
    RetentionRow,
    Unknown,
)
from mocban.law.numbers import number_label, printed_copy_number, printed_number
from mocban.law.queries import (
    all_parameters,
    held,
    instruments,
    kinds,
    retention,
    retention_row,
    table,
    value,
)

__all__ = [
    "CONFIDENCES",
    "REGIMES",
    "UNCONFIRMED",
    "BadLawData",
    "Held",
    "Instrument",
    "Kind",
    "NotCovered",
    "Parameter",
    "Period",
    "RetentionRow",
    "Unknown",
    "all_parameters",
    "calendar",
    "check",
    "held",
    "instruments",
    "kinds",
    "number_label",
    "printed_copy_number",
    "printed_number",
    "retention",
    "retention_row",
    "table",
    "value",
]
