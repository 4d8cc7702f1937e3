"""Outgoing documents: list, draft, approval, signature, number, issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.exchange.mail_selectors import deliveries_of_document
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Unit
from mocban.people.selectors import hosted_bodies, today
from mocban.records import selectors as record_selectors
from mocban.records.choices import ObjectRole
from mocban.secrecy.choices import Channel
from mocban.ui.actions import Action, bar
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.forms import posted_version
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, copy_selectors, rules, selectors
from ..border import draft_choices, enter_draft, next_draft
from ..choices import OutgoingStatus
from ..copy_rules import ISSUED
from ..enclosed import enclosed_of
from ..forms import DraftFileForm, DraftForm, NumberForm, ReasonForm
from ..models import Incoming, Outgoing, Task
from ..selectors import departure_of
from ..services import drafting, issuing, numbering
from ..services.preparing import first_places, latest_draft
from ..signing_forms import EncloseForm
from .form_pages import posted

RELATED = (
    "document",
    "organisation",
    "unit",
    "signer__person",
    "drafter__person",
    "reply_to__document",
    "book",
    "number",
    "issuer",
)


@require_GET
def outgoing_list(request: Any) -> HttpResponse:
    """Drafts and issued documents, newest first."""
    actor = request.actor
    documents = selectors.outgoing_for(actor, status=request.GET.get("status", ""), text=request.GET.get("q", "")[:200])
    rows = keyset(documents, order=("-created_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    may_draft = actor.unit_id and access.may(actor, "outgoing.draft", Organisation(pk=actor.organisation_id))
    return page(
        request,
        "registry/outgoing_list.html",
        {
            "title": _("Văn bản đi"),
            "page": rows,
            "statuses": OutgoingStatus.choices,
            "may_draft": may_draft,
            "may_sign_many": access.may(actor, "signing_batch.start", Organisation(pk=actor.organisation_id)),
            "may_enter_late": access.may(actor, "outgoing.enter_late", Organisation(pk=actor.organisation_id)),
            "today": today(),
        },
    )


@require_http_methods(["GET", "POST"])
def outgoing_new(request: Any) -> HttpResponse:
    """Begin a draft, alone or as the answer to a task."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    task_id = selectors.uuid_or_none(request.GET.get("task"))
    task = get(Task, actor, pk=task_id, related=("incoming__document",)) if task_id else None
    options = draft_choices(organisation, on=on)
    if request.method == "GET":
        asked = selectors.uuid_or_none(request.GET.get("ask"))
        entry = get(Incoming, actor, pk=asked, related=("document",)) if asked else None
        first = asking_values(entry) if entry else reply_values(task)
        return new_page(request, DraftForm(initial=first, **options), task)
    form = DraftForm(request.POST, request.FILES, **options)
    if not form.is_valid():
        return new_page(request, form, task, status=422)
    unit = get(Unit, actor, pk=actor.unit_id, related=("organisation",))
    try:
        outgoing = enter_draft(form, unit=unit, task=task, channel=Channel.UPLOAD, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return new_page(request, form, task, status=409)
    say_done(request, _("Đã tạo dự thảo."))
    warn_early(request, outgoing)
    return redirect("registry:outgoing", pk=outgoing.pk)


def warn_early(request: Any, outgoing: Outgoing) -> None:
    """Say now what would stop this draft when it is submitted: its drafter is still at it."""
    if latest_draft(outgoing) is None:
        return
    try:
        first_places(outgoing, on=today())
    except RuleBroken as refused:
        sentence = _(str(refused.message))
        say_careful(request, _("Bản dự thảo này chưa trình được. %(why)s") % {"why": sentence})


def reply_values(task: Task | None) -> dict[str, Any]:
    """First values of a reply: its sender becomes a recipient, its subject the subject."""
    if task is None:
        return {}
    answered = task.incoming.document
    return {
        "subject": _("trả lời %(code)s về %(subject)s")
        % {"code": answered.printed_code, "subject": answered.subject[:350]},
        "recipients": list(hosted_bodies().filter(name=answered.issuer_name)),
        "other_recipients": _("Như trên"),
    }


def asking_values(entry: Incoming) -> dict[str, Any]:
    """First values of a letter that asks the sender for the document with the signatures that it lacks."""
    unsigned = entry.document
    senders = list(hosted_bodies().filter(name=unsigned.issuer_name))
    return {
        "subject": _("đề nghị gửi lại %(code)s có đủ chữ ký số của người có thẩm quyền và của cơ quan ban hành")
        % {"code": unsigned.printed_code or unsigned.subject[:200]},
        "recipients": senders,
        "other_recipients": "" if senders else unsigned.issuer_name,
    }


def new_page(request: Any, form: DraftForm, task: Task | None, *, status: int = 200) -> HttpResponse:
    return page(
        request,
        "registry/outgoing_new.html",
        {"title": _("Soạn văn bản đi"), "form": form, "task": task},
        status=status,
    )


@require_GET
def outgoing_detail(request: Any, pk: Any) -> HttpResponse:
    """One outgoing document: its file, its way so far, and the buttons of the present state."""
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)
    return page(request, "registry/outgoing_detail.html", detail_context(request, outgoing))


