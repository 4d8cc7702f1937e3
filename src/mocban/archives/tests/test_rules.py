"""The rules of submission and custody as tables; no database."""

from __future__ import annotations

from itertools import product
from uuid import UUID

import pytest

from mocban.archives import rules
from mocban.archives.choices import SubmissionState
from tests.steps import refused

VERBS = sorted({verb for (_state, verb) in rules.SUBMISSION_TRANSITIONS})


@pytest.mark.parametrize(("state", "verb"), list(product(SubmissionState.values, VERBS)))
def test_every_pair_of_the_table_is_allowed_and_every_other_refused(state: str, verb: str) -> None:
    if (state, verb) in rules.SUBMISSION_TRANSITIONS:
        assert rules.next_submission(state, verb) == rules.SUBMISSION_TRANSITIONS[state, verb]
        return
    with refused("submission.wrong_state"):
        rules.next_submission(state, verb)


def test_a_submission_has_files_and_a_package_a_place() -> None:
    rules.check_lines(1, citation="")
    rules.check_packable(placed=True, citation="")
    with refused("submission.empty"):
        rules.check_lines(0, citation="")
    with refused("holding.not_placed"):
        rules.check_packable(placed=False, citation="")


def test_a_file_is_placed_in_the_archives_that_hold_it() -> None:
    rules.check_own_shelf(UUID(int=1), UUID(int=1), UUID(int=1), citation="")
    for fonds, place in ((2, 1), (1, 2)):
        with refused("holding.other_body"):
            rules.check_own_shelf(UUID(int=1), UUID(int=fonds), UUID(int=place), citation="")
