"""Bring scans to the paper documents that were registered before them: one upload, or many files named by number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation
from mocban.records.intake import accept
from mocban.secrecy.choices import Channel

from . import desk, taking
from .choices import Direction
from .desk import WaitingScan
from .models import Incoming
from .selectors import open_books
from .services.incoming import attach_file

# 123.pdf, 0123.pdf, den-123.pdf, den_123.pdf, "Den 123.pdf"
_NUMBERED = re.compile(r"^(?:(?:d|đ)(?:e|ế)n[ _-]*)?0*(?P<number>[1-9]\d{0,6})\.pdf$", re.IGNORECASE)


@dataclass(frozen=True)
class Fitting:
    """A file of the folder and the entry whose number it bears."""

    waiting: WaitingScan
    entry: Incoming


def number_in(name: str) -> int | None:
    """The arrival number that a file name bears, None when it bears none."""
    found = _NUMBERED.match(name)
    return int(found["number"]) if found else None


def fitting_scans(organisation: Organisation, actor: Actor, *, book: UUID | None, on: date) -> list[Fitting]:
    """Free files of the folder whose name is the number of exactly one entry without a file, in this year's open books.

    A number that two books gave fits only when `book` says which. Raises RuleBroken as `desk.waiting_scans`.
    """
    named = {
        number: one
        for one in desk.waiting_scans(organisation, actor)
        if one.free and (number := number_in(one.file.shown)) is not None
    }
    if not named:
        return []
    books = open_books(actor, Direction.INCOMING, year=on.year)
    entries = desk.without_file(actor, book=book).filter(number_value__in=list(named), book__in=books)
    by_number: dict[int, list[Any]] = {}
    for entry in entries.order_by("number_value"):
        by_number.setdefault(entry.number_value, []).append(entry)
    return [Fitting(named[number], found[0]) for number, found in by_number.items() if len(found) == 1]


def attach_fitting(organisation: Organisation, *, actor: Actor, book: UUID | None, on: date) -> tuple[int, list[str]]:
    """Attach every fitting file, each in its own transaction; return how many, and a sentence for each that failed."""
    done, refused = 0, []
    for one in fitting_scans(organisation, actor, book=book, on=on):
        try:
            scan, accepted = taking.take(one.waiting.file, organisation=organisation, actor=actor)
            attach_file(entry=one.entry, file=accepted, scan=scan, actor=actor, on=on)
            done += 1
        except RuleBroken as broken:
            refused.append(f"{one.entry.number_value}: {broken}")
    return done, refused


def attach_upload(upload: Any, entry: Incoming, *, channel: Channel, actor: Actor, on: date) -> Incoming:
    """Look at one uploaded file and attach it. Raises SecretRefused, RuleBroken, PermissionDenied."""
    accepted = accept(upload.read(), upload.name, channel=channel, actor=actor, organisation=entry.organisation)
    return attach_file(entry=entry, file=accepted, actor=actor, on=on)
