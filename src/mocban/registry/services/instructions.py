"""A leader's instruction (bút phê): opinion, lead unit, cooperating units, deadline; tasks follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.exchange import services as exchange
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Position, Unit
from mocban.people.selectors import holders
from mocban.records import rules as record_rules

from .. import access, events, rules
from ..choices import TaskRole
from ..models import Incoming, Instruction, Task
from .logs import distribute


@dataclass(frozen=True)
class Orders:
    """What the leader writes: opinion, who leads (unit, and an officer when named), who cooperates, until when."""

    opinion: str
    lead_unit: Unit
    cooperating: Sequence[Unit] = ()
    officer: Position | None = None
    handle_by: date | None = None


@transaction.atomic
def instruct(*, entry: Incoming, orders: Orders, actor: Actor, on: date, version: int | None = None) -> Instruction:
    """Write the instruction and give each unit its task (NĐ 30/2020, Điều 23).

    Raises PermissionDenied, Stale, RuleBroken("instruction.empty" | "instruction.past_deadline" |
    "instruction.other_body" | "task.other_unit" | "registry.wrong_state").
    """
    access.require(actor, "incoming.instruct", entry)
    entry = (
        Incoming.objects.select_for_update(of=["self"])
        .select_related("document", "organisation", "packet")
        .get(pk=entry.pk)
    )
    record_rules.check_version(version, entry.version)
    held = basis("present_incoming", on=on, regime=entry.organisation.regime)
    opinion = clean_line(orders.opinion)
    if not opinion:
        raise RuleBroken("instruction.empty", _("Hãy ghi ý kiến chỉ đạo."), held.citation)
    rules.check_deadline(handle_by=orders.handle_by, on=on)
    units = [orders.lead_unit, *(unit for unit in orders.cooperating if unit != orders.lead_unit)]
    if any(unit.organisation_id != entry.organisation_id for unit in units):
        raise RuleBroken("instruction.other_body", _("Chỉ giao được cho đơn vị của cơ quan mình."))
    if orders.officer and orders.officer.unit_id != orders.lead_unit.pk:
        raise RuleBroken("task.other_unit", _("Người được giao thẳng phải thuộc đơn vị chủ trì."), held.citation)
    entry.status = rules.next_incoming(entry.status, "instruct")
    entry.handle_by = orders.handle_by or entry.handle_by
    entry.version += 1
    entry.save(update_fields=["status", "handle_by", "version"])
    instruction = Instruction.objects.create(
        incoming=entry,
        opinion=opinion,
        lead_unit=orders.lead_unit,
        handle_by=orders.handle_by,
        written_by=f"{actor.person_name}, {actor.position_title}",
        written_at=timezone.now(),
    )
    tasks = [give_task(entry, instruction, unit, orders, actor=actor, on=on) for unit in units]
    audit.record(
        actor,
        events.INCOMING_INSTRUCTED,
        entry,
        basis=held.citations,
        about=[entry.document, *tasks],
        details={"opinion": opinion, "unit": orders.lead_unit.name},
    )
    distribute(entry, tasks, actor=actor, on=on)
    if entry.packet:
        exchange.report(packet=entry.packet, code="04", actor=actor, on=on)
    return instruction


def give_task(entry: Incoming, instruction: Instruction, unit: Unit, orders: Orders, *, actor: Actor, on: date) -> Task:
    """Create one unit's task and let its head (and the named officer) see the matter."""
    leads = unit == orders.lead_unit
    officer = orders.officer if leads else None
    task = Task.objects.create(
        organisation_id=entry.organisation_id,
        incoming=entry,
        instruction=instruction,
        unit=unit,
        assignee=officer,
        role=TaskRole.LEAD if leads else TaskRole.COOPERATE,
        handle_by=orders.handle_by,
        created_at=timezone.now(),
    )
    readers = [grants.unit_token(unit.pk, Role.HEAD_OF_UNIT)]
    if officer:
        readers.append(grants.person_token(officer.person_id, officer.organisation_id))
    share(task, readers)
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)
    grants.allow(task, [grants.role_token(entry.organisation_id, role) for role in desks], reason="registry")
    told = [*holders(entry.organisation_id, Role.HEAD_OF_UNIT, on=on, unit_id=unit.pk), *([officer] if officer else [])]
    notices.send(events.TELL_TASK, to=told, about=task, url=f"/registry/tasks/{task.pk}/")
    return task


def share(task: Task, readers: Sequence[str]) -> None:
    """Whoever works on the task may see the task, the entry and the document."""
    for obj in (task, task.incoming, task.incoming.document):
        grants.allow(obj, readers, reason="task")
