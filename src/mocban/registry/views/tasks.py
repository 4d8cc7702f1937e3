"""Instructions and the tasks they make."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page

from .. import access, rules, selectors
from ..border import officers_of, orders_of
from ..choices import OPEN_TASKS
from ..forms import AssignForm, InstructionForm, ResultForm
from ..models import Incoming, Task
from ..services.instructions import instruct
from ..services.tasks import assign_task, finish_task, start_task
from .incoming import detail_context


@require_POST
def incoming_instruct(request: Any, pk: Any) -> HttpResponse:
    """Write an instruction on an entry; a refusal shows the entry again with the typed words."""
    actor = request.actor
    entry = get(Incoming, actor, pk=pk, related=("document", "book", "organisation", "number", "packet"))
    form = InstructionForm(request.POST, **selectors.instruction_choices(actor, on=today()))
    status = 422
    if form.is_valid():
        try:
            version = form.cleaned_data["version"]
            instruct(entry=entry, orders=orders_of(form), actor=actor, on=today(), version=version)
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, _("Đã ghi ý kiến chỉ đạo và giao việc cho các đơn vị."))
            return redirect("registry:incoming", pk=entry.pk)
    return page(request, "registry/incoming_detail.html", detail_context(request, entry, form), status=status)


@require_GET
def task_detail(request: Any, pk: Any) -> HttpResponse:
    """One task: the document, the instruction, what can be done now, drafts and history."""
    task = get(Task, request.actor, pk=pk, related=("incoming__document", "instruction", "unit", "assignee__person"))
    return page(request, "registry/task_detail.html", task_context(request, task))


def task_context(request: Any, task: Task, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    document = task.incoming.document
    possible = {verb for (state, verb) in rules.TASK_TRANSITIONS if state == task.status}
    may_assign = "assign" in possible and access.may(actor, "task.assign", task)
    may_work = access.may(actor, "task.finish", task) and task.status in OPEN_TASKS
    if may_assign:
        officers = officers_of(task, on=today())
        forms.setdefault("assign_form", AssignForm(initial={"version": task.version}, officers=officers))
    if may_work:
        forms.setdefault("result_form", ResultForm(initial={"version": task.version}))
    return {
        "title": _("Việc: %(subject)s") % {"subject": document.subject[:80]},
        "task": task,
        "document": document,
        "main": record_selectors.main_part(document),
        "may_start": "start" in possible and access.may(actor, "task.start", task),
        "may_work": may_work,
        "drafts": selectors.drafts(actor).filter(task=task),
        "files": record_selectors.open_files_of_unit(actor),
        "in_files": record_selectors.filed_in(document, actor),
        "late": task.status in OPEN_TASKS and task.handle_by is not None and task.handle_by < today(),
        "entries": history(task),
        **forms,
    }


@require_POST
def task_assign(request: Any, pk: Any) -> HttpResponse:
    """Give the task to an officer of the unit."""
    actor = request.actor
    task = get(Task, actor, pk=pk, related=("incoming__document", "instruction", "unit", "assignee__person"))
    officers = officers_of(task, on=today())
    form = AssignForm(request.POST, officers=officers)
    status = 422
    if form.is_valid():
        try:
            assign_task(task=task, actor=actor, on=today(), **form.cleaned_data)
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, _("Đã giao việc."))
            return redirect("registry:task", pk=task.pk)
    return page(request, "registry/task_detail.html", task_context(request, task, assign_form=form), status=status)


@require_POST
def task_start(request: Any, pk: Any) -> HttpResponse:
    """Take the task up."""
    task = get(Task, request.actor, pk=pk)
    start_task(task=task, actor=request.actor, on=today())
    return redirect("registry:task", pk=task.pk)


@require_POST
def task_finish(request: Any, pk: Any) -> HttpResponse:
    """Finish the task with a word on the result."""
    actor = request.actor
    task = get(Task, actor, pk=pk, related=("incoming__document", "instruction", "unit", "assignee__person"))
    form = ResultForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            finish_task(
                task=task,
                result=form.cleaned_data["result"],
                actor=actor,
                on=today(),
                version=form.cleaned_data["version"],
            )
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, _("Đã hoàn thành việc."))
            return redirect("registry:task", pk=task.pk)
    return page(request, "registry/task_detail.html", task_context(request, task, result_form=form), status=status)
