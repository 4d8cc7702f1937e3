"""What was changed between the revision that a signature covers and the file as it is, and whether it may be.

Everything is forbidden but what is named here: empty fields filled, prepared places signed, validation data and time
stamps added, metadata kept up. A signature may forbid more (DocMDP, FieldMDP). What shows is then looked at by `seen`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import pikepdf

from . import looks, objects, widgets
from .blanks import completed, empty
from .equality import Equality
from .findings import Reason
from .objects import Field, Form, Ref, get, is_dict, ref

# Entries of the catalog that say nothing a reader sees, or that are compared by themselves.
CATALOG_APART = frozenset({
    "/Pages", "/AcroForm", "/DSS", "/Extensions", "/Metadata", "/Version", "/Type", "/MarkInfo", "/PieceInfo", "/Lang",
    "/StructTreeRoot",
})  # fmt: skip
PANELS = frozenset({None, "/UseNone", "/UseOutlines", "/UseThumbs", "/UseOC", "/UseAttachments"})  # beside the pages
READ_ALOUD = ("/StructTreeRoot", "/Lang", "/MarkInfo")  # what programs that read aloud go by
ACTIONS = frozenset({"/OpenAction", "/AA", "/Names"})
PAGE_APART = frozenset({"/Annots", "/Parent", "/PieceInfo", "/LastModified", "/Metadata", "/Tabs", "/StructParents"})
PAGE_INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
FORM_APART = frozenset({"/Fields", "/SigFlags", "/NeedAppearances", "/DR", "/DA", "/Q", "/XFA"})
# Of fields: what programs rewrite without any meaning, and what filling changes.
FIELD_IDLE = frozenset({"/Ff", "/M", "/NM", "/P", "/Parent", "/Kids", "/Type", "/StructParent", "/H", "/TM"})
FIELD_FILLED = frozenset({"/V", "/AP", "/AS", "/I", "/DA", "/Q", "/F", "/RV", "/DS"})
SHOW_FLAGS = objects.HIDDEN | objects.NO_VIEW | objects.INVISIBLE | objects.TOGGLE | objects.NO_ZOOM | objects.NO_ROTATE
LARGEST_LOOK, A4 = 0.3, (595.0, 842.0)  # of a page that a new signature may take; the page when it names no size
NOTHING, FORMS = 1, 2  # DocMDP levels; 3 permits annotations too, but a reader would notice them


@dataclasses.dataclass(frozen=True)
class Lock:
    """The fields that one signature locks: `action` is "/All", "/Include" or "/Exclude"."""

    action: str
    names: frozenset[str] = frozenset()

    def locks(self, name: str) -> bool:
        listed = any(name == one or name.startswith(one + ".") for one in self.names)
        return (
            self.action == "/All"
            or (self.action == "/Include" and listed)
            or (self.action == "/Exclude" and not listed)
        )


@dataclasses.dataclass(frozen=True)
class Permission:
    """What one signature permits: `level` of DocMDP, 0 when it says none; all its locks (FieldMDP) hold together."""

    level: int = 0
    locks: tuple[Lock, ...] = ()

    def locked(self, name: str) -> bool:
        return any(one.locks(name) for one in self.locks)


@dataclasses.dataclass(frozen=True)
class Shown:
    """A field whose look changed: `kind` is its type; `added` when its widget is new on the page."""

    name: str
    kind: str
    page: int
    ref: Ref
    added: bool


@dataclasses.dataclass
class Changes:
    """All that is different. `filled` and `signed` name fields; `evidence`: validation data were added;
    `redrawn`: readers are asked to draw every field anew."""

    reasons: list[Reason] = dataclasses.field(default_factory=list)
    filled: list[Field] = dataclasses.field(default_factory=list)
    signed: list[Field] = dataclasses.field(default_factory=list)
    shown: list[Shown] = dataclasses.field(default_factory=list)
    evidence: bool = False
    redrawn: bool = False

    @property
    def touched(self) -> bool:
        """Whether anything was filled or signed; time stamps and validation data touch nothing."""
        return bool(self.filled) or any(not is_stamp(field) for field in self.signed)

    def refuse(self, code: str, **values: str) -> None:
        reason = Reason(code, values)
        if reason not in self.reasons:
            self.reasons.append(reason)


@dataclasses.dataclass(frozen=True)
class Document:
    """One revision, read. Raises what `objects` raises."""

    pdf: pikepdf.Pdf
    pages: list[Any]
    form: Form

    @classmethod
    def read(cls, pdf: pikepdf.Pdf) -> Document:
        pages = objects.pages(pdf)
        return cls(pdf, pages, objects.form(pdf, pages))


def compare(old: Document, new: Document, permission: Permission) -> Changes:
    """Return what was changed from the signed revision `old` to `new`. Raises TooMuch, pikepdf.PdfError."""
    found = Changes()
    # The catalog too: a locking signature may name it as what its lock is about.
    apart = {ref(page) for page in (*old.pages, *new.pages, old.pdf.Root)} | old.form.nodes | new.form.nodes
    equality = Equality(old.pdf, new.pdf, apart - {(0, 0)})
    _catalog(old, new, equality, found)
    _pages(old, new, equality, found)
    _form(old, new, equality, found)
    _fields(old, new, equality, permission, found)
    return found


def _catalog(old: Document, new: Document, equality: Equality, found: Changes) -> None:
    before, after = old.pdf.Root, new.pdf.Root
    for key in sorted((set(before.keys()) | set(after.keys())) - CATALOG_APART):
        if key == "/PageMode" and {get(before, key), get(after, key)} <= PANELS:
            continue
        if key not in before or key not in after or not equality.same(before[key], after[key]):
            found.refuse("content.action" if key in ACTIONS else "content.catalog", part=key[1:])
    if any(key in before and not equality.same(before[key], get(after, key)) for key in READ_ALOUD):
        found.refuse("content.structure")
    added = get(get(after, "/StructTreeRoot"), "/K") if "/StructTreeRoot" not in before else None
    if added is not None and not (isinstance(added, pikepdf.Array) and len(added) == 0):
        found.refuse("content.structure")
    if "/DSS" in after and ("/DSS" not in before or not equality.same(before["/DSS"], after["/DSS"])):
        found.evidence = True


def _pages(old: Document, new: Document, equality: Equality, found: Changes) -> None:
    if [ref(page) for page in old.pages] != [ref(page) for page in new.pages]:
        found.refuse("content.pages", before=str(len(old.pages)), after=str(len(new.pages)))
        return
    for place, (before, after) in enumerate(zip(old.pages, new.pages, strict=True)):
        skip = PAGE_APART | set(PAGE_INHERITED) | {"/Contents"}
        if (
            not equality.same(before, after, skip=skip)
            or not _same_contents(before, after, equality)
            or not all(_same_inherited(before, after, key, equality) for key in PAGE_INHERITED)
        ):
            found.refuse("content.page", page=str(place + 1))
        _annotations(before, after, place, old, new, equality, found)


def _same_contents(before: Any, after: Any, equality: Equality) -> bool:
    """Compare the contents of a page; one stream and an array of just that one draw the same."""
    one, other = get(before, "/Contents"), get(after, "/Contents")
    if isinstance(one, pikepdf.Array) == isinstance(other, pikepdf.Array):
        return (one is None and other is None) or equality.same(one, other)
    lists = [list(entry) if isinstance(entry, pikepdf.Array) else [entry] for entry in (one, other)]
    return len(lists[0]) == len(lists[1]) == 1 and equality.same(lists[0][0], lists[1][0])


def _same_inherited(before: Any, after: Any, key: str, equality: Equality) -> bool:
    one, other = objects.inherited(before, key), objects.inherited(after, key)
    if key == "/Rotate":
        return objects.integer(one) % 360 == objects.integer(other) % 360
    return equality.same(one, other)


def _annotations(
    before: Any, after: Any, place: int, old: Document, new: Document, equality: Equality, found: Changes
) -> None:
    """Annotations keep their order; new ones may only be the widgets of new signatures, which `_fields` judges."""
    remaining = objects.annotations_of(after)
    at = 0
    for one in objects.annotations_of(before):
        while at < len(remaining) and not _same_annotation(one, remaining[at], equality):
            _new_annotation(remaining[at], place, old, new, found)
            at += 1
        if at == len(remaining):
            found.refuse("content.annotation", page=str(place + 1))
            return
        at += 1
    for one in remaining[at:]:
        _new_annotation(one, place, old, new, found)


def _same_annotation(before: Any, after: Any, equality: Equality) -> bool:
    if ref(before) != (0, 0) and ref(before) == ref(after) and get(before, "/Subtype") == "/Widget":
        return bool(get(after, "/Subtype") == "/Widget")  # the fields are compared by themselves
    return equality.same(before, after)


def _new_annotation(annotation: Any, place: int, old: Document, new: Document, found: Changes) -> None:
    # A widget may be put on its page late, when a prepared field is signed; it is then judged as its field is.
    # On a second page it would show again, where nobody looks for it.
    known = ref(annotation) in new.form.nodes and ref(annotation) not in old.form.places
    if ref(annotation) == (0, 0) or not known or new.form.places[ref(annotation)] != place:
        found.refuse("content.annotation", page=str(place + 1))


def _form(old: Document, new: Document, equality: Equality, found: Changes) -> None:
    before, after = old.form.dictionary, new.form.dictionary
    if before is None:
        if get(after, "/NeedAppearances") is True:
            found.refuse("content.form", part="NeedAppearances")
        return
    if not is_dict(after):
        found.refuse("content.form", part="AcroForm")
        return
    # An order of calculation without a field in it is none.
    idle = {key for key in ("/CO",) if all(get(one, key) in (None, pikepdf.Array()) for one in (before, after))}
    if not equality.same(before, after, skip=FORM_APART | idle):
        found.refuse("content.form", part="AcroForm")
    # Readers are to draw all fields anew: it depends on the fields whether they show the same then.
    found.redrawn = get(after, "/NeedAppearances") is True and get(before, "/NeedAppearances") is not True
    for key in ("/DA", "/Q", "/XFA"):
        if key in before and not equality.same(before[key], get(after, key)):
            found.refuse("content.form", part=key[1:])
    if "/XFA" in after and "/XFA" not in before:
        found.refuse("content.form", part="XFA")
    if not _still_there(get(before, "/DR"), get(after, "/DR"), equality):
        found.refuse("content.form", part="DR")


def _still_there(before: Any, after: Any, equality: Equality) -> bool:
    """Whether every resource of the form is what it was; more may be added."""
    if before is None:
        return True
    if not is_dict(before) or not is_dict(after):
        return equality.same(before, after)
    for key in before:
        one, other = before[key], get(after, key)
        if is_dict(one) and not isinstance(one, pikepdf.Stream) and is_dict(other):
            if not all(name in other and equality.same(one[name], other[name]) for name in one):
                return False
        elif not equality.same(one, other):
            return False
    return True


def _fields(old: Document, new: Document, equality: Equality, permission: Permission, found: Changes) -> None:
    for name, before in old.form.fields.items():
        after = new.form.fields.get(name)
        moved = after is None or ref(after.object) != ref(before.object) or after.loose != before.loose
        if after is None or moved or after.kind != before.kind:
            found.refuse("content.field_removed", field=name)
            continue
        _same_nodes_above(before, after, equality, found)
        if before.kind == "/Sig":
            _signature_field(before, after, equality, permission, found)
        else:
            _value_field(before, after, equality, permission, found)
    for name, after in new.form.fields.items():
        if name not in old.form.fields:
            _new_field(after, permission, found)


def _same_nodes_above(before: Field, after: Field, equality: Equality, found: Changes) -> None:
    """What a field inherits is the same, and its widgets are the same ones on the same pages."""
    one, other = get(before.object, "/Parent"), get(after.object, "/Parent")
    for _level in range(objects.DEEPEST):
        if one is None and other is None:
            break
        if ref(one) != ref(other) or not equality.same(one, other, skip=FIELD_IDLE | FIELD_FILLED):
            found.refuse("content.field_changed", field=before.name)
            return
        one, other = get(one, "/Parent"), get(other, "/Parent")
    places = [(one.ref, one.page) for one in before.widgets]
    placed = [(one.ref, one.page) for one in after.widgets]
    if places != placed and not (
        after.signed and not before.signed and [p[0] for p in places] == [p[0] for p in placed]
    ):
        found.refuse("content.field_changed", field=before.name)


def _parts(before: Field, after: Field) -> Iterable[tuple[Any, Any]]:
    """Pair the dictionaries of a field: its own and, where they are apart, those of its widgets."""
    yield before.object, after.object
    if before.widgets and before.widgets[0].ref != ref(before.object):
        yield from zip((w.object for w in before.widgets), (w.object for w in after.widgets), strict=False)


def _same_but(before: Field, after: Field, skip: frozenset[str], equality: Equality) -> bool:
    return all(widgets.same(one, other, skip, equality) for one, other in _parts(before, after))


def _same_visibility(before: Field, after: Field) -> bool:
    """Whether nothing is shown or hidden anew; what would have been printed still is."""
    flags = [(objects.flags(one), objects.flags(other)) for one, other in _parts(before, after)]
    return all(one & SHOW_FLAGS == other & SHOW_FLAGS and not one & objects.PRINT & ~other for one, other in flags)


def _signature_field(before: Field, after: Field, equality: Equality, permission: Permission, found: Changes) -> None:
    if before.signed or not after.signed:
        if not _same_but(before, after, FIELD_IDLE, equality):
            found.refuse("content.signature_field" if before.signed else "content.field_changed", field=before.name)
        elif before.signed and not equality.same(before.value, after.value):
            found.refuse("content.signature_field", field=before.name)
        return
    if not _same_but(before, after, FIELD_IDLE | FIELD_FILLED, equality) or not _hidden_stays(before, after):
        found.refuse("content.field_changed", field=before.name)
    _signed_later(after, permission, found, added=False)


def _hidden_stays(before: Field, after: Field) -> bool:
    """A place may be shown when it is signed; what showed may not be hidden."""
    return all(not (objects.flags(other) & SHOW_FLAGS) & ~objects.flags(one) for one, other in _parts(before, after))


def _signed_later(field: Field, permission: Permission, found: Changes, *, added: bool) -> None:
    found.signed.append(field)
    if any(key in one for one in (field.object, *(w.object for w in field.widgets)) for key in ("/A", "/AA")) and added:
        found.refuse("content.action", part=field.name)
    if any(looks.shows_several(one.object) for one in field.widgets):
        found.refuse("content.shows_other", field=field.name)
    if is_stamp(field):
        return
    if permission.level == NOTHING:
        found.refuse("content.not_permitted", field=field.name)
    elif permission.locked(field.name):
        found.refuse("content.locked", field=field.name)
    if added and _too_large(field):
        found.refuse("content.field_added", field=field.name)
    found.shown += [Shown(field.name, field.kind, one.page, one.ref, added) for one in field.widgets if one.shown]


def _too_large(field: Field) -> bool:
    """Whether a signature put itself over a large part of a page: that is no signature's look but another content."""
    for one in field.widgets:
        paper = objects.rectangle(objects.inherited(get(one.object, "/P"), "/MediaBox"))
        width, height = (paper[2] - paper[0], paper[3] - paper[1]) if paper else A4
        if one.shown and objects.area(one.object) > LARGEST_LOOK * width * height:
            return True
    return False


