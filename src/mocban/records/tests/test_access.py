"""Who may do what to documents, files and plans, as one table; and what each may see."""

from __future__ import annotations

import pytest

from mocban.records import access
from mocban.records.models import Document, File, FilePlan
from tests import steps
from tests.world import World

pytestmark = pytest.mark.django_db

EVERYBODY = {"clerk", "chief", "leader", "head", "officer", "other_head", "other_officer", "archivist", "administrator"}
UNIT = {"head", "officer"}
MAY = {
    "document.add": {"clerk", "chief", "leader", "head", "officer", "other_head", "other_officer"},
    "document.freeze": {"clerk", "chief", "head", "officer", "other_head", "other_officer", "administrator"},
    "document.hold": {"clerk", "leader"},
    "document.mark": {"clerk", "leader"},
    "document.destroy": {"clerk"},
    "plan.edit": {"clerk", "chief", "archivist"},
    "plan.approve": {"chief", "leader"},
    "file.open": {"clerk", "chief", "head", "officer", "other_head", "other_officer", "archivist"},
    "file.add_document": UNIT,
    "file.remove_document": UNIT,
    "file.close": UNIT,
    "file.reopen": UNIT,
    "file.submit": UNIT,
}


def test_each_verb_is_for_those_in_the_table_and_nobody_else(world: World) -> None:
    file = steps.opened_file(world)
    held = {
        "document": steps.registered(world).document,
        "plan": FilePlan.objects.get(organisation=world.office.organisation),
        "file": file,
    }
    found = {
        verb: {n for n, actor in world.people().items() if access.may(actor, verb, held[verb.partition(".")[0]])}
        for verb in access.VERBS
    }
    assert found == MAY


def test_a_file_is_its_units_and_the_desks_and_a_plan_is_everybodys(world: World) -> None:
    file = steps.opened_file(world)
    seen = {
        model.__name__: {name for name, actor in world.people().items() if model.objects.visible_to(actor).exists()}
        for model in (File, Document)
    }
    assert seen == {"File": {"head", "officer", "chief", "leader"}, "Document": set()}
    plan = FilePlan.objects.filter(organisation=world.office.organisation)
    own = {name for name, actor in world.people().items() if (plan & FilePlan.objects.visible_to(actor)).exists()}
    assert own == EVERYBODY
    assert file.unit == world.office.units["vtlt"]
