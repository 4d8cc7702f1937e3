"""The rules of the registry as tables; no database."""

from __future__ import annotations

from datetime import date
from itertools import product
from uuid import UUID

import pytest

from mocban import law
from mocban.lib.errors import RuleBroken
from mocban.registry import rules
from mocban.registry.choices import BookState, IncomingStatus, OutgoingStatus, TaskStatus
from mocban.registry.forms import split_code
from mocban.registry.models import Series
from tests.steps import refused

DAY = date(2026, 11, 4)
CITED = "NĐ 30/2020/NĐ-CP, Điều 22"
TABLES = [
    (OutgoingStatus, rules.OUTGOING_TRANSITIONS, rules.next_outgoing),
    (TaskStatus, rules.TASK_TRANSITIONS, rules.next_task),
    (IncomingStatus, rules.INCOMING_TRANSITIONS, rules.next_incoming),
]
PAIRS = [
    (step, table, state, verb)
    for states, table, step in TABLES
    for state, verb in product(states, sorted({verb for (_state, verb) in table}))
]


@pytest.mark.parametrize(("step", "table", "state", "verb"), PAIRS)
def test_every_pair_of_the_table_is_allowed_and_every_other_refused(step, table, state, verb) -> None:  # type: ignore[no-untyped-def]
    if (state, verb) in table:
        assert step(state.value, verb) == table[state, verb]
    else:
        with refused("registry.wrong_state") as refusal:
            step(state.value, verb)
        assert str(state.label) in str(refusal.value.message)


def test_an_issued_document_is_final_and_a_signed_one_never_returns() -> None:
    after = {verb for (state, verb) in rules.OUTGOING_TRANSITIONS if state == OutgoingStatus.ISSUED}
    assert after == {"replace", "recall"}
    for state in (OutgoingStatus.SIGNED, OutgoingStatus.NUMBERED, OutgoingStatus.ISSUED):
        assert (state, "return") not in rules.OUTGOING_TRANSITIONS


def test_only_an_open_book_of_the_own_body_and_year_takes_entries() -> None:
    rules.check_book_open(BookState.OPEN, citation=CITED)
    rules.check_book_year(2026, on=DAY, citation=CITED)
    rules.check_own(UUID(int=1), UUID(int=1), citation=CITED)
    with refused("book.locked") as refusal:
        rules.check_book_open(BookState.LOCKED, citation=CITED)
    assert refusal.value.citation == CITED
    with refused("book.wrong_year"):
        rules.check_book_year(2025, on=DAY, citation=CITED)
    with refused("book.other_body"):
        rules.check_own(UUID(int=1), UUID(int=2), citation=CITED)


@pytest.mark.parametrize(
    ("arrived_on", "code"),
    [(DAY, ""), (date(2025, 12, 31), ""), (date(2026, 11, 5), "incoming.arrives_later")],
)
def test_a_document_arrives_before_it_is_entered(arrived_on: date, code: str) -> None:
    if not code:
        rules.check_arrival(arrived_on=arrived_on, on=DAY, year=2026, citation=CITED)
        return
    with refused(code):
        rules.check_arrival(arrived_on=arrived_on, on=DAY, year=2026, citation=CITED)


def test_a_deadline_is_today_at_the_earliest() -> None:
    rules.check_deadline(handle_by=None, on=DAY)
    rules.check_deadline(handle_by=DAY, on=DAY)
    with refused("instruction.past_deadline"):
        rules.check_deadline(handle_by=date(2026, 11, 3), on=DAY)


@pytest.mark.parametrize(
    ("book", "symbols", "codes", "code"),
    [
        ("outgoing", [], [], ""),
        ("outgoing", ["QĐ", "QC"], [], ""),
        ("outgoing", [], ["decision"], ""),
        ("outgoing", ["CV"], ["rule"], "series.other_kind"),
        ("incoming", [], [], "series.incoming"),
    ],
)
def test_a_series_counts_its_own_kinds_by_symbol_or_by_kind(
    book: str, symbols: list[str], codes: list[str], code: str
) -> None:
    decision = next(kind for kind in law.kinds(regime="party", on=date(2026, 9, 1)) if kind.code == "decision")
    series = Series(kind_symbols=symbols, kind_codes=codes)
    given = {"kind": book, "counts": rules.series_counts(series, decision), "citation": CITED}
    if not code:
        rules.check_series(**given)
        return
    with refused(code):
        rules.check_series(**given)


@pytest.mark.parametrize(
    ("printed", "number", "parts"),
    [
        ("12-CV/VPTU", 12, ("12", "CV/VPTU")),
        ("05/SNV-VP", 5, ("05", "SNV-VP")),
        ("1024/QĐ-SNV", 1024, ("1024", "QĐ-SNV")),
    ],
)
def test_a_printed_number_is_split_as_the_packet_wants_it(printed: str, number: int, parts: tuple[str, str]) -> None:
    assert rules.split_code(printed, number=number) == parts
    with pytest.raises(ValueError, match="does not begin"):
        rules.split_code(printed, number=number + 1)


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("12/SNV-VP", ("12", "SNV-VP")),
        ("12-CV/VPTU", ("12", "CV/VPTU")),
        ("30/2020/NĐ-CP", ("30", "2020/NĐ-CP")),
        ("05 / SNV-VP", ("05", "SNV-VP")),
        ("không số", ("", "không số")),
        ("", ("", "")),
    ],
)
def test_a_typed_code_is_split_where_it_can_be(typed: str, parts: tuple[str, str]) -> None:
    assert split_code(typed) == parts


def test_a_refusal_is_a_sentence_and_not_a_code() -> None:
    with pytest.raises(RuleBroken) as refusal:
        rules.check_book_open(BookState.LOCKED, citation=CITED)
    assert str(refusal.value.message).endswith(".")
