"""The clerk's desk: one page on which a document is registered without taking the hands off the keyboard."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from mocban import law
from mocban.law.dates import due_on
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.lib.typed_days import read_day
from mocban.people.models import Organisation
from mocban.people.selectors import in_force, today
from mocban.records.intake import Accepted, accept
from mocban.secrecy.choices import Channel
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import get, page, wants_fragment

from .. import access, desk, selectors, signature_checks, taking
from ..border import AlreadyRegistered, enter_arrival, may_be_earlier
from ..choices import Direction, EnvelopeState, ScanState
from ..forms import ArrivalForm
from ..models import Envelope, Incoming, Scan
from ..services import numbering

STEPS = ("issuer_name", "printed_code", "issued_on", "kind_code", "subject", "signer_name")
LOOKED_BACK = timedelta(days=31)  # before that every arrival is late, whatever holidays lay between
TOO_LONG_AGO = timedelta(days=366 * 20)  # a mistyped year, which the form refuses
DAYS = ("arrived_on", "issued_on", "handle_by")


@require_http_methods(["GET", "POST"])
def incoming_new(request: Any) -> HttpResponse:
    """Register a document: number, deadline and file in one step; htmx replaces only the fields on a refusal."""
    actor, on = request.actor, today()
    organisation, books = desk_of(request, on)
    scan = own_scan(request, request.POST.get("scan") or request.GET.get("scan"))
    envelope = own_envelope(request, request.POST.get("envelope") or request.GET.get("envelope"))
    if request.method == "GET":
        return first_form(request, organisation, books, on, scan, envelope)
    form = ArrivalForm(request.POST, request.FILES, organisation=organisation, on=on, books=books)
    if not form.is_valid():
        return entry_form(request, form, books, on, status=422, scan=scan)
    try:
        file = taking.taken(scan, organisation=organisation) if scan else None
        entry, files = enter_arrival(
            form, channel=Channel.UPLOAD, actor=actor, organisation=organisation, on=on, scan=file, envelope=envelope
        )
    except AlreadyRegistered as found:
        return entry_form(request, form, books, on, status=409, earlier=found.found, scan=scan)
    except signature_checks.InvalidSignature as unseen:
        form.arrivals = unseen.found
        form_error(form, unseen)
        return entry_form(request, form, books, on, status=409, scan=scan)
    except RuleBroken as refused:
        form_error(form, refused)
        return entry_form(request, form, books, on, status=409, scan=scan)
    if any(not file.readable for file in files):
        say_careful(request, _("Không đọc được chữ trong tệp; hãy kiểm tra bằng mắt dấu chỉ độ mật trên văn bản."))
    if "next" not in request.POST:
        say_done(request, _("Đã đăng ký văn bản đến số %(number)d.") % {"number": entry.number_value})
        return go(request, reverse("registry:incoming", args=[entry.pk]))
    return go(request, new_address(after=entry, scan=following_scan(organisation, actor) if scan else None))


def following_scan(organisation: Organisation, actor: Any) -> Scan | None:
    """The next file for the next form; a folder that fails now must not hide the number that was just given."""
    try:
        found = taking.take_next(organisation=organisation, actor=actor)
    except RuleBroken:
        return None
    return found[0] if found else None


def desk_of(request: Any, on: date) -> tuple[Organisation, Any]:
    """The body for which this desk registers, and its open books. Raises PermissionDenied."""
    organisation = get(Organisation, request.actor, pk=request.actor.organisation_id)
    access.require(request.actor, "incoming.register", organisation)
    books = selectors.open_books(request.actor, Direction.INCOMING, year=on.year)
    return organisation, books


def own_scan(request: Any, key: str | None) -> Scan | None:
    """The taken file that the address or the form names."""
    found = selectors.uuid_or_none(key)
    if found is None:
        return None
    scan: Scan = get(Scan, request.actor, pk=found, state=ScanState.TAKEN, in_batch=False, related=("organisation",))
    return scan


def own_envelope(request: Any, key: str | None) -> Envelope | None:
    """The personal envelope, returned for registration, that the address or the form names."""
    found = selectors.uuid_or_none(key)
    if found is None:
        return None
    envelope: Envelope = get(Envelope, request.actor, pk=found, state=EnvelopeState.RETURNED)
    return envelope


def new_address(*, after: Incoming | None = None, scan: Scan | None = None) -> str:
    """The address of an empty form, with the entry whose number it shows and the file that it begins with."""
    named = {"after": after, "scan": scan}
    query = urlencode({name: str(row.pk) for name, row in named.items() if row})
    return reverse("registry:incoming_new") + (f"?{query}" if query else "")


def first_form(
    request: Any, organisation: Organisation, books: Any, on: date, scan: Scan | None, envelope: Envelope | None
) -> HttpResponse:
    """The form before anything is typed: what the desk remembers, what the envelope and the scanned page say."""
    values = desk.first_values(request.actor, books, on=on)
    if envelope is not None:
        values |= {"envelope": str(envelope.pk), "issuer_name": envelope.sender, "printed_code": envelope.marks[:42]}
    form = ArrivalForm(organisation=organisation, on=on, books=books, initial=values)
    if scan is None:
        return entry_form(request, form, books, on)
    form.initial.update({"scan": str(scan.pk), "received_via": "paper"})
    try:
        file = taking.taken(scan, organisation=organisation)
        accepted = accept(file.data, scan.name, channel=Channel.UPLOAD, actor=request.actor, organisation=organisation)
    except RuleBroken as refused:
        form = ArrivalForm({}, organisation=organisation, on=on, books=books, initial=values)
        form.is_valid()
        form.errors.clear()
        form_error(form, refused)
        return entry_form(request, form, books, on, status=409)
    fill(form, accepted, {})
    form.arrivals = signature_checks.of_files([accepted])
    return entry_form(request, form, books, on, scan=scan, earlier=earlier_of(request, form, organisation, on))


def fill(form: ArrivalForm, accepted: Accepted, typed: Any) -> None:
    """Put what the page says into the boxes that are still empty."""
    guesses = desk.guessed_values(accepted.text, on=form.on)
    form.initial.update({name: value for name, value in guesses.items() if not typed.get(name)})
    form.initial["sha256"] = accepted.examined.sha256
    form.guessed = sorted(name for name in guesses if not typed.get(name) and name in form.fields)


def entry_form(
    request: Any,
    form: ArrivalForm,
    books: Any,
    on: date,
    *,
    status: int = 200,
    earlier: Any = (),
    scan: Scan | None = None,
) -> HttpResponse:
    """Render the desk's form with the number that each book would give next."""
    first = next((name for name in STEPS if not form[name].value()), STEPS[0])
    form.fields[first if not form.guessed else STEPS[0]].widget.attrs["autofocus"] = True
    shown: dict[str, Any] = {"form": form, "earlier": earlier, "ticked": request.POST.get("confirmed")}
    shown |= {"arrivals": form.arrivals, "seen": request.POST.get("signatures_seen")}
    shown["late"] = is_late(form, books, on)
    shown["numbers"] = [(book, numbering.next_number(book.series, on=on)) for book in books]
    if not wants_fragment(request):
        shown |= around(request, form.organisation, on, scan)
    return page(request, "registry/incoming_new.html", shown, status=status, fragment="registry/_incoming_fields.html")


