"""The two signatures of an outgoing document: the competent person certifies, the organisation seals and locks.

An electronic document equals the paper original when both have signed (NĐ 30/2020, Điều 5).
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import io
from datetime import datetime

from cryptography.x509.oid import NameOID
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.stamp import BaseStampStyle

from mocban.signing.pdf import guard
from mocban.signing.pdf.filling import filled_fields, require_signed
from mocban.signing.pdf.forms import NUMBER, ORGANISATION, SIGNER
from mocban.signing.pdf.images import picture
from mocban.signing.pdf.marks import ImageMark, TextMark
from mocban.signing.pdf.refusals import answers, refuse
from mocban.signing.ports import KeyStore


@answers
def sign_as_person(
    pdf: bytes, *, keystore: KeyStore, holder: str, at: datetime, image: bytes | None = None, reason: str = ""
) -> bytes:
    """Return `pdf` certified by the person: later only form fields may be filled and signatures added (DocMDP 2).

    `image` is the PNG of the handwritten signature; without one the name and `at` (aware, shown in its own zone) are
    printed small. PAdES B-B with the whole chain embedded. Raises RuleBroken when the fields are not laid, the place is
    signed already, the holder has no key, or the image is no PNG.
    """
    mark = _mark(image, keystore, holder, at)
    metadata = signers.PdfSignatureMetadata(
        field_name=SIGNER,
        reason=reason or None,
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
        md_algorithm="sha256",
    )
    return _signed(pdf, metadata, mark, keystore, holder)


@answers
def seal_as_organisation(
    pdf: bytes, *, keystore: KeyStore, holder: str, at: datetime, image: bytes | None = None, reason: str = ""
) -> bytes:
    """Return `pdf` signed by the organisation; its signature locks every field (FieldMDP over all).

    `image` is the PNG of the red seal; without one name and time are printed small, left of the signature.
    Raises RuleBroken: no person has signed, number not filled, sealed already, no key, no PNG.
    """
    with guard.hostile_input():
        writer = guard.update(pdf)
        require_signed(writer)
        if NUMBER not in filled_fields(writer):
            refuse("signing.number_first")
    metadata = signers.PdfSignatureMetadata(
        field_name=ORGANISATION, reason=reason or None, subfilter=SigSeedSubFilter.PADES, md_algorithm="sha256"
    )
    return _signed(pdf, metadata, _mark(image, keystore, holder, at, share=0.5), keystore, holder)


def _mark(image: bytes | None, keystore: KeyStore, holder: str, at: datetime, share: float = 1.0) -> BaseStampStyle:
    if image:
        return ImageMark(picture(image))
    names = keystore.certificate(holder).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return TextMark((str(names[0].value), f"{at:%d/%m/%Y}; {at:%H:%M:%S}"), share)


def _signed(
    pdf: bytes, metadata: signers.PdfSignatureMetadata, mark: BaseStampStyle, keystore: KeyStore, holder: str
) -> bytes:
    signer = keystore.signer(holder)
    with guard.hostile_input():
        writer = guard.update(pdf)
        out = io.BytesIO()
        try:
            pdf_signer = signers.PdfSigner(metadata, signer=signer, stamp_style=mark)
            pdf_signer.sign_pdf(writer, existing_fields_only=True, output=out)
        except SigningError:
            refuse("signing.no_field", field=str(metadata.field_name))
        return out.getvalue()
