"""A file whose proof was renewed becomes the current version of every document that holds the old one."""

from __future__ import annotations

import pytest

from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.people.actor import system_actor
from mocban.records import selectors, services, tasks
from mocban.records.choices import ObjectRole
from mocban.signing.models import LongTerm
from tests import steps
from tests.world import World

pytestmark = pytest.mark.django_db


def renewed(world: World, old: DigitalObject) -> DigitalObject:
    """As signing leaves it: a new file, to which the row of the old one leads."""
    body, pdf = world.office.organisation, steps.blank_pdf("Gia hạn")
    examined = describe(pdf, old.name, "application/pdf")
    made = content.store(examined=examined, data=pdf, organisation=body, actor=system_actor(body))
    LongTerm.objects.create(organisation=body, object=old, level="B-T", renewed_as=made)
    return made


def test_the_renewed_file_is_attached_once_and_the_old_one_stays(world: World) -> None:
    document = steps.registered(world).document
    old = document.parts.get().object
    made = renewed(world, old)
    tasks.attach_renewed(0)
    tasks.attach_renewed(0)
    assert [part.object for part in selectors.parts(document)] == [old, made]
    assert selectors.main_part(document).object == made
    assert [part.superseded_at is None for part in selectors.parts(document)] == [False, True]
    assert {part.role for part in selectors.parts(document)} == {ObjectRole.MAIN}


def test_a_document_held_back_takes_no_renewed_file(world: World) -> None:
    held, free = (steps.registered(world, files=(steps.accepted(f"{name}.pdf"),)).document for name in "ab")
    for document in (held, free):
        renewed(world, document.parts.get().object)
    services.report_secret(document=held, level="secret", actor=world.clerk)
    body = world.office.organisation
    assert services.attach_renewed(organisation=body, actor=system_actor(body)) == 1
    assert (held.parts.count(), free.parts.count()) == (1, 2)
