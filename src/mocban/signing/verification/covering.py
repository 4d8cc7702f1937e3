"""What one changed look does to the page below it: what it covers, writes over, completes or strikes out.

A text field may print anew what its cell printed; a seal may lie over a signature, or lightly over text.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from PIL import Image

from . import drawing, ink, objects, placeholders, reprint, rings, strokes
from .changes import Document, Shown
from .drawing import Picture
from .findings import Reason
from .objects import Ref
from .reprint import Glyph, across, same_word

HIDDEN = 0.4  # share of a letter's ink whose loss makes it unreadable
CLIPPED, FEW_CLIPPED = 0.2, 2  # share of a letter's ink whose loss shows, and how many such letters an edge may leave
LOST_DOTS = 14  # of ink that is no letter: less is a smudge of smoothing
TOUCHED_DOTS = 4  # of new ink on an old letter
FIELD_GAP, SIGNATURE_GAP = 0.1, 0.25  # of the letter size: nearer letters read as one word; fields may come close
CONTINUES = 1.5  # of the letter size: text of a look on a printed line, nearer than this, goes on with it
LETTER_DOTS = 8  # of ink that makes a letter or a stroke of one
LIGHTLY = 0.35  # share of a signature's or seal's ink that may lie on printed words
PICTURE_LOST = 0.6  # share of another signature's picture that may be covered
DOT = 0.35  # of the letter size: what is larger is no dot, whatever the font says it is


@dataclasses.dataclass(frozen=True)
class Views:
    """The pictures of one page: as signed and as it is, with and without what was filled or signed later."""

    signed: Picture
    now: Picture
    signed_bare: Picture
    now_bare: Picture


class Look:
    """One field whose look changed, against the page below it."""

    def __init__(
        self, old: Document, new: Document, shown: Shown, views: Views, base: Picture, glyphs: list[Glyph]
    ) -> None:
        self.old, self.new, self.shown, self.views, self.base = old, new, shown, views, base
        widget = widget_of(new, shown.name, shown.ref)
        rect = objects.box(widget) or (0.0, 0.0, 0.0, 0.0)
        self.place = wider(views.now.dots(*rect), views.now.image.size)
        self.widget, self.before = widget, widget_of(old, shown.name, shown.ref)
        self.glyphs = [one for one in glyphs if _meet(one.box, self.place)]
        around = wider(self.place, views.now.image.size, 30)
        self.near = [one for one in glyphs if one.readable and _meet(one.box, around)]
        self.numbers = list(strokes.numbers(sorted(glyphs, key=across)))
        self.boxes = [one for one in self.glyphs if one.char in strokes.BOXES]
        self.inner = {id(one) for number in self.numbers for one in number}
        self.named = {"field": shown.name, "page": str(shown.page + 1)}

    def reasons(self) -> Iterable[Reason]:
        """Say what is wrong with the new look."""
        words, now = self._ink(self.base), self._ink(self.views.now)
        yield from self._earlier(now)
        if self.shown.kind == "/Sig":
            yield from self._over_pictures(words, now)
        if words.getbbox() is None:
            if self.shown.kind == "/Sig" and self._written_over(words, now):
                yield Reason("content.overwritten", self.named)
            return
        lost = ink.either(ink.erased(words, now), ink.drowned(words, now))
        hidden = [one for one in self.glyphs if self._share(lost, words, one) > HIDDEN]
        clipped = [one for one in self.glyphs if one.readable and self._share(lost, words, one) > CLIPPED]
        if not self._only_small(lost) or (self.shown.kind == "/Sig" and len(clipped) > FEW_CLIPPED):
            yield Reason("content.covered", self.named)
            return
        gone = [one for one in hidden if one.readable or id(one) in self.inner or self._is_big(one, words)]
        if self.shown.kind == "/Sig":
            wrong = "content.covered" if gone else "content.overwritten" if self._written_over(words, now) else ""
        else:
            wrong = self._typed(words, now, gone)
        if wrong:
            yield Reason(wrong, self.named)

    def _ink(self, picture: Picture) -> Image.Image:
        return ink.ink(picture.image.crop(self.place))

    def _local(self, box: ink.Box) -> ink.Box:
        left, top, right, bottom = self.place
        return (
            max(box[0] - left, 0),
            max(box[1] - top, 0),
            min(box[2], right) - left,
            min(box[3], bottom) - top,
        )

    def _share(self, part: Image.Image, whole: Image.Image, glyph: Glyph) -> float:
        box = self._local(glyph.box)
        all_dots = ink.count(whole, box)
        return ink.count(part, box) / all_dots if all_dots else 0.0

    def _is_big(self, glyph: Glyph, words: Image.Image) -> bool:
        """Whether a "dot" is drawn larger than dots are: a font may lie about its letters."""
        box = self._local(glyph.box)
        bounds = words.crop(box).getbbox() if box[2] > box[0] and box[3] > box[1] else None
        return bounds is not None and (bounds[3] - bounds[1]) > DOT * glyph.letter.size * self.base.scale + 1

    def _only_small(self, lost: Image.Image) -> bool:
        """Whether nothing but letters was lost: pictures, lines and words of a scan may not be covered."""
        rest = ink.without(lost, (ink_box for ink_box in (self._local(one.box) for one in self.glyphs)))
        return ink.count(rest) <= LOST_DOTS or (self.shown.kind == "/Sig" and self._lightly(rest))

    def _lightly(self, rest: Image.Image) -> bool:
        """A ring or a star of a seal hides some dots of a drawing below, never most of them."""
        there = ink.without(self._ink(self.base), (self._local(one.box) for one in self.glyphs))
        return ink.count(rest) <= 0.15 * ink.count(there)

    # --- fields that are typed into -----------------------------------------------------------------------------

    def _typed(self, words: Image.Image, now: Image.Image, gone: list[Glyph]) -> str:
        """Return the code of what a text field does to printed letters, empty when it leaves or reprints them all."""
        strip = drawing.only(self.new, self.shown.page, self.widget)
        if strip is None:
            return "content.covered" if gone else ""
        picture = strip.picture()
        typed = sorted((Glyph(one, picture) for one in strip.letters()), key=across)
        fresh = ink.but(now, words)  # the same program drew both: what lies below is the same to the dot
        printed = [one for one in self.glyphs if one.readable and one not in gone and self._inked(one, words)]
        dots = {id(one): ink.count(fresh, self._local(_tight(one, words, self))) for one in printed}
        again = [one for one in printed if dots[id(one)] or _printed_again(one, typed)]
        kept = [one for one in printed if one not in again]
        if gone or again:
            affected = sorted([*gone, *again], key=across)
            if not reprint.holds(affected, self.glyphs, typed, self.base.image, picture.image):
                enough = sum(dots.values()) >= TOUCHED_DOTS
                return "content.covered" if gone else "content.overwritten" if enough else ""
        return "content.overwritten" if self._joins(kept, FIELD_GAP) else ""

    # --- what a signature's look puts onto the page ---------------------------------------------------------------

    def _written_over(self, words: Image.Image, now: Image.Image) -> bool:
        fresh = ink.but(now, words)
        kept = [one for one in self.glyphs if one.readable and self._inked(one, words)]
        dots = sum(ink.count(fresh, self._local(_tight(one, words, self))) for one in kept)
        whole = ink.count(fresh)
        if whole and dots > LIGHTLY * whole:
            return True
        bare = rings.without(fresh, self.base.scale)
        if self._ticks(fresh) or self._struck(kept, fresh, bare) or self._marked(kept, words, bare):
            return True
        return self._completes(kept, fresh)

    def _ticks(self, fresh: Image.Image) -> bool:
        """Whether a box or button of the form gets ink that its state does not draw."""
        widgets = (
            widget.object
            for field in self.old.form.fields.values()
            for widget in field.widgets
            if field.kind == "/Btn" and widget.page == self.shown.page and widget.shown
        )
        places = (self._local(self.base.dots(*(objects.box(one) or (0.0, 0.0, 0.0, 0.0)))) for one in widgets)
        return any(box[0] < box[2] and box[1] < box[3] and ink.count(fresh, box) >= LETTER_DOTS for box in places)

    def _struck(self, kept: list[Glyph], fresh: Image.Image, bare: Image.Image) -> bool:
        """Whether a line goes through printed words or through a whole number."""
        for run in reprint.runs(kept):
            if strokes.struck(fresh, bare, self._band(run), strokes.LONG * run[0].letter.size * self.base.scale):
                return True
        here = {id(one) for one in kept}
        for number in self.numbers:
            if len(number) > 1 and any(id(one) in here for one in number):
                band = self._band(number)
                if strokes.struck(fresh, bare, band, strokes.GROUP * (band[2] - band[0])):
                    return True
        return False

    def _band(self, run: list[Glyph]) -> ink.Box:
        words = self._ink(self.base)
        boxes = [self._local(_tight(one, words, self)) for one in run]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        return min(lefts), min(tops), max(rights), max(bottoms)

    def _marked(self, kept: list[Glyph], words: Image.Image, fresh: Image.Image) -> bool:
        """Whether a mark of a letter's size stands alone on or beside a printed letter: black, or any at a number."""
        for run in (*self.numbers, *([one] for one in self.boxes)):
            here = any(_meet(one.box, self.place) for one in run)
            if here and strokes.marked(fresh, self._band(run), run[0].letter.size * self.base.scale):
                return True
        grey = ink.both(fresh, ink.grey(self.views.now.image.crop(self.place)))
        for one in kept:
            reach = int(0.6 * one.letter.size * self.base.scale)
            box = wider(self._local(_tight(one, words, self)), grey.size, reach)
            part = grey.crop(box)
            inner = (1, 1, part.width - 1, part.height - 1)
            marks = ink.count(part)
            if marks >= LETTER_DOTS and marks == ink.count(part, inner):
                return True
        return False

    def _inked(self, glyph: Glyph, words: Image.Image) -> bool:
        return bool(ink.count(words, self._local(glyph.box)))

    def _completes(self, kept: list[Glyph], fresh: Image.Image) -> bool:
        """Whether a signature's look adds letters to printed words: as text, or as a picture the size of a line."""
        if self._joins(self.near, SIGNATURE_GAP) or self._continues():
            return True
        bounds = fresh.getbbox()
        if bounds is None or not self.near:
            return False
        tallest = max(one.letter.size for one in self.near) * self.base.scale
        left, top = self.place[:2]
        there = (bounds[0] + left, bounds[1] + top, bounds[2] + left, bounds[3] + top)
        return bounds[3] - bounds[1] < 1.3 * tallest and any(_beside(one.box, there) for one in self.near)

    def _joins(self, kept: list[Glyph], gap: float) -> bool:
        strip = drawing.only(self.new, self.shown.page, self.widget)
        added = [one for one in strip.letters() if one.char.isalnum() or one.char in ".,"] if strip is not None else []
        return any(same_word(letter, one.letter, gap) for letter in added for one in kept)

    def _continues(self) -> bool:
        """Whether text of the look goes on a printed line, in letters of that size."""
        strip = drawing.only(self.new, self.shown.page, self.widget)
        added = [one for one in strip.letters() if one.char.isalnum()] if strip is not None else []
        return any(
            same_word(letter, one.letter, CONTINUES)
            and abs(letter.baseline - one.letter.baseline) < 0.2 * one.letter.size
            and 0.75 < letter.size / one.letter.size < 1.35
            for letter in added
            for one in self.near
        )

    # --- what showed before -------------------------------------------------------------------------------------

    def _earlier(self, now: Image.Image) -> Iterable[Reason]:
        """Judge a place that showed something when the signature was made: it hid nothing and said nothing."""
        if self.before is None or self.shown.added:
            return
        below, signed = self._ink(self.views.signed_bare), self._ink(self.views.signed)
        concealed = ink.erased(below, signed)
        if ink.count(ink.both(concealed, ink.grown(now))) > LOST_DOTS:
            yield Reason("content.revealed", self.named)
        own = ink.but(signed, ink.grown(below))
        gone = ink.count(ink.erased(own, now)) > LOST_DOTS
        strip = drawing.only(self.new, self.shown.page, self.widget)
        typed = strip.letters() if strip is not None else []
        if not placeholders.may_go(self.old, self.shown, self.before, gone=gone, typed=typed):
            yield Reason("content.showed", self.named)

    def _over_pictures(self, words: Image.Image, now: Image.Image) -> Iterable[Reason]:
        """The picture of another signature may be covered in part, as a seal does, but not be gone."""
        pictures = ink.but(self._ink(self.views.signed_bare), ink.grown(words))
        whole = ink.count(ink.but(ink.ink(self.views.signed_bare.image), ink.grown(ink.ink(self.base.image))))
        gone = ink.count(ink.either(ink.erased(pictures, now), ink.drowned(pictures, now)))
        if whole and gone > PICTURE_LOST * whole:
            yield Reason("content.covered", self.named)


