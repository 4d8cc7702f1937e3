"""Hand files over, receive them, return them."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Unit
from mocban.people.requests import ActorRequest
from mocban.people.selectors import today
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, rules, selectors
from ..forms import ReceiptForm, ReturnForm, SubmissionForm
from ..models import Submission
from ..services.submissions import receive_submission, return_submission, submit_files


@require_GET
def submission_list(request: ActorRequest) -> HttpResponse:
    """Submissions, newest first."""
    rows = keyset(selectors.submissions_for(request.actor), order=("-sent_at",), cursor=request.GET.get("cursor"))
    context = {"title": _("Giao nộp hồ sơ"), "page": rows, "may_send": bool(request.actor.unit_id)}
    return page(request, "archives/submission_list.html", context)


@require_http_methods(["GET", "POST"])
def submission_new(request: ActorRequest) -> HttpResponse:
    """Choose closed files of the unit and hand them over."""
    actor = request.actor
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    files = selectors.submittable(actor, unit)
    form = SubmissionForm(request.POST or None, files=files, initial={"files": request.GET.getlist("file")})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                submission = submit_files(
                    unit=unit,
                    files=list(form.cleaned_data["files"]),
                    title=form.cleaned_data["title"],
                    actor=actor,
                    on=today(),
                )
            except RuleBroken as refused:
                form_error(form, refused)
                status = 409
            else:
                say_done(request, _("Đã giao nộp; lưu trữ viên được báo để tiếp nhận."))
                return redirect("archives:submission", pk=submission.pk)
    context = {"title": _("Nộp hồ sơ vào lưu trữ"), "form": form, "files": files}
    return page(request, "archives/submission_new.html", context, status=status)


@require_GET
def submission_detail(request: ActorRequest, pk: Any) -> HttpResponse:
    """The list of files, the minutes, and the archivist's two answers."""
    submission = get(Submission, request.actor, pk=pk, related=("unit", "organisation"))
    return page(request, "archives/submission_detail.html", detail_context(request, submission))


def detail_context(request: ActorRequest, submission: Submission, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    possible = {verb for (state, verb) in rules.SUBMISSION_TRANSITIONS if state == submission.state}
    version = {"version": submission.version}
    if "receive" in possible and access.may(actor, "submission.receive", submission):
        forms.setdefault("receipt_form", ReceiptForm(initial={**version, "condition": _("Đầy đủ, tình trạng tốt")}))
        forms.setdefault("return_form", ReturnForm(initial=version))
    return {
        "title": str(submission),
        "submission": submission,
        "lines": selectors.lines(submission),
        "entries": history(submission),
        **forms,
    }


@require_POST
def submission_receive(request: ActorRequest, pk: Any) -> HttpResponse:
    form = ReceiptForm(request.POST)
    return answer(request, pk, form, receive_submission, "condition", _("Đã tiếp nhận hồ sơ."), "receipt_form")


@require_POST
def submission_return(request: ActorRequest, pk: Any) -> HttpResponse:
    form = ReturnForm(request.POST)
    return answer(request, pk, form, return_submission, "reason", _("Đã trả lại hồ sơ."), "return_form")


def answer(request: ActorRequest, pk: Any, form: Any, verb: Any, word: str, done: str, form_name: str) -> HttpResponse:
    """The archivist's answer to a submission: both are one word and one verb."""
    submission = get(Submission, request.actor, pk=pk, related=("unit", "organisation"))
    status = 422
    if form.is_valid():
        values = {word: form.cleaned_data[word], "version": form.cleaned_data["version"]}
        try:
            verb(submission=submission, actor=request.actor, on=today(), **values)
        except (RuleBroken, Stale) as refused:
            form_error(form, refused)
            status = status_of(refused)
        else:
            say_done(request, done)
            return redirect("archives:submission", pk=pk)
    context = detail_context(request, submission, **{form_name: form})
    return page(request, "archives/submission_detail.html", context, status=status)
