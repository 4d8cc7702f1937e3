"""Fill number and date into a signed document, as a change that the leader's signature permits."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.content import AppearanceContent, ResourceType
from pyhanko.pdf_utils.form_tools import find_existing_empty_field
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.misc import FormFillingError

from mocban.lib.disk import DiskFile, File, opened
from mocban.signing.pdf import guard
from mocban.signing.pdf.fonts import printable
from mocban.signing.pdf.forms import DATE, NUMBER, SIGNER
from mocban.signing.pdf.pen import Pen
from mocban.signing.pdf.refusals import answers, refuse

DAY_MONTH_YEAR = re.compile(r"ngày (?P<day>\d{1,2}) tháng (?P<month>\d{1,2}) năm (?P<year>\d{4})$")
NARROWEST = 0.45  # letters may be squeezed to this share of their width before the text counts as too long


@answers
def fill_number(pdf: File, *, number_text: str, date_text: str) -> File:
    """Return `pdf` with number and date written into the room its draft left, appended as one update.

    `number_text` is the whole printed form ("Số: 12/SNV-VP"), `date_text` the whole place and date
    ("An Hòa, ngày 05 tháng 3 năm 2026"); what the draft prints already is not written twice but must agree.
    Raises RuleBroken: not signed by a person yet, filled already, printed symbol, month or year differ, a letter is
    missing in the font, no room. Raises ValueError when `date_text` has another form.
    """
    number_text, date_text = printable(number_text), printable(date_text)
    parts = DAY_MONTH_YEAR.search(date_text)
    if parts is None:
        raise ValueError(f"not a printed date: {date_text}")

    def fill(writer: IncrementalPdfFileWriter) -> None:
        require_signed(writer)
        _fill(writer, NUMBER, number_text, lambda printed: _number_values(number_text, printed))
        _fill(writer, DATE, date_text, lambda printed: _date_values(date_text, parts, printed))

    return guard.updated(pdf, fill)


@answers
def is_filled(pdf: bytes | DiskFile) -> bool:
    """Whether number and date stand in `pdf` already: a leader who signs again then starts from the unfilled file.

    For files of this program, which were parsed and rewritten before they were signed. Raises RuleBroken: unreadable.
    """
    with guard.hostile_input(), opened(pdf) as stream:
        return NUMBER in filled_fields(guard.open_update(stream))


def require_signed(writer: IncrementalPdfFileWriter) -> None:
    """Refuse a document in which the field of a person who is to sign is missing or empty."""
    filled = filled_fields(writer)
    laid = {name for name in _fields(writer) if name == SIGNER or name.startswith(f"{SIGNER}_")}
    if SIGNER not in filled or not laid <= filled:
        refuse("signing.person_first")


def filled_fields(writer: IncrementalPdfFileWriter) -> set[str]:
    """Return the names of the form fields that hold a value."""
    return {name for name, field in _fields(writer).items() if "/V" in field}


def _fields(writer: IncrementalPdfFileWriter) -> dict[str, Any]:
    if "/AcroForm" not in writer.root:
        return {}
    fields = (field.get_object() for field in writer.root["/AcroForm"]["/Fields"])
    return {str(field["/T"]): field for field in fields if "/T" in field}


def _number_values(text: str, printed: Mapping[str, str]) -> dict[str, str]:
    after = re.sub(r"^Số ?:? ?", "", text)
    values = {"whole": text, "after": after, "number": after}
    tail = printed.get("tail", "")
    if tail:
        compact = after.replace(" ", "")
        if not compact.endswith(tail):
            refuse("signing.symbol_differs", found=tail, expected=after)
        values["number"] = compact.removesuffix(tail)
    return values


def _date_values(text: str, parts: re.Match[str], printed: Mapping[str, str]) -> dict[str, str]:
    for key in ("month", "year"):
        if printed.get(key) and int(printed[key]) != int(parts[key]):
            refuse("signing.date_differs", found=_named(key, printed[key]), expected=_named(key, parts[key]))
    return {"whole": text, **parts.groupdict()}


def _named(key: str, value: str) -> str:
    return ("tháng " if key == "month" else "năm ") + value


def _fill(
    writer: IncrementalPdfFileWriter,
    name: str,
    text: str,
    values_for: Callable[[Mapping[str, str]], dict[str, str]],
) -> None:
    try:
        field_ref = find_existing_empty_field(writer, name, "/Tx")
    except FormFillingError:
        refuse("signing.no_field")
    field: Any = field_ref.get_object()
    plan = field["/MocBan"]
    values = values_for({str(key)[1:]: str(value) for key, value in plan["/Printed"].items()})
    x0, y0, x1, y1 = (float(value) for value in field["/Rect"])
    box = BoxConstraints(width=x1 - x0, height=y1 - y0)
    field["/V"] = pdf_string(text)
    _Filled(writer, box, Pen(writer), plan, values).apply_appearance(field)
    # Means nothing beside a single appearance. pyHanko 0.38 takes a field without it for changed again by every later
    # update (revocation data, time stamp) of a file whose fields are locked, and so do verifiers built on it.
    field["/AS"] = pdf_name("/N")
    writer.mark_update(field_ref)


class _Filled(AppearanceContent):
    """The written pieces of one field."""

    def __init__(
        self,
        writer: IncrementalPdfFileWriter,
        box: BoxConstraints,
        pen: Pen,
        plan: generic.DictionaryObject,
        values: Mapping[str, str],
    ) -> None:
        super().__init__(writer=writer, box=box)
        self.pen, self.plan, self.values = pen, plan, values

    def render(self) -> bytes:
        size, base = float(self.plan["/Size"]), float(self.plan["/Base"])
        italic = bool(self.plan["/Italic"])
        drawn = [self._piece(piece, size, base, italic=italic) for piece in self.plan["/Pieces"]]
        for font, value in self.pen.resources().items():
            self.set_resource(ResourceType.FONT, pdf_name(font), value)
        return b"/Tx BMC q " + b" ".join(drawn) + b" Q EMC"

    def as_form_xobject(self) -> generic.StreamObject:
        """Give the box its corners in the usual order: some viewers draw an upside-down box out of place."""
        drawn = super().as_form_xobject()
        corners = (0.0, 0.0, self.box.width, self.box.height)
        drawn[pdf_name("/BBox")] = generic.ArrayObject(generic.FloatObject(corner) for corner in corners)
        return drawn

    def _piece(self, piece: generic.DictionaryObject, size: float, base: float, *, italic: bool) -> bytes:
        key, x, room = str(piece["/Key"])[1:], float(piece["/X"]), float(piece["/W"])
        text = self.values[key]
        width = self.pen.width(text, size, italic=italic)
        squeeze = min(1.0, (room - 0.1 * size) / width)
        if squeeze < NARROWEST:
            refuse("signing.no_room", text=text)
        indent = 0.0 if key == "after" else (room - width * squeeze) / 2
        cover = b""
        if bool(piece["/Cover"]):
            # A digit's breadth stays clear of the printed words to the left and right.
            cover = b"1 g %.3f %.3f %.3f %.3f re f " % (x + 0.5, base - 0.28 * size, room - 1, 1.15 * size)
        written = self.pen.line(text, 0, 0, size, italic=italic)
        return cover + b"0 g q %.3f 0 0 1 %.3f %.3f cm %s Q" % (squeeze, x + indent, base, written)
