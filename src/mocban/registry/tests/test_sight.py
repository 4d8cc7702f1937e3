"""A page shows what stands beside its object only to those who may see that too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.records.services import add_to_file
from mocban.registry.models import Outgoing, Task
from tests import steps
from tests.world import DAY, Caller, World, browser

pytestmark = pytest.mark.django_db
DRAFT = "Về việc trả lời kiến nghị của cử tri"


def shown(actor: Actor, name: str, obj: Any) -> str:
    answer = browser(actor).get(reverse(name, args=[obj.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def other_head(world: World) -> Actor:
    """Heads the unit that cooperates: sees the entry, and nothing else of the leading unit."""
    return world.actor(Role.HEAD_OF_UNIT, "tccb")


def reply(world: World, task: Task, actor: Actor) -> Outgoing:
    document = replace(steps.plan(world).document, subject=DRAFT)
    return steps.drafted(world, with_file=False, actor=actor, reply_to=task.incoming, task=task, document=document)


def test_a_document_names_its_files_only_to_those_who_may_see_them(world: World) -> None:
    entry, file = steps.given_task(world).incoming, steps.opened_file(world)
    add_to_file(file=file, document=entry.document, actor=world.officer, on=DAY)
    cooperating = Task.objects.get(incoming=entry, unit=world.office.units["tccb"])
    for name, obj in (("records:document", entry.document), ("registry:task", cooperating)):
        assert reverse("records:file", args=[file.pk]) in shown(world.chief, name, obj)
        assert reverse("records:file", args=[file.pk]) not in shown(other_head(world), name, obj)


def test_an_entry_names_its_replies_only_to_those_who_may_see_them(world: World) -> None:
    task = steps.given_task(world)
    made = reply(world, task, world.officer)
    assert DRAFT in shown(world.officer, "registry:incoming", task.incoming)
    assert DRAFT not in shown(other_head(world), "registry:incoming", task.incoming)
    address = f"/registry/incoming/{task.incoming_id}"
    assert Caller(world.officer).done("get", address)["replies"] == [str(made.pk)]
    assert Caller(other_head(world)).done("get", address)["replies"] == []


def test_a_reply_names_what_it_answers_only_to_those_who_may_see_it(world: World) -> None:
    made = reply(world, steps.given_task(world, officer=None), world.head)
    assert steps.SUBJECT in shown(world.head, "registry:outgoing", made)
    assert steps.SUBJECT not in shown(world.officer, "registry:outgoing", made)
