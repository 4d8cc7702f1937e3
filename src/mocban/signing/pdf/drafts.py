"""The helper's side of laying fields: judge a draft, rewrite it soundly, and find the places in it."""

from __future__ import annotations

import dataclasses
from typing import Any, BinaryIO

import pikepdf
import pypdfium2

from mocban.lib.disk import Content, reading
from mocban.signing.pdf import moved, places
from mocban.signing.pdf.forms import FIELDS, NumberForm, Places
from mocban.signing.pdf.images import colour_profile
from mocban.signing.pdf.looking import drawable
from mocban.signing.pdf.refusals import refuse


def find(pdf: Content, values: dict[str, Any]) -> dict[str, Any]:
    """Return the places found in a rewritten draft, or those given, as plain values."""
    try:
        with drawable(pdf) as document:
            return dataclasses.asdict(_places(document, values))
    except pypdfium2.PdfiumError:
        refuse("signing.unreadable")


def _places(document: pypdfium2.PdfDocument, values: dict[str, Any]) -> Places:
    form = NumberForm.read(values["form"])
    names = [str(name) for name in values["later_signers"]]
    if values["places"] is None:
        return places.find(document, form, names)
    return moved.check(document, Places.read(values["places"]), form, names)


def rewrite(pdf: Content, out: BinaryIO) -> None:
    """Write the draft soundly rewritten by qpdf, for later steps append to it; refuses what must not be signed."""
    try:
        with pikepdf.open(reading(pdf)) as document:
            if document.is_encrypted:
                refuse("signing.encrypted")
            if not len(document.pages):
                refuse("signing.unreadable")
            _check_content(document)
            _calibrate(document)
            document.save(out)
    except pikepdf.PasswordError:
        refuse("signing.encrypted")
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError):
        refuse("signing.unreadable")


def _check_content(document: pikepdf.Pdf) -> None:
    root = document.Root
    names: Any = root.get("/Names", {})
    opening = root.get("/OpenAction", None)
    runs = isinstance(opening, pikepdf.Dictionary) and opening.get("/S") in ("/JavaScript", "/Launch")
    form: Any = root.get("/AcroForm", {})
    if runs or "/JavaScript" in names or "/AA" in root or "/XFA" in form:
        refuse("signing.active_content")
    fields = list(form.get("/Fields", []))
    if any(field.get("/FT") == "/Sig" and "/V" in field for field in fields):
        refuse("signing.already_signed")
    if any(FIELDS.match(str(field.get("/T", ""))) for field in fields):
        refuse("signing.fields_exist")


def _calibrate(document: pikepdf.Pdf) -> None:
    """Say what the colours of the page mean, where the draft does not: sRGB.

    An archivable file (PDF/A) needs this for black text and for pictures one can see through, which signing adds; one
    that uses neither so far may lack it.
    """
    if "/OutputIntents" in document.Root:
        return
    profile = document.make_stream(colour_profile(), N=3)
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier="sRGB",
        Info="sRGB",
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])