def is_late(form: ArrivalForm, books: Any, on: date) -> bool:
    """Whether the typed day of arrival lies before the allowed day, so that a reason is asked."""
    if "late_reason" in form.errors:
        return True
    day = form["arrived_on"].value()
    arrived = day if isinstance(day, date) else read_day(clean_line(str(day or "")), today=on)
    if arrived is None or arrived >= on or arrived < on - TOO_LONG_AGO:
        return False
    if arrived < on - LOOKED_BACK:
        return True
    allowed = in_force(form.organisation, "registry.register_within", on=on)
    return due_on(arrived, allowed, regime=form.organisation.regime) < on


def around(request: Any, organisation: Organisation, on: date, scan: Scan | None) -> dict[str, Any]:
    """What stands around the form: the number just given, the scan folder, batches left open."""
    actor = request.actor
    key = selectors.uuid_or_none(request.GET.get("after"))
    given = Incoming.objects.visible_to(actor).filter(pk=key).select_related("book").first() if key else None
    return {
        "title": _("Đăng ký văn bản đến"),
        "given": given,
        "scan": scan,
        "scans": scans_waiting(request, organisation),
        "batches": desk.open_batches(actor)[:5],
        "memory": desk.memory_of(actor),
        "steps": ",".join(STEPS),
        **shapes(organisation, on),
    }


