"""Signing documents of the organisation: sign as a person, fill and seal, make copies, stamp."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.examine import describe
from mocban.content.models import DigitalObject
from mocban.lib.disk import DiskFile, File
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person

from .. import access, events, grading, keys, printing
from ..models import Signature, SignatureKind
from ..pdf import stamp
from ..pdf.refusals import ORDER_RULE
from ..verification.findings import Conclusion, FileFinding
from ..verification.judging import judge
from .preparing import OpenKey, open_key
from .renewing import last_signature, watch

if TYPE_CHECKING:
    from cryptography import x509

    from ..pdf.copy_values import CopyBlock, Excerpt

PDF = "application/pdf"


@transaction.atomic
def sign_as_person(
    *,
    prepared: File,
    name: str,
    organisation: Organisation,
    actor: Actor,
    on: date,
    turn: int = 0,
    pin: str = "",
    last_try: bool = False,
    key: OpenKey | None = None,
) -> DigitalObject:
    """Sign a prepared document with the actor's own key, in the field of the signer whose `turn` it is; store it.

    The first signature (turn 0) certifies, the later ones approve. `key` is one opened before, for many documents; else
    it is opened here with `pin`. Returns the stored signed document.
    Raises PermissionDenied; RuleBroken `signing.*` (no key, wrong PIN, no field, broken).
    """
    access.require(actor, "document.sign", organisation)
    shown = law.value("signature.leader", on=on, regime=organisation.regime)
    person = Person.objects.filter(pk=actor.person_id).first()
    if person is None:
        raise PermissionDenied(_("Chữ ký số là việc của chính người ký."))
    opened = key or open_key(person, organisation=organisation, pin=pin, last_try=last_try)
    signed = opened.hand.sign_as_person(prepared, at=timezone.localtime(), order=turn + 1)
    stored = content.store(examined=describe(signed, name, PDF), data=signed, organisation=organisation, actor=actor)
    made = _note(stored, SignatureKind.PERSON, opened.certificate, actor, signed)
    grading.remember(opened.hand.grade.times)
    audit.record(
        actor, events.SIGNED, stored, basis=[shown.citation], details={"certificate": made.certificate_subject}
    )
    return stored


@transaction.atomic
def fill_and_seal(
    *,
    signed: DigitalObject,
    number_text: str,
    date_text: str,
    name: str,
    organisation: Organisation,
    actor: Actor,
    on: date,
    pin: str = "",
    last_try: bool = False,
    key: OpenKey | None = None,
) -> DigitalObject:
    """Write number and date into a signed document, sign it with the organisation's key, store it.

    Every signature already there must stand: the clerk seals nothing that was changed (NĐ 30/2020, Điều 32).
    Raises PermissionDenied; RuleBroken `signing.*` (broken, other symbol, month or year, no key, letters).
    """
    from ..pdf import filling  # loads pyHanko, see keys.py

    access.require(actor, "document.seal", organisation)
    shown = law.value("signature.organisation", on=on, regime=organisation.regime)
    pdf = content.read_file(signed)
    if not _stands(signed, judge(pdf, trust=keys.trust(at=timezone.now()))):
        message = _("Chữ ký số trên văn bản không còn giá trị hoặc văn bản đã bị thay đổi; không thể đóng dấu.")
        raise RuleBroken("signing.broken", message, ORDER_RULE)
    opened = key or open_key(organisation, organisation=organisation, pin=pin, last_try=last_try)
    filled = filling.fill_number(pdf, number_text=number_text, date_text=date_text)
    sealed = opened.hand.seal_as_organisation(filled, at=timezone.localtime())
    stored = content.store(examined=describe(sealed, name, PDF), data=sealed, organisation=organisation, actor=actor)
    made = _note(stored, SignatureKind.ORGANISATION, opened.certificate, actor, sealed)
    watch(stored=stored, pdf=sealed, on=on, ours=True)
    grading.remember(opened.hand.grade.times)
    audit.record(
        actor, events.SEALED, stored, basis=[shown.citation], details={"certificate": made.certificate_subject}
    )
    return stored


def _stands(signed: DigitalObject, found: FileFinding) -> bool:
    """Whether the clerk may seal it: valid, or made here and merely not to be proved yet.

    A closed network may lack the root or the revocation data of a key, and the bytes are still those that were signed
    here: their digest was checked when they were read.
    """
    if found.conclusion == Conclusion.INDETERMINATE and found.signatures:
        return Signature.objects.filter(signed_object=signed).exists()
    return found.conclusion == Conclusion.VALID


@transaction.atomic
def sign_annex(
    *,
    pdf: DigitalObject,
    number: str,
    organisation: Organisation,
    actor: Actor,
    on: date,
    pin: str = "",
    key: OpenKey | None = None,
) -> DigitalObject:
    """Mark a separate annex with number, symbol and time, sign it with the organisation's key, store it.

    The annex itself stays as it is. Raises PermissionDenied; RuleBroken `signing.*` (unreadable, encrypted, no key).
    """
    from ..pdf import annexes  # loads pyHanko, see keys.py

    access.require(actor, "document.seal", organisation)
    shown = law.value("signature.attachment_in_other_file", on=on, regime=organisation.regime)
    mark = printing.annex_mark(organisation=organisation, number=number, on=on)
    opened = key or open_key(organisation, organisation=organisation, pin=pin)
    made = annexes.signed_annex(content.read_file(pdf), mark=mark, hand=opened.hand)
    stored = content.store(examined=describe(made, pdf.name, PDF), data=made, organisation=organisation, actor=actor)
    signature = _note(stored, SignatureKind.ORGANISATION, opened.certificate, actor, made)
    watch(stored=stored, pdf=made, on=on, ours=True)
    grading.remember(opened.hand.grade.times)
    details = {"certificate": signature.certificate_subject}
    audit.record(actor, events.SEALED, stored, basis=[shown.citation], details=details)
    return stored


def stamped_copy(
    *,
    pdf: File,
    organisation: Organisation,
    number: str,
    day: date,
    forwarded: str,
    file_code: str,
    on: date,
) -> File:
    """Return a copy of a received PDF with the ĐẾN stamp; nothing is stored or changed, so nothing is recorded here.

    Raises RuleBroken when the PDF cannot be read or is too small.
    """
    lines = printing.stamp_lines(
        organisation=organisation, number=number, day=day, forwarded=forwarded, file_code=file_code, on=on
    )
    return stamp.stamp_received(pdf, lines=lines)


@transaction.atomic
def seal_copy(
    *,
    pdf: File,
    copy_kind: str,
    pages: tuple[int, int],
    from_paper: bool,
    name: str,
    organisation: Organisation,
    actor: Actor,
    on: date,
    pin: str = "",
    last_try: bool = False,
    key: OpenKey | None = None,
) -> DigitalObject:
    """Make an electronic copy: a new file with the mark of the copy, signed with the organisation's key, and store it.

    `copy_kind` as printed ("Sao y"); `pages` first and last from 1, (0, 0) for all; a scan must meet the standard. What
    is copied stays as it is, its signatures too (NĐ 30/2020, Phụ lục I phần II mục I).
    Raises PermissionDenied; RuleBroken `signing.*` (unreadable, pages, scan, no key, letters).
    """
    from ..pdf import copy_mark  # loads pyHanko, see keys.py

    access.require(actor, "document.seal", organisation)
    shown = law.value("signature.copy_from_paper", on=on, regime=organisation.regime)
    mark = printing.copy_mark(organisation=organisation, copy_kind=copy_kind, from_paper=from_paper, on=on)
    opened = key or open_key(organisation, organisation=organisation, pin=pin, last_try=last_try)
    made = copy_mark.sealed_copy(pdf, mark=mark, pages=pages, hand=opened.hand)
    stored = content.store(examined=describe(made, name, PDF), data=made, organisation=organisation, actor=actor)
    signature = _note(stored, SignatureKind.ORGANISATION, opened.certificate, actor, made)
    watch(stored=stored, pdf=made, on=on, ours=True)
    grading.remember(opened.hand.grade.times)
    details = {"certificate": signature.certificate_subject}
    audit.record(actor, events.COPY_SEALED, stored, basis=[shown.citation], details=details)
    return stored


def paper_copy(*, pdf: File, block: CopyBlock, pages: tuple[int, int]) -> File:
    """Return a copy for paper, with the block at its end for the hand and the seal; nothing is stored or signed here.

    Raises RuleBroken `signing.*` as `seal_copy`.
    """
    from ..pdf import copy_mark  # loads pyHanko, see keys.py

    return copy_mark.paper_copy(pdf, block=block, pages=pages)


def excerpt_page(excerpt: Excerpt) -> bytes:
    """Return the words of an excerpt set as pages. Raises RuleBroken `signing.letter_missing`."""
    from ..pdf import copy_mark  # loads pyHanko, see keys.py

    return copy_mark.excerpt_page(excerpt)


def printable(pdf: File) -> File:
    """Return an issued document for the printer: the signature as a picture, the seal left to be stamped.

    Raises RuleBroken `signing.*`.
    """
    from ..pdf import copy_mark  # loads pyHanko, see keys.py

    return copy_mark.printable(pdf)


def _note(
    stored: DigitalObject, kind: SignatureKind, certificate: x509.Certificate, actor: Actor, pdf: bytes | DiskFile
) -> Signature:
    level, stamped_at = last_signature(pdf)
    return Signature.objects.create(
        organisation_id=stored.organisation_id,
        kind=kind,
        signed_object=stored,
        signer_name=actor.person_name,
        signer_title=actor.position_title,
        certificate_subject=certificate.subject.rfc4514_string()[:300],
        certificate_serial=f"{certificate.serial_number:x}",
        signed_at=timezone.now(),
        level=level,
        timestamped_at=stamped_at,
    )
