"""The helper's side of signing a PDF of any origin: what it holds, before it is opened beside a key."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import dataclasses
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation import read_certification_data

from mocban.lib.disk import Content, reading
from mocban.signing.pdf import guard, places
from mocban.signing.pdf.forms import SignaturePlace
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.refusals import Refused, refuse

FIELDS_READ = 500
WIDTH, HEIGHT = 50.0, 22.0  # millimetres of a mark above a printed name


def survey(pdf: Content, values: dict[str, Any]) -> dict[str, Any]:
    """Return {"fields": {name: filled}, "certified", "closed", "pages", "box", "above"}.

    `values["page"]` counts from 1, -1 for the last: "box" is its rectangle in points, None when there is no such page.
    "above" is the place above the printed `values["name"]`. {} for a file without signatures that only a lenient reader
    understands: it is to be rewritten first, a signed one never.
    """
    with guard.hostile_input():
        try:
            reader = guard.open_reader(reading(pdf))
            _ = reader.root["/Pages"]
        except (Refused, *guard.HOSTILE) as problem:
            if isinstance(problem, Refused) or b"/ByteRange" in pdf or values["rewritten"]:
                raise
            return {}
        return {
            "fields": _fields(reader),
            **_certified(reader),
            **_pages(pdf, int(values["page"]), str(values["name"])),
        }


def _fields(reader: PdfFileReader) -> dict[str, bool]:
    if "/AcroForm" in reader.root and "/XFA" in reader.root["/AcroForm"]:
        refuse("signing.active_content")
    names: dict[str, bool] = {}
    for name, value, _field in enumerate_sig_fields(reader):
        names[name] = value is not None
        if len(names) > FIELDS_READ:
            refuse("signing.too_long")
    return names


def _certified(reader: PdfFileReader) -> dict[str, bool]:
    held = read_certification_data(reader)
    return {
        "certified": held is not None,
        "closed": held is not None and held.permission == MDPPerm.NO_CHANGES,
    }


def _pages(pdf: Content, page: int, name: str) -> dict[str, Any]:
    try:
        with drawable(pdf) as document:
            count = len(document)
            number = count - 1 if page == -1 else page - 1
            box = None
            if 0 <= number < count:
                wanted = document[number]
                if wanted.get_rotation():
                    refuse("signing.rotated")
                box = list(wanted.get_bbox())
            above = places.above_name(document, name, width=WIDTH, height=HEIGHT) if name else None
            return {"pages": count, "box": box, "above": dataclasses.asdict(above) if above else None}
    except pypdfium2.PdfiumError:
        refuse("signing.unreadable")


def rewrite(pdf: Content, out: BinaryIO) -> None:
    """Write the file as qpdf, a lenient reader, understands it."""
    try:
        with pikepdf.open(reading(pdf)) as document:
            if document.is_encrypted:
                refuse("signing.encrypted")
            document.save(out)
    except pikepdf.PasswordError:
        refuse("signing.encrypted")
    except (pikepdf.PdfError, RuntimeError):
        refuse("signing.unreadable")


def place_of(values: dict[str, Any] | None) -> SignaturePlace | None:
    """Return the place above a name from plain values."""
    return SignaturePlace.read(values) if values else None
