"""Who may do what in the archives, as one table; and what each may see."""

from __future__ import annotations

import pytest

from mocban.archives import access
from mocban.archives.models import Holding, Submission
from tests import steps
from tests.world import World

pytestmark = pytest.mark.django_db

MAY = {
    "fonds.create": {"archivist"},
    "place.create": {"archivist"},
    "submission.send": {"head", "officer"},
    "submission.receive": {"archivist"},
    "submission.return": {"archivist"},
    "holding.place": {"archivist"},
    "holding.pack": {"archivist"},
}


def test_each_verb_is_for_those_in_the_table_and_nobody_else(world: World) -> None:
    holding = steps.received(world)
    body = world.office.organisation
    held = {"fonds": body, "place": body, "submission": holding.submission, "holding": holding}
    found = {
        verb: {n for n, actor in world.people().items() if access.may(actor, verb, held[verb.partition(".")[0]])}
        for verb in access.VERBS
    }
    assert found == MAY


def test_a_submission_is_its_units_and_a_holding_the_archives(world: World) -> None:
    steps.received(world)
    seen = {
        model.__name__: {name for name, actor in world.people().items() if model.objects.visible_to(actor).exists()}
        for model in (Submission, Holding)
    }
    assert seen == {
        "Submission": {"archivist", "chief", "head", "officer"},
        "Holding": {"archivist", "chief", "leader"},
    }
