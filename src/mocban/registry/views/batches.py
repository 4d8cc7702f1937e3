"""Batches: drop up to fifty files, mend the rows, register all in their order, come back later."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban.lib.errors import RuleBroken
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page, wants_fragment

from .. import batching, desk
from ..batching import OPEN, RowShown
from ..choices import BatchRowState
from ..desk_forms import BatchFilesForm
from ..models import Batch, BatchRow
from ..services.batches import BATCH_LIMIT, drop_row, start_batch
from .scans import body

ROWS_AT_ONCE = 5  # registered before htmx shows how far it is


@require_http_methods(["GET", "POST"])
def batch_new(request: Any) -> HttpResponse:
    """Begin a batch with dropped files, or with all that waits in the scan folder."""
    actor, on = request.actor, today()
    organisation = body(request)
    form = BatchFilesForm(request.POST or None, request.FILES or None)
    if request.method == "GET":
        return new_page(request, form)
    from_folder = "folder" in request.POST
    if not from_folder and not form.is_valid():
        return new_page(request, form, status=422)
    batch = start_batch(organisation=organisation, actor=actor)
    try:
        tell_left(request, add_files(request, batch, form, on))
    except RuleBroken as refused:
        form_error(form, refused)
        return new_page(request, form, status=409)
    return redirect("registry:batch", pk=batch.pk)


def new_page(request: Any, form: BatchFilesForm, *, status: int = 200) -> HttpResponse:
    try:
        waiting = sum(one.free and not one.state for one in desk.waiting_scans(body(request), request.actor))
    except RuleBroken:
        waiting = 0
    context = {
        "title": _("Đăng ký nhiều tệp"),
        "form": form,
        "waiting": waiting,
        "batches": desk.open_batches(request.actor)[:20],
        "limit": BATCH_LIMIT,
    }
    return page(request, "registry/batch_new.html", context, status=status)


def add_files(request: Any, batch: Batch, form: BatchFilesForm, on: date) -> list[str]:
    """Stage what was sent, or the scan folder; return the names that found no room."""
    if "folder" in request.POST:
        if not batching.stage_folder(batch, actor=request.actor, on=on):
            say_careful(request, _("Không còn tệp quét nào chờ đăng ký."))
        return []
    files = form.cleaned_data["files"]
    return batching.stage_uploads(batch, files, channel=Channel.UPLOAD, actor=request.actor, on=on)


def tell_left(request: Any, left: list[str]) -> None:
    if left:
        names = ", ".join(left[:20])
        message = _("Mỗi lô nhận tối đa %(limit)d tệp; chưa nhận: %(names)s.")
        say_careful(request, message % {"limit": BATCH_LIMIT, "names": names})


@require_http_methods(["GET", "POST"])
def batch_detail(request: Any, pk: Any) -> HttpResponse:
    """The rows of a batch. A POST keeps what is typed, and with "register" registers what waits, row by row."""
    actor, on = request.actor, today()
    body(request)
    batch = get(Batch, actor, pk=pk, related=("organisation",))
    if request.method == "GET":
        return batch_page(request, batch, on)
    if "more" not in request.POST:
        batching.keep_typed(batch, request.POST, actor=actor, on=on)
    if "register" not in request.POST:
        say_done(request, _("Đã lưu các dòng của lô; có thể đóng trang và làm tiếp sau."))
        return redirect("registry:batch", pk=batch.pk)
    step = ROWS_AT_ONCE if wants_fragment(request) else None
    _done, left = batching.register_waiting(batch, channel=Channel.FORM, actor=actor, on=on, most=step)
    if wants_fragment(request):
        return batch_page(request, batch, on, running=left > 0)
    return redirect("registry:batch", pk=batch.pk)


def batch_page(request: Any, batch: Batch, on: date, *, running: bool = False) -> HttpResponse:
    rows = batching.rows_of(batch)
    twins = batching.twins(rows)
    states = [row.state for row in rows]
    registered = states.count(BatchRowState.REGISTERED)
    total = registered + sum(state in OPEN for state in states)
    books = batching.books_for(request.actor, on=on)
    shown = [
        RowShown(row, batching.shown_form(row, request.actor, on=on, books=books), [], twins.get(row.pk))
        for row in rows
        if row.state != BatchRowState.DROPPED
    ]
    context = {
        "title": _("Lô đăng ký %s") % batch.trail_name,
        "batch": batch,
        "shown": shown,
        "registered": registered,
        "failed": states.count(BatchRowState.FAILED),
        "waiting": states.count(BatchRowState.WAITING),
        "total": total,
        "running": running,
        "room": batching.room_left(batch),
    }
    return page(request, "registry/batch.html", context, fragment="registry/_batch.html")


@require_POST
def batch_add(request: Any, pk: Any) -> HttpResponse:
    """More files for the batch; a single file at a time is what the page's script sends."""
    on = today()
    body(request)
    batch = get(Batch, request.actor, pk=pk, related=("organisation",))
    form = BatchFilesForm(request.POST, request.FILES)
    if "folder" not in request.POST and not form.is_valid():
        raise RuleBroken("batch.no_files", _("Hãy chọn tệp để đưa vào lô."))
    tell_left(request, add_files(request, batch, form, on))
    return redirect("registry:batch", pk=batch.pk)


@require_POST
def batch_drop(request: Any, pk: Any) -> HttpResponse:
    """Take one file out of the batch, keeping what is typed for the others."""
    body(request)
    row = get(BatchRow, request.actor, pk=pk, related=("batch", "organisation"))
    batching.keep_typed(row.batch, request.POST, actor=request.actor, on=today())
    drop_row(row=row, actor=request.actor)
    say_done(request, _("Đã bỏ tệp khỏi lô; bản tạm của tệp đã xóa."))
    return redirect("registry:batch", pk=row.batch_id)
