"""Seal a printed volume: its PDF is kept with its hash, and what is corrected afterwards is shown as such."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.text import slugify

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.law.basis import basis
from mocban.people.actor import Actor

from .. import access, book_selectors, events, volume_rules
from ..models import Book, PrintedVolume
from .books import locked


@transaction.atomic
def seal_volume(
    *, book: Book, data: bytes, first: int, last: int, rows: int, read_at: datetime, actor: Actor, on: date
) -> PrintedVolume:
    """Keep the printed PDF of the entries `first`–`last` of a locked or closed book (NĐ 30/2020, Điều 16, Điều 22).

    `rows` is how many entries the print shows, `read_at` when they were read: the print must show the whole range, and
    any correction after that moment appears in later prints. What a print before has sealed is not sealed again.
    Raises PermissionDenied, RuleBroken("volume.book_open" | "volume.empty" | "volume.incomplete" | "volume.sealed").
    """
    access.require(actor, "volume.seal", book)
    book = locked(book)
    held = basis("close_book", on=on, regime=book.organisation.regime)
    volume_rules.check_sealable(book.state, citation=held.citation)
    sealed = book_selectors.last_sealed(book)
    volume_rules.check_range(first, last, rows, sealed=sealed, citation=held.citation)
    volume_rules.check_complete(rows, book_selectors.entries_between(book, first, last), citation=held.citation)
    name = f"{slugify(book.name) or 'register'}-{book.year}-{book.volume}.pdf"
    stored = content.store(
        examined=describe(data, name, "application/pdf"), data=data, organisation=book.organisation, actor=actor
    )
    volume = PrintedVolume.objects.create(
        organisation=book.organisation,
        book=book,
        object=stored,
        sha256=stored.sha256,
        first_number=first,
        last_number=last,
        entries=rows,
        printed_on=on,
        printed_at=read_at,
        printed_by=f"{actor.person_name}, {actor.position_title}"[:210],
    )
    audit.record(
        actor,
        events.VOLUME_SEALED,
        volume,
        basis=held.citations,
        details={"entries": rows, "first": first, "last": last, "sha256": stored.sha256},
        about=[book],
    )
    return volume
