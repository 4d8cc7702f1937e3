"""Books: the list by year, one book with its entries and closing page, and its steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from mocban.audit.selectors import history
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation
from mocban.people.selectors import today
from mocban.ui.actions import Action, bar
from mocban.ui.errors import form_error, say_careful, say_done
from mocban.ui.pages import confirm, get, page
from mocban.ui.paging import Page, keyset

from .. import access, book_selectors, log_selectors, rules, selectors
from ..choices import BookKind, BookState
from ..log_forms import LogBookForm, ReopenForm
from ..models import Book
from ..services.books import close_book, continue_volume, lock_book, open_log, open_year, reopen_book
from .book_tabs import tabs_of

SHOWN = 25  # entries on the page of a book
VERBS = {"lock": "book.edit", "continue": "book.edit", "close": "book.close", "reopen": "book.reopen"}
UNFINISHED = {
    BookKind.INCOMING: gettext_lazy("Chưa giải quyết xong"),
    BookKind.OUTGOING: gettext_lazy("Đã cấp số, chưa phát hành"),
    BookKind.HANDOVER: gettext_lazy("Chưa ký nhận"),
    BookKind.POST: gettext_lazy("Chưa có ký nhận của bưu điện"),
    BookKind.KEPT_COPIES: gettext_lazy("Chưa trả"),
}


@require_GET
def book_list(request: Any) -> HttpResponse:
    """The books of a year, by kind, with state, numbers from and to, entries and printed volumes."""
    return list_page(request, LogBookForm())


def list_page(request: Any, form: LogBookForm, *, status: int = 200) -> HttpResponse:
    actor, on = request.actor, today()
    years = book_selectors.years_of(actor)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == len(str(on.year)) else (on.year if years else 0)
    kind = request.GET.get("kind", "")
    books = list(book_selectors.books_for(actor, year=year or None, kind=kind))
    counts = book_selectors.counted(books)
    may_edit = access.may(actor, "book.edit", Organisation(pk=actor.organisation_id))
    following = next_year(on)
    context = {
        "title": _("Sổ sách"),
        "tabs": tabs_of(request, "book_list"),
        "rows": [(book, counts[book.pk], UNFINISHED.get(BookKind(book.kind))) for book in books],
        "years": years,
        "year": year,
        "kinds": BookKind.choices,
        "may_edit": may_edit,
        "form": form if may_edit else None,
        "to_open": book_selectors.to_continue(actor.organisation_id, year=following) if may_edit else [],
        "next_year": following,
    }
    return page(request, "registry/book_list.html", context, status=status)


def next_year(on: Any) -> int:
    """The year whose books may be wanted now: in its last quarter the next one, else the running one."""
    last_quarter = 10
    return int(on.year + 1 if on.month >= last_quarter else on.year)


@require_POST
def book_new(request: Any) -> HttpResponse:
    """Open a book without a series for this year."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    form = LogBookForm(request.POST)
    if not form.is_valid():
        return list_page(request, form, status=422)
    kind, name = BookKind(form.cleaned_data["kind"]), form.cleaned_data["name"]
    try:
        book = open_log(organisation=organisation, kind=kind, name=name, year=on.year, actor=actor, on=on)
    except RuleBroken as refused:
        form_error(form, refused)
        return list_page(request, form, status=409)
    say_done(request, _("Đã mở %(name)s năm %(year)d.") % {"name": book.name, "year": book.year})
    pages = {BookKind.HANDOVER: "hand_over_list", BookKind.POST: "post_list", BookKind.KEPT_COPIES: "kept_copy_list"}
    return redirect(f"registry:{pages[kind]}")