def detail_context(request: Any, outgoing: Outgoing, **forms: Any) -> dict[str, Any]:
    actor, on = request.actor, today()
    may = possible(outgoing, actor)
    version = {"version": outgoing.version}
    if "upload" in may:
        forms.setdefault("file_form", DraftFileForm(initial=version))
    if "enclose" in may:
        forms.setdefault("enclose_form", EncloseForm(initial=version))
    if "return" in may:
        forms.setdefault("return_form", ReasonForm(initial=version))
    numbers = []
    if "number" in may:
        books = selectors.books_for(outgoing, actor, on=on)
        numbers = [(book, numbering.next_number(book.series, on=on)) for book in books]
        reserved = selectors.reserved_for(books, on=on)
        forms.setdefault("number_form", NumberForm(initial=version, books=books, reserved=reserved))
    related = ("object__renditions__object", "object__verifications")
    parts = list(record_selectors.parts_shown(outgoing.document).prefetch_related(*related))
    main = next((part for part in reversed(sorted_parts(parts))), None)
    return {
        "title": str(outgoing.document.printed_code or outgoing.document.subject[:80]),
        "outgoing": outgoing,
        "document": outgoing.document,
        "parts": parts,
        "shown": shown_pdf(main),
        **record_selectors.signatures_of(main),
        "recipients": selectors.recipients(outgoing),
        "mails": deliveries_of_document(outgoing.document_id),
        "may_mail": outgoing.status == OutgoingStatus.ISSUED and access.may(actor, "outgoing.issue", outgoing),
        "answered": selectors.answered(outgoing, actor),
        "numbers": numbers,
        "departure": departure_of(outgoing.organisation, on=on) if "number" in may else None,
        "joint_bodies": outgoing.joint_bodies.all(),
        "later_signers": outgoing.later_signers.select_related("position__person"),
        "may_set_signers": "set_signers" in may,
        "enclosed": enclosed_of(parts) if outgoing.issued_at is None else [],
        "may_set_issuer": "set_issuer" in may,
        "may_place": "place" in may and main is not None,
        "may_read": main is not None and main.role == ObjectRole.PREPARED,
        "buttons": bar(rules.OUTGOING_TRANSITIONS, outgoing.status, buttons(outgoing, may)),
        "may_send": outgoing.status == OutgoingStatus.ISSUED and access.may(actor, "post_item.send", outgoing),
        "files": record_selectors.open_files_of_unit(actor),
        "in_files": record_selectors.filed_in(outgoing.document, actor),
        "late": outgoing.issued_at is None and outgoing.issue_by is not None and outgoing.issue_by < on,
        "entries": history(outgoing),
        **after_issue(outgoing, actor),
        **forms,
    }


def possible(outgoing: Outgoing, actor: Any) -> set[str]:
    """The verbs that the state allows and this actor may do; a draft that holds no number is not cancelled."""
    verbs = {verb for (state, verb) in rules.OUTGOING_TRANSITIONS if state == outgoing.status}
    asked = {verb for verb in verbs if f"outgoing.{verb}" in access.VERBS}
    if outgoing.status == OutgoingStatus.DRAFT and not outgoing.number_id:
        asked.discard("cancel")
    return {verb for verb in asked if access.may(actor, f"outgoing.{verb}", outgoing)}


def after_issue(outgoing: Outgoing, actor: Any) -> dict[str, Any]:
    """What became of the document after its issue, and what this actor may still do with it."""
    issued = outgoing.status in ISSUED
    amendable = outgoing.status == OutgoingStatus.ISSUED
    drafted = amendable and actor.unit_id and access.may(actor, "outgoing.amend", outgoing)
    return {
        **copy_selectors.after_issue(outgoing, actor),
        "may_copy": issued and access.may(actor, "copy.request", outgoing),
        "may_paper": issued and outgoing.issued_at is not None and access.may(actor, "outgoing.issue_paper", outgoing),
        "may_amend": drafted,
        "may_recall": issued and access.may(actor, "outgoing.recall", outgoing),
        "may_take_back": access.may(actor, "paper_return.note", outgoing),
        "may_cancel_amendment": access.may(actor, "outgoing.amend", outgoing),
    }


STAGES = [ObjectRole.DRAFT, ObjectRole.PREPARED, ObjectRole.SIGNED, ObjectRole.ISSUED]


def sorted_parts(parts: list[Any]) -> list[Any]:
    """Drafts, then the prepared version, the signed and the issued one; what is superseded is none of them."""
    staged = [part for part in parts if part.role in STAGES and part.superseded_at is None]
    return sorted(staged, key=lambda part: (STAGES.index(part.role), part.ordinal))


def shown_pdf(part: Any) -> Any:
    """The PDF to show for a part: itself, or its PDF rendition."""
    if part is None or part.object.media_type == "application/pdf":
        return part.object if part else None
    return next((made.object for made in part.object.renditions.all() if made.kind == "pdf"), None)