def widget_of(document: Document, name: str, wanted: Ref) -> Any:
    field = document.form.fields.get(name)
    found = (one.object for one in field.widgets if one.ref == wanted) if field is not None else iter(())
    return next(found, None)


def wider(box: ink.Box, size: tuple[int, int], dots: int = 6) -> ink.Box:
    """Return the box with some dots around it: what is drawn may bleed, and words are compared with their edges."""
    return max(box[0] - dots, 0), max(box[1] - dots, 0), min(box[2] + dots, size[0]), min(box[3] + dots, size[1])


def _meet(one: ink.Box, other: ink.Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _printed_again(glyph: Glyph, typed: list[Glyph]) -> bool:
    """Whether the field prints the same letter at the same place: then nothing is lost and nothing seems new."""
    return any(one.char == glyph.char and _meet(one.box, glyph.box) for one in typed)


def _tight(glyph: Glyph, words: Image.Image, look: Look) -> ink.Box:
    """Return the letter's box cut to its own ink, so that a neighbour's room is not its own."""
    left, top, _right, _bottom = glyph.box
    local = look._local(glyph.box)
    bounds = words.crop(local).getbbox() if local[2] > local[0] and local[3] > local[1] else None
    if bounds is None:
        return glyph.box
    shift_x, shift_y = look.place[0] + local[0], look.place[1] + local[1]
    return bounds[0] + shift_x, bounds[1] + shift_y, bounds[2] + shift_x, bounds[3] + shift_y


def _beside(printed: ink.Box, bounds: ink.Box) -> bool:
    high = printed[3] - printed[1]
    level = printed[1] - 2 < (bounds[1] + bounds[3]) / 2 < printed[3] + 2
    return level and max(bounds[0] - printed[2], printed[0] - bounds[2]) < 1.2 * high
