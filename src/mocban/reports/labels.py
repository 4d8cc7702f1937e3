"""Labels for paper: 24 on a sheet of A4 (3 × 8, 70 × 37 mm), number, day, code and a QR mark of each entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from qrcode.constants import ERROR_CORRECT_M
from qrcode.main import QRCode

from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.registry.models import Book, Incoming

from . import printing
from .layout import head

A_SHEET = 24
MOST = 10 * A_SHEET


def in_book(book: Book, first: int, last: int, *, actor: Actor) -> list[Incoming]:
    """The entries `first` to `last` of an incoming book, as far as visible. Raises RuleBroken("labels.too_many")."""
    if last - first >= MOST:
        raise RuleBroken("labels.too_many", _("Mỗi lần in nhiều nhất %d nhãn.") % MOST)
    return _read(Incoming.objects.visible_to(actor).filter(book=book, number_value__range=(first, last)))


def chosen(ids: Sequence[UUID], *, actor: Actor) -> list[Incoming]:
    """The chosen entries of the actor's body that the actor may see. Raises RuleBroken("labels.too_many")."""
    if len(ids) > MOST:
        raise RuleBroken("labels.too_many", _("Mỗi lần in nhiều nhất %d nhãn.") % MOST)
    own = Incoming.objects.visible_to(actor).filter(organisation_id=actor.organisation_id)
    return _read(own.filter(pk__in=list(ids)))


def _read(entries: QuerySet[Any]) -> list[Incoming]:
    related = entries.select_related("document", "number", "book", "organisation")
    return list(related.order_by("book", "number_value", "number__mark"))


def labels_pdf(entries: Sequence[Incoming], *, skip: int, on: date) -> bytes:
    """Return labels for entries of one body as PDF/A-2b; `skip` places of the first sheet are used up already.

    Raises RuleBroken("labels.none"), SandboxFailed.
    """
    if not entries:
        raise RuleBroken("labels.none", _("Không có văn bản nào để in nhãn."))
    data = head(entries[0].organisation, on=on) | {
        "title": _("Nhãn văn bản đến"),
        "skip": skip % A_SHEET,
        "labels": [_label(entry) for entry in entries],
    }
    return printing.render("labels.typ", data)


def _label(entry: Incoming) -> dict[str, Any]:
    number, body = f"{entry.number_value}{entry.number.mark}", entry.organisation
    return {
        "body": body.name,
        "number": _("Số đến: %s") % number,
        "day": _("Ngày đến: %s") % f"{entry.arrived_on:%d/%m/%Y}",
        "code": entry.document.printed_code,
        "mark": matrix(f"{body.code} {entry.book.year} {_('đến')} {number}"),
    }


def matrix(text: str) -> Sequence[str]:
    """Return the QR mark of a text: rows of "0" and "1", without the quiet border."""
    mark = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    mark.add_data(text)
    mark.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in mark.get_matrix()]
