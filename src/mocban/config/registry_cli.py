"""`./mocban registry …`: books and ledgers from the console, in the name of a person of the office.

Each command is a function below and its arguments in `parser`; they act through the same services as the pages.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import django

from mocban.config import registry_import

if TYPE_CHECKING:
    from mocban.people.actor import Actor
    from mocban.reports.sheets import Sheet


class NotFound(Exception):
    """What the command names does not exist, or the person may not see it."""


def main(arguments: Sequence[str]) -> int:
    """Run one command; returns the exit code."""
    options = parser().parse_args(arguments)
    django.setup()
    from django.core.exceptions import PermissionDenied
    from django.utils import translation

    from mocban.lib.errors import RuleBroken
    from mocban.lib.sandbox import SandboxFailed

    try:
        with translation.override("vi"):
            code = options.command(options)
    except (NotFound, PermissionDenied, RuleBroken, SandboxFailed, OSError) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return int(code or 0)


def parser() -> argparse.ArgumentParser:
    """The commands of the group."""
    top = argparse.ArgumentParser(prog="./mocban registry", description="books and ledgers of the registry")
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Any, text: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=text, description=text)
        one.add_argument("--login", required=True, help="in whose name: nothing is printed that they may not see")
        one.add_argument("--position", default="", help="title, or code of the organisation, when there are several")
        one.set_defaults(command=command)
        return one

    add("list", list_books, "list the books and the number series with their counting periods")
    one = add("print", print_book, "print a book as PDF/A-2b, or as a workbook")
    one.add_argument("book", metavar="BOOK", help="its id or its name")
    one.add_argument("--year", type=int, default=None)
    one.add_argument("--volume", type=int, default=None)
    one.add_argument("--seal", action="store_true", help="print and seal the volume; the kept PDF is written")
    _out(one)
    one = add("ledger", print_ledger, "print every number of a counting period and what became of it")
    one.add_argument("series", metavar="SERIES", help="its id or its name")
    one.add_argument("--period", default="", help="name of the period, such as 2026 (default: the latest)")
    _out(one)
    text = "read an old register in; its numbers stay as they are"
    one = commands.add_parser("import", help=text, description=text)
    registry_import.arguments(one)
    one.set_defaults(command=registry_import.run)
    return top


def _out(command: argparse.ArgumentParser) -> None:
    command.add_argument("--out", type=Path, required=True, metavar="FILE", help="a file that does not exist yet")
    command.add_argument("--xlsx", action="store_true", help="a workbook instead of a PDF")


def actor_of_login(login: str, position: str) -> Actor:
    """The person of this login in a position held today. Raises NotFound."""
    from mocban.people.actor import actor_of
    from mocban.people.models import Person
    from mocban.people.selectors import positions_of, today

    person = Person.objects.filter(login=login.strip().lower()).first()
    held = positions_of(person, today()) if person else []
    found = [post for post in held if not position or position in (post.title, post.organisation.code)]
    if not found:
        raise NotFound(f"{login} holds no such position today.")
    return actor_of(found[0])


def list_books(options: argparse.Namespace) -> None:
    """Print a line for each book and each counting period."""
    from mocban.registry.models import Book, Series

    actor = actor_of_login(options.login, options.position)
    for book in Book.objects.visible_to(actor):
        print(f"{book.pk}  {book.get_kind_display()}: {book.name}, {book.year}, quyển {book.volume}")
    for series in Series.objects.visible_to(actor).prefetch_related("periods"):
        periods = ", ".join(period.name for period in series.periods.all())
        print(f"{series.pk}  {series.get_direction_display()}: {series.name} [{periods}]")


def print_book(options: argparse.Namespace) -> None:
    """Write the printed book to a file; with --seal the volume that is kept."""
    from mocban.people.selectors import today
    from mocban.registry.models import Book
    from mocban.reports.registers import book_sheet
    from mocban.reports.sealing import print_and_seal, sealed_pdf

    actor = actor_of_login(options.login, options.position)
    narrowed = {name: value for name in ("year", "volume") if (value := getattr(options, name)) is not None}
    books = Book.objects.visible_to(actor).filter(**narrowed).select_related("organisation", "series")
    book = _one(books, options.book)
    if options.seal:
        volume = print_and_seal(book, actor=actor, on=today())
        _write(options.out, sealed_pdf(volume))
        print(f"{volume.entries} entries, numbers {volume.first_number}-{volume.last_number}, sha256 {volume.sha256}")
        return
    _print(book_sheet(book, actor=actor, on=today()), options)


def print_ledger(options: argparse.Namespace) -> None:
    """Write the ledger of a counting period to a file."""
    from mocban.people.selectors import today
    from mocban.registry import access
    from mocban.registry.models import Series
    from mocban.reports.ledgers import ledger_sheet

    actor = actor_of_login(options.login, options.position)
    series = _one(Series.objects.visible_to(actor), options.series)
    access.require(actor, "ledger.read", series)
    periods = series.periods.select_related("series__organisation")
    period = periods.filter(name=options.period).first() if options.period else periods.first()
    if period is None:
        raise NotFound(f"{series.name} has no period {options.period}".strip() + ".")
    _print(ledger_sheet(period, actor=actor, on=today()), options)


def _one(rows: Any, named: str) -> Any:
    """The one row with that id or name. Raises NotFound."""
    try:
        found = list(rows.filter(pk=UUID(named)))
    except ValueError:
        found = list(rows.filter(name=named))
    if len(found) != 1:
        many = "several are" if found else "nothing is"
        raise NotFound(f"{many} called {named}; see ./mocban registry list.")
    return found[0]


def _print(sheet: Sheet, options: argparse.Namespace) -> None:
    from mocban.reports.paper import print_sheet
    from mocban.reports.workbook import workbook

    _write(options.out, workbook(sheet) if options.xlsx else print_sheet(sheet).data)


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        file.write(data)
    print(f"{path}: {len(data)} bytes")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
