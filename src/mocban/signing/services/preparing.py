"""Before a signature: open a key, lay the fields into a draft, show its pages. Nothing is stored or signed here."""

from __future__ import annotations

import dataclasses
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mocban.content import services as content
from mocban.content.models import DigitalObject
from mocban.content.rules import check_readable
from mocban.lib.disk import DiskFile, File
from mocban.lib.errors import RuleBroken
from mocban.people.models import Organisation, Person
from mocban.people.selectors import today

from .. import grading, keys, printing
from ..pdf import contained
from ..pdf.forms import MM, Box, NumberForm, Piece, Places, Rect, SignaturePlace, TextPlace
from ..pdf.refusals import answers

if TYPE_CHECKING:
    from cryptography import x509

    from ..pdf.sealing import Hand

NUMBER, DATE, SIGNATURE, SEAL = "number", "date", "signature", "seal"
NO_PLACE = ("signing.no_number_place", "signing.no_signature_place")
PICTURES_KEPT = 48  # of pages, a tenth of a megabyte each


@dataclass(frozen=True)
class OpenKey:
    """One holder's key, opened with its PIN, with the picture that its signatures show: for any number of documents."""

    hand: Hand
    certificate: x509.Certificate


@answers
def open_key(
    owner: Person | Organisation,
    *,
    organisation: Organisation,
    pin: str = "",
    last_try: bool = False,
) -> OpenKey:
    """Open the key of a person or of the organisation where it lies, for one document or for many.

    `last_try` as in `keys.store_for`. Raises RuleBroken `signing.*` (no key, PIN, token, service).
    """
    from ..pdf.sealing import Hand  # loads pyHanko, see keys.py

    holder = keys.holder(owner)
    store = keys.store_for(owner, organisation=organisation, pin=pin, last_try=last_try)
    grade = grading.grade_of_key(owner, organisation, on=today())
    hand = Hand(keystore=store, holder=holder, image=keys.image(holder), grade=grade)
    return OpenKey(hand, store.certificate(holder))


