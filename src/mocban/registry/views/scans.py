"""The scan folder, entries that wait for their scan, stamped copies of a day, and labels."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page
from mocban.ui.paging import keyset

from .. import access, attaching, desk, selectors, taking
from ..choices import BookKind, ScanState
from ..desk_forms import DayForm, ScanForm
from ..models import Book, Incoming, Scan
from ..services.scans import set_scan_aside
from .desk import new_address
from .shared import stamped_day


@require_GET
def scan_list(request: Any) -> HttpResponse:
    """The files that the scanner dropped: what waits, who has what, and what was refused and why."""
    organisation = body(request)
    broken = ""
    waiting: list[desk.WaitingScan] = []
    try:
        waiting = desk.waiting_scans(organisation, request.actor)
    except RuleBroken as refused:
        broken = str(refused)
    return page(
        request,
        "registry/scan_list.html",
        {
            "title": _("Thư mục quét"),
            "waiting": [one for one in waiting if one.state != ScanState.REFUSED],
            "refused": [one for one in waiting if one.state == ScanState.REFUSED],
            "free": sum(one.free for one in waiting),
            "broken": broken,
            "code": organisation.code,
        },
    )


def body(request: Any) -> Organisation:
    """The body for which this desk registers. Raises PermissionDenied."""
    organisation: Organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "incoming.register", organisation)
    return organisation


@require_POST
def scan_next(request: Any) -> HttpResponse:
    """Take the next file, or the one that was chosen from the list, and begin its form."""
    organisation = body(request)
    chosen = request.POST.get("key", "")
    if chosen:
        waiting = next((one for one in desk.waiting_scans(organisation, request.actor) if one.key == chosen), None)
        if waiting is None:
            raise RuleBroken("scan.gone", _("Tệp quét không còn trong thư mục; có thể đã bị chuyển đi."))
        scan, _accepted = taking.take(waiting.file, organisation=organisation, actor=request.actor)
        return redirect(new_address(scan=scan))
    found = taking.take_next(organisation=organisation, actor=request.actor)
    if found is None:
        say_careful(request, _("Không còn tệp quét nào chờ đăng ký."))
        return redirect("registry:scan_list")
    return redirect(new_address(scan=found[0]))


@require_POST
def scan_aside(request: Any, pk: Any) -> HttpResponse:
    """Leave a file for later and take the next one; the list brings it back."""
    organisation = body(request)
    set_scan_aside(scan=get(Scan, request.actor, pk=pk), actor=request.actor)
    say_done(request, _("Đã để tệp quét lại sau; lấy lại ở trang Thư mục quét."))
    found = taking.take_next(organisation=organisation, actor=request.actor)
    return redirect(new_address(scan=found[0]) if found else reverse("registry:scan_list"))


@require_GET
def scan_file(request: Any, pk: Any) -> HttpResponse:
    """The taken file itself, for the frame beside the form; it was looked at when it was taken."""
    organisation = body(request)
    scan = get(Scan, request.actor, pk=pk, state=ScanState.TAKEN, related=("organisation",))
    response = HttpResponse(taking.taken(scan, organisation=organisation).data, content_type="application/pdf")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
def incoming_missing(request: Any) -> HttpResponse:
    """Entries of paper documents whose scan is still missing, with their age, and files of the folder that fit."""
    actor = request.actor
    organisation = body(request)
    book = selectors.uuid_or_none(request.GET.get("book"))
    rows = keyset(
        desk.without_file(actor, book=book).order_by(), order=("created_at",), cursor=request.GET.get("cursor")
    )
    on = today()
    for entry in rows.rows:
        entry.age = (on - entry.arrived_on).days
    try:
        fitting = attaching.fitting_scans(organisation, actor, book=book, on=on)
    except RuleBroken:
        fitting = []
    return page(
        request,
        "registry/incoming_missing.html",
        {
            "title": _("Văn bản chưa có tệp"),
            "page": rows,
            "counts": desk.counts_without_file(actor),
            "books": Book.objects.visible_to(actor).filter(kind=BookKind.INCOMING),
            "fitting": fitting,
        },
    )


@require_http_methods(["GET", "POST"])
def incoming_attach(request: Any, pk: Any) -> HttpResponse:
    """Attach the scan of a paper document that was registered before it."""
    actor, on = request.actor, today()
    entry = get(Incoming, actor, pk=pk, related=("document", "organisation", "book"))
    access.require(actor, "incoming.change", entry)
    form = ScanForm(request.POST or None, request.FILES or None)
    context = {"title": _("Bổ sung tệp cho văn bản số %d") % entry.number_value, "entry": entry, "form": form}
    if request.method == "GET":
        return page(request, "registry/incoming_attach.html", context)
    if not form.is_valid():
        return page(request, "registry/incoming_attach.html", context, status=422)
    try:
        attaching.attach_upload(form.cleaned_data["file"], entry, channel=Channel.UPLOAD, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused, "file")
        return page(request, "registry/incoming_attach.html", context, status=409)
    say_done(request, _("Đã bổ sung tệp cho văn bản đến số %(number)d.") % {"number": entry.number_value})
    return redirect("registry:incoming_missing")


@require_POST
def incoming_attach_fitting(request: Any) -> HttpResponse:
    """Attach every file of the folder whose name is the number of an entry without one; each by itself."""
    organisation = body(request)
    book = selectors.uuid_or_none(request.POST.get("book"))
    done, refused = attaching.attach_fitting(organisation, actor=request.actor, book=book, on=today())
    if done:
        say_done(request, _("Đã bổ sung tệp cho %(number)d văn bản.") % {"number": done})
    for sentence in refused[:10]:
        say_careful(request, sentence)
    if not done and not refused:
        say_careful(request, _("Không có tệp quét nào khớp số đến của văn bản chưa có tệp."))
    return redirect("registry:incoming_missing")


@require_GET
def incoming_stamped_day(request: Any) -> HttpResponse:
    """Copies with the ĐẾN stamp of one day's documents as one PDF, for the printer; the originals stay as they came."""
    organisation = body(request)
    access.require(request.actor, "incoming.stamp", organisation)
    form = DayForm(request.GET, books=Book.objects.visible_to(request.actor).filter(kind=BookKind.INCOMING))
    if not form.is_valid():
        raise RuleBroken("incoming.no_day", _("Ngày hoặc sổ chưa đúng."))
    day = form.cleaned_data["day"] or today()
    entries = selectors.incoming_for(request.actor).filter(created_at__date=day).order_by("number_value")
    if form.cleaned_data["book"]:
        entries = entries.filter(book=form.cleaned_data["book"])
    data, parts = stamped_day(entries.select_related("document", "book", "organisation"))
    for part in parts:
        audit.read(request.actor, part.object)
    response = HttpResponse(data, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="dau-den-{day:%Y-%m-%d}.pdf"'
    return response


@require_GET
def incoming_labels(request: Any) -> HttpResponse:
    """Choose the entries whose paper gets a label; the sheet itself is printed by the reports."""
    body(request)
    form = DayForm(request.GET, books=Book.objects.visible_to(request.actor).filter(kind=BookKind.INCOMING))
    day = (form.cleaned_data["day"] if form.is_valid() else None) or today()
    entries = selectors.incoming_for(request.actor).filter(created_at__date=day)
    if form.is_valid() and form.cleaned_data["book"]:
        entries = entries.filter(book=form.cleaned_data["book"])
    rows = keyset(entries.order_by(), order=("-created_at",), cursor=request.GET.get("cursor"), size=100)
    form = DayForm(initial={"day": day, "book": request.GET.get("book")}, books=form.fields["book"].queryset)  # type: ignore[attr-defined]
    return page(
        request, "registry/incoming_labels.html", {"title": _("In nhãn"), "page": rows, "form": form, "day": day}
    )
