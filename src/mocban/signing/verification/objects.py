"""Reading hostile PDF objects with qpdf: pages, form fields and their widgets, with bounds and without surprises."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pikepdf

from mocban.lib.disk import Content, reading

MOST_FIELDS, DEEPEST, MOST_PAGES, MOST_ANNOTATIONS = 4000, 24, 5000, 20000
BROKEN = (
    pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError,
    NotImplementedError, RecursionError,
)  # fmt: skip
HIDDEN, NO_VIEW, INVISIBLE, TOGGLE, PRINT = 2, 32, 1, 256, 4  # /F bits that decide whether an annotation shows
NO_ZOOM, NO_ROTATE = 8, 16  # and whether it keeps its size while the page is made smaller
Ref = tuple[int, int]


class TooMuch(Exception):
    """The file holds more pages, fields or annotations than any document does."""


def opened(data: Content, length: int | None = None, *, recover: bool = False) -> pikepdf.Pdf:
    """Return the file, or what its first bytes are, as qpdf reads it; a damaged one is repaired only with `recover`.

    Raises pikepdf.PdfError.
    """
    return pikepdf.open(reading(data, length), attempt_recovery=recover, inherit_page_attributes=False)


@dataclasses.dataclass(frozen=True)
class Widget:
    """One place where a field shows; `page` counts from 0, -1 when no page shows it."""

    object: Any
    page: int

    @property
    def ref(self) -> Ref:
        return ref(self.object)

    @property
    def shown(self) -> bool:
        """Whether a reader would see anything of it: it lies on a page, has an area and is not hidden."""
        return self.page >= 0 and area(self.object) > 0 and not flags(self.object) & (HIDDEN | NO_VIEW)


@dataclasses.dataclass(frozen=True)
class Field:
    """One terminal form field with its full name, its type ("/Tx", "/Sig", …) and its widgets."""

    name: str
    kind: str
    object: Any
    widgets: tuple[Widget, ...]
    value: Any  # inherited too; None when there is none
    loose: bool = False  # a widget that the tree of the form forgot

    @property
    def signed(self) -> bool:
        return self.kind == "/Sig" and self.value is not None

    @property
    def shown(self) -> bool:
        return any(one.shown for one in self.widgets)


@dataclasses.dataclass(frozen=True)
class Form:
    """The fields of a file by their full names; a name met again gets a mark behind it, so that nothing is lost."""

    fields: dict[str, Field]
    nodes: frozenset[Ref]  # every object that is a field, a node above one, or a widget
    dictionary: Any  # the interactive form dictionary, None when there is none
    places: dict[Ref, int] = dataclasses.field(default_factory=dict)  # the first page that each annotation lies on


def ref(value: Any) -> Ref:
    """Return number and generation of an indirect object, (0, 0) of a direct one."""
    return value.objgen if isinstance(value, pikepdf.Object) else (0, 0)


def is_dict(value: Any) -> bool:
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Stream))


def get(value: Any, key: str) -> Any:
    """Return an entry of a dictionary, None when `value` is none or has none (a null entry counts as none)."""
    return value.get(key) if is_dict(value) else None


def number(value: Any) -> float | None:
    """Return a number as float, None for anything else."""
    try:
        return None if isinstance(value, (bool, str, pikepdf.Object)) or value is None else float(value)
    except (TypeError, ValueError, OverflowError):
        return None


def integer(value: Any) -> int:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else 0


def flags(annotation: Any) -> int:
    return integer(get(annotation, "/F"))


def box(annotation: Any, key: str = "/Rect") -> tuple[float, float, float, float] | None:
    """Return a rectangle of a dictionary with its corners in order, None when it is none."""
    return rectangle(get(annotation, key))


def rectangle(found: Any) -> tuple[float, float, float, float] | None:
    """Return four numbers as a rectangle with its corners in order, None when they are none."""
    if not isinstance(found, pikepdf.Array) or len(found) != 4:
        return None
    values = [number(one) for one in found]
    if any(one is None for one in values):
        return None
    x0, y0, x1, y1 = (one or 0.0 for one in values)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def area(annotation: Any) -> float:
    found = box(annotation)
    return (found[2] - found[0]) * (found[3] - found[1]) if found else 0.0


def text(value: Any) -> str:
    """Return a text string or name for showing, shortened."""
    try:
        if isinstance(value, pikepdf.Name):
            return str(value)[1:][:200]
        return str(value)[:200] if isinstance(value, (pikepdf.String, str)) else ""
    except BROKEN:
        return ""


def annotations_of(page: Any) -> list[Any]:
    """Return the annotations of a page object. Raises TooMuch."""
    found = get(page, "/Annots")
    if not isinstance(found, pikepdf.Array):
        return []
    if len(found) > MOST_ANNOTATIONS:
        raise TooMuch
    return [one for one in found if is_dict(one)]


def pages(pdf: pikepdf.Pdf) -> list[Any]:
    """Return the page objects in order. Raises TooMuch, pikepdf.PdfError for a damaged tree."""
    if len(pdf.pages) > MOST_PAGES:
        raise TooMuch
    return [page.obj for page in pdf.pages]


def inherited(node: Any, key: str) -> Any:
    """Return an entry of a node or of the nearest node above that has it."""
    for _level in range(DEEPEST):
        if not is_dict(node):
            return None
        found = node.get(key)
        if found is not None:
            return found
        node = node.get("/Parent")
    return None


def form(pdf: pikepdf.Pdf, page_objects: list[Any]) -> Form:
    """Return every field: those of the form's tree, and widgets on pages that the tree forgot. Raises TooMuch."""
    places: dict[Ref, int] = {}
    for place, page in enumerate(page_objects):
        for one in annotations_of(page):
            if ref(one) != (0, 0):
                places.setdefault(ref(one), place)
    found: dict[str, Field] = {}
    nodes: set[Ref] = set()
    dictionary = get(pdf.Root, "/AcroForm")
    tree = get(dictionary, "/Fields")
    roots = list(tree) if isinstance(tree, pikepdf.Array) else []
    for field in _terminal(roots, "", places, nodes, 0):
        _put(found, field)
    for place, page in enumerate(page_objects):
        for one in annotations_of(page):
            if get(one, "/Subtype") == "/Widget" and ref(one) not in nodes:
                nodes.add(ref(one))
                _put(found, dataclasses.replace(_field(one, _name_of(one), [one], {ref(one): place}), loose=True))
    return Form(found, frozenset(nodes - {(0, 0)}), dictionary, places)


