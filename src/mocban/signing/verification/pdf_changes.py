"""What was done to a PDF after each of its signatures: judged, and told in the order of the file."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Any

import pikepdf

from mocban.lib.disk import Content

from . import chain, changes, objects
from .blanks import empty
from .changes import Changes, Document, Lock, Permission
from .findings import Addition, Conclusion, Reason
from .objects import get
from .sentences import weight

if TYPE_CHECKING:
    from .pdf import Found

_OFFSET, _WHERE = re.compile(r"offset (\d+)\)"), re.compile(r"^.*?\((?=object )")
LEVELS = (1, 2, 3)  # of DocMDP
MOST_REVISIONS_READ = 40  # to find out in which update a field was filled


@dataclasses.dataclass(frozen=True)
class Told:
    """What is said of the changes after one signature."""

    reasons: tuple[Reason, ...] = ()
    additions: tuple[Addition, ...] = ()
    filled: bool = False


class Judgement:
    """Judges the changes after each signature of one file; every revision is read once."""

    def __init__(
        self, data: Content, document: Document, signatures: list[Found], ends: list[int], *, repaired: bool = False
    ) -> None:
        self._repaired = repaired  # the file was damaged before and is read as it can be; never valid then
        self._data, self._document, self.signatures, self._ends = data, document, signatures, ends
        self._revisions: dict[int, Document] = {}
        self._warnings: list[str] = []

    def of(self, one: Found) -> Told:
        """Return what happened after a signature; nothing when its place in the file is not certain."""
        covered = one.covered
        if not covered.end or any(weight(reason) == Conclusion.INVALID for reason in covered.reasons):
            return Told()
        late = self._certifies_late(one)
        if covered.whole:
            return Told(late)
        try:
            old = self._revision(covered.end)
            if not _same_signature(old, one):
                return Told((*late, Reason("structure.other_signature")))
            found = changes.compare(old, self._document, permission_of(one.field))
            if found.redrawn and self._redrawn_differs(old, found):
                found.refuse("content.form", part="NeedAppearances")
            if self._written_badly(old, covered.end):
                found.refuse("structure.ambiguous")
            if not found.reasons:
                from . import seen  # loads pdfium, needed only where something was added

                found.reasons += seen.judge(self._data, covered.end, old, self._document, found.shown)
        except objects.TooMuch:
            return Told((*late, Reason("file.too_complex")))
        except objects.BROKEN:
            return Told((*late, Reason("file.damaged_later")))
        return Told((*late, *found.reasons), self._additions(found, covered.end), found.touched)

    def _redrawn_differs(self, old: Document, found: Changes) -> bool:
        """Whether readers were asked to draw all fields anew for nothing, or would show something else then."""
        from . import redrawn  # loads pdfium

        return not found.filled or redrawn.differs(old, self._document, {one.name for one in found.filled})

    def certifies(self, one: Found) -> bool:
        return bool(_levels(one.field.value))

    def removed(self) -> str:
        """Return the name of a field that was signed in an earlier update and is not now; empty when there is none."""
        if self._data.count(b"/ByteRange") <= len(self.signatures):
            return ""  # no dictionary of a signature but those of the file as it is
        now = {one.contents for one in self.signatures}
        for end in self._ends[:-1][-MOST_REVISIONS_READ:]:
            try:
                fields = self._revision(end).form.fields.values()
                for field in fields:
                    contents = get(field.value, "/Contents") if field.signed else None
                    if isinstance(contents, pikepdf.String) and bytes(contents) not in now:
                        return field.name
            except (objects.TooMuch, *objects.BROKEN):
                continue
        return ""

    def _certifies_late(self, one: Found) -> tuple[Reason, ...]:
        """A certification comes first (ISO 32000-2, 12.8.4): a later one would change what others had signed."""
        first = next((entry for entry in self.signatures if not entry.is_stamp), one)
        return (Reason("structure.certifies_late"),) if self.certifies(one) and first is not one else ()

    def _revision(self, end: int) -> Document:
        if end not in self._revisions:
            self._revisions[end] = Document.read(objects.opened(self._data, end, recover=self._repaired))
        return self._revisions[end]

    def _written_badly(self, old: Document, end: int) -> bool:
        """Whether an object written after `end` has a key twice, a wrong length, …: each reader mends that its way."""
        self._warnings += self._document.pdf.get_warnings()
        known = {_WHERE.sub("", text) for text in old.pdf.get_warnings()}
        for text in self._warnings:
            place = _OFFSET.search(text)
            # Places inside an object stream count from its begin.
            later = place is not None and int(place[1]) >= end and "object stream" not in text
            if later or ("object stream" in text and _WHERE.sub("", text) not in known):
                return True
        return False

    # --- in words -----------------------------------------------------------------------------------------------

    def _additions(self, found: Changes, end: int) -> tuple[Addition, ...]:
        told = [self._filled(field, end) for field in found.filled]
        told += [self._signed(field) for field in found.signed]
        if found.evidence:
            told.append(Addition("addition.evidence", self._first(end, _has_evidence)))
        if not told and not found.reasons:
            told.append(Addition("addition.rest", len(self._ends)))
        return tuple(sorted(told, key=lambda one: one.revision))

    def _filled(self, field: objects.Field, end: int) -> Addition:
        def is_filled(document: Document) -> bool:
            then = document.form.fields.get(field.name)
            return then is not None and not empty(then)

        values = {"field": field.name, "value": _value(field)}
        return Addition("addition.filled", self._first(end, is_filled), _page(field), values)

    def _signed(self, field: objects.Field) -> Addition:
        one = next((entry for entry in self.signatures if entry.field.name == field.name), None)
        if one is None:
            return Addition("addition.signed", len(self._ends), _page(field), {"field": field.name, "signer": "?"})
        revision = self.revision(one.covered.end)
        if one.is_stamp:
            by = one.stamp.by if one.stamp is not None else "?"
            return Addition("addition.timestamped", revision, values={"by": by or "?"})
        signer = one.signed.signer if one.signed is not None else None
        name = chain.common_name(signer.subject) if signer is not None else "?"
        return Addition("addition.signed", revision, _page(field), {"field": field.name, "signer": name})

    def revision(self, end: int) -> int:
        """Return the number, from 1, of the update that ends at `end`."""
        return sum(one < end for one in self._ends) + 1

    def _first(self, end: int, fits: Any) -> int:
        """Return the number of the first update after `end` whose document fits; the last one when none can be read."""
        later = [one for one in self._ends if one > end][:MOST_REVISIONS_READ]
        for one in later[:-1]:
            try:
                if fits(self._revision(one)):
                    return self.revision(one)
            except (objects.TooMuch, *objects.BROKEN):
                continue
        return self.revision(later[-1]) if later else len(self._ends)


def _same_signature(old: Document, one: Found) -> bool:
    """Whether the signed revision holds this very signature, at this field: a copy elsewhere covers other bytes."""
    field = old.form.fields.get(one.field.name)
    if field is None or not field.signed:
        return False
    contents = get(field.value, "/Contents")
    return (
        isinstance(contents, pikepdf.String)
        and bytes(contents) == one.contents
        and objects.ref(field.value) == objects.ref(one.field.value)
    )


def _has_evidence(document: Document) -> bool:
    return get(document.pdf.Root, "/DSS") is not None


def _page(field: objects.Field) -> int:
    return next((one.page + 1 for one in field.widgets if one.shown), 0)


def _value(field: objects.Field) -> str:
    value = field.value
    if isinstance(value, pikepdf.Array):
        return ", ".join(objects.text(one) for one in list(value)[:20])
    if isinstance(value, pikepdf.Stream):
        return "…"
    return objects.text(value) or ", ".join(
        filter(None, (objects.text(get(one.object, "/AS")) for one in field.widgets))
    )


# --- what a signature permits -----------------------------------------------------------------------------------


def permission_of(field: objects.Field) -> Permission:
    """Return what the signature in a field permits: the least of all that its references and its field's lock say.

    Programs differ in which of several they obey.
    """
    lock = get(field.object, "/Lock")
    levels = _levels(field.value)
    own = _number(get(lock, "/P"))
    if own in LEVELS:
        levels.append(own)
    said = [get(one, "/TransformParams") for one in _transforms(field.value, "/FieldMDP")]
    return Permission(min(levels, default=0), tuple(_lock(one) for one in (*said, lock) if objects.is_dict(one)))


def _lock(parameters: Any) -> Lock:
    action, names = get(parameters, "/Action"), get(parameters, "/Fields")
    listed = list(names)[: objects.MOST_FIELDS] if isinstance(names, pikepdf.Array) else []
    return Lock(str(action) if isinstance(action, pikepdf.Name) else "", frozenset(objects.text(one) for one in listed))


def _transforms(value: Any, method: str) -> list[Any]:
    """Return the references of a signature with this transform method; an array of just one may be left out."""
    references = get(value, "/Reference")
    held = list(references)[: objects.MOST_FIELDS] if isinstance(references, pikepdf.Array) else [references]
    return [one for one in held if get(one, "/TransformMethod") == method]


def _levels(value: Any) -> list[int]:
    """Return the levels of a certification, none when the signature is none; the standard's default is 2."""
    found = [_number(get(get(one, "/TransformParams"), "/P")) for one in _transforms(value, "/DocMDP")]
    return [level if level in LEVELS else 2 for level in found]


def _number(value: Any) -> int:
    """Return a whole number, also one written with a point; 0 for anything else."""
    found = objects.number(value)
    return int(found) if found is not None and found == int(found) else 0
