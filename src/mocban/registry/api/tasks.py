"""Tasks over the API."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from ninja import Query, Router

from mocban.api.forms import cleaned, values
from mocban.api.paging import Listing, PageQuery, listing
from mocban.people.selectors import today
from mocban.ui.pages import get
from mocban.ui.paging import keyset

from .. import selectors
from ..border import officers_of
from ..forms import AssignForm, ResultForm
from ..models import Task
from ..services.tasks import assign_task, finish_task, start_task
from .schemas import AssignIn, ResultIn, TaskOut

router = Router()
RELATED = ("incoming__document", "unit", "assignee__person")


@router.get("", response=Listing[TaskOut], summary="Tasks that the caller may see, newest first")
def task_list(
    request: Any,
    q: Query[PageQuery],
    mine: bool = False,
    status: Literal["", "waiting", "doing", "done"] = "",
) -> dict[str, Any]:
    tasks = selectors.tasks_for(request.actor, mine=mine, status=status)
    return listing(keyset(tasks, order=("-created_at",), cursor=q.cursor, size=q.size, exact=q.exact))


@router.get("/{uuid:pk}", response=TaskOut, summary="One task")
def task_detail(request: Any, pk: UUID) -> Task:
    return get(Task, request.actor, pk=pk, related=RELATED)  # type: ignore[no-any-return]


@router.post("/{uuid:pk}/assign", response=TaskOut, summary="Hand the task to an officer of the unit")
def task_assign(request: Any, pk: UUID, given: AssignIn) -> Task:
    actor, on = request.actor, today()
    task = get(Task, actor, pk=pk, related=RELATED)
    form = cleaned(AssignForm(values(given), officers=officers_of(task, on=on)))
    assign_task(task=task, officer=form.cleaned_data["officer"], actor=actor, on=on, version=given.version)
    return task_detail(request, pk)


@router.post("/{uuid:pk}/start", response=TaskOut, summary="Take the task up")
def task_start(request: Any, pk: UUID) -> Task:
    start_task(task=get(Task, request.actor, pk=pk), actor=request.actor, on=today())
    return task_detail(request, pk)


@router.post("/{uuid:pk}/finish", response=TaskOut, summary="Finish the task with a word on the result")
def task_finish(request: Any, pk: UUID, given: ResultIn) -> Task:
    actor = request.actor
    task = get(Task, actor, pk=pk, related=RELATED)
    form = cleaned(ResultForm(values(given)))
    finish_task(task=task, result=form.cleaned_data["result"], actor=actor, on=today(), version=given.version)
    return task_detail(request, pk)
