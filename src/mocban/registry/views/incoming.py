"""The incoming register: list, new entry, one entry, correction, stamped copy."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit import services as audit
from mocban.audit.selectors import history
from mocban.capture.fields import read_fields
from mocban.content import services as content
from mocban.lib.errors import RuleBroken, Stale
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.records import selectors as record_selectors
from mocban.records.intake import accept
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page, wants_fragment
from mocban.ui.paging import keyset

from .. import access, selectors
from ..border import AlreadyRegistered, enter_arrival, enter_correction
from ..choices import BookKind, Direction, IncomingStatus
from ..forms import ArrivalForm, CorrectionForm, InstructionForm
from ..models import Book, Incoming
from ..services import numbering
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


@require_http_methods(["GET", "POST"])
def incoming_new(request: Any) -> HttpResponse:
    """Register a document: number, deadline and file in one step; htmx replaces only the fields on a refusal."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    if request.method == "GET":
        form = ArrivalForm(organisation=organisation, on=on, books=books, initial={"arrived_on": on})
        return entry_form(request, form, books, on)
    form = ArrivalForm(request.POST, request.FILES, organisation=organisation, on=on, books=books)
    if not form.is_valid():
        return entry_form(request, form, books, on, status=422)
    try:
        entry, files = enter_arrival(form, channel=Channel.UPLOAD, actor=actor, organisation=organisation, on=on)
    except AlreadyRegistered as found:
        return entry_form(request, form, books, on, status=409, earlier=found.earlier)
    except RuleBroken as refused:
        form_error(form, refused)
        return entry_form(request, form, books, on, status=409)
    say_done(request, _("Đã đăng ký văn bản đến số %(number)d.") % {"number": entry.number_value})
    if any(not file.readable for file in files):
        say_careful(request, _("Không đọc được chữ trong tệp; hãy kiểm tra bằng mắt dấu chỉ độ mật trên văn bản."))
    again = "next" in request.POST
    return go(request, reverse("registry:incoming_new") if again else reverse("registry:incoming", args=[entry.pk]))


def entry_form(
    request: Any, form: ArrivalForm, books: Any, on: date, *, status: int = 200, earlier: Any = None
) -> HttpResponse:
    """Render the desk's form with the number that each book would give next."""
    numbers = [(book, numbering.next_number(book.series, on=on)) for book in books]
    return page(
        request,
        "registry/incoming_new.html",
        {"title": _("Đăng ký văn bản đến"), "form": form, "numbers": numbers, "earlier": earlier},
        status=status,
        fragment="registry/_incoming_fields.html",
    )


def go(request: Any, address: str) -> HttpResponse:
    """Redirect a page, or tell htmx to go there."""
    if not wants_fragment(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


@require_POST
def incoming_read(request: Any) -> HttpResponse:
    """Read a dropped file in memory and fill the empty fields with what its page says; nothing is stored."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "incoming.register", organisation)
    books = selectors.open_books(actor, Direction.INCOMING, year=on.year)
    typed = request.POST.copy()
    form = ArrivalForm(initial=typed.dict(), organisation=organisation, on=on, books=books)
    upload = request.FILES.get("file")
    if upload is None:
        return entry_form(request, form, books, on)
    try:
        accepted = accept(upload.read(), upload.name, channel=Channel.UPLOAD, actor=actor, organisation=organisation)
    except RuleBroken as refused:
        form = ArrivalForm(typed, organisation=organisation, on=on, books=books)
        form.is_valid()
        form.errors.clear()
        form_error(form, refused)
        return entry_form(request, form, books, on, status=409)
    guesses = {guess.name: guess.value for guess in read_fields(accepted.text)}
    form.initial.update({name: value for name, value in guesses.items() if not typed.get(name)})
    form.guessed = sorted(name for name in guesses if not typed.get(name) and name in form.fields)
    return entry_form(request, form, books, on)


@require_GET
def incoming_detail(request: Any, pk: Any) -> HttpResponse:
    """One entry: fields beside the document, instructions, tasks, replies, history."""
    actor = request.actor
    entry = get(Incoming, actor, pk=pk, related=("document", "book", "organisation", "number", "packet"))
    return page(request, "registry/incoming_detail.html", detail_context(request, entry))


def detail_context(request: Any, entry: Incoming, form: InstructionForm | None = None) -> dict[str, Any]:
    """What the page of an entry shows; `form` is the instruction form with its refusals."""
    actor = request.actor
    may_instruct = access.may(actor, "incoming.instruct", entry) and entry.status != IncomingStatus.RESOLVED
    if may_instruct and form is None:
        form = InstructionForm(
            initial={"version": entry.version, "handle_by": entry.handle_by},
            **selectors.instruction_choices(actor, on=today()),
        )
    return {
        "title": _("Văn bản đến số %(number)d") % {"number": entry.number_value},
        "entry": entry,
        "document": entry.document,
        "parts": list(record_selectors.parts(entry.document)),
        "main": record_selectors.main_part(entry.document),
        "instructions": selectors.instructions(entry),
        "replies": selectors.drafts(actor).filter(reply_to=entry),
        "form": form if may_instruct else None,
        "may_change": access.may(actor, "incoming.change", entry),
        "may_stamp": access.may(actor, "incoming.stamp", entry),
        "late": entry.status == IncomingStatus.REGISTERED and entry.present_by < today(),
        **record_selectors.signatures_of(record_selectors.main_part(entry.document)),
        "entries": history(entry),
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
        return edit_form(request, entry, form, status=412 if isinstance(refused, Stale) else 409)
    say_done(request, _("Đã sửa thông tin đăng ký."))
    return redirect("registry:incoming", pk=entry.pk)


def edit_form(request: Any, entry: Incoming, form: CorrectionForm, *, status: int = 200) -> HttpResponse:
    context = {"title": _("Sửa thông tin đăng ký"), "form": form, "entry": entry}
    return page(request, "registry/incoming_edit.html", context, status=status)


@require_GET
def incoming_stamped(request: Any, pk: Any) -> HttpResponse:
    """A copy of the document with the ĐẾN stamp on its first page; the original stays as it came."""
    entry = get(Incoming, request.actor, pk=pk, related=("document", "organisation"))
    access.require(request.actor, "incoming.stamp", entry)
    part = record_selectors.main_part(entry.document)
    if part is None or part.object.media_type != "application/pdf":
        raise RuleBroken("incoming.no_pdf", _("Văn bản này không có tệp PDF để đặt dấu Đến lên bản sao."))
    data = stamped(entry, content.read_bytes(part.object))
    audit.read(request.actor, part.object)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="van-ban-den-{entry.number_value}.pdf"'
    return response
