"""What a reader sees: whether pages still show what they showed when signed. A second opinion, by pictures.

Only asked where something that shows was filled or signed later. With those fields left out, both revisions must look
the same; with them, what was read before must still be read: letters are neither covered nor written over nor
completed, hidden ones do not come out. A seal over a signature, or lightly over text, is what seals are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PIL import Image

from mocban.lib.disk import Content

from . import clauses, drawing, ink, looks, objects, values
from .changes import Document, Shown
from .covering import Look, Views, wider, widget_of
from .drawing import Picture
from .findings import Reason, unique
from .objects import get
from .reprint import Glyph

MOST_PAGES = 40  # with a changed look; somebody who initials every page of a longer document needs patience elsewhere
MOST_OTHERS = 20  # pages looked at though nothing that shows was changed on them
NEAR_DOTS = 20  # how far around a field paper must be empty


def judge(data: Content, end: int, old: Document, new: Document, shown: Sequence[Shown]) -> list[Reason]:
    """Compare the pages of the signed revision (the first `end` bytes of `data`) with those of the whole file.

    Pages with fields of `shown` are compared, and the first ones besides: another reader must see no change there.
    """
    found = values.judge(old, new, shown)
    found += clauses.judge(new, shown)
    touched = sorted({one.page for one in shown})
    pages = sorted({*touched[:MOST_PAGES], *range(min(MOST_OTHERS, len(new.pages)))})
    try:
        raw = drawing.Raw(data, end), drawing.Raw(data)
    except drawing.BROKEN:
        return [Reason("content.not_seen", {"page": "1"})]
    for page in pages:
        here = [one for one in shown if one.page == page]
        try:
            if not _plain(old, new, page, here, raw):
                found += _page(old, new, page, here, raw) if here else _untouched(old, new, page, raw)
        except drawing.BROKEN:
            found.append(Reason("content.not_seen", {"page": str(page + 1)}))
    if len(touched) > MOST_PAGES:
        found.append(Reason("content.not_seen", {"page": str(touched[MOST_PAGES] + 1)}))
    return list(unique(found))


def _differs(page: int) -> Reason:
    return Reason("content.readers_differ", {"page": str(page + 1)})


def _untouched(old: Document, new: Document, page: int, raw: tuple[drawing.Raw, drawing.Raw]) -> list[Reason]:
    """Judge a page on which no look changed: only what viewers make up for fields may be another."""
    signed, now = (_without_guesses((old, new), page, one.picture(page)) for one in raw)
    return [] if ink.same(signed, now) else [_differs(page)]


def _plain(
    old: Document, new: Document, page: int, shown: Sequence[Shown], raw: tuple[drawing.Raw, drawing.Raw]
) -> bool:
    """Whether a page is as it was but for fields on empty paper: then nothing can be covered, changed or revealed.

    A field that painted something when the document was signed may have hidden words under white: not plain.
    """
    signed, now = (one.picture(page, dpi=drawing.QUICK_DPI) for one in raw)
    if signed.image.size != now.image.size:
        return False
    before, after = signed.image.copy(), now.image.copy()
    for one in shown:
        rect = objects.box(widget_of(new, one.name, one.ref))
        if rect is None:
            return False
        place = signed.dots(*rect)
        around = signed.image.crop(wider(place, before.size, NEAR_DOTS))
        if not ink.is_paper(around) or looks.paints(looks.appearance(widget_of(old, one.name, one.ref))):
            return False
        for image in (before, after):
            image.paste("white", wider(place, image.size, 2))
    return ink.same(before, after)


def _page(
    old: Document, new: Document, page: int, shown: Sequence[Shown], raw: tuple[drawing.Raw, drawing.Raw]
) -> Iterable[Reason]:
    named = {"page": str(page + 1)}
    refs = {one.ref for one in shown}
    bare = drawing.strip(old, page, without=refs)
    views = Views(
        drawing.strip(old, page).picture(),
        drawing.strip(new, page).picture(),
        bare.picture(),
        drawing.strip(new, page, without=refs).picture(),
    )
    if not ink.same(views.signed_bare.image, views.now_bare.image):
        yield Reason("content.differs", named)
    if _readers_part(old, new, page, raw, views):
        yield _differs(page)
    painted = ink.grown(ink.different(views.now.image, views.now_bare.image))
    was_painted = ink.different(views.signed.image, views.signed_bare.image)
    if painted.getbbox() is None and was_painted.getbbox() is None:
        return
    signatures = {widget.ref for field in old.form.fields.values() if field.signed for widget in field.widgets}
    words = drawing.strip(old, page, without=refs | signatures)
    letters = [Glyph(letter, views.signed) for letter in words.letters()]
    base = words.picture()
    for one in shown:
        yield from Look(old, new, one, views, base, letters).reasons()


def _readers_part(old: Document, new: Document, page: int, raw: tuple[drawing.Raw, drawing.Raw], views: Views) -> bool:
    """Whether the real file and the copy show the page differently where they did not when it was signed."""
    real = [_without_guesses((old, new), page, one.picture(page)) for one in raw]
    copied = [_without_guesses((old, new), page, one) for one in (views.signed, views.now)]
    if ink.same(real[1], copied[1]):
        return False
    if real[0].size != real[1].size or real[0].size != copied[0].size or real[1].size != copied[1].size:
        return True
    always = ink.but(ink.grown(ink.different(real[0], copied[0]), 2), ink.different(*real))
    for image in (real[1], copied[1]):
        image.paste("white", mask=always)
    return not ink.same(real[1], copied[1])


def _without_guesses(documents: Sequence[Document], page: int, picture: Picture) -> Image.Image:
    """Return a copy of the picture without fields whose look viewers make up, each its own.

    Those are fields without an appearance, and all that are typed into where the form asks for it (NeedAppearances).
    """
    asked = any(get(one.form.dictionary, "/NeedAppearances") is True for one in documents)
    guessed = [
        widget.object
        for document in documents
        for field in document.form.fields.values()
        for widget in field.widgets
        if widget.page == page
        and (looks.appearance(widget.object) is None or (asked and field.kind in ("/Tx", "/Ch", "/Btn")))
    ]
    image = picture.image.copy()
    for one in guessed:
        rect = objects.box(one)
        if rect is not None:
            image.paste("white", wider(picture.dots(*rect), image.size))
    return image
