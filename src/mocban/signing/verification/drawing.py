"""Pictures of single pages of a revision, with chosen annotations left out, and the letters on them.

A page is copied by qpdf into a file of its own, upright; pdfium draws it. What a viewer would show of the real file is
drawn from the real bytes by `drawn_raw`, and both must agree.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Collection
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image

from mocban.lib.disk import Content
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.text import Letter, lines

from . import objects
from .changes import PAGE_INHERITED, Document
from .looks import appearance
from .objects import Ref, get, ref

DPI, QUICK_DPI = 100, 72
MOST_DOTS = 3_000_000  # of one picture; huge pages are drawn coarser
BEHIND = frozenset({"/Parent", "/P", "/Popup", "/V", "/IRT", "/Kids", "/A", "/AA", "/Dest"})
HALF = 180
TURNS = {90: (0, 1, -1, 0), HALF: (-1, 0, 0, -1), 270: (0, -1, 1, 0)}  # the first four numbers of a look's matrix
BROKEN = (pypdfium2.PdfiumError, *objects.BROKEN)


class Picture:
    """One drawn page: `image` in RGB, `scale` in dots a point, `box` the page's corners in points."""

    def __init__(self, page: pypdfium2.PdfPage, *, rotation: int = 0, dpi: int = DPI) -> None:
        width, height = page.get_size()
        self.scale = min(dpi / 72, (MOST_DOTS / max(width * height, 1.0)) ** 0.5)
        drawn = page.render(scale=self.scale, rotation=rotation, may_draw_forms=True, draw_annots=True)
        self.image: Image.Image = drawn.to_pil().convert("RGB")
        self.box: tuple[float, float, float, float] = (
            page.get_bbox()
        )  # the other getters do not see what a page inherits

    def dots(self, x0: float, y0: float, x1: float, y1: float) -> tuple[int, int, int, int]:
        """Return a rectangle of page points in dots of the picture: left, top, right, bottom, within it."""
        left, top = int((x0 - self.box[0]) * self.scale), int((self.box[3] - y1) * self.scale)
        right, bottom = int((x1 - self.box[0]) * self.scale) + 1, int((self.box[3] - y0) * self.scale) + 1
        width, height = self.image.size
        return (
            max(0, min(left, width)),
            max(0, min(top, height)),
            max(0, min(right, width)),
            max(0, min(bottom, height)),
        )


class Strip:
    """A file of one page."""

    def __init__(self, data: bytes) -> None:
        self._document = pypdfium2.PdfDocument(data)
        self._document.init_forms()  # fields are drawn only once the forms are known
        self._page = self._document[0]

    def picture(self) -> Picture:
        return Picture(self._page)

    def letters(self) -> list[Letter]:
        """Return the upright letters of the page's own content, without those of annotations."""
        return [letter for line in lines(self._page) for letter in line.letters]


def strip(document: Document, page: int, *, without: Collection[Ref] = ()) -> Strip:
    """Return one page with its annotations but `without` those. Raises `BROKEN`."""
    source = document.pages[page]
    keep = [one for one in objects.annotations_of(source) if ref(one) == (0, 0) or ref(one) not in without]
    return Strip(_alone(document, source, lambda copy, made: _put_annotations(document, copy, made, keep)))


def only(document: Document, page: int, widget: Any, *, upright: bool = False) -> Strip | None:
    """Return the page with nothing but what one widget draws, as the page's own content; None when it draws nothing.

    `upright`: a field that is turned by its own words (/MK /R) is drawn unturned in `upright_box`, to be read.
    """
    look = appearance(widget)
    rect = upright_box(widget) if upright else objects.box(widget)
    bounds = objects.box(look, "/BBox") if look is not None else None
    if look is None or rect is None or bounds is None:
        return None
    turned = upright and _is_turned(widget)
    matrix = _placed(bounds, None if turned else get(look, "/Matrix"), rect)

    def draw(copy: pikepdf.Pdf, made: Any) -> None:
        inside = copy.copy_foreign(look) if look.is_indirect else copy.copy_foreign(document.pdf.make_indirect(look))
        made.Resources = inside.stream_dict.get("/Resources", pikepdf.Dictionary())
        head = " ".join(f"{value:.5f}" for value in matrix) + " cm "
        clip = f"{bounds[0]:.3f} {bounds[1]:.3f} {bounds[2] - bounds[0]:.3f} {bounds[3] - bounds[1]:.3f} re W n "
        made.Contents = copy.make_stream(f"q {head} {clip}".encode() + inside.read_bytes() + b" Q")
        if turned:
            made.MediaBox = made.CropBox = pikepdf.Array(rect)

    return Strip(_alone(document, document.pages[page], draw))


