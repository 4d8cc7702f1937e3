"""Signing with the authority of the tests at any level: keys by the labels of its certificates, its time stamps."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from pyhanko.sign.signers import Signer

from mocban.lib.disk import File
from mocban.signing.adapters.times import Authority, RankedTimes
from mocban.signing.adapters.web import Web
from mocban.signing.pdf import filling, layout, lengthening, sealing
from mocban.signing.pdf.evidence import Evidence
from mocban.signing.pdf.grades import ARCHIVE, Grade
from mocban.signing.tests import drafts
from mocban.signing.tests.conftest import DATE_TEXT, NUMBER_TEXT
from mocban.signing.tests.pki import Pki
from mocban.signing.tests.servers import Served

PERSON, ORGANISATION = "person-sources", "organisation-sources"  # their certificates name OCSP and CRL


class Store:
    """A KeyStore over the authority of the tests: a holder is the label of a certificate."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki

    def signer(self, holder: str) -> Signer:
        return self.pki.signer(holder)

    def certificate(self, holder: str) -> x509.Certificate:
        return self.pki.x509(holder)

    def trust_roots(self) -> list[x509.Certificate]:
        return [self.pki.x509("root")]


def times(served: Served, *labels: str, **more: Any) -> RankedTimes:
    """A stamper that asks the services with these labels in this order."""
    return RankedTimes([Authority(label, label, served.tsa(label)) for label in labels], **more)


def evidence(served: Served, *, web: bool = True, **more: Any) -> Evidence:
    """Revocation data, asked of the services unless `web` is false."""
    return Evidence([served.pki.der("root")], web=Web() if web else None, **more)


def grade(served: Served, level: str = ARCHIVE, *, web: bool = True) -> Grade:
    return Grade(level, times(served, "tsa-sources"), evidence(served, web=web))


def laid(**draft: Any) -> bytes:
    return layout.lay_fields(drafts.draft(**draft), form=drafts.STATE)[0]


def signed(pdf: bytes, served: Served, wanted: Grade, holder: str = PERSON, **more: Any) -> bytes:
    keys = Store(served.pki)
    return sealing.sign_as_person(pdf, keystore=keys, holder=holder, at=datetime.now(UTC), grade=wanted, **more)


def filled(pdf: File) -> File:
    return filling.fill_number(pdf, number_text=NUMBER_TEXT, date_text=DATE_TEXT)


def sealed(pdf: bytes, served: Served, wanted: Grade, holder: str = ORGANISATION, **more: Any) -> bytes:
    keys = Store(served.pki)
    return sealing.seal_as_organisation(pdf, keystore=keys, holder=holder, at=datetime.now(UTC), grade=wanted, **more)


def level_of(pdf: bytes) -> str:
    return str(lengthening.read(io.BytesIO(pdf))["level"])