def is_stamp(field: Field) -> bool:
    """Whether a signed field is a time stamp over the document that shows nothing."""
    return bool(get(field.value, "/Type") == "/DocTimeStamp") and not field.shown


def _new_field(field: Field, permission: Permission, found: Changes) -> None:
    if field.kind == "/Sig" and field.signed:
        _signed_later(field, permission, found, added=True)
    elif field.kind != "/Sig" or field.shown or get(field.object, "/AP") is not None:
        found.refuse("content.field_added", field=field.name)


def _value_field(before: Field, after: Field, equality: Equality, permission: Permission, found: Changes) -> None:
    if _same_but(before, after, FIELD_IDLE, equality) and _same_value(before, after, equality):
        return
    if not _same_but(before, after, FIELD_IDLE | FIELD_FILLED, equality) or not _same_visibility(before, after):
        found.refuse("content.field_changed", field=before.name)
        return
    if not empty(before) and not completed(before, after):
        found.refuse("content.value_changed", field=before.name)
        return
    if not widgets.same_words(after) or not widgets.looks_fit(before, after, equality) or not widgets.agrees(after):
        found.refuse("content.shows_other", field=before.name)
    if permission.level == NOTHING:
        found.refuse("content.not_permitted", field=before.name)
    elif permission.locked(before.name):
        found.refuse("content.locked", field=before.name)
    if not empty(after):
        found.filled.append(after)
    elif any(looks.says(looks.appearance(one.object)) for one in after.widgets):
        found.refuse("content.showed", field=before.name)  # words without a value: nobody is said to have filled them
    found.shown += [
        Shown(after.name, after.kind, one.page, one.ref, added=False)
        for one, other in zip(after.widgets, before.widgets, strict=False)
        # Without an appearance viewers draw the value themselves.
        if one.shown
        and (
            looks.appearance(one.object) is None
            or not equality.same(other.object, one.object, skip=FIELD_IDLE | {"/V", "/DA", "/Q"})
        )
    ]


def _same_value(before: Field, after: Field, equality: Equality) -> bool:
    return (before.value is None and after.value is None) or equality.same(before.value, after.value)