def buttons(outgoing: Outgoing, may: set[str]) -> dict[str, Action]:
    """One-press steps; those that need a word or a file are forms on the page."""
    pressed = {
        "submit": (_("Trình lãnh đạo đơn vị"), "send", "t"),
        "withdraw": (_("Rút lại để sửa"), "arrow-back-up", ""),
        "approve": (_("Duyệt, trình ký"), "check", "d"),
    }
    actions = {
        verb: Action(
            label,
            f"/registry/outgoing/{outgoing.pk}/{verb}/",
            method="post",
            tone="plain" if verb == "withdraw" else "primary",
            icon=icon,
            key=key,
            hidden={"version": outgoing.version},
        )
        for verb, (label, icon, key) in pressed.items()
        if verb in may
    }
    asked = {
        "sign": (_("Ký số"), "signature", "primary"),
        "issue": (_("Đóng dấu và phát hành"), "rubber-stamp", "primary"),
        "sign_again": (_("Ký lại"), "refresh", "plain"),
        "cancel": (_("Bỏ văn bản"), "ban", "plain"),
    }
    for verb, (label, icon, tone) in asked.items():
        if verb in may:
            address = f"/registry/outgoing/{outgoing.pk}/{verb.replace('_', '-')}/"
            actions[verb] = Action(label, address, tone=tone, icon=icon)
    return actions


@require_POST
def outgoing_submit(request: Any, pk: Any) -> HttpResponse:
    outgoing = get(Outgoing, request.actor, pk=pk)
    drafting.submit_draft(outgoing=outgoing, actor=request.actor, on=today(), version=posted_version(request))
    say_done(request, _("Đã trình lãnh đạo đơn vị."))
    return redirect("registry:outgoing", pk=pk)


@require_POST
def outgoing_withdraw(request: Any, pk: Any) -> HttpResponse:
    outgoing = get(Outgoing, request.actor, pk=pk)
    drafting.withdraw_draft(outgoing=outgoing, actor=request.actor, on=today())
    say_done(request, _("Đã rút lại dự thảo."))
    return redirect("registry:outgoing", pk=pk)


@require_POST
def outgoing_approve(request: Any, pk: Any) -> HttpResponse:
    outgoing = get(Outgoing, request.actor, pk=pk)
    drafting.approve_draft(outgoing=outgoing, actor=request.actor, on=today(), version=posted_version(request))
    say_done(request, _("Đã duyệt và trình ký."))
    return redirect("registry:outgoing", pk=pk)


def on_detail(request: Any, outgoing: Outgoing, step: Callable[[dict[str, Any]], object], **form: Any) -> HttpResponse:
    """Take the step that a form on the document's page asks for; refused, the form stands there as it was typed.

    `form` is the one form, under its name in `detail_context`; `step` returns the sentence that says it is done.
    """

    def done(data: dict[str, Any]) -> str:
        say_done(request, step(data))
        return reverse("registry:outgoing", args=[outgoing.pk])

    def shown(status: int) -> HttpResponse:
        context = detail_context(request, outgoing, **form)
        return page(request, "registry/outgoing_detail.html", context, status=status)

    (only,) = form.values()
    return posted(only, done, shown)


@require_POST
def outgoing_return(request: Any, pk: Any) -> HttpResponse:
    outgoing = get(Outgoing, request.actor, pk=pk, related=RELATED)

    def step(data: dict[str, Any]) -> str:
        drafting.return_draft(outgoing=outgoing, actor=request.actor, on=today(), **data)
        return _("Đã trả lại dự thảo.")

    return on_detail(request, outgoing, step, return_form=ReasonForm(request.POST))


@require_POST
def outgoing_upload(request: Any, pk: Any) -> HttpResponse:
    """Add a new version of the draft."""
    actor = request.actor
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)

    def step(data: dict[str, Any]) -> str:
        file = next_draft(data["file"], outgoing, channel=Channel.UPLOAD, actor=actor)
        drafting.upload_draft(outgoing=outgoing, file=file, actor=actor, on=today(), version=data["version"])
        warn_early(request, outgoing)
        return _("Đã thêm bản dự thảo mới; các bản trước vẫn được giữ.")

    return on_detail(request, outgoing, step, file_form=DraftFileForm(request.POST, request.FILES))


@require_POST
def outgoing_number(request: Any, pk: Any) -> HttpResponse:
    """Take the number from the chosen book."""
    actor, on = request.actor, today()
    outgoing = get(Outgoing, actor, pk=pk, related=RELATED)
    books = selectors.books_for(outgoing, actor, on=on)

    def step(data: dict[str, Any]) -> str:
        issuing.take_outgoing_number(outgoing=outgoing, actor=actor, on=on, **data)
        return _("Đã cấp số.")

    reserved = selectors.reserved_for(books, on=on)
    return on_detail(request, outgoing, step, number_form=NumberForm(request.POST, books=books, reserved=reserved))
