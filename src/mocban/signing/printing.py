"""Turn law data about the printed form into the plain values that PDF work needs."""

from __future__ import annotations

from datetime import date

from mocban import law
from mocban.people.models import Organisation

from . import keys
from .pdf.forms import Box, NumberForm
from .pdf.stamp import StampLines

# Not law: no text fixes the size of a signature on paper; a hand's signature is about so large.
SIGNATURE_WIDTH, SIGNATURE_HEIGHT = 50.0, 22.0
SEAL_DIAMETER = 36.0  # where the image of the seal does not tell its real size
HEAD_BELOW = 17.0  # the number line stands under the two or three lines of body and header
PAPER_WIDTH = 210.0


def number_form(*, organisation: Organisation, signer_name: str, symbol: str, on: date) -> NumberForm:
    """Return where the regime of `organisation` prints number, date, signature and seal on the day `on`.

    `symbol` is what follows the number ("/SNV-VP"); empty when it is not known yet.
    """
    from .pdf.images import millimetres  # loads Pillow, on first use only

    regime = organisation.regime
    margins = law.value("form.margins", on=on, regime=regime).value
    number = law.value("form.number_cell", on=on, regime=regime).value
    dated = law.value("form.date_cell", on=on, regime=regime).value
    left, right, top = margins["left"][0], margins["right"][0], margins["top"][0] + HEAD_BELOW
    text_width = PAPER_WIDTH - left - right
    seal = keys.image(keys.organisation(organisation))
    return NumberForm(
        number_before=law.number_label(regime=regime, on=on).strip(),
        number_after=symbol,
        signer_name=signer_name,
        number_box=Box(left, top, 0.4 * text_width, 6),
        date_box=Box(left + 0.42 * text_width, top, 0.58 * text_width, 6),
        number_size=number["size"],
        date_size=dated["size"][0],
        date_italic=dated["style"] == "italic",
        signature_width=SIGNATURE_WIDTH,
        signature_height=SIGNATURE_HEIGHT,
        seal_diameter=(millimetres(seal) if seal else None) or SEAL_DIAMETER,
    )


def stamp_lines(
    *, organisation: Organisation, number: str, day: date, forwarded: str, file_code: str, on: date
) -> StampLines:
    """Return what the ĐẾN stamp of `organisation` says, in the size the law gives it."""
    size = law.value("stamp.incoming", on=on, regime=organisation.regime).value
    return StampLines(
        body=organisation.name,
        number=number,
        day=f"{day:%d/%m/%Y}",
        forwarded=forwarded,
        file_code=file_code,
        width=size["width"],
        height=size["height"],
    )