def shapes(organisation: Organisation, on: date) -> dict[str, str]:
    """What the codes of a kind look like, with KIND where its symbol stands, and the kind that has none."""
    forms_of = law.value("number.form", on=on, regime=organisation.regime).value
    blank = {"number": "…", "kind": "KIND", "body": "…", "unit": "…"}
    letters = [kind.code for kind in law.kinds(regime=organisation.regime, on=on) if kind.is_letter]
    return {
        "shape": forms_of["kind_without_unit"].format(**blank),
        "shape_letter": forms_of["letter_with_unit"].format(**blank),
        "letter": letters[0] if letters else "",
    }


def scans_waiting(request: Any, organisation: Organisation) -> int:
    """How many files the desk could take now; a folder that cannot be read counts none, its own page says why."""
    try:
        return sum(one.free and one.state == "" for one in desk.waiting_scans(organisation, request.actor))
    except RuleBroken:
        return 0


def go(request: Any, address: str) -> HttpResponse:
    """Redirect a page, or tell htmx to go there."""
    if not wants_fragment(request):
        return redirect(address)
    response = HttpResponse(status=204)
    response["HX-Redirect"] = address
    return response


@require_POST
def incoming_read(request: Any) -> HttpResponse:
    """Fill the empty fields from a dropped file, read in memory, or from the desk's last entry; nothing is stored."""
    actor, on = request.actor, today()
    organisation, books = desk_of(request, on)
    typed = request.POST.copy()
    form = ArrivalForm(initial=typed.dict(), organisation=organisation, on=on, books=books)
    scan = own_scan(request, typed.get("scan"))
    if "copy" in typed:
        before = desk.previous_values(actor)
        form.initial.update({name: value for name, value in before.items() if typed.get(name) in (None, "", "0")})
        return entry_form(request, form, books, on, scan=scan)
    upload = request.FILES.get("file")
    if upload is None:
        return entry_form(request, form, books, on, scan=scan)
    try:
        accepted = accept(upload.read(), upload.name, channel=Channel.UPLOAD, actor=actor, organisation=organisation)
    except RuleBroken as refused:
        form = ArrivalForm(typed, organisation=organisation, on=on, books=books)
        form.is_valid()
        form.errors.clear()
        form_error(form, refused)
        return entry_form(request, form, books, on, status=409)
    fill(form, accepted, typed)
    form.arrivals = signature_checks.of_files([accepted])
    return entry_form(request, form, books, on, earlier=earlier_of(request, form, organisation, on))


def earlier_of(request: Any, form: ArrivalForm, organisation: Organisation, on: date) -> Any:
    """What may be the same document as the one whose boxes the form holds so far."""
    values = {name: form[name].value() or "" for name in ("issuer_name", "printed_code", "issued_on", "sha256")}
    return may_be_earlier(values, organisation=organisation, actor=request.actor, on=on)


@require_POST
def incoming_check(request: Any) -> HttpResponse:
    """What follows from the boxes typed so far: probable duplicates, the signer's title, days written in full."""
    actor, on = request.actor, today()
    organisation, books = desk_of(request, on)
    typed = request.POST
    form = ArrivalForm(typed, organisation=organisation, on=on, books=books)
    fills = {name: day for name in DAYS if (day := full_day(form, name)) and day != typed.get(name)}
    title = desk.title_of(actor, signer=typed.get("signer_name", ""), issuer=typed.get("issuer_name", ""))
    if title and not typed.get("signer_title"):
        fills["signer_title"] = title
    values = {name: typed.get(name, "")[:300] for name in ("issuer_name", "printed_code", "issued_on", "sha256")}
    earlier = may_be_earlier(values, organisation=organisation, actor=actor, on=on)
    shown = {"earlier": earlier, "fills": fills, "ticked": typed.get("confirmed"), "form": form}
    shown["late"] = is_late(form, books, on)
    if not wants_fragment(request):
        form = ArrivalForm(initial={**typed.dict(), **fills}, organisation=organisation, on=on, books=books)
        return entry_form(request, form, books, on, earlier=earlier, scan=own_scan(request, typed.get("scan")))
    return page(request, "registry/_incoming_check.html", shown)


def full_day(form: ArrivalForm, name: str) -> str:
    """A typed day as dd/mm/yyyy; what is no day stays as it was typed."""
    try:
        day = form.fields[name].clean(form.data.get(name)) if form.data.get(name) else None
    except forms.ValidationError:
        return ""
    return f"{day:%d/%m/%Y}" if day else ""
