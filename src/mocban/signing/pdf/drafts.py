"""The helper's side of laying fields: judge a draft, rewrite it soundly, and find the places in it."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pikepdf
import pypdfium2

from mocban.signing.pdf import places
from mocban.signing.pdf.forms import DATE, NUMBER, ORGANISATION, SIGNER, Box, NumberForm
from mocban.signing.pdf.refusals import refuse


def prepare(pdf: bytes, values: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the places found, as plain values, and the rewritten draft."""
    boxes = {key: Box(**values[key]) for key in ("number_box", "date_box")}
    form = NumberForm(**{**values, **boxes})
    clean = _normalised(pdf)
    try:
        return dataclasses.asdict(places.find(clean, form)), clean
    except pypdfium2.PdfiumError:
        refuse("signing.unreadable")


def _normalised(pdf: bytes) -> bytes:
    """Return the draft rewritten soundly by qpdf, for later steps append to it; refuses what must not be signed."""
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            if document.is_encrypted:
                refuse("signing.encrypted")
            if not len(document.pages):
                refuse("signing.unreadable")
            _check_content(document)
            out = io.BytesIO()
            document.save(out)
            return out.getvalue()
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
    if any(str(field.get("/T", "")) in (NUMBER, DATE, SIGNER, ORGANISATION) for field in fields):
        refuse("signing.fields_exist")
