"""Signing when the key is elsewhere: the file with room for the signature first, the signature put into it later.

`AwayHand` runs the very same code as signing here does, with a key that notes what it would have to sign and leaves
zeros where the signature belongs. So both ways check the same and make the same file. `BroughtHand` puts the signatures
in that came.
"""

# mypy: disallow-untyped-calls=False
# pyHanko and asn1crypto leave their functions without types.
from __future__ import annotations

import asyncio
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from asn1crypto import cms
from cryptography import x509
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.signers import Signer
from pyhanko.stamp import BaseStampStyle

from mocban.lib.disk import DiskFile, File, appended, content_of, hashed, reading
from mocban.signing.adapters import signers
from mocban.signing.pdf import guard, lengthening
from mocban.signing.pdf.grades import PLAIN, TIME, Grade
from mocban.signing.pdf.refusals import answers, refuse
from mocban.signing.pdf.sealing import Hand

# What differs each time that the same file is made: moments and identifiers.
PASSING = re.compile(rb'/ModDate ?\([^)]*\)|ModifyDate="[^"]*"|/ID ?\[[^\]]*\]|/M ?\(D[^)]*\)')


@dataclass(frozen=True)
class Begun:
    """A file that lacks only its signature. What the key must sign is the digest (`algorithm`) of `signed_attributes`.

    `document_digest` is that of the file's signed byte range; the signed attributes hold it too. `made_from` is the
    likeness of the file before, or what its maker calls what it was made from.
    """

    pdf: bytes | DiskFile
    document_digest: bytes
    signed_attributes: bytes
    algorithm: str
    made_from: str

    @property
    def digest(self) -> bytes:
        """What goes to the key."""
        return hashlib.new(self.algorithm, self.signed_attributes).digest()


class AwayHand(Hand):
    """A Hand whose key is elsewhere: what it gives back has zeros for signatures, `begun` says what is wanted."""

    @answers
    def __init__(
        self,
        *,
        certificate: x509.Certificate,
        chain: Sequence[x509.Certificate],
        image: bytes | None = None,
        grade: Grade = PLAIN,
    ) -> None:
        self._asked: list[tuple[bytes, str]] = []
        self.begun: list[Begun] = []
        store = _Away(certificate, chain, self._asked)
        super().__init__(keystore=store, holder="", image=image)
        if grade.at_least(TIME):  # only what is signed can be stamped; the room for the stamp is kept now
            self._room += 2 * lengthening.TOKEN_ROOM

    def sign_as_person(self, pdf: File, *, at: datetime, order: int = 1) -> File:
        """See Hand."""
        return self._noted(pdf, super().sign_as_person(pdf, at=at, order=order))

    def seal_as_organisation(self, pdf: File, *, at: datetime) -> File:
        """See Hand."""
        return self._noted(pdf, super().seal_as_organisation(pdf, at=at))

    def sign_prepared(self, pdf: File, *, field: str, last: bool, made_from: str = "") -> File:
        """See Hand."""
        return self._noted(pdf, super().sign_prepared(pdf, field=field, last=last), made_from)

    def approve(self, pdf: File, *, spec: SigFieldSpec, mark: BaseStampStyle, last: bool = False) -> File:
        """See Hand."""
        return self._noted(pdf, super().approve(pdf, spec=spec, mark=mark, last=last))

    def _noted(self, source: File, pdf: File, made_from: str = "") -> File:
        attributes, algorithm = self._asked.pop()
        with guard.hostile_input():
            _start, _end, digest, _content = _gap(pdf, algorithm)
        self.begun.append(Begun(pdf, digest, attributes, algorithm, made_from or likeness(source)))
        return pdf


class BroughtHand(Hand):
    """A Hand for signatures that were made elsewhere, in the order in which they were begun.

    Refuses `signing.pending_changed` for a file that is not the one begun.
    """

    def __init__(
        self, waiting: Sequence[tuple[Begun, bytes]], *, certificate: x509.Certificate, grade: Grade = PLAIN
    ) -> None:
        self.waiting, self._certificate, self.grade = list(waiting), certificate, grade

    @answers
    def sign_as_person(self, pdf: File, *, at: datetime, order: int = 1) -> File:
        """See Hand."""
        return self._next(pdf)

    @answers
    def seal_as_organisation(self, pdf: File, *, at: datetime) -> File:
        """See Hand."""
        return self._next(pdf)

    @answers
    def sign_prepared(self, pdf: File, *, field: str, last: bool, made_from: str = "") -> File:
        """See Hand."""
        return self._next(pdf, made_from)

    @answers
    def approve(self, pdf: File, *, spec: SigFieldSpec, mark: BaseStampStyle, last: bool = False) -> File:
        """See Hand."""
        return self._next(pdf)

    def _next(self, pdf: File, made_from: str = "") -> File:
        if not self.waiting or self.waiting[0][0].made_from != (made_from or likeness(pdf)):
            refuse("signing.pending_changed")
        begun, signature = self.waiting.pop(0)
        done = complete(begun, signature, certificate=self._certificate, grade=self.grade)
        assert isinstance(done, type(pdf))
        return done


