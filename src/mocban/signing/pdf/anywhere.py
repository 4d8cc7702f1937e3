"""Sign a PDF of any origin: a draft of this system in its prepared fields, any other file in a field old or new."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO

from cryptography.x509.oid import NameOID
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.stamp import BaseStampStyle

from mocban.lib.disk import PIECE, File, appended
from mocban.signing.pdf import contained, guard, lengthening
from mocban.signing.pdf.approving import surveyed
from mocban.signing.pdf.forms import MM, ORGANISATION, Box, Rect, SignaturePlace, signer_field
from mocban.signing.pdf.grades import PLAIN, TIME, Grade
from mocban.signing.pdf.images import prepared
from mocban.signing.pdf.marks import ImageMark, NoMark, TextMark
from mocban.signing.pdf.refusals import answers, refuse
from mocban.signing.pdf.sealing import SIGNATURE_ROOM, Hand
from mocban.signing.pdf.surveying import place_of
from mocban.signing.ports import KeyStore

LATER_SIGNERS = 50


@dataclass(frozen=True)
class Wish:
    """What a signature should look like. Empty values mean: as the document itself provides.

    `field` is an empty signature field or the name of a new one. `page` counts from 1, -1 is the last; `box` is in
    millimetres from the upper left corner of that page. `name` is the printed name of the signer: the mark goes above
    it, and shows it where there is no `image` (PNG). Without place and name the signature shows nothing.
    """

    as_organisation: bool = False
    field: str = ""
    page: int = 0
    box: Box | None = None
    name: str = ""
    image: bytes | None = None
    reason: str = ""
    certify: bool = False


@answers
def sign(
    pdf: File, *, keystore: KeyStore, holder: str, wish: Wish, at: datetime, grade: Grade = PLAIN
) -> tuple[File, str]:
    """Return `pdf` signed, and the name of the field that was filled.

    Fields that this system laid are filled as it fills them: the next signer certifies or approves, the organisation
    comes last. The level of `grade` is reached or nothing is signed. Raises RuleBroken: unreadable, encrypted, no such
    field, no such page, name not printed, closed by a certification, no key, wrong PIN, no time stamp, no revocation
    data.
    """
    found, pdf = surveyed(pdf, page=wish.page or 1, name=wish.name)
    fields: dict[str, bool] = found["fields"]
    if found["closed"]:
        refuse("signing.closed")
    if wish.certify and any(fields.values()):
        refuse("signing.certify_first")
    own = _own_field(fields, wish)
    first = grade.at_most(TIME)
    if own:
        hand = Hand(keystore=keystore, holder=holder, image=wish.image, reason=wish.reason, grade=first)
        if own == ORGANISATION:
            signed = hand.seal_as_organisation(pdf, at=at)
        else:
            signed = hand.sign_as_person(pdf, at=at, order=_order(own))
        return _lengthened(signed, grade), own
    place = _place(found, wish)
    name = wish.field or next(new for number in range(1, 10_000) if (new := f"Signature{number}") not in fields)
    if fields.get(name):
        refuse("signing.no_field")
    if found["certified"] and place and name not in fields:
        refuse("signing.certified")
    signed = _plain(
        pdf, name, None if name in fields else place, wish, keystore, holder, at, first, new=name not in fields
    )
    return _lengthened(signed, grade), name


def _own_field(fields: dict[str, bool], wish: Wish) -> str:
    """Return the prepared field of this system that is to be filled; empty when the wish is another."""
    wanted = [ORGANISATION] if wish.as_organisation else [signer_field(order) for order in range(1, LATER_SIGNERS)]
    if wish.field:
        wanted = [name for name in wanted if name == wish.field]
    elif wish.box or wish.name and signer_field(1) not in fields:
        return ""
    return next((name for name in wanted if fields.get(name) is False), "")


def _order(field: str) -> int:
    return next(order for order in range(1, LATER_SIGNERS) if signer_field(order) == field)


def _place(found: dict[str, Any], wish: Wish) -> SignaturePlace | None:
    """Return where a new field shows, None where it shows nothing."""
    if wish.box is None:
        above = place_of(found["above"])
        if wish.name and above is None:
            refuse("signing.name_not_printed", name=wish.name)
        return above
    if found["box"] is None:
        refuse("signing.off_page", pages=str(found["pages"]))
    left, bottom, right, top = found["box"]
    x0, y1 = left + wish.box.left * MM, top - wish.box.top * MM
    rect = Rect(x0, y1 - wish.box.height * MM, x0 + wish.box.width * MM, y1)
    inside = left <= rect.x0 < rect.x1 <= right + 0.5 and bottom - 0.5 <= rect.y0 < rect.y1 <= top
    if not inside or min(rect.width, rect.height) < 1:
        refuse("signing.off_page", pages=str(found["pages"]))
    return SignaturePlace(found["pages"] - 1 if wish.page == -1 else wish.page - 1, rect)


def _plain(
    pdf: File, field: str, place: SignaturePlace | None, wish: Wish, keystore: KeyStore, holder: str, at: datetime,
    grade: Grade, *, new: bool,
) -> File:  # fmt: skip
    signer = keystore.signer(holder)
    names = keystore.certificate(holder).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    mark = _mark(wish, str(names[0].value) if names else "", at) if place or not new else NoMark()
    what: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS} if wish.certify else {}
    metadata = signers.PdfSignatureMetadata(
        field_name=field, reason=wish.reason or None, subfilter=SigSeedSubFilter.PADES,
        md_algorithm=lengthening.DIGEST, **what,
    )  # fmt: skip
    spec = SigFieldSpec(field, on_page=place.page if place else 0, box=place.rect.as_box() if place else None)
    times = grade.times if grade.at_least(TIME) else None
    chain = sum(len(one.dump()) for one in signer.cert_registry) if signer.cert_registry else 0
    room = 2 * (SIGNATURE_ROOM + chain + (lengthening.TOKEN_ROOM if times else 0))

    def work(stream: BinaryIO) -> None:
        writer = guard.open_update(stream)
        try:
            pdf_signer = signers.PdfSigner(
                metadata, signer=signer, timestamper=times, stamp_style=mark, new_field_spec=spec if new else None
            )
            pdf_signer.sign_pdf(
                writer, existing_fields_only=not new, bytes_reserved=room, in_place=True, chunk_size=PIECE
            )
        except SigningError:
            refuse("signing.no_field")

    with guard.hostile_input():
        return appended(pdf, work)


def _mark(wish: Wish, certified: str, at: datetime) -> BaseStampStyle:
    if wish.image:
        return ImageMark(prepared(wish.image))
    return TextMark((wish.name or certified, f"{at:%d/%m/%Y}; {at:%H:%M:%S}"))


def _lengthened(pdf: File, grade: Grade) -> File:
    if not grade.at_least("B-LT"):
        return pdf
    found, _data = contained.run("lengthen_read", pdf, {})
    return lengthening.append(pdf, found, grade, require=True)
