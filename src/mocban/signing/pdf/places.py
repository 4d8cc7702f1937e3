"""Find in a draft the room left for number, date, signature and seal.

The draft's own words decide ("Số:      /SNV-VP", "…, ngày    tháng    năm 2026", the signer's printed name); where a
draft has none, the box of the regime serves if it is free of text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import pypdfium2

from mocban.signing.pdf.forms import MM, Box, NumberForm, Piece, Places, Rect, SignaturePlace, TextPlace
from mocban.signing.pdf.refusals import Refused, refuse
from mocban.signing.pdf.text import Line, lines

GAP = r"[ .…_]*"
NUMBER = re.compile(
    rf"(?:^|(?<= ))Số ?:?(?P<gap>{GAP})(?P<printed>\d*)(?:{GAP})(?P<tail>[-–/] ?[^\s.…_]\S*)?"  # noqa: RUF001
)
DATE = re.compile(
    rf"ngày(?P<day_gap>{GAP})(?P<day>\d*){GAP}tháng(?P<month_gap>{GAP})(?P<month>\d*){GAP}năm(?P<year_gap>{GAP})"
    rf"(?P<year>\d{{4}})?(?P<rest>[\d.…_ ]*)$"
)
HEAD = 0.55  # number and date stand above this share of the first page's height, measured from its foot
NARROWEST_NUMBER = 1.2  # em; narrower room and the whole line is printed anew
NARROWEST_DATE = 1.1
NARROWEST_DOTTED = 2.0  # dots close to the words leave no margin for covering them
WIDEST_PIECE = 2.2
FREE_SPACE = 28.0  # points a signature needs between title and name to be taken for the signing place
FARTHEST_TITLE = 3.0  # heights of a signature between title and name
PAGES_SEARCHED = 60


def find(document: pypdfium2.PdfDocument, form: NumberForm, later_signers: Sequence[str] = ()) -> Places:
    """Return the places of number, date, every signature and the seal; refuses when there is no room."""
    first = document[0]
    if first.get_rotation():
        refuse("signing.rotated")
    head = lines(first)
    number = _number(head, form, first.get_size()) or _free_number(head, form, first.get_size())
    date = _date(head, form, first.get_size()) or _free_date(head, form, first.get_size(), number)
    signature = SIGNATURE_PLACES[form.signature_place](document, form, form.signer_name)
    place = signature or _below(document, form)
    later = []
    for name in later_signers:
        found = SIGNATURE_PLACES[form.signature_place](document, form, name)
        if found is None:
            refuse("signing.no_signature_place", name=name)
        later.append(found)
    return Places(number, date, place.page, place.rect, SEAL_PLACES[form.seal_place](place.rect, form), tuple(later))


def _squash(text: str) -> str:
    return re.sub(r"\s+", "", text).replace("–", "-")  # noqa: RUF001


def _number(page_lines: Sequence[Line], form: NumberForm, size: tuple[float, float]) -> TextPlace | None:
    for line, match in _matches(NUMBER, page_lines, size):
        tail = _squash(match["tail"] or "")
        alone = not tail and match.end() == len(line.text)
        if not tail and not alone and ":" not in match[0]:
            continue
        if match["printed"]:
            refuse("signing.number_printed", found=match[0].strip())
        if form.number_after and tail and tail != _squash(form.number_after):
            refuse("signing.symbol_differs", found=tail, expected=form.number_after)
        word = match[0][: match.start("gap") - match.start()].rstrip()
        last = line.first(match.start() + len(word) - 1)
        height = last.size
        cell = line.first(match.start()).x0
        if not tail:
            room = _room_right(line, match.end() - 1, size[0])
            piece = Piece("after", last.x1 + 2, room)
            return _text_place(line.baseline, height, (piece,), {}, italic=False, cell=(cell, last.x1 + 2 + room))
        right = line.first(match.start("tail")).x0
        dotted = _dotted(match["gap"])
        if right - last.x1 < (NARROWEST_DOTTED if dotted else NARROWEST_NUMBER) * height:
            return _anew(line, match, form.number_after or tail, height, size[0], italic=False)
        piece = Piece("number", last.x1, right - last.x1, cover=dotted)
        cell_end = line.first(match.end() - 1).x1
        return _text_place(line.baseline, height, (piece,), {"tail": tail}, italic=False, cell=(cell, cell_end))
    return None


def _date(page_lines: Sequence[Line], form: NumberForm, size: tuple[float, float]) -> TextPlace | None:
    for line, match in _matches(DATE, page_lines, size):
        if line.first(match.start()).x0 < 0.35 * size[0]:
            continue  # a sentence of the body, not the place-and-date line of the head
        if match["day"]:
            refuse("signing.date_printed", found=match[0].strip())
        height = line.first(match.start()).size
        pieces = list(_date_pieces(line, match))
        if match["rest"].strip() or any(_narrow(piece, height) for piece in pieces):
            return _anew(line, match, "", height, size[0], italic=form.date_italic)
        printed = {key: match[key] for key in ("month", "year") if match[key]}
        cell = line.first(_cell_start(line, match.start(), height)).x0, line.first(match.end() - 1).x1
        return _text_place(line.baseline, height, tuple(pieces), printed, italic=form.date_italic, cell=cell)
    return None


def _narrow(piece: Piece, height: float) -> bool:
    return piece.width < (NARROWEST_DOTTED if piece.cover else NARROWEST_DATE) * height


def _date_pieces(line: Line, match: re.Match[str]) -> Iterator[Piece]:
    text = match[0]
    words = {"day": ("ngày", "tháng"), "month": ("tháng", "năm")}
    for key, (left_word, right_word) in words.items():
        if match[key]:
            continue
        left = line.first(match.start() + text.index(left_word) + len(left_word) - 1).x1
        right = line.first(match.start() + text.index(right_word)).x0
        yield Piece(key, left, right - left, cover=_dotted(match[f"{key}_gap"]))
    if not match["year"]:
        last = line.first(match.start() + text.index("năm") + 2)
        yield Piece("year", last.x1 + 0.25 * last.size, WIDEST_PIECE * last.size, cover=_dotted(match["year_gap"]))


def _matches(
    pattern: re.Pattern[str], page_lines: Sequence[Line], size: tuple[float, float]
) -> Iterator[tuple[Line, re.Match[str]]]:
    for line in page_lines:
        if line.baseline > HEAD * size[1]:
            match = pattern.search(line.text)
            if match:
                yield line, match


def _dotted(gap: str) -> bool:
    return bool(gap.strip())


def _room_right(line: Line, position: int, page_width: float) -> float:
    """Return the width free to the right of the letter at `position`, up to 60 mm."""
    letter = line.first(position)
    after = [other.x0 for other in line.letters if other.x0 > letter.x1]
    edge = min([*after, page_width - 10 * MM]) - 4
    return max(min(edge - letter.x1 - 2, 60 * MM), 0.0)


def _anew(line: Line, match: re.Match[str], tail: str, height: float, page: float, *, italic: bool) -> TextPlace:
    """Cover the cell that holds the match and print its whole text anew, centred on the same place."""
    start, end = _cell_start(line, match.start(), height), match.end() - 1
    left, right = line.first(start).x0, line.first(end).x1
    before = [letter.x1 for letter in line.letters if letter.x1 <= left]
    after = [letter.x0 for letter in line.letters if letter.x0 >= right]
    lowest, highest = max([*before, 8 * MM]) + 2, min([*after, page - 8 * MM]) - 2
    x0, x1 = max(lowest, left - 2 * height), min(highest, right + 2 * height)
    piece = Piece("whole", x0, x1 - x0, cover=True)
    return _text_place(line.baseline, height, (piece,), {"tail": _squash(tail)} if tail else {}, italic=italic)


def _cell_start(line: Line, position: int, height: float) -> int:
    """Return where the cell begins that holds the letter at `position`: cells of one line stand well apart."""
    while position and _gap_before(line, position) < 1.2 * height:
        position -= 1
    return position


def _gap_before(line: Line, position: int) -> float:
    here = line.index[position]
    return line.letters[here].x0 - line.letters[here - 1].x1 if here else 1e9


def _text_place(
    baseline: float,
    size: float,
    pieces: tuple[Piece, ...],
    printed: dict[str, str],
    *,
    italic: bool,
    cell: tuple[float, float] | None = None,
) -> TextPlace:
    """Return the place whose field spans the whole printed `cell` (left, right) and everything that is written."""
    edges = cell or (pieces[0].x, pieces[0].x)
    left = min(edges[0], *(piece.x for piece in pieces))
    right = max(edges[1], *(piece.x + piece.width for piece in pieces))
    rect = Rect(left, baseline - 0.3 * size, right, baseline + 0.95 * size)
    return TextPlace(rect, baseline, size, italic, pieces, printed)


def _free_number(page_lines: Sequence[Line], form: NumberForm, size: tuple[float, float]) -> TextPlace:
    expected = f"{form.number_before}      {form.number_after}"
    return _free(page_lines, form.number_box, form.number_size, size, expected, italic=False, taken=None)


def _free_date(page_lines: Sequence[Line], form: NumberForm, size: tuple[float, float], number: TextPlace) -> TextPlace:
    expected = "ngày    tháng    năm"
    taken = number.rect
    return _free(page_lines, form.date_box, form.date_size, size, expected, italic=form.date_italic, taken=taken)


def _free(
    page_lines: Sequence[Line],
    box: Box,
    letter: float,
    page: tuple[float, float],
    expected: str,
    *,
    italic: bool,
    taken: Rect | None,
) -> TextPlace:
    """Return the regime's own place, else the same column in the top margin, whichever is free of text."""
    for top in (box.top, 10.0, 4.0):
        y1 = page[1] - top * MM
        rect = Rect(box.left * MM, y1 - max(box.height * MM, 1.3 * letter), (box.left + box.width) * MM, y1)
        if is_free(page_lines, rect) and not (taken and overlap(rect, taken)) and rect.x1 <= page[0]:
            baseline = rect.y0 + 0.35 * letter
            return TextPlace(rect, baseline, letter, italic, (Piece("whole", rect.x0, rect.width),), {})
    raise Refused("signing.no_number_place", expected=expected)


