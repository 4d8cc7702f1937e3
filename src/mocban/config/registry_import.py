"""`./mocban registry import FILE`: an old register and its files in, with the report of the dry run first.

Ends with 0 when every row is good, 2 when some rows need a hand, 1 when nothing could be done.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocban.people.actor import Actor
    from mocban.people.models import Organisation
    from mocban.registry.models import RegisterImport

SOME_BAD = 2
SHOWN = 20  # bad rows named on the console


class NotFound(OSError):
    """What the command names does not exist."""


def arguments(command: argparse.ArgumentParser) -> None:
    """The arguments of the command."""
    command.add_argument("file", type=Path, metavar="FILE", help=".xlsx, .xls, .ods or .csv")
    command.add_argument("--register", required=True, choices=["incoming", "outgoing"])
    command.add_argument("--organisation", required=True, metavar="CODE", help="electronic code of the body")
    command.add_argument("--login", default="", help="in whose name; without it, the installation's")
    command.add_argument("--year", type=int, default=0, help="the year of the whole register")
    command.add_argument("--mapping", type=Path, default=None, metavar="FILE", help="YAML: columns, carry, series, …")
    command.add_argument("--files", type=Path, default=None, metavar="DIR|ZIP", help="where the documents' files lie")
    command.add_argument("--report", type=Path, default=None, metavar="FILE", help="write the bad rows as .xlsx")
    command.add_argument("--dry-run", action="store_true", help="read and report; the register is not touched")


def run(options: argparse.Namespace) -> int:
    """Stage, check, and unless it is a dry run enter."""
    import yaml

    from mocban.people.selectors import today
    from mocban.registry.importing import columns
    from mocban.registry.importing.report import bad_rows_sheet
    from mocban.registry.models import Series, SeriesPeriod
    from mocban.registry.services import importing
    from mocban.secrecy.choices import Channel

    organisation = _organisation(options.organisation)
    actor, on = _actor(options.login, organisation), today()
    given = yaml.safe_load(options.mapping.read_text(encoding="utf-8")) if options.mapping else {}
    given = given if isinstance(given, dict) else {}
    held = importing.stage_import(
        data=options.file.read_bytes(),
        name=options.file.name,
        direction=options.register,
        organisation=organisation,
        channel=Channel.FORM,
        actor=actor,
        on=on,
    )
    print(f"{held.counts['rows']} rows read as import {held.pk}", file=sys.stderr)
    stored = dict(held.mapping)
    stored |= {name: given[name] for name in ("columns", "carry", "year", "sheets", "files") if name in given}
    if options.year:
        stored["year"] = options.year
    if options.files:
        stored["files"] = stored.get("files") or "code"
        _take_files(held, options.files, actor)
    own = Series.objects.filter(organisation=organisation, direction=options.register)
    series = own.filter(name=given.get("series", "")).first()
    period = SeriesPeriod.objects.filter(series=series, name=given.get("period", "")).first() if series else None
    importing.check_import(
        register_import=held,
        mapping=columns.mapping_of(stored),
        series=series,
        period=period,
        actor=actor,
        in_background=False,
    )
    held = importing.run_check(register_import=held, actor=actor, on=on, progress=_progress("checked"))
    if not options.dry_run:
        held = importing.run_import(register_import=held, actor=actor, on=on, progress=_progress("entered"))
    print(file=sys.stderr)
    if options.report:
        options.report.write_bytes(bad_rows_sheet(held))
    return _report(held)


def _report(held: RegisterImport) -> int:
    counts = held.counts
    named = ("entered", "good", "warned", "bad", "refused", "skipped")
    print("  ".join(f"{name}: {counts[name]}" for name in named))
    for row in held.rows.filter(state="bad").order_by("ordinal")[:SHOWN]:
        print(f"  {held.sheets[row.sheet]['name']} {row.line}: {row.problem}".replace("   ", "  "))
    if counts["bad"] > SHOWN:
        print(f"  … {counts['bad'] - SHOWN} more; --report FILE writes them all")
    for file in held.files.exclude(problem="")[:SHOWN]:
        print(f"  {file.path}: {file.problem}")
    return SOME_BAD if counts["bad"] or counts["refused"] else 0


def _progress(word: str) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        print(f"\r{word}: {done}/{total}", end="", file=sys.stderr, flush=True)

    return tell


def _organisation(code: str) -> Organisation:
    from mocban.people.models import Organisation

    found: Organisation | None = Organisation.objects.filter(code=code).first()
    if found is None:
        raise NotFound(f"no organisation has the code {code}")
    return found


def _actor(login: str, organisation: Organisation) -> Actor:
    from mocban.config.registry_cli import actor_of_login
    from mocban.people.actor import system_actor

    return actor_of_login(login, organisation.code or "") if login else system_actor(organisation)


def _take_files(held: RegisterImport, source: Path, actor: Actor) -> None:
    from mocban.registry.importing.file_sources import in_folder, in_zip
    from mocban.registry.services import importing
    from mocban.secrecy.choices import Channel

    found: Any = in_folder(source) if source.is_dir() else in_zip(source.read_bytes())
    taken = importing.stage_files(
        register_import=held,
        files=found,
        channel=Channel.FORM,
        actor=actor,
        progress=lambda done: print(f"\rfiles: {done}", end="", file=sys.stderr, flush=True),
    )
    print(f"\nfiles kept: {taken.stored}, refused: {taken.refused}", file=sys.stderr)