@require_http_methods(["GET", "POST"])
def book_open_year(request: Any) -> HttpResponse:
    """Open the books of the next year by the names of this one."""
    actor, on = request.actor, today()
    organisation = get(Organisation, actor, pk=actor.organisation_id)
    access.require(actor, "book.edit", organisation)
    year = next_year(on)
    if request.method == "GET":
        books = book_selectors.to_continue(organisation.pk, year=year)
        return confirm(
            request,
            title=_("Mở sổ năm %d") % year,
            sentence=_("Mở quyển 1 của các sổ sau đây cho năm %d, cùng tên và cùng hệ thống số.") % year,
            action_label=_("Mở các sổ này"),
            cancel_url=reverse("registry:book_list"),
            facts=[(book.get_kind_display(), book.name) for book in books],
        )
    made = open_year(organisation=organisation, year=year, actor=actor, on=on)
    say_done(request, _("Đã mở %(count)d sổ của năm %(year)d.") % {"count": len(made), "year": year})
    return redirect(f"{reverse('registry:book_list')}?year={year}")


@require_GET
def book_detail(request: Any, pk: Any) -> HttpResponse:
    """One book: its numbers, its entries, its printed volumes, what can be done now, and its history."""
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    return page(request, "registry/book_detail.html", detail_context(request, book))


def detail_context(request: Any, book: Book, **forms: Any) -> dict[str, Any]:
    actor = request.actor
    state = BookState(book.state)
    may = {verb for verb, right in VERBS.items() if access.may(actor, right, book)}
    if "reopen" in may and (state, "reopen") in rules.BOOK_TRANSITIONS:
        forms.setdefault("reopen_form", ReopenForm())
    summary = book_selectors.summary_of(book)
    return {
        "title": _("%(name)s %(year)d, quyển %(volume)d")
        % {"name": book.name, "year": book.year, "volume": book.volume},
        "book": book,
        "tabs": tabs_of(request, "book_list"),
        "facts": summary_facts(book, book.summary or summary.plain()),
        "entries_of": book.kind,
        "page": entries_of(request, book),
        "buttons": bar(rules.BOOK_TRANSITIONS, state, buttons(book, may)),
        "printed": book.printed_volumes.order_by("-printed_at"),
        "prints": prints(book),
        "entries": history(book),
        **forms,
    }


def prints(book: Book) -> list[tuple[str, str]]:
    """Addresses where the book is printed; reports stand above this app and may not offer every form."""
    found = []
    for name, label in (("register_pdf", "PDF"), ("register_xlsx", "Excel"), ("volumes", _("Quyển đã đóng"))):
        try:
            found.append((label, reverse(f"reports:{name}", args=[book.pk])))
        except NoReverseMatch:
            continue
    return found


def summary_facts(book: Book, summary: dict[str, Any]) -> list[tuple[str, Any]]:
    """The closing page in words; what a log does not have is left out."""
    facts: list[tuple[str, Any]] = [
        (_("Từ số"), summary["first"]),
        (_("Đến số"), summary["last"]),
        (_("Số dòng"), summary["entries"]),
        (str(UNFINISHED.get(BookKind(book.kind), _("Chưa xong"))), summary["unfinished"]),
    ]
    if book.series_id:
        facts += [
            (_("Số bỏ"), summary["void"]),
            (_("Số giữ trước khi ký"), summary["reserved"]),
            (_("Số dùng ở sổ khác"), summary["elsewhere"]),
            (_("Chưa có tệp"), summary["without_file"]),
        ]
    return [*facts, (_("Đã in, đóng quyển"), _("%d lần") % summary["printed"])]


def entries_of(request: Any, book: Book) -> Page | None:
    """The newest entries of the book that the actor may see; of copies the register of copies tells."""
    actor, cursor = request.actor, request.GET.get("cursor")
    lists: dict[str, Callable[[], tuple[Any, tuple[str, ...]]]] = {
        BookKind.INCOMING: lambda: (selectors.incoming_for(actor, book=book.pk), ("-number_value",)),
        BookKind.OUTGOING: lambda: (selectors.outgoing_for(actor).filter(book=book), ("-created_at",)),
        BookKind.HANDOVER: lambda: (log_selectors.hand_overs_for(actor).filter(book=book), ("-ordinal",)),
        BookKind.POST: lambda: (log_selectors.post_items_for(actor).filter(book=book), ("-ordinal",)),
        BookKind.KEPT_COPIES: lambda: (log_selectors.kept_copies_for(actor).filter(book=book), ("-ordinal",)),
    }
    if book.kind not in lists:
        return None
    rows, order = lists[book.kind]()
    return keyset(rows, order=order, cursor=cursor, size=SHOWN, exact="exact" in request.GET)


