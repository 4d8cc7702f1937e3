"""The incoming register: list, new entry, one entry, correction, stamped copy."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from mocban.audit import services as audit
from mocban.audit.selectors import history
from mocban.content import services as content
from mocban.content.download import streamed
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_done, status_of
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, copy_selectors, selectors
from ..border import enter_correction
from ..choices import BookKind, IncomingStatus
from ..forms import CorrectionForm, InstructionForm
from ..models import Book, Incoming
from .shared import stamped


@require_GET
def incoming_list(request: Any) -> HttpResponse:
    """The register as a list, newest first, by book, status, words, and without file."""
    actor = request.actor
    entries = selectors.incoming_for(
        actor,
        book=selectors.uuid_or_none(request.GET.get("book")),
        status=request.GET.get("status", ""),
        text=request.GET.get("q", "")[:200],
        without_file=request.GET.get("without_file") == "1",
    )
    rows = keyset(entries, order=("-created_at",), cursor=request.GET.get("cursor"), exact="exact" in request.GET)
    books = Book.objects.visible_to(actor).filter(kind=BookKind.INCOMING)
    return page(
        request,
        "registry/incoming_list.html",
        {
            "title": _("Văn bản đến"),
            "page": rows,
            "books": books,
            "statuses": IncomingStatus.choices,
            "today": today(),
            "may_register": access.may(actor, "incoming.register", Organisation(pk=actor.organisation_id)),
        },
    )


@require_GET
def incoming_detail(request: Any, pk: Any) -> HttpResponse:
    """One entry: fields beside the document, instructions, tasks, replies, history."""
    actor = request.actor
    entry = get(Incoming, actor, pk=pk, related=("document", "book", "organisation", "number", "packet"))
    return page(request, "registry/incoming_detail.html", detail_context(request, entry))


def detail_context(request: Any, entry: Incoming, form: InstructionForm | None = None) -> dict[str, Any]:
    """What the page of an entry shows; `form` is the instruction form with its refusals."""
    actor = request.actor
    may_instruct = access.may(actor, "incoming.instruct", entry) and entry.status not in (
        IncomingStatus.RESOLVED,
        IncomingStatus.RECALLED,
    )
    if may_instruct and form is None:
        form = InstructionForm(
            initial={"version": entry.version, "handle_by": entry.handle_by},
            **selectors.instruction_choices(actor, on=today()),
        )
    return {
        "title": _("Văn bản đến số %(number)d") % {"number": entry.number_value},
        "entry": entry,
        "document": entry.document,
        "parts": list(record_selectors.parts_shown(entry.document)),
        "main": record_selectors.main_part(entry.document),
        "instructions": selectors.instructions(entry),
        "replies": selectors.drafts(actor).filter(reply_to=entry),
        "form": form if may_instruct else None,
        "may_change": access.may(actor, "incoming.change", entry),
        "may_stamp": access.may(actor, "incoming.stamp", entry),
        "late": entry.status == IncomingStatus.REGISTERED and entry.present_by < today(),
        **record_selectors.signatures_of(record_selectors.main_part(entry.document)),
        "entries": history(entry),
        **copy_selectors.recall_side(entry, actor),
        "may_copy": entry.status != IncomingStatus.RECALLED and access.may(actor, "copy.request", entry),
        "may_answer": access.may(actor, "recall.answer", entry),
    }


@require_http_methods(["GET", "POST"])
def incoming_edit(request: Any, pk: Any) -> HttpResponse:
    """Correct the fields of an entry; number and day of arrival stay."""
    actor, on = request.actor, today()
    entry = get(Incoming, actor, pk=pk, related=("document", "organisation"))
    access.require(actor, "incoming.change", entry)
    options = {"organisation": entry.organisation, "on": on}
    if request.method == "GET":
        names = CorrectionForm(**options).fields
        initial = {name: getattr(entry.document, name) for name in names if hasattr(entry.document, name)}
        initial |= {"handle_by": entry.handle_by, "version": entry.version}
        return edit_form(request, entry, CorrectionForm(initial=initial, **options))
    form = CorrectionForm(request.POST, **options)
    if not form.is_valid():
        return edit_form(request, entry, form, status=422)
    try:
        enter_correction(form, entry, channel=Channel.FORM, actor=actor, on=on)
    except (RuleBroken, Stale) as refused:
        form_error(form, refused)
        return edit_form(request, entry, form, status=status_of(refused))
    say_done(request, _("Đã sửa thông tin đăng ký."))
    return redirect("registry:incoming", pk=entry.pk)


def edit_form(request: Any, entry: Incoming, form: CorrectionForm, *, status: int = 200) -> HttpResponse:
    context = {"title": _("Sửa thông tin đăng ký"), "form": form, "entry": entry}
    return page(request, "registry/incoming_edit.html", context, status=status)


@require_GET
def incoming_stamped(request: Any, pk: Any) -> HttpResponseBase:
    """A copy of the document with the ĐẾN stamp on its first page; the original stays as it came."""
    entry = get(Incoming, request.actor, pk=pk, related=("document", "organisation"))
    access.require(request.actor, "incoming.stamp", entry)
    part = record_selectors.main_part(entry.document)
    if part is None or part.object.media_type != "application/pdf":
        raise RuleBroken("incoming.no_pdf", _("Văn bản này không có tệp PDF để đặt dấu Đến lên bản sao."))
    copy = stamped(entry, content.read_file(part.object))
    audit.read(request.actor, part.object)
    response = streamed(copy)
    response["Content-Type"] = "application/pdf"
    response["Content-Disposition"] = f'inline; filename="van-ban-den-{entry.number_value}.pdf"'
    return response
