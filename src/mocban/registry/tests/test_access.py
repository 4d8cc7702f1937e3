"""Who may do what to what, as one table; and what each may see at all."""

from __future__ import annotations

from typing import Any

import pytest

from mocban.registry import access
from mocban.registry.models import Amendment, Copy, Incoming, Outgoing, PaperReturn, SigningBatch, Task
from tests import steps
from tests.world import World, position

from . import logs

pytestmark = pytest.mark.django_db

MAY = {
    "series.edit": {"clerk", "administrator"},
    "book.edit": {"clerk", "administrator"},
    "issuer.edit": {"clerk", "administrator"},
    "ledger.read": {"clerk", "administrator", "chief", "leader"},
    "book.close": {"clerk", "chief"},
    "book.reopen": {"clerk", "chief"},
    "hand_over.make": {"clerk"},
    "hand_over.confirm": {"head"},
    "hand_over.note_receipt": {"clerk"},
    "hand_over.undo": {"clerk"},
    "post_item.send": {"clerk"},
    "post_item.note_receipt": {"clerk"},
    "kept_copy_use.lend": {"clerk"},
    "kept_copy_use.take_back": {"clerk"},
    "envelope.register": {"clerk"},
    "envelope.return": {"clerk", "officer"},
    "number.void": {"clerk"},
    "number.reserve": {"clerk"},
    "number.give_back": {"clerk"},
    "number.elsewhere": {"clerk"},
    "incoming.register": {"clerk"},
    "incoming.change": {"clerk"},
    "incoming.stamp": {"clerk", "chief", "leader"},
    "incoming.instruct": {"chief", "leader"},
    "task.assign": {"head"},
    "task.start": {"head", "officer"},
    "task.finish": {"head", "officer"},
    "outgoing.draft": {"clerk", "chief", "head", "officer", "other_head", "other_officer"},
    "outgoing.upload": {"officer"},
    "outgoing.submit": {"officer"},
    "outgoing.withdraw": {"officer"},
    "outgoing.approve": {"head"},
    "outgoing.return": {"head", "leader"},
    "outgoing.sign": {"leader"},
    "outgoing.prepare": {"clerk", "officer", "head", "leader"},
    "outgoing.place": {"clerk", "officer", "head", "leader"},
    "outgoing.enclose": {"clerk", "officer"},
    "outgoing.set_signers": {"officer"},
    "outgoing.sign_again": {"clerk", "leader"},
    "signing_batch.start": {"clerk", "chief", "leader", "head", "other_head"},
    "signing_batch.run": {"leader"},
    "outgoing.number": {"clerk"},
    "outgoing.issue": {"clerk"},
    "outgoing.recall": {"leader"},
    "outgoing.replace": {"clerk"},
    "outgoing.amend": {"clerk", "chief", "head", "officer", "other_head", "other_officer"},
    "outgoing.issue_paper": {"clerk"},
    "outgoing.issue_from_paper": {"clerk"},
    "amendment.cancel": {"clerk", "leader", "officer"},
    "paper_return.note": {"clerk"},
    "recall.answer": {"clerk"},
    "copy.request": {"clerk", "chief", "leader", "head", "officer", "other_head", "other_officer"},
    "copy.approve": {"chief"},
    "copy.refuse": {"chief"},
    "copy.number": {"clerk"},
    "copy.make": {"clerk"},
    "outgoing.cancel": {"clerk"},
    "outgoing.enter_late": {"clerk"},
    "outgoing.set_issuer": {"officer"},
    "volume.seal": {"clerk"},
    "import.prepare": {"clerk", "chief", "administrator"},
    "import.run": {"chief", "administrator"},
}


def test_the_table_names_every_verb() -> None:
    assert set(MAY) == set(access.VERBS)


def objects(world: World) -> dict[str, Any]:
    task = steps.given_task(world)
    return {
        "series": world.office.incoming_book.series,
        "book": world.office.incoming_book,
        "number": world.office.incoming_book.series,
        "issuer": world.office.incoming_book.series.issuer,
        "ledger": world.office.incoming_book.series,
        "incoming": task.incoming,
        "task": task,
        "outgoing": steps.drafted(world, with_file=False),
        "hand_over": logs.handed(world, task.incoming)[0],
        "post_item": task.incoming,
        "kept_copy_use": task.incoming.document,
        "envelope": logs.envelope(world),
        "copy": Copy(organisation=world.office.organisation, signer=position(world.chief)),
        "amendment": Amendment(
            organisation=world.office.organisation, by_outgoing=Outgoing(drafter=position(world.officer))
        ),
        "paper_return": PaperReturn(organisation=world.office.organisation),
        "recall": world.office.incoming_book,
        "volume": world.office.incoming_book,
        "signing_batch": SigningBatch(organisation=world.office.organisation, position=position(world.leader)),
        "import": world.office.organisation,
    }


def test_each_verb_is_for_those_in_the_table_and_nobody_else(world: World) -> None:
    held, people = objects(world), world.people()
    found = {
        verb: {name for name, actor in people.items() if access.may(actor, verb, held[verb.partition(".")[0]])}
        for verb in access.VERBS
    }
    assert found == MAY


def test_each_sees_the_entries_tasks_and_drafts_of_the_own_desk(world: World) -> None:
    """The desk sees all; the unit and its officer what was given to them; nobody else anything."""
    objects(world)
    people = world.people()
    seen = {
        model.__name__: {name for name, actor in people.items() if model.objects.visible_to(actor).exists()}
        for model in (Incoming, Task, Outgoing)
    }
    desk = {"clerk", "chief", "leader"}
    assert seen == {
        "Incoming": desk | {"head", "officer", "other_head"},
        "Task": desk | {"head", "officer", "other_head"},
        "Outgoing": desk | {"head", "officer"},
    }


def test_an_untouched_entry_is_seen_by_the_desk_alone(world: World) -> None:
    steps.registered(world)
    seen = {name for name, actor in world.people().items() if Incoming.objects.visible_to(actor).exists()}
    assert seen == {"clerk", "chief", "leader"}
