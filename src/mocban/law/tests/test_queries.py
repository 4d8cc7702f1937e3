from datetime import date, timedelta

import pytest

from mocban import law
from mocban.law.dates import dated_place, due_on
from mocban.lib.errors import RuleBroken

TODAY = date(2026, 11, 23)


def test_a_change_of_law_takes_effect_on_its_day() -> None:
    change = date(2026, 5, 27)
    before = law.value("number.form", on=change - timedelta(days=1), regime="party")
    after = law.value("number.form", on=change, regime="party")
    assert before.until == change - timedelta(days=1)
    assert (after.since, after.until) == (change, None)
    assert before.citation != after.citation


def test_a_name_a_regime_or_a_table_that_does_not_exist_is_unknown() -> None:
    with pytest.raises(law.Unknown):
        law.value("registry.no_such_thing", on=TODAY, regime="state")
    with pytest.raises(law.Unknown):
        law.value("registry.present_within", on=TODAY, regime="kingdom")
    with pytest.raises(law.Unknown):
        law.table("no_such_table", on=TODAY, regime="state")
    with pytest.raises(law.Unknown):
        law.retention_row("XX-1")


def test_a_day_before_the_law_is_not_covered() -> None:
    with pytest.raises(law.NotCovered):
        law.value("registry.present_within", on=date(2020, 3, 4), regime="state")
    with pytest.raises(law.NotCovered):
        law.table("register_incoming", on=date(2020, 3, 4), regime="state")


def test_values_cannot_be_changed_by_who_asked() -> None:
    form = law.value("number.form", on=TODAY, regime="party").value
    with pytest.raises(TypeError):
        form["label"] = "No. "


def test_a_choice_left_to_the_head_of_the_body_is_marked() -> None:
    assert law.value("counter.outgoing_scope", on=TODAY, regime="state").delegated
    assert not law.value("counter.outgoing_period", on=TODAY, regime="state").delegated


def test_a_default_that_awaits_confirmation_may_be_set_by_the_body() -> None:
    assert law.value("registry.present_within", on=TODAY, regime="party").delegated
    assert not law.value("registry.present_within", on=TODAY, regime="state").delegated


@pytest.mark.parametrize("regime", law.REGIMES)
def test_no_body_can_allow_itself_secrets_on_an_ordinary_network(regime: str) -> None:
    for name in ("secrecy.allowed_on_ordinary_network", "secrecy.exchange_allowed"):
        held = law.value(name, on=TODAY, regime=regime)
        assert (held.value, held.is_law, held.delegated) == (False, True, False)


@pytest.mark.parametrize(("kind", "body"), [("", "TU"), ("CV", "")])
def test_a_number_without_its_symbols_is_refused(kind: str, body: str) -> None:
    with pytest.raises(RuleBroken) as refusal:
        law.printed_number(regime="party", on=TODAY, number=1, kind_symbol=kind, body_symbol=body)
    assert refusal.value.code == "law.no_symbol"
    assert refusal.value.citation == "Hướng dẫn 05-HD/VPTW, phần số và ký hiệu"


def test_numbers_begin_at_one_and_are_padded_below_ten_only() -> None:
    def printed(number: int) -> str:
        return law.printed_number(regime="state", on=TODAY, number=number, kind_symbol="TB", body_symbol="SNV")

    assert [printed(n) for n in (1, 9, 10, 100)] == ["01/TB-SNV", "09/TB-SNV", "10/TB-SNV", "100/TB-SNV"]
    with pytest.raises(ValueError, match="begin at 1"):
        printed(0)


def test_braces_in_a_symbol_are_printed_and_not_filled_in() -> None:
    shown = law.printed_number(regime="party", on=TODAY, number=3, kind_symbol="CV", body_symbol="{number}")
    assert shown == "03-CV/{number}"


def test_a_retention_row_is_found_as_it_stood_on_a_day() -> None:
    then = law.retention_row("TT09-1-02", regime="state", on=date(2022, 1, 1))
    now = law.retention_row("TT09-1-02", regime="state", on=TODAY)
    assert (then.confidence, now.confidence) == ("single_source", law.UNCONFIRMED)
    assert then.years == now.years == 5
    assert law.retention_row("P383-11-2c").schedule == "383-qd-tw"


def test_limits_fall_due_by_their_unit() -> None:
    present = law.value("registry.present_within", on=TODAY, regime="state")
    assert due_on(date(2026, 11, 27), present, regime="state") == date(2026, 11, 30)
    submit = law.value("archives.submit_within", on=TODAY, regime="state")
    assert due_on(date(2028, 2, 29), submit, regime="state") == date(2029, 2, 28)
    with pytest.raises(ValueError, match="span of time"):
        due_on(TODAY, law.value("security.password_length", on=TODAY, regime="state"), regime="state")


def test_the_date_line_pads_early_days_and_months() -> None:
    assert dated_place(regime="party", place="Lâm Sơn", day=date(2026, 2, 3)) == "Lâm Sơn, ngày 03 tháng 02 năm 2026"
    assert dated_place(regime="state", place="Lâm Sơn", day=date(2026, 3, 10)) == "Lâm Sơn, ngày 10 tháng 3 năm 2026"
