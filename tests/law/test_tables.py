"""Runs the tables of this folder: each row says what the law gives on a day, and where that is written."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from mocban import law
from mocban.lib.days import add_working_days

HERE = Path(__file__).parent


def number(day: date, regime: str, situation: dict[str, Any]) -> tuple[Any, str]:
    printed = law.number_label(regime=regime, on=day) + law.printed_number(regime=regime, on=day, **situation)
    return printed, law.value("number.form", on=day, regime=regime).citation


def value(day: date, regime: str, situation: str) -> tuple[Any, str]:
    held = law.value(situation, on=day, regime=regime)
    return held.value, held.citation


def working_day(day: date, regime: str, situation: dict[str, Any]) -> tuple[Any, str]:
    calendar = law.calendar(on=day, regime=regime)
    new_year = next(row for row in law.table("holidays", regime=regime, on=day) if row["day"] == "01-01")
    return add_working_days(situation["from"], situation["add"], calendar), new_year["citation"]


def retention(day: date, regime: str, situation: str) -> tuple[Any, str]:
    row = next(row for row in law.retention(regime=regime, on=day) if row.code == situation)
    return [row.years or row.term, row.selectable], row.citation


TABLES: dict[str, Callable[..., tuple[Any, str]]] = {
    "numbers.yaml": number,
    "values.yaml": value,
    "working_days.yaml": working_day,
    "retention.yaml": retention,
}


def rows() -> Iterator[Any]:
    for name in TABLES:
        for row in yaml.safe_load((HERE / name).read_text(encoding="utf-8")):
            yield pytest.param(name, row, id=f"{name[:-5]}-{row['regime']}-{row['day']}-{row['expected']}")


@pytest.mark.parametrize(("name", "row"), list(rows()))
def test_the_law_gives_what_the_table_says(name: str, row: dict[str, Any]) -> None:
    given = TABLES[name](row["day"], row["regime"], row["situation"])
    assert given == (row["expected"], row["citation"])


def test_every_table_of_this_folder_is_run() -> None:
    assert {path.name for path in HERE.glob("*.yaml")} == set(TABLES)
