"""Lay the form fields for number, date, signature and seal into a draft, before anybody signs it.

Number and date come after the leader's signature (NĐ 30/2020, Điều 14), so they must be changes that this signature
permits: form fields that exist already when it is made. Everything laid here is inside what the leader signs.
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import (
    FieldMDPAction,
    FieldMDPSpec,
    SigFieldSpec,
    append_signature_field,
)

from mocban.lib.disk import DiskFile, File
from mocban.signing.pdf import contained, guard
from mocban.signing.pdf.forms import (
    DATE,
    NUMBER,
    ORGANISATION,
    NumberForm,
    Places,
    SignaturePlace,
    TextPlace,
    signer_field,
)
from mocban.signing.pdf.pen import ITALIC, UPRIGHT, Pen
from mocban.signing.pdf.refusals import answers

READ_ONLY, PRINT, LOCKED = 1, 4, 128


@answers
def lay_fields(
    pdf: File, *, form: NumberForm, later_signers: Sequence[str] = (), places: Places | None = None
) -> tuple[File, Places]:
    """Return `pdf` with the fields for number, date, every signer and the organisation, and where they lie.

    `later_signers` are the printed names of those who sign after the first one, in their order. `places` are the ones
    moved by hand, from an earlier answer; without them the draft's own words decide.
    The draft is parsed in a helper process. Raises RuleBroken when the file is unreadable, encrypted, carries code or
    signatures already, prints a number, another symbol or a full date, has no room, or when a place given by hand lies
    outside the page or over printed text.
    """
    _nothing, clean = contained.make("sound", pdf, {})
    found: Places = _found(clean, form, later_signers, places)
    signatures = [SignaturePlace(found.signature_page, found.signature), *found.later]

    def lay(writer: IncrementalPdfFileWriter) -> None:
        _add_text(writer, NUMBER, found.number)
        _add_text(writer, DATE, found.date)
        _embed_fonts(writer)
        for order, place in enumerate(signatures, start=1):
            append_signature_field(
                writer, SigFieldSpec(signer_field(order), on_page=place.page, box=place.rect.as_box())
            )
        everything = FieldMDPSpec(FieldMDPAction.ALL)
        append_signature_field(
            writer,
            SigFieldSpec(
                ORGANISATION, on_page=found.signature_page, box=found.seal.as_box(), field_mdp_spec=everything
            ),
        )

    return guard.updated(clean, lay), found


@answers
def find_places(
    pdf: File, *, form: NumberForm, later_signers: Sequence[str] = (), places: Places | None = None
) -> Places:
    """Return where the fields would lie, for a preview; raises as `lay_fields` and changes nothing."""
    _nothing, clean = contained.make("sound", pdf, {})
    return _found(clean, form, later_signers, places)


def _found(clean: bytes | DiskFile, form: NumberForm, later: Sequence[str], places: Places | None) -> Places:
    """Return the places in the soundly rewritten draft."""
    values = {
        "form": dataclasses.asdict(form),
        "later_signers": list(later),
        "places": dataclasses.asdict(places) if places else None,
    }
    return Places.read(contained.run("draft", clean, values)[0])


def _add_text(writer: IncrementalPdfFileWriter, name: str, place: TextPlace) -> None:
    rect = place.rect
    page_ref, _resources = writer.find_page_for_modification(0)
    number = generic.FloatObject
    pieces = generic.ArrayObject(
        generic.DictionaryObject(
            {
                pdf_name("/Key"): pdf_name(f"/{piece.key}"),
                pdf_name("/X"): number(round(piece.x - rect.x0, 2)),
                pdf_name("/W"): number(round(piece.width, 2)),
                pdf_name("/Cover"): generic.BooleanObject(piece.cover),
            }
        )
        for piece in place.pieces
    )
    printed = {pdf_name(f"/{key}"): pdf_string(value) for key, value in place.printed.items()}
    empty = generic.StreamObject(stream_data=b"/Tx BMC EMC")
    empty.update(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): generic.ArrayObject(number(round(v, 2)) for v in (0, 0, rect.width, rect.height)),
            pdf_name("/Resources"): generic.DictionaryObject(),
        }
    )
    field = generic.DictionaryObject(
        {
            pdf_name("/Type"): pdf_name("/Annot"),
            pdf_name("/Subtype"): pdf_name("/Widget"),
            pdf_name("/FT"): pdf_name("/Tx"),
            pdf_name("/T"): pdf_string(name),
            # Read-only: a reader's program must not offer to type here, only the register fills it.
            pdf_name("/Ff"): generic.NumberObject(READ_ONLY),
            pdf_name("/F"): generic.NumberObject(PRINT | LOCKED),
            pdf_name("/DA"): pdf_string(f"{ITALIC if place.italic else UPRIGHT} {place.size:g} Tf 0 g"),
            pdf_name("/Rect"): generic.ArrayObject(number(round(v, 2)) for v in (rect.x0, rect.y0, rect.x1, rect.y1)),
            pdf_name("/P"): page_ref,
            pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): writer.add_object(empty)}),
            pdf_name("/MocBan"): generic.DictionaryObject(
                {
                    pdf_name("/Size"): number(round(place.size, 2)),
                    pdf_name("/Base"): number(round(place.baseline - rect.y0, 2)),
                    pdf_name("/Italic"): generic.BooleanObject(place.italic),
                    pdf_name("/Pieces"): pieces,
                    pdf_name("/Printed"): generic.DictionaryObject(printed),
                }
            ),
        }
    )
    field_ref = writer.add_object(field)
    _form(writer)["/Fields"].append(field_ref)
    writer.register_annotation(page_ref, field_ref)


def _form(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """Return the form dictionary of the document, made when missing, marked for writing."""
    if "/AcroForm" not in writer.root:
        form = generic.DictionaryObject({pdf_name("/Fields"): generic.ArrayObject()})
        writer.root["/AcroForm"] = writer.add_object(form)
        writer.update_root()
    found: generic.DictionaryObject = writer.root["/AcroForm"]
    if "/Fields" not in found:
        found["/Fields"] = generic.ArrayObject()
    writer.update_container(found)
    writer.update_container(found["/Fields"])
    return found


def _embed_fonts(writer: IncrementalPdfFileWriter) -> None:
    """Put the fonts with all their letters into the form's resources: the fields' /DA and whatever is written refer
    to them. A font that the draft has under the same name is replaced.
    """
    form = _form(writer)
    if "/DR" not in form:
        form["/DR"] = generic.DictionaryObject()
    resources: generic.DictionaryObject = form["/DR"]
    if "/Font" not in resources:
        resources["/Font"] = generic.DictionaryObject()
    fonts: generic.DictionaryObject = resources["/Font"]
    for name in (UPRIGHT, ITALIC):
        fonts.pop(pdf_name(name), None)
    pen = Pen(writer)
    for italic, name in ((False, UPRIGHT), (True, ITALIC)):
        fonts[pdf_name(name)] = pen.font(italic)
    form.pop(pdf_name("/NeedAppearances"), None)
    writer.update_container(resources)
    writer.update_container(fonts)