def _put(found: dict[str, Field], field: Field) -> None:
    if len(found) >= MOST_FIELDS:
        raise TooMuch
    name = field.name
    while name in found:
        name += "#"
    found[name] = dataclasses.replace(field, name=name)


def _terminal(nodes: list[Any], prefix: str, places: dict[Ref, int], seen: set[Ref], depth: int) -> Iterator[Field]:
    if depth > DEEPEST or len(nodes) > MOST_FIELDS:
        raise TooMuch
    for node in nodes:
        if not is_dict(node) or (ref(node) in seen and ref(node) != (0, 0)):
            continue
        seen.add(ref(node))
        part = text(node.get("/T"))
        name = f"{prefix}.{part}" if prefix and part else prefix or part
        kids = node.get("/Kids")
        below = [one for one in kids if is_dict(one)] if isinstance(kids, pikepdf.Array) else []
        if any(one.get("/T") is not None for one in below):
            yield from _terminal(below, name, places, seen, depth + 1)
        else:
            seen.update(ref(one) for one in below)
            yield _field(node, name, below or [node], places)


def _field(node: Any, name: str, widgets: list[Any], places: dict[Ref, int]) -> Field:
    kind = inherited(node, "/FT")
    shown = tuple(Widget(one, places.get(ref(one), -1) if ref(one) != (0, 0) else -1) for one in widgets)
    return Field(name, str(kind) if isinstance(kind, pikepdf.Name) else "", node, shown, inherited(node, "/V"))


def _name_of(node: Any) -> str:
    parts: list[str] = []
    for _level in range(DEEPEST):
        if not is_dict(node):
            break
        part = text(node.get("/T"))
        if part:
            parts.append(part)
        node = node.get("/Parent")
    return ".".join(reversed(parts))