@dataclass(frozen=True)
class LaidField:
    """Where a field lies: page from 0, then millimetres from the upper left corner of the page.

    `name` is number, date, signature, signature_2 and so on, or seal.
    """

    name: str
    page: int
    left: float
    top: float
    width: float
    height: float

    def as_values(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Prepared:
    """A draft with all its fields laid, where they lie, and the sizes of its pages in millimetres."""

    pdf: bytes | DiskFile
    fields: tuple[LaidField, ...]
    pages: tuple[tuple[float, float], ...]


def prepare_document(
    *,
    pdf: File,
    signer_name: str,
    organisation: Organisation,
    on: date,
    symbol: str = "",
    later_signers: Sequence[str] = (),
    moved: Mapping[str, Mapping[str, float]] | None = None,
) -> Prepared:
    """Lay the fields for number, date, every signature and the seal into a draft.

    `signer_name` and `later_signers` are the names as the draft prints them; `symbol` what will follow the number
    ("/SNV-VP"), checked against the draft when given; `moved` are the places chosen by hand, by field: page (from 0),
    left and top in millimetres. Raises RuleBroken `signing.*` (unreadable, encrypted, printed number or date, other
    symbol, no place, a chosen place outside the page or over text).
    """
    from ..pdf import layout  # loads pyHanko, see keys.py

    form = printing.number_form(organisation=organisation, signer_name=signer_name, symbol=symbol, on=on)
    chosen = _chosen(pdf, form, later_signers, moved) if moved else None
    laid, places = layout.lay_fields(pdf, form=form, later_signers=later_signers, places=chosen)
    pages = page_sizes(laid)
    return Prepared(laid, tuple(_fields(places, pages)), pages)


def starting_places(
    *, pdf: File, signer_name: str, organisation: Organisation, on: date, symbol: str, later_signers: Sequence[str]
) -> Prepared:
    """Return the draft itself with the places to begin from, found or usual, where it could not be prepared yet.

    Raises RuleBroken `signing.*` for what no place mends.
    """
    form = printing.number_form(organisation=organisation, signer_name=signer_name, symbol=symbol, on=on)
    pages = page_sizes(pdf)
    return Prepared(pdf, tuple(_fields(_found(pdf, form, later_signers, pages), pages)), pages)


@answers
def page_sizes(pdf: bytes | DiskFile) -> tuple[tuple[float, float], ...]:
    """Return width and height of every page in millimetres. Raises RuleBroken `signing.*`."""
    values, _nothing = contained.run("page_sizes", pdf, {})
    return tuple((float(width), float(height)) for width, height in values["sizes"])


_pictures: OrderedDict[tuple[UUID, int], bytes] = OrderedDict()
_pictures_lock = Lock()


@answers
def page_picture(stored: DigitalObject, number: int) -> bytes:
    """Return page `number` (from 0) of a stored PDF as a PNG; the caller has made sure who reads.

    A few are kept in memory, never on disk: what is erased must not stay. Raises RuleBroken `content.*`, `signing.*`.
    """
    check_readable(stored.state)
    with _pictures_lock:
        if (stored.pk, number) in _pictures:
            _pictures.move_to_end((stored.pk, number))
            return _pictures[stored.pk, number]
    _values, drawn = contained.run("page_picture", content.read_file(stored), {"page": number})
    with _pictures_lock:
        _pictures[stored.pk, number] = drawn
        while len(_pictures) > PICTURES_KEPT:
            _pictures.popitem(last=False)
    return drawn


def _fields(places: Places, pages: Sequence[tuple[float, float]]) -> list[LaidField]:
    signatures = [SignaturePlace(places.signature_page, places.signature), *places.later]
    return [
        _field(NUMBER, 0, places.number.rect, pages),
        _field(DATE, 0, places.date.rect, pages),
        *(_field(_signature(order), one.page, one.rect, pages) for order, one in enumerate(signatures, start=1)),
        _field(SEAL, places.signature_page, places.seal, pages),
    ]


def _signature(order: int) -> str:
    return SIGNATURE if order == 1 else f"{SIGNATURE}_{order}"


def _field(name: str, page: int, rect: Rect, pages: Sequence[tuple[float, float]]) -> LaidField:
    top = pages[page][1] - rect.y1 / MM
    return LaidField(name, page, *(round(value, 1) for value in (rect.x0 / MM, top, rect.width / MM, rect.height / MM)))


def _found(pdf: File, form: NumberForm, later_signers: Sequence[str], pages: Sequence[tuple[float, float]]) -> Places:
    """The places that the draft gives; where it gives none the usual ones, for somebody to move them from."""
    from ..pdf import layout  # loads pyHanko, see keys.py

    try:
        return layout.find_places(pdf, form=form, later_signers=later_signers)
    except RuleBroken as broken:
        if broken.code not in NO_PLACE:
            raise
        return _usual(form, len(later_signers), pages)


def _usual(form: NumberForm, later: int, pages: Sequence[tuple[float, float]]) -> Places:
    last = len(pages) - 1
    width, height = pages[last]
    signature = _rect(Box(0.7 * width - form.signature_width / 2, height - 60, form.signature_width, 22), height)
    seal = _rect(Box(0.7 * width - form.signature_width, height - 66, form.seal_diameter, form.seal_diameter), height)
    room = form.signature_height + 4
    others = tuple(
        SignaturePlace(last, _rect(Box(30, height - 60 - room * place, form.signature_width, 22), height))
        for place in range(later)
    )
    first = pages[0][1]
    number = _text_place(_rect(form.number_box, first), form.number_size, italic=False)
    dated = _text_place(_rect(form.date_box, first), form.date_size, italic=form.date_italic)
    return Places(number, dated, last, signature, seal, others)


def _text_place(rect: Rect, size: float, *, italic: bool) -> TextPlace:
    return TextPlace(rect, rect.y0 + 0.3 * size, size, italic, (Piece("whole", rect.x0, rect.width),), {})


def _chosen(
    pdf: File, form: NumberForm, later_signers: Sequence[str], moved: Mapping[str, Mapping[str, float]]
) -> Places:
    """The found places with those that somebody moved; the seal goes with its signature unless it was moved itself."""
    pages = page_sizes(pdf)
    found = _found(pdf, form, later_signers, pages)
    places = dataclasses.replace(
        found,
        number=_moved_text(found.number, form.number_box, moved.get(NUMBER), pages),
        date=_moved_text(found.date, form.date_box, moved.get(DATE), pages),
        later=tuple(
            SignaturePlace(*_moved(one.page, one.rect, moved.get(_signature(order)), pages))
            for order, one in enumerate(found.later, start=2)
        ),
    )
    page, signature = _moved(found.signature_page, found.signature, moved.get(SIGNATURE), pages)
    across, up = signature.x0 - found.signature.x0, signature.y0 - found.signature.y0
    seal = Rect(found.seal.x0 + across, found.seal.y0 + up, found.seal.x1 + across, found.seal.y1 + up)
    if SEAL in moved:
        _page, seal = _moved(page, found.seal, {**moved[SEAL], "page": page}, pages)
    return dataclasses.replace(places, signature_page=page, signature=signature, seal=seal)


def _moved(
    page: int, rect: Rect, to: Mapping[str, float] | None, pages: Sequence[tuple[float, float]]
) -> tuple[int, Rect]:
    if to is None:
        return page, rect
    page = int(to["page"])
    height = pages[page][1] if 0 <= page < len(pages) else pages[-1][1]
    return page, _rect(Box(to["left"], to["top"], rect.width / MM, rect.height / MM), height)


def _moved_text(
    place: TextPlace, box: Box, to: Mapping[str, float] | None, pages: Sequence[tuple[float, float]]
) -> TextPlace:
    """A cell that is written elsewhere is written whole, so it takes the room that the regime gives the whole cell."""
    if to is None:
        return place
    size = max(box.height, 1.3 * place.size / MM)
    return dataclasses.replace(place, rect=_rect(Box(to["left"], to["top"], box.width, size), pages[0][1]))


def _rect(box: Box, page_height: float) -> Rect:
    top = page_height - box.top
    return Rect(box.left * MM, (top - box.height) * MM, (box.left + box.width) * MM, top * MM)
