"""Labels for paper: 24 on a sheet of A4 (3 × 8, 70 × 37 mm), number, day, code and a QR mark of each entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

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


def labels_pdf(book: Book, *, first: int, last: int, skip: int, actor: Actor, on: date) -> bytes:
    """Return labels for the entries `first` to `last` of an incoming book that the actor may see, as PDF/A-2b.

    `skip` labels of the first sheet are left out, for they are already used. `book` comes with its organisation.
    Raises RuleBroken("labels.too_many" | "labels.none"), SandboxFailed.
    """
    if last - first >= MOST:
        raise RuleBroken("labels.too_many", _("Mỗi lần in nhiều nhất %d nhãn.") % MOST)
    found = Incoming.objects.visible_to(actor).filter(book=book, number_value__range=(first, last))
    entries = list(found.select_related("document", "number").order_by("number_value", "number__mark"))
    if not entries:
        raise RuleBroken("labels.none", _("Sổ không có văn bản nào trong khoảng số này."))
    data = head(book.organisation, on=on) | {
        "title": _("Nhãn văn bản đến"),
        "skip": skip % A_SHEET,
        "labels": [_label(entry, book) for entry in entries],
    }
    return printing.render("labels.typ", data)


def _label(entry: Any, book: Book) -> dict[str, Any]:
    number = f"{entry.number_value}{entry.number.mark}"
    return {
        "body": book.organisation.name,
        "number": _("Số đến: %s") % number,
        "day": _("Ngày đến: %s") % f"{entry.arrived_on:%d/%m/%Y}",
        "code": entry.document.printed_code,
        "mark": matrix(f"{book.organisation.code} {book.year} {_('đến')} {number}"),
    }


def matrix(text: str) -> Sequence[str]:
    """Return the QR mark of a text: rows of "0" and "1", without the quiet border."""
    mark = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    mark.add_data(text)
    mark.make(fit=True)
    return ["".join("1" if dark else "0" for dark in row) for row in mark.get_matrix()]
