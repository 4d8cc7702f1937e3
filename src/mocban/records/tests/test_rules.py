"""The rules of documents and files as tables; no database."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from mocban.lib.errors import Stale
from mocban.records import rules
from mocban.records.choices import FileState, PlanState
from tests.steps import refused

DAY = date(2026, 11, 4)
VERBS = sorted({verb for (_state, verb) in rules.FILE_TRANSITIONS})


@pytest.mark.parametrize(("state", "verb"), list(product(FileState, VERBS)))
def test_every_pair_of_the_table_is_allowed_and_every_other_refused(state: FileState, verb: str) -> None:
    if (state, verb) in rules.FILE_TRANSITIONS:
        assert rules.next_file_state(state.value, verb) == rules.FILE_TRANSITIONS[state, verb]
        return
    with refused("file.wrong_state") as refusal:
        rules.next_file_state(state.value, verb)
    assert str(state.label) in str(refusal.value.message)


def test_an_archived_file_is_final() -> None:
    assert not [verb for (state, verb) in rules.FILE_TRANSITIONS if state == FileState.ARCHIVED]


def test_a_form_of_an_older_version_is_stale_and_a_missing_one_is_not() -> None:
    rules.check_version(None, 3)
    rules.check_version(3, 3)
    with pytest.raises(Stale):
        rules.check_version(2, 3)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"subject": "Về việc"}, ""),
        ({"subject": "Về việc", "issued_on": DAY}, ""),
        ({"subject": "Về việc", "issued_on": None}, ""),
        ({"subject": "  "}, "document.no_subject"),
        ({}, "document.no_subject"),
        ({"subject": "x" * 11}, "document.field_too_long"),
        ({"subject": "Về việc", "issued_on": date(2026, 11, 5)}, "document.date_in_future"),
    ],
)
def test_a_document_has_a_subject_short_enough_and_a_day_that_has_come(values: dict, code: str) -> None:
    given = {"limits": {"subject": 10}, "on": DAY, "citation": "NĐ 30/2020/NĐ-CP, Phụ lục VI"}
    if not code:
        rules.check_document(values, **given)
        return
    with refused(code) as refusal:
        rules.check_document(values, **given)
    assert refusal.value.citation == given["citation"]


def test_a_file_without_documents_is_not_closed() -> None:
    assert rules.check_closable(documents=1, state="open", citation="") == FileState.CLOSED
    with refused("file.empty"):
        rules.check_closable(documents=0, state="open", citation="")
    with refused("file.wrong_state"):
        rules.check_closable(documents=1, state="closed", citation="")


def test_an_issued_plan_is_not_edited() -> None:
    rules.check_plan_open(PlanState.DRAFT)
    with refused("plan.approved"):
        rules.check_plan_open(PlanState.APPROVED)
