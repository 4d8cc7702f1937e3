"""Copies of documents: an electronic one with its mark and the organisation's signature, a paper one with its block.

NĐ 30/2020, Phụ lục I phần II: the mark stands at the upper right of the first page, as text and without an image.
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import dataclasses
import hashlib

from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from mocban.lib.disk import PIECE, DiskFile, File, opened
from mocban.signing.pdf import contained, guard
from mocban.signing.pdf.copy_values import CopyBlock, CopyMark, Excerpt
from mocban.signing.pdf.refusals import answers
from mocban.signing.pdf.sealing import Hand

COPY = "mb_copy"  # the name of the field


@answers
def sealed_copy(pdf: File, *, mark: CopyMark, pages: tuple[int, int], hand: Hand) -> File:
    """Return a new file: the chosen pages with the mark, signed by the organisation, after which nothing may change.

    Raises RuleBroken: unreadable, encrypted, pages that are not there, a scan below the standard, no key, no time.
    """
    laid = marked(pdf, mark=mark, pages=pages, field=COPY)
    return hand.sign_prepared(laid, field=COPY, last=True, made_from=made_from(pdf, pages, COPY))


def made_from(pdf: bytes | DiskFile, pages: tuple[int, int], field: str) -> str:
    """Return what a marked file was made from, without the mark, which says another time at each making."""
    made = hashlib.sha256(b"%d-%d %s " % (*pages, field.encode()))
    with opened(pdf) as stream:
        while piece := stream.read(PIECE):
            made.update(piece)
    return made.hexdigest()


def marked(pdf: File, *, mark: CopyMark, pages: tuple[int, int], field: str) -> File:
    """Return the chosen pages as a new file with the mark, and an empty signature field under it."""
    values = {**dataclasses.asdict(mark), "first": pages[0], "last": pages[1]}
    found, drawn = contained.make("copy_mark", pdf, values)
    x0, y0, x1, y1 = (round(value) for value in found["box"])
    spec = SigFieldSpec(field, on_page=0, box=(x0, y0, x1, y1))
    return guard.updated(drawn, lambda writer: append_signature_field(writer, spec))


@answers
def paper_copy(pdf: File, *, block: CopyBlock, pages: tuple[int, int]) -> File:
    """Return the chosen pages with the block at their end, for printing and the hand. Raises as `sealed_copy`."""
    values = {"block": dataclasses.asdict(block), "first": pages[0], "last": pages[1], "oldest": "", "min_dpi": 0}
    _values, copy = contained.make("copy_block", pdf, values)
    return copy


@answers
def printable(pdf: File) -> File:
    """Return the document for the printer: signature as a picture, room for the stamp. Raises as `sealed_copy`."""
    _values, copy = contained.make("plain", pdf, {})
    return copy


@answers
def excerpt_page(excerpt: Excerpt) -> bytes:
    """Return the pages of an excerpt. Raises RuleBroken when the font lacks a letter."""
    _values, pages = contained.run("excerpt", b"", dataclasses.asdict(excerpt))
    return pages
