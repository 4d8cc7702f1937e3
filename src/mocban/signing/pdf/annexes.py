"""Separate annexes: marked at the upper right of the first page with number and time, signed by the organisation.

NĐ 30/2020, Phụ lục I phần I mục II khoản 8 điểm b: text only, no image of the seal.
"""

from __future__ import annotations

from mocban.signing.pdf.copy_mark import marked
from mocban.signing.pdf.copy_values import ALL_PAGES, CopyMark
from mocban.signing.pdf.refusals import answers
from mocban.signing.pdf.sealing import Hand

ANNEX = "mb_annex"  # the name of the field


@answers
def signed_annex(pdf: bytes, *, mark: CopyMark, hand: Hand) -> bytes:
    """Return a new file: the annex with its mark, signed by the organisation, after which nothing may change.

    Raises RuleBroken: unreadable, encrypted, no key, no time.
    """
    laid = marked(pdf, mark=mark, pages=ALL_PAGES, field=ANNEX)
    return hand.sign_prepared(laid, field=ANNEX, last=True)
