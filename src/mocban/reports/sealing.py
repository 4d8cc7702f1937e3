"""Print a book to be sealed, and read what was sealed."""

from __future__ import annotations

from datetime import date

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from mocban.content import services as content
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.registry.book_selectors import last_sealed, withheld_in
from mocban.registry.models import Book, PrintedVolume
from mocban.registry.services.volumes import seal_volume

from .paper import print_sheet
from .registers import REGISTERS, book_sheet


def print_and_seal(book: Book, *, actor: Actor, on: date) -> PrintedVolume:
    """Print what no earlier volume of the book has sealed, and seal it. Outside any transaction: it takes seconds.

    Raises PermissionDenied, RuleBroken (as `seal_volume`, and "report.too_long").
    """
    read_at = timezone.now()
    since = (last_sealed(book) or 0) + 1
    with translation.override("vi"):
        sheet = book_sheet(book, actor=actor, on=on, since=since)
        printed = print_sheet(sheet)
    first, last = sheet.span
    return seal_volume(
        book=book,
        data=printed.data,
        first=first or since,
        last=last or 0,
        rows=printed.entries,
        read_at=read_at,
        actor=actor,
        on=on,
    )


def sealed_pdf(volume: PrintedVolume) -> bytes:
    """Return the bytes of a sealed print, checked against their hash; the caller has made sure who reads.

    Raises RuleBroken("volume.withheld") once a document whose words stand in it was frozen or erased, and as
    `content.services.read_bytes`.
    """
    if volume.book.kind in REGISTERS and withheld_in(volume):
        raise RuleBroken(
            "volume.withheld",
            _("Quyển đã in có văn bản bị phong tỏa hoặc đã xóa theo biên bản; không mở bản in cũ, hãy in lại."),
        )
    return content.read_bytes(volume.object)
