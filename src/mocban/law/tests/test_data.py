"""The data that travels with the program: complete, cited, honest about what is not confirmed."""

from datetime import date

import pytest

from mocban import law
from mocban.law.loader import book

TODAY = date(2026, 11, 23)
TABLES = sorted({source.table for source in book().sources})


def test_the_check_finds_nothing_wrong() -> None:
    assert law.check() == []


@pytest.mark.parametrize("regime", law.REGIMES)
def test_every_parameter_and_table_answers_under_every_regime(regime: str) -> None:
    for parameter in law.all_parameters():
        assert law.value(parameter.name, on=TODAY, regime=regime).name == parameter.name
    for name in TABLES:
        assert law.table(name, regime=regime, on=TODAY)


def test_what_is_unconfirmed_never_looks_like_law() -> None:
    for parameter in law.all_parameters():
        for held in (law.held(parameter, period) for period in parameter.periods):
            if held.confidence == law.UNCONFIRMED:
                assert (held.citation, held.is_law) == ("", False)
                assert held.note.startswith("chờ xác nhận")
            else:
                assert held.citation
                assert held.is_law


@pytest.mark.parametrize("regime", law.REGIMES)
def test_unconfirmed_rows_carry_no_citation(regime: str) -> None:
    rows = [row for name in TABLES for row in law.table(name, regime=regime, on=TODAY)]
    assert all((row["citation"] == "") == (row["confidence"] == law.UNCONFIRMED) for row in rows)


@pytest.mark.parametrize("regime", law.REGIMES)
def test_kinds_and_retention_codes_are_unique(regime: str) -> None:
    kinds = [kind.code for kind in law.kinds(regime=regime, on=TODAY)]
    codes = [row.code for row in law.retention(regime=regime, on=TODAY)]
    assert len(kinds) == len(set(kinds))
    assert len(codes) == len(set(codes))


def test_the_numbers_of_kinds_are_those_of_the_instruments() -> None:
    assert len(law.kinds(regime="state", on=TODAY)) == 29
    assert len(law.kinds(regime="party", on=TODAY)) == 33
    assert len(law.kinds(regime="congdoan", on=TODAY)) == 30


def test_the_official_letter_has_a_symbol_only_where_the_regime_gives_one() -> None:
    letters = {r: next(k for k in law.kinds(regime=r, on=TODAY) if k.is_letter).symbol for r in law.REGIMES}
    assert letters == {"state": "", "party": "CV", "mttq": "", "congdoan": "", "doan": "CV"}


def test_only_rows_with_a_plain_term_can_be_selected() -> None:
    for regime in law.REGIMES:
        for row in law.retention(regime=regime, on=TODAY):
            assert not row.selectable or row.term == "permanent" or (row.term == "years" and row.years)


def test_register_columns_stand_in_the_order_of_the_form() -> None:
    incoming = law.table("register_incoming", regime="state", on=TODAY)
    assert [row["ordinal"] for row in incoming] == [str(n) for n in range(1, 11)]
    assert [row["key"] for row in incoming][:3] == ["arrived_on", "arrival_number", "issuer"]


def test_unconfirmed_days_off_are_kept_but_not_counted() -> None:
    known = {row["day"]: row["confidence"] for row in law.table("holidays", regime="state", on=TODAY)}
    assert known["2026-09-01"] == law.UNCONFIRMED
    assert date(2026, 9, 1) not in law.calendar(on=TODAY, regime="state").holidays
    assert date(2025, 9, 1) in law.calendar(on=TODAY, regime="state").holidays