def upright_box(widget: Any) -> tuple[float, float, float, float] | None:
    """Return the rectangle in which `only` draws a field upright: its own, or for a turned one an unturned one."""
    rect = objects.box(widget)
    if rect is None or not _is_turned(widget):
        return rect
    sides = rect[2] - rect[0], rect[3] - rect[1]
    wide, tall = sides if _turn(widget) == HALF else sides[::-1]
    return 0.0, 0.0, wide, tall


def _turn(widget: Any) -> int:
    return objects.integer(get(get(widget, "/MK"), "/R")) % 360


def _is_turned(widget: Any) -> bool:
    """Whether the look of a field is turned as the field says that it is."""
    own = get(appearance(widget), "/Matrix")
    numbers = [objects.number(one) for one in own] if isinstance(own, pikepdf.Array) and len(own) == 6 else []
    wanted = TURNS.get(_turn(widget))
    return wanted is not None and len(numbers) == 6 and tuple(numbers[:4]) == wanted


def _alone(document: Document, source: Any, finish: Callable[[pikepdf.Pdf, Any], None]) -> bytes:
    copy = pikepdf.new()
    bare = pikepdf.Dictionary(Type=pikepdf.Name.Page)
    made = copy.make_indirect(bare)
    copy.pages.append(pikepdf.Page(made))
    made = copy.pages[0].obj
    for key in PAGE_INHERITED:
        found = objects.inherited(source, key)
        if found is not None and key != "/Rotate":
            made[key] = _copied(copy, document, found)
    for key in ("/Contents", "/UserUnit", "/Group"):
        if key in source:
            made[key] = _copied(copy, document, source[key])
    layers = get(document.pdf.Root, "/OCProperties")
    if layers is not None:
        copy.Root.OCProperties = _copied(copy, document, layers)
    finish(copy, made)
    out = io.BytesIO()
    copy.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _copied(copy: pikepdf.Pdf, document: Document, value: Any) -> Any:
    if not isinstance(value, pikepdf.Object) or isinstance(value, (pikepdf.Name, pikepdf.String)):
        return value
    return copy.copy_foreign(value if value.is_indirect else document.pdf.make_indirect(value))


def _put_annotations(document: Document, copy: pikepdf.Pdf, made: Any, keep: list[Any]) -> None:
    """Take annotations along, and a form for the fields among them: pdfium draws fields by another way than notes."""
    found, fields = pikepdf.Array(), pikepdf.Array()
    for place, one in enumerate(keep):
        # Only what draws is taken along: parents and pages behind an annotation would drag the whole file in.
        plain = pikepdf.Dictionary({key: one[key] for key in one if key not in BEHIND})
        if get(one, "/Subtype") == "/Widget":
            kind = objects.inherited(one, "/FT")
            plain.T = pikepdf.String(str(place))
            if kind is not None:
                plain.FT = kind
        taken = copy.copy_foreign(document.pdf.make_indirect(plain))
        found.append(taken)
        if get(one, "/Subtype") == "/Widget":
            fields.append(taken)
    made.Annots = copy.make_indirect(found)
    if len(fields):
        copy.Root.AcroForm = copy.make_indirect(pikepdf.Dictionary(Fields=fields))


def _placed(
    bounds: tuple[float, ...], matrix: Any, rect: tuple[float, ...]
) -> tuple[float, float, float, float, float, float]:
    """Return the matrix that puts an appearance into its rectangle (ISO 32000-2, 12.5.5, algorithm 8.1)."""
    own = [objects.number(one) for one in matrix] if isinstance(matrix, pikepdf.Array) and len(matrix) == 6 else []
    a, b, c, d, e, f = (one or 0.0 for one in own) if own and None not in own else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in bounds[0::2] for y in bounds[1::2]]
    left, right = min(x for x, _y in corners), max(x for x, _y in corners)
    low, high = min(y for _x, y in corners), max(y for _x, y in corners)
    wide = (rect[2] - rect[0]) / (right - left) if right > left else 1.0
    tall = (rect[3] - rect[1]) / (high - low) if high > low else 1.0
    move, lift = rect[0] - wide * left, rect[1] - tall * low
    return a * wide, b * tall, c * wide, d * tall, e * wide + move, f * tall + lift


class Raw:
    """The real bytes, or the first of them, as pdfium opens them."""

    def __init__(self, data: Content, length: int | None = None) -> None:
        self._document = drawable(data, length)
        self._document.init_forms()

    def __len__(self) -> int:
        return len(self._document)

    def picture(self, page: int, *, dpi: int = DPI) -> Picture:
        """Draw a page, turned back upright."""
        found = self._document[page]
        return Picture(found, rotation=-found.get_rotation() % 360, dpi=dpi)