def likeness(pdf: bytes | DiskFile) -> str:
    """Return a digest of the file that stays the same when the same file is made again at another moment."""
    content = content_of(pdf)
    view, made, place = memoryview(content), hashlib.sha256(), 0
    for passing in PASSING.finditer(content):
        hashed(made, view[place : passing.start()])
        place = passing.end()
    hashed(made, view[place:])
    return made.hexdigest()


@answers
def complete(
    begun: Begun, signature: bytes, *, certificate: x509.Certificate, grade: Grade = PLAIN
) -> bytes | DiskFile:
    """Return the signed file, at the level of `grade`.

    Raises RuleBroken("signing.wrong_signature") when `signature` is not the certificate's over the digest that was
    given out, "signing.pending_damaged" when the kept file is not the one begun; as `sealing` for time stamps and
    revocation data.
    """
    if not signers.proves(certificate, signature, begun.signed_attributes, begun.algorithm):
        refuse("signing.wrong_signature")
    with guard.hostile_input():
        start, end, digest, content = _gap(begun.pdf, begun.algorithm)
        info = content["content"]["signer_infos"][0]
        if digest != begun.document_digest or info["signed_attrs"].untag().dump() != begun.signed_attributes:
            refuse("signing.pending_damaged")
    info["signature"] = signature
    if grade.at_least(TIME):
        assert grade.times is not None
        imprint = hashlib.new(begun.algorithm, signature).digest()
        token = asyncio.run(grade.times.async_timestamp(imprint, begun.algorithm))
        info["unsigned_attrs"] = cms.CMSAttributes([{"type": "signature_time_stamp_token", "values": [token]}])
    written = content.dump(force=True).hex().encode()
    room = end - start - 2
    if len(written) > room:
        refuse("signing.pending_damaged")

    def put(stream: BinaryIO) -> None:
        stream.seek(start + 1)
        stream.write(written.ljust(room, b"0"))

    if isinstance(begun.pdf, bytes):
        return lengthening.lengthen(appended(begun.pdf, put), grade=grade)
    return lengthening.lengthen(appended(begun.pdf, put), grade=grade)


def _gap(file: bytes | DiskFile, algorithm: str) -> tuple[int, int, bytes, cms.ContentInfo]:
    """Return where the last signature's value stands, brackets included, the digest of the rest, and the value."""
    pdf = content_of(file)
    last = guard.open_reader(reading(pdf)).embedded_signatures[-1]
    first, start, end, rest = (int(number) for number in last.byte_range)
    if first != 0 or end + rest != len(pdf) or pdf[start : start + 1] != b"<" or pdf[end - 1 : end] != b">":
        refuse("signing.pending_damaged")
    covered = hashlib.new(algorithm)
    for part in (memoryview(pdf)[:start], memoryview(pdf)[end:]):
        hashed(covered, part)
    value = cms.ContentInfo.load(bytes.fromhex(pdf[start + 1 : end - 1].decode()))
    return start, end, covered.digest(), value


class _Away:
    """A KeyStore of one key that signs with zeros."""

    def __init__(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], asked: list[tuple[bytes, str]]
    ) -> None:
        self._certificate, self._chain, self._asked = certificate, list(chain), asked

    def signer(self, holder: str) -> Signer:
        return _Blank(self._certificate, self._chain, self._asked)

    def certificate(self, holder: str) -> x509.Certificate:
        return self._certificate

    def trust_roots(self) -> list[x509.Certificate]:
        return signers.roots(self._chain)


class _Blank(Signer):
    def __init__(
        self, certificate: x509.Certificate, chain: Sequence[x509.Certificate], asked: list[tuple[bytes, str]]
    ) -> None:
        super().__init__(signing_cert=signers.asn1(certificate), cert_registry=signers.registry(chain))
        self._blank, self._asked = bytes(signers.longest_signature(certificate)), asked

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if not dry_run:
            self._asked.append((data, digest_algorithm))
        return self._blank