def overlap(one: Rect, other: Rect) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.y0 < other.y1 and other.y0 < one.y1


def is_free(page_lines: Sequence[Line], rect: Rect) -> bool:
    return not any(
        letter.x1 > rect.x0
        and letter.x0 < rect.x1
        and letter.baseline < rect.y1 - 1
        and letter.baseline + 0.7 * letter.size > rect.y0 + 1
        for line in page_lines
        for letter in line.letters
    )


def above_name(document: pypdfium2.PdfDocument, name: str, *, width: float, height: float) -> SignaturePlace | None:
    """Return where a mark of that size in millimetres stands above the printed name, in whatever document."""
    nowhere = Box(0, 0, 0, 0)
    form = NumberForm("", "", name, nowhere, nowhere, 0, 0, False, width, height, 0, "", "", 0)  # noqa: FBT003
    return _above_name(document, form, name)


def _above_name(document: pypdfium2.PdfDocument, form: NumberForm, printed: str) -> SignaturePlace | None:
    """Return where the signature above the printed name stands, on the last page that has room there."""
    name = " ".join(unicodedata.normalize("NFC", printed).split())
    tight: SignaturePlace | None = None
    count = len(document)
    for number in range(count - 1, max(count - 1 - PAGES_SEARCHED, -1), -1):
        page = document[number]
        if page.get_rotation():
            continue
        page_lines = lines(page)
        for line, start in reversed(list(_names(page_lines, name))):
            rect, free = _above(page_lines, line, start, len(name), form)
            if free >= FREE_SPACE:
                return SignaturePlace(number, rect)
            tight = tight or SignaturePlace(number, rect)
    return tight


