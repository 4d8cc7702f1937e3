"""One more signature on a file that somebody has signed already: its mark stands in the signature's own field.

Nothing on the pages is changed, so the signatures before stay whole.
"""

from __future__ import annotations

from typing import Any

from pyhanko.sign.fields import SigFieldSpec

from mocban.lib.disk import File
from mocban.signing.pdf import contained
from mocban.signing.pdf.copy_values import CopyMark
from mocban.signing.pdf.copying import SIDE, TOP
from mocban.signing.pdf.forms import MM
from mocban.signing.pdf.marks import NoMark, TextMark
from mocban.signing.pdf.refusals import answers, refuse
from mocban.signing.pdf.sealing import Hand

LEADING = 1.3  # of the mark's size is the height of its field


def surveyed(pdf: File, *, page: int, name: str) -> tuple[dict[str, Any], File]:
    """Return what `surveying.survey` finds, and the file, rewritten where only a lenient reader understands it.

    Raises Refused.
    """
    values = {"page": page, "name": name, "rewritten": False}
    found, _nothing = contained.run("survey", pdf, values)
    if not found:
        _values, pdf = contained.make("rewritten", pdf, {})
        found, _nothing = contained.run("survey", pdf, {**values, "rewritten": True})
    return found, pdf


@answers
def approve(pdf: File, *, mark: CopyMark, hand: Hand, field: str, last: bool = False) -> File:
    """Return `pdf` with one more signature, which shows the mark at the upper right of the first page.

    `last` forbids every later change; for files that nobody has signed.

    On a file that its first signer certified the signature shows nothing: no new mark may stand there. The file is
    read in a helper process first. Raises RuleBroken: unreadable, encrypted, turned first page, closed by its
    certification, field there already, no key, no time.
    """
    found, sound = surveyed(pdf, page=1, name="")
    if found["closed"]:
        refuse("signing.closed")
    if field in found["fields"]:
        refuse("signing.no_field")
    left, _bottom, right, top = found["box"]
    height = LEADING * mark.size
    box = (round(left + SIDE * MM), round(top - TOP * MM - height), round(right - SIDE * MM), round(top - TOP * MM))
    if found["certified"]:
        return hand.approve(sound, spec=SigFieldSpec(field), mark=NoMark(), last=last)
    shown = TextMark((mark.text,), size=mark.size, right=True)
    return hand.approve(sound, spec=SigFieldSpec(field, on_page=0, box=box), mark=shown, last=last)
