"""Turn law data about the printed form into the plain values that PDF work needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _

from mocban import law
from mocban.law.dates import dated_place
from mocban.people.models import Organisation, Person

from . import keys
from .pdf.copy_values import CopyBlock, CopyMark
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
    signature = law.value("signature.leader", on=on, regime=regime).value
    sealed = law.value("signature.organisation", on=on, regime=regime).value
    seal = keys.image(keys.organisation(organisation))
    size = millimetres(seal) if seal and sealed["real_size"] else None
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
        seal_diameter=size or SEAL_DIAMETER,
        signature_place=signature["place"],
        seal_place=sealed["place"],
        seal_covers=float(Fraction(sealed["covers"])),
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


def copy_mark(*, organisation: Organisation, copy_kind: str, from_paper: bool, on: date) -> CopyMark:
    """Return what the mark of an electronic copy says now, in the time of Viet Nam."""
    regime = organisation.regime
    style = law.value("signature.text_style", on=on, regime=regime).value
    now = timezone.now().astimezone(ZoneInfo(style["zone"]))
    text = (
        law.value("signature.copy_from_paper", on=on, regime=regime)
        .value["text"]
        .format(
            copy_kind=copy_kind,
            body=organisation.name,
            date=now.strftime(style["date"]),
            time=now.strftime(style["time"]),
        )
    )
    if not from_paper:
        return CopyMark(text, style["size"])
    scan = law.value("copy.scan", on=on, regime=regime).value
    return CopyMark(text, style["size"], oldest=scan["format"].split()[-1], min_dpi=scan["min_dpi"])


def annex_mark(*, organisation: Organisation, number: str, on: date) -> CopyMark:
    """Return what the mark of a separate annex says now: number and symbol, and the time of Viet Nam."""
    regime = organisation.regime
    style = law.value("signature.text_style", on=on, regime=regime).value
    now = timezone.now().astimezone(ZoneInfo(style["zone"]))
    shown = law.value("signature.attachment_in_other_file", on=on, regime=regime).value["text"]
    text = shown.format(number=number, date=now.strftime(style["date"]), time=now.strftime(style["time"]))
    return CopyMark(text, style["size"])


def copy_block(
    *,
    organisation: Organisation,
    copy_kind: str,
    number: str,
    title: Sequence[str],
    name: str,
    recipients: Sequence[str],
    on: date,
) -> CopyBlock:
    """Return what stands under a paper copy; `number` with its label, `recipients` without dashes."""
    form = dict(law.value("copy.block", on=on, regime=organisation.regime).value)
    kept_at = form.pop("kept_at")
    return CopyBlock(
        kind=copy_kind,
        body=organisation.name,
        number=number,
        dated=dated_place(regime=organisation.regime, place=organisation.place, day=on),
        title=tuple(title),
        name=name,
        recipients=(*(f"- {one};" for one in recipients), f"- {kept_at}"),
        **form,
    )


def image_doubts(image: bytes, *, owner: Person | Organisation, regime: str, on: date) -> list[str]:
    """Return in words what the picture of a signature or a seal lacks of what the regime prescribes on that day."""
    from .pdf.images import doubts, millimetres  # loads Pillow, on first use only

    is_seal = isinstance(owner, Organisation)
    name = "signature.organisation" if is_seal else "signature.leader"
    shown = law.value(name, on=on, regime=regime).value
    colour = _("đỏ") if shown["colour"] == "red" else _("xanh")
    words = {
        "opaque": _("Ảnh không trong suốt: nền ảnh sẽ che chữ và chữ ký bên dưới."),
        "colour": _("Ảnh không phải màu %(colour)s như quy định.") % {"colour": colour},
        "small": _("Ảnh quá nhỏ, khi in sẽ vỡ nét."),
    }
    found = [words[doubt] for doubt in doubts(image, colour=shown["colour"], transparent=shown["transparent"])]
    if is_seal and shown["real_size"] and not millimetres(image):
        found.append(
            _("Ảnh không ghi độ phân giải nên không biết kích thước thực của dấu; dấu được in rộng %(width)s mm.")
            % {"width": f"{SEAL_DIAMETER:g}"}
        )
    return found