def _names(page_lines: Sequence[Line], name: str) -> Iterator[tuple[Line, int]]:
    """Yield where `name` stands in a cell of its own: nothing close before or behind it."""
    for line in page_lines:
        start = line.text.find(name)
        while name and start >= 0:
            end = start + len(name) - 1
            size = line.first(start).size
            here = line.index[end]
            behind = line.letters[here + 1].x0 - line.letters[here].x1 if here + 1 < len(line.letters) else 1e9
            if _gap_before(line, start) > size and behind > size:
                yield line, start
            start = line.text.find(name, start + 1)


def _above(page_lines: Sequence[Line], line: Line, start: int, length: int, form: NumberForm) -> tuple[Rect, float]:
    first, last = line.first(start), line.first(start + length - 1)
    middle, half = (first.x0 + last.x1) / 2, form.signature_width * MM / 2
    floor = line.baseline + 0.8 * first.size
    higher = [
        letter.baseline - 0.25 * letter.size
        for other in page_lines
        for letter in other.letters
        if other.baseline > line.baseline + 2 and letter.x1 > middle - half and letter.x0 < middle + half
    ]
    wanted = form.signature_height * MM
    free = min([*higher, floor + wanted]) - floor
    height = min(wanted, max(free, FREE_SPACE))
    half *= height / wanted
    # Midway between title and name; a title further away belongs to something else.
    room = min(higher, default=floor) - floor
    foot = floor + max(0.0, room - height) / 2 if room <= FARTHEST_TITLE * wanted else floor
    return Rect(middle - half, foot, middle + half, foot + height), free


def _below(document: pypdfium2.PdfDocument, form: NumberForm) -> SignaturePlace:
    number = len(document) - 1
    page = document[number]
    if page.get_rotation():
        refuse("signing.rotated")
    width, height = page.get_size()
    lowest = min((line.baseline for line in lines(page)), default=height - 40 * MM)
    middle, half = 0.7 * width, form.signature_width * MM / 2
    top = lowest - 8 * MM
    if top - form.signature_height * MM < 15 * MM:
        refuse("signing.no_signature_place", name=form.signer_name)
    return SignaturePlace(number, Rect(middle - half, top - form.signature_height * MM, middle + half, top))


def _over_left(signature: Rect, form: NumberForm) -> Rect:
    """Return the seal's square: its right edge as far into the signature as the law says, from the left."""
    side = form.seal_diameter * MM
    x1 = max(signature.x0 + signature.width * form.seal_covers, side + 4 * MM)
    middle = max((signature.y0 + signature.y1) / 2, side / 2 + 4 * MM)
    return Rect(x1 - side, middle - side / 2, x1, middle + side / 2)


# The words of the law data for where the marks stand, and how each is found.
SIGNATURE_PLACES: dict[str, Callable[[pypdfium2.PdfDocument, NumberForm, str], SignaturePlace | None]] = {
    "between_title_and_name": _above_name,
}
SEAL_PLACES: dict[str, Callable[[Rect, NumberForm], Rect]] = {"over_left_third_of_signature": _over_left}
