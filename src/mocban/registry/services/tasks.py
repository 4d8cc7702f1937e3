"""Hand a task to an officer, start it, finish it."""

from __future__ import annotations

from datetime import date

from django.db import transaction
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
from mocban.people.models import Position
from mocban.people.selectors import holders
from mocban.records import rules as record_rules

from .. import access, events, rules
from ..models import Incoming, Task
from .incoming import resolve_if_done
from .instructions import share
from .logs import receive_with_task


def locked(task: Task, version: int | None = None) -> Task:
    """Re-read the task with its row locked. Raises Stale."""
    held: Task = (
        Task.objects.select_for_update(of=["self"])
        .select_related("incoming__document", "incoming__packet", "organisation", "unit")
        .get(pk=task.pk)
    )
    record_rules.check_version(version, held.version)
    return held


@transaction.atomic
def assign_task(*, task: Task, officer: Position, actor: Actor, on: date, version: int | None = None) -> Task:
    """The head of unit gives the task to an officer of the unit. Raises PermissionDenied, Stale, RuleBroken."""
    access.require(actor, "task.assign", task)
    task = locked(task, version)
    held = basis("handle_incoming", on=on, regime=task.organisation.regime)
    if officer.unit_id != task.unit_id:
        raise RuleBroken("task.other_unit", _("Chỉ giao được cho người của đơn vị mình."), held.citation)
    task.status = rules.next_task(task.status, "assign")
    task.assignee = officer
    task.version += 1
    task.save(update_fields=["status", "assignee", "version"])
    share(task, [grants.person_token(officer.person_id, officer.organisation_id)])
    receive_with_task(task, actor=actor, on=on)
    audit.record(
        actor,
        events.TASK_ASSIGNED,
        task,
        basis=held.citations,
        about=[task.incoming, task.incoming.document],
        details={"assignee": str(officer)},
    )
    notices.send(events.TELL_TASK, to=[officer], about=task, url=f"/registry/tasks/{task.pk}/")
    return task


@transaction.atomic
def start_task(*, task: Task, actor: Actor, on: date) -> Task:
    """The officer takes the task up. Raises PermissionDenied, RuleBroken("registry.wrong_state")."""
    access.require(actor, "task.start", task)
    task = locked(task)
    held = basis("handle_incoming", on=on, regime=task.organisation.regime)
    task.status = rules.next_task(task.status, "start")
    task.version += 1
    task.save(update_fields=["status", "version"])
    receive_with_task(task, actor=actor, on=on)
    audit.record(actor, events.TASK_STARTED, task, basis=held.citations, about=[task.incoming, task.incoming.document])
    if task.incoming.packet:
        exchange.report(packet=task.incoming.packet, code="05", actor=actor, on=on)
    return task


@transaction.atomic
def finish_task(*, task: Task, result: str, actor: Actor, on: date, version: int | None = None) -> Task:
    """Finish a task with a word on the result; the last one resolves the document (NĐ 30/2020, Điều 24).

    Raises PermissionDenied, Stale, RuleBroken("task.no_result" | "registry.wrong_state").
    """
    access.require(actor, "task.finish", task)
    entry = Incoming.objects.select_for_update().get(pk=task.incoming_id)
    task = locked(task, version)
    held = basis("handle_incoming", on=on, regime=task.organisation.regime)
    result = clean_line(result)
    if not result:
        raise RuleBroken("task.no_result", _("Hãy ghi kết quả giải quyết."), held.citation)
    task.status = rules.next_task(task.status, "finish")
    task.result, task.done_on = result, on
    task.version += 1
    task.save(update_fields=["status", "result", "done_on", "version"])
    receive_with_task(task, actor=actor, on=on)
    audit.record(
        actor,
        events.TASK_DONE,
        task,
        basis=held.citations,
        about=[task.incoming, task.incoming.document],
        details={"result": result},
    )
    notices.send(
        events.TELL_RESULT,
        to=holders(task.organisation_id, Role.HEAD_OF_OFFICE, on=on),
        about=task,
        url=f"/registry/incoming/{entry.pk}/",
    )
    resolve_if_done(entry, actor=actor, on=on)
    return task
