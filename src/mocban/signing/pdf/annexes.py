"""Separate annexes: marked at the upper right of the first page with number and time, signed by the organisation.

NĐ 30/2020, Phụ lục I phần I mục II khoản 8 điểm b: text only, no image of the seal. The mark is what the signature
shows, so the annex stays as it is: signed by somebody already, or archivable (PDF/A).
"""

from __future__ import annotations

from mocban.lib.disk import File, content_of
from mocban.lib.errors import RuleBroken
from mocban.signing.pdf import contained
from mocban.signing.pdf.approving import approve
from mocban.signing.pdf.copy_mark import made_from, marked
from mocban.signing.pdf.copy_values import ALL_PAGES, CopyMark
from mocban.signing.pdf.refusals import Refused, answers
from mocban.signing.pdf.sealing import Hand

ANNEX = "mb_annex"  # the name of the field
SIGNED_MARK = b"/ByteRange"  # every signature names the bytes that it covers, where no stream can hide it
REDRAWN = ("signing.rotated", "signing.active_content", "signing.fields_exist")


@answers
def signed_annex(pdf: File, *, mark: CopyMark, hand: Hand) -> File:
    """Return a new file: the annex with its mark, signed by the organisation, after which nothing may change.

    An annex that was signed before gets one more signature, and what was signed stands. A turned first page, code or
    fields of an older document make a new file of the pages alone.
    Raises RuleBroken: unreadable, encrypted, closed by its certification, no key, no time.
    """
    if SIGNED_MARK in content_of(pdf):
        return approve(pdf, mark=mark, hand=hand, field=ANNEX)
    try:
        _values, sound = contained.make("sound", pdf, {})
        return approve(sound, mark=mark, hand=hand, field=ANNEX, last=True)
    except (Refused, RuleBroken) as refused:
        if refused.code not in REDRAWN:
            raise
    laid = marked(pdf, mark=mark, pages=ALL_PAGES, field=ANNEX)
    return hand.sign_prepared(laid, field=ANNEX, last=True, made_from=made_from(pdf, ALL_PAGES, ANNEX))
