"""Places moved by hand before signing: accepted where they stand on the page and hide nothing that is printed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import pypdfium2

from mocban.signing.pdf import places
from mocban.signing.pdf.forms import NumberForm, Piece, Places, Rect, SignaturePlace, TextPlace
from mocban.signing.pdf.refusals import Refused, refuse
from mocban.signing.pdf.text import Line, lines

SAME = 0.6  # points; less is rounding, not a move
SMALLEST = 8.0  # points of a side
CORE = 0.25  # a signature's upper and lower quarter may touch title and name, as a hand's does
# What a place is called where the sentence names it: the words of the document's own parts.
NAMES = {"number": "số, ký hiệu", "date": "ngày, tháng, năm", "signature": "chữ ký", "seal": "dấu"}


def check(document: pypdfium2.PdfDocument, given: Places, form: NumberForm, later_signers: Sequence[str]) -> Places:
    """Return `given` with what follows from it; refuses a place outside its page or over printed text."""
    if len(given.later) != len(later_signers):
        refuse("signing.place_outside", what=f"{NAMES['signature']} {len(given.later) + 2}")
    head = lines(document[0])
    found = _found(document, form)
    number = _text(head, given.number, found.number if found else None, "number")
    date = _text(head, given.date, found.date if found else None, "date")
    _inside(document, 0, number.rect, NAMES["number"])
    _inside(document, 0, date.rect, NAMES["date"])
    if places.overlap(number.rect, date.rect):
        refuse("signing.place_overlaps", what=NAMES["number"], other=NAMES["date"])
    for order, place in enumerate([SignaturePlace(given.signature_page, given.signature), *given.later], start=1):
        name = NAMES["signature"] if order == 1 else f"{NAMES['signature']} {order}"
        _inside(document, place.page, place.rect, name)
        _clear(lines(document[place.page]), _core(place.rect), name)
        _apart(place, number.rect, date.rect, name)
    seal = SignaturePlace(given.signature_page, given.seal)
    _inside(document, seal.page, seal.rect, NAMES["seal"])
    _apart(seal, number.rect, date.rect, NAMES["seal"])
    return dataclasses.replace(given, number=number, date=date)


def _found(document: pypdfium2.PdfDocument, form: NumberForm) -> Places | None:
    """Return the places that the draft's own words give; the refusals that concern what is printed stay refusals."""
    try:
        return places.find(document, form)
    except Refused as refused:
        if refused.code in ("signing.no_number_place", "signing.no_signature_place"):
            return None
        raise


def _text(head: Sequence[Line], given: TextPlace, found: TextPlace | None, key: str) -> TextPlace:
    """Return the found place when the given one lies there still, else one that writes the whole text anew."""
    if found and _same(given.rect, found.rect):
        return found
    _clear(head, given.rect, NAMES[key])
    size = min(given.size, given.rect.height / 1.25)
    piece = Piece("whole", given.rect.x0, given.rect.width)
    return TextPlace(given.rect, given.rect.y0 + 0.3 * size, size, given.italic, (piece,), {})


def _same(one: Rect, other: Rect) -> bool:
    pairs = zip(dataclasses.astuple(one), dataclasses.astuple(other), strict=True)
    return all(abs(a - b) <= SAME for a, b in pairs)


def _core(rect: Rect) -> Rect:
    edge = CORE * rect.height
    return Rect(rect.x0, rect.y0 + edge, rect.x1, rect.y1 - edge)


def _inside(document: pypdfium2.PdfDocument, page: int, rect: Rect, what: str) -> None:
    if not 0 <= page < len(document):
        refuse("signing.place_outside", what=what)
    if document[page].get_rotation():
        refuse("signing.rotated")
    width, height = document[page].get_size()
    if not (0 <= rect.x0 < rect.x1 <= width and 0 <= rect.y0 < rect.y1 <= height):  # also false for "not a number"
        refuse("signing.place_outside", what=what)
    if min(rect.width, rect.height) < SMALLEST:
        refuse("signing.place_small", what=what)


def _clear(page_lines: Sequence[Line], rect: Rect, what: str) -> None:
    if places.is_free(page_lines, rect):
        return
    covered = next(line for line in page_lines if not places.is_free([line], rect))
    refuse("signing.place_covers", what=what, text=covered.text[:40])


def _apart(place: SignaturePlace, number: Rect, date: Rect, what: str) -> None:
    for other, name in ((number, NAMES["number"]), (date, NAMES["date"])):
        if place.page == 0 and places.overlap(place.rect, other):
            refuse("signing.place_overlaps", what=what, other=name)
