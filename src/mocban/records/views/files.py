"""Files: list, open, one file, its contents list, close and reopen."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Position, Unit
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.forms import VersionedForm, posted_version
from mocban.ui.pages import confirm, get, page
from mocban.ui.paging import keyset

from .. import access, rules, selectors
from ..border import file_choices
from ..choices import FileState
from ..forms import FileForm, ReopenForm
from ..models import Document, File
from ..services import add_to_file, close_file, open_file, remove_from_file, reopen_file


@require_GET
def file_list(request: Any) -> HttpResponse:
    """Files the actor may see, newest first."""
    actor = request.actor
    files = selectors.files_for(actor, state=request.GET.get("state", ""), text=request.GET.get("q", "")[:200])
    rows = keyset(files, order=("-created_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    return page(
        request,
        "records/file_list.html",
        {
            "title": _("Hồ sơ"),
            "page": rows,
            "states": FileState.choices,
            "may_open": bool(actor.unit_id),
            "today": today(),
        },
    )


@require_http_methods(["GET", "POST"])
def file_new(request: Any) -> HttpResponse:
    """Open a file by the plan or outside it."""
    actor, on = request.actor, today()
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    options = file_choices(actor, regime=unit.organisation.regime, on=on)
    context = {"title": _("Mở hồ sơ")}
    if request.method == "GET":
        form = FileForm(initial={"plan_line": request.GET.get("line")}, **options)
        return page(request, "records/file_new.html", {**context, "form": form})
    form = FileForm(request.POST, **options)
    status = 422
    if form.is_valid():
        try:
            file = open_file(
                unit=unit, maker=get(Position, actor, pk=actor.position_id), actor=actor, on=on, **form.cleaned_data
            )
        except RuleBroken as refused:
            form_error(form, refused)
            status = 409
        else:
            say_done(request, _("Đã mở hồ sơ %(notation)s.") % {"notation": file.notation})
            return redirect("records:file", pk=file.pk)
    return page(request, "records/file_new.html", {**context, "form": form}, status=status)


@require_GET
def file_detail(request: Any, pk: Any) -> HttpResponse:
    """One file: its entries, its retention with the schedule row behind it, the steps of its state."""
    file = get(File, request.actor, pk=pk, related=("unit", "maker__person", "plan_line", "organisation"))
    return page(request, "records/file_detail.html", detail_context(request, file))


def detail_context(request: Any, file: File, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    possible = {verb for (state, verb) in rules.FILE_TRANSITIONS if state == file.state}
    may = {verb for verb in possible & {"close", "reopen", "submit"} if access.may(actor, f"file.{verb}", file)}
    if "reopen" in may:
        forms.setdefault("reopen_form", ReopenForm(initial={"version": file.version}))
    return {
        "title": f"{file.notation} {file.title}"[:80],
        "file": file,
        "contents": selectors.contents(file),
        "totals": selectors.totals(file),
        "row": selectors.schedule_row(file, regime=actor.regime),
        "may": may,
        "may_remove": file.state == FileState.OPEN and access.may(actor, "file.remove_document", file),
        "entries": history(file),
        **forms,
    }


@require_GET
def file_contents(request: Any, pk: Any) -> HttpResponse:
    """The contents list (mục lục văn bản trong hồ sơ), for the printer."""
    file = get(File, request.actor, pk=pk, related=("unit", "organisation", "maker__person"))
    context = {
        "title": _("Mục lục văn bản trong hồ sơ"),
        "file": file,
        "contents": selectors.contents(file),
        "totals": selectors.totals(file),
    }
    return page(request, "records/file_contents.html", context)


@require_http_methods(["GET", "POST"])
def file_close(request: Any, pk: Any) -> HttpResponse:
    """Ask, then close the file."""
    file = get(File, request.actor, pk=pk)
    access.require(request.actor, "file.close", file)
    if request.method == "POST":
        close_file(file=file, actor=request.actor, on=today(), version=posted_version(request))
        say_done(request, _("Đã kết thúc hồ sơ."))
        return redirect("records:file", pk=pk)
    found = selectors.totals(file)
    return confirm(
        request,
        title=_("Kết thúc hồ sơ"),
        sentence=_("Sau khi kết thúc, hồ sơ không nhận thêm văn bản và chờ nộp lưu. Có thể mở lại khi chưa nộp."),
        action_label=_("Kết thúc hồ sơ"),
        cancel_url=f"/records/files/{pk}/",
        form=VersionedForm(initial={"version": file.version}),
        facts=[
            (pgettext("one", "Hồ sơ"), file),
            (_("Số văn bản"), found["documents"]),
            (_("Thời hạn bảo quản"), selectors.term_shown(file.retention_term)),
        ],
    )


@require_POST
def file_reopen(request: Any, pk: Any) -> HttpResponse:
    file = get(File, request.actor, pk=pk, related=("unit", "maker__person", "plan_line", "organisation"))
    form = ReopenForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            reopen_file(file=file, actor=request.actor, on=today(), **form.cleaned_data)
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, _("Đã mở lại hồ sơ."))
            return redirect("records:file", pk=pk)
    return page(request, "records/file_detail.html", detail_context(request, file, reopen_form=form), status=status)


@require_POST
def file_add(request: Any) -> HttpResponse:
    """Put a document into an open file of the unit, from any page that shows the document."""
    actor = request.actor
    document = get(Document, actor, pk=request.POST.get("document"))
    file = get(File, actor, pk=request.POST.get("file"))
    add_to_file(file=file, document=document, actor=actor, on=today())
    say_done(request, _("Đã đưa văn bản vào hồ sơ %(notation)s.") % {"notation": file.notation})
    return redirect(safe_next(request) or f"/records/files/{file.pk}/")


def safe_next(request: Any) -> str:
    """The address to return to, when it is one of ours."""
    address = request.POST.get("next", "")
    return address if url_has_allowed_host_and_scheme(address, allowed_hosts={request.get_host()}) else ""


@require_POST
def file_remove(request: Any, pk: Any) -> HttpResponse:
    """Take a document out of an open file."""
    actor = request.actor
    file = get(File, actor, pk=pk)
    document = get(Document, actor, pk=request.POST.get("document"))
    remove_from_file(file=file, document=document, actor=actor, on=today())
    say_done(request, _("Đã đưa văn bản ra khỏi hồ sơ."))
    return redirect("records:file", pk=pk)
