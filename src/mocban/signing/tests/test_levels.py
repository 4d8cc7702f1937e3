"""How long signatures can be proved: time stamps of several authorities, revocation data, archive time stamps."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mocban.signing.adapters.times import Authority, RankedTimes
from mocban.signing.adapters.web import Web
from mocban.signing.pdf import layout, lengthening, sealing
from mocban.signing.pdf.evidence import Evidence
from mocban.signing.pdf.grades import LEVELS, Grade
from mocban.signing.tests import drafts
from mocban.signing.tests.pki import Pki
from mocban.signing.tests.servers import Served, serving


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with serving() as running:
        yield running


class Store:
    """The authority of the tests as a KeyStore: a holder is the label of a certificate."""

    def __init__(self, pki: Pki) -> None:
        self.pki = pki

    def signer(self, holder: str):  # type: ignore[no-untyped-def]
        return self.pki.signer(holder)

    def certificate(self, holder: str):  # type: ignore[no-untyped-def]
        return self.pki.x509(holder)

    def trust_roots(self):  # type: ignore[no-untyped-def]
        return [self.pki.x509("root")]


def times(served: Served, *labels: str, **more) -> RankedTimes:  # type: ignore[no-untyped-def]
    return RankedTimes([Authority(label, label, served.tsa(label)) for label in labels], **more)


def evidence(served: Served, *, web: bool = True, **more) -> Evidence:  # type: ignore[no-untyped-def]
    return Evidence([served.pki.der("root")], web=Web() if web else None, **more)


@pytest.fixture(scope="module")
def laid() -> bytes:
    return layout.lay_fields(drafts.draft(), form=drafts.STATE)[0]


def signed(laid: bytes, served: Served, grade: Grade, holder: str = "person-sources") -> bytes:
    now = datetime.now(UTC)
    return sealing.sign_as_person(laid, keystore=Store(served.pki), holder=holder, at=now, grade=grade)


def level_of(pdf: bytes) -> str:
    return str(lengthening.read(io.BytesIO(pdf))["level"])


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_reached_and_read_again(level: str, laid: bytes, served: Served) -> None:
    grade = Grade(level, times(served, "tsa-sources"), evidence(served))
    made = signed(laid, served, grade)
    assert made.startswith(laid)
    assert level_of(made) == level
