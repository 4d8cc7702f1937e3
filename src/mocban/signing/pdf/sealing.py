"""The signatures of an outgoing document: the competent person certifies, others approve, the organisation locks.

An electronic document equals the paper original when both have signed (NĐ 30/2020, Điều 5).
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, BinaryIO

from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter, append_signature_field
from pyhanko.sign.general import SigningError
from pyhanko.stamp import BaseStampStyle

from mocban.lib.disk import PIECE, File, appended
from mocban.signing.pdf import guard, lengthening
from mocban.signing.pdf.filling import filled_fields, require_signed
from mocban.signing.pdf.forms import NUMBER, ORGANISATION, SIGNER, signer_field
from mocban.signing.pdf.grades import PLAIN, TIME, Grade
from mocban.signing.pdf.images import prepared
from mocban.signing.pdf.lengthening import DIGEST
from mocban.signing.pdf.marks import ImageMark, NoMark, TextMark
from mocban.signing.pdf.refusals import answers, refuse
from mocban.signing.ports import KeyStore

SIGNATURE_ROOM = 4 * 1024  # bytes of a signature without certificates and time stamp, with a good margin


class Hand:
    """One holder's key, mark and grade, opened once, for any number of documents: one batch, one thread.

    `image` is the PNG of the handwritten signature or of the seal; without one the name and the time are printed small.
    Every document comes out whole or not at all; one on disk stays on disk, whatever its size. Raises RuleBroken when
    the holder has no key or the image is no PNG.
    """

    @answers
    def __init__(
        self, *, keystore: KeyStore, holder: str, image: bytes | None = None, reason: str = "", grade: Grade = PLAIN
    ) -> None:
        self._picture = prepared(image) if image else None
        names = keystore.certificate(holder).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        self._name = str(names[0].value) if names else ""
        self._signer = keystore.signer(holder)
        self._reason, self.grade = reason or None, grade
        chain = sum(len(one.dump()) for one in self._signer.cert_registry) if self._signer.cert_registry else 0
        stamp = lengthening.TOKEN_ROOM if grade.at_least(TIME) else 0
        # Known beforehand: no trial signature, no trial time stamp. Two hexadecimal digits a byte.
        self._room = 2 * (SIGNATURE_ROOM + chain + stamp)

    @answers
    def sign_as_person(self, pdf: File, *, at: datetime, order: int = 1) -> File:
        """Return `pdf` signed as `sealing.sign_as_person` does it."""
        return self._signed(pdf, lambda stream: self._person(stream, at, order))

    @answers
    def seal_as_organisation(self, pdf: File, *, at: datetime) -> File:
        """Return `pdf` signed as `sealing.seal_as_organisation` does it."""
        return self._signed(pdf, lambda stream: self._organisation(stream, at))

    @answers
    def sign_prepared(self, pdf: File, *, field: str, last: bool, made_from: str = "") -> File:
        """Return `pdf` signed in the empty `field`, which shows nothing; `last` forbids every later change (P=1).

        `made_from` names what `pdf` was made from: a mark with the time makes no two of them alike (`two_phase`).
        """
        what: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES} if last else {}
        return self._signed(pdf, lambda stream: self._sign(guard.open_update(stream), field, NoMark(), **what))

    @answers
    def approve(self, pdf: File, *, spec: SigFieldSpec, mark: BaseStampStyle, last: bool = False) -> File:
        """Return `pdf` signed in a new field: what was signed before stands; `last`: nothing may change later (P=1)."""
        what: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.NO_CHANGES} if last else {}

        def work(stream: BinaryIO) -> None:
            writer = guard.open_update(stream)
            append_signature_field(writer, spec)
            self._sign(writer, spec.sig_field_name, mark, **what)

        return self._signed(pdf, work)

    def _person(self, stream: BinaryIO, at: datetime, order: int) -> None:
        writer = guard.open_update(stream)
        field = signer_field(order)
        if order == 1:
            self._sign(writer, field, self._mark(at), certify=True, docmdp_permissions=MDPPerm.FILL_FORMS)
            return
        if SIGNER not in filled_fields(writer):
            refuse("signing.first_signer_first")
        self._sign(writer, field, self._mark(at))

    def _organisation(self, stream: BinaryIO, at: datetime) -> None:
        writer = guard.open_update(stream)
        require_signed(writer)
        if NUMBER not in filled_fields(writer):
            refuse("signing.number_first")
        self._sign(writer, ORGANISATION, self._mark(at, share=0.5))

    def _mark(self, at: datetime, share: float = 1.0) -> BaseStampStyle:
        if self._picture:
            return ImageMark(self._picture)
        return TextMark((self._name, f"{at:%d/%m/%Y}; {at:%H:%M:%S}"), share)

    def _sign(self, writer: IncrementalPdfFileWriter, field: str, mark: BaseStampStyle, **what: Any) -> None:
        metadata = signers.PdfSignatureMetadata(
            field_name=field, reason=self._reason, subfilter=SigSeedSubFilter.PADES, md_algorithm=DIGEST, **what
        )
        times = self.grade.times if self.grade.at_least(TIME) else None
        try:
            pdf_signer = signers.PdfSigner(metadata, signer=self._signer, timestamper=times, stamp_style=mark)
            pdf_signer.sign_pdf(
                writer, existing_fields_only=True, bytes_reserved=self._room, in_place=True, chunk_size=PIECE
            )
        except SigningError:
            refuse("signing.no_field")

    def _signed(self, pdf: File, work: Callable[[BinaryIO], None]) -> File:
        """Return a copy that `work` signed, at the grade's level: whole, or an error and nothing."""
        with guard.hostile_input():
            signed = appended(pdf, work)
        return lengthening.lengthen(signed, grade=self.grade)


def sign_as_person(
    pdf: File,
    *,
    keystore: KeyStore,
    holder: str,
    at: datetime,
    image: bytes | None = None,
    reason: str = "",
    grade: Grade = PLAIN,
    order: int = 1,
) -> File:
    """Return `pdf` signed by a person in the field laid for the signer number `order`.

    The first one certifies: later only form fields may be filled and signatures added (DocMDP 2); later ones approve.
    `at` (aware) is shown in its own zone where there is no `image`. PAdES with the whole chain, at the grade's level.
    Raises RuleBroken when the fields are not laid, the place is signed already, the first has not signed, the holder
    has no key, the image is no PNG, or no time stamp is to be had.
    """
    hand = Hand(keystore=keystore, holder=holder, image=image, reason=reason, grade=grade)
    return hand.sign_as_person(pdf, at=at, order=order)


def seal_as_organisation(
    pdf: File,
    *,
    keystore: KeyStore,
    holder: str,
    at: datetime,
    image: bytes | None = None,
    reason: str = "",
    grade: Grade = PLAIN,
) -> File:
    """Return `pdf` signed by the organisation; its signature locks every field (FieldMDP over all).

    `image` is the PNG of the red seal; without one name and time are printed small, left of the signature.
    Raises RuleBroken: a person has not signed, number not filled, sealed already, no key, no PNG, no time stamp.
    """
    hand = Hand(keystore=keystore, holder=holder, image=image, reason=reason, grade=grade)
    return hand.seal_as_organisation(pdf, at=at)