def buttons(book: Book, may: set[str]) -> dict[str, Action]:
    """The steps of a book; those that cannot be taken back lightly ask first."""
    known = {
        "continue": Action(_("Sang quyển tiếp theo"), at("book_continue", book), icon="book-2"),
        "lock": Action(_("Khóa sổ"), at("book_lock", book), method="post", icon="lock"),
        "close": Action(_("Kết thúc sổ"), at("book_close", book), icon="archive"),
    }
    return {verb: action for verb, action in known.items() if verb in may}


def at(name: str, book: Book) -> str:
    return reverse(f"registry:{name}", args=[book.pk])


@require_POST
def book_lock(request: Any, pk: Any) -> HttpResponse:
    """Lock a book."""
    book = get(Book, request.actor, pk=pk)
    lock_book(book=book, actor=request.actor, on=today())
    say_done(request, _("Đã khóa sổ."))
    return redirect("registry:book", pk=pk)


@require_http_methods(["GET", "POST"])
def book_continue(request: Any, pk: Any) -> HttpResponse:
    """Lock the volume and go on in the next."""
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    access.require(request.actor, "book.edit", book)
    if request.method == "GET":
        return confirm(
            request,
            title=_("Sang quyển %d") % (book.volume + 1),
            sentence=_("Quyển %(old)d được khóa lại; quyển %(new)d mở ra và số chạy tiếp.")
            % {"old": book.volume, "new": book.volume + 1},
            action_label=_("Khóa và mở quyển tiếp theo"),
            cancel_url=at("book", book),
        )
    made = continue_volume(book=book, actor=request.actor, on=today())
    say_done(request, _("Đã khóa quyển cũ và mở quyển %d.") % made.volume)
    return redirect("registry:book", pk=made.pk)


@require_http_methods(["GET", "POST"])
def book_close(request: Any, pk: Any) -> HttpResponse:
    """Show the closing page, then close."""
    actor, on = request.actor, today()
    book = get(Book, actor, pk=pk, related=("organisation", "series"))
    access.require(actor, "book.close", book)
    rule = book_selectors.must_be_printed(book.organisation, on=on)
    if request.method == "GET":
        summary = book_selectors.summary_of(book)
        warnings = []
        if rule and not summary.printed:
            warnings.append(_("Sổ này chưa in, đóng quyển."))
        if book.year == on.year and book.series_id:
            warnings.append(_("Năm %d chưa hết; văn bản mới sẽ không ghi được vào sổ này.") % book.year)
        return confirm(
            request,
            title=_("Kết thúc sổ"),
            sentence=" ".join([_("Sổ được kết thúc với các số liệu sau."), *warnings]),
            action_label=_("Kết thúc sổ"),
            cancel_url=at("book", book),
            facts=summary_facts(book, summary.plain()),
            citation=rule.citation if rule else "",
        )
    closed = close_book(book=book, actor=actor, on=on)
    say_done(request, _("Đã kết thúc sổ."))
    if rule and not closed.summary["printed"]:
        say_careful(request, _("Hãy in và đóng quyển sổ này để quản lý."))
    return redirect("registry:book", pk=pk)


@require_POST
def book_reopen(request: Any, pk: Any) -> HttpResponse:
    """Open a locked or closed book again, with the reason."""
    book = get(Book, request.actor, pk=pk, related=("organisation", "series"))
    form = ReopenForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            reopen_book(book=book, reason=form.cleaned_data["reason"], actor=request.actor, on=today())
        except RuleBroken as refused:
            form_error(form, refused)
            status = 409
        else:
            say_done(request, _("Đã mở lại sổ."))
            return redirect("registry:book", pk=pk)
    context = detail_context(request, book, reopen_form=form)
    return page(request, "registry/book_detail.html", context, status=status)
