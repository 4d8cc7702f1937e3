"""One set of keys and one finished document for all tests of signing: making keys is slow, using them is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from mocban.signing.adapters import certificates
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf import demo_images, filling, layout, sealing
from mocban.signing.tests import drafts
from mocban.signing.tests import pki as made_here
from mocban.signing.tests.key_world import authority, key_file, service, world  # noqa: F401
from mocban.signing.tests.servers import Served, serving

PERSON, ORGANISATION = "person:1", "organisation:1"
NUMBER_TEXT = "Số: 12/SNV-VP"
DATE_TEXT = "An Hòa, ngày 05 tháng 11 năm 2026"


@dataclass(frozen=True)
class Chain:
    """The same document after each step."""

    draft: bytes
    laid: bytes
    signed: bytes
    filled: bytes
    sealed: bytes


@pytest.fixture(scope="package", autouse=True)
def _one_key_of_each_size() -> Iterator[None]:
    """Real keys, but made once: finding primes is most of the time of these tests, and who holds which is no matter."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certificates, "new_key", cache(certificates.new_key))
        yield


@pytest.fixture(scope="session")
def keystore(tmp_path_factory: pytest.TempPathFactory) -> SoftKeys:
    folder: Path = tmp_path_factory.mktemp("keys")
    store = SoftKeys(folder / "soft", "secret of the tests")
    store.issue(PERSON, common_name=drafts.SIGNER, organisation_name="Văn phòng Tỉnh ủy An Hòa")
    store.issue(ORGANISATION, common_name="Văn phòng Tỉnh ủy An Hòa", organisation_name="")
    return store


@pytest.fixture(scope="session")
def pki() -> made_here.Pki:
    """The tests' certificate authority without a server."""
    return made_here.pki()


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The same authority with its time stamping, OCSP and CRL services on the loopback address."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def signature_png() -> bytes:
    return demo_images.signature_image(drafts.SIGNER)


@pytest.fixture(scope="session")
def seal_png() -> bytes:
    return demo_images.seal_image("Tỉnh ủy An Hòa", "Văn phòng")


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def chain(keystore: SoftKeys, signature_png: bytes, seal_png: bytes, now: datetime) -> Chain:
    draft = drafts.draft()
    laid, _places = layout.lay_fields(draft, form=drafts.STATE)
    signed = sealing.sign_as_person(laid, keystore=keystore, holder=PERSON, at=now, image=signature_png)
    filled = filling.fill_number(signed, number_text=NUMBER_TEXT, date_text=DATE_TEXT)
    sealed = sealing.seal_as_organisation(filled, keystore=keystore, holder=ORGANISATION, at=now, image=seal_png)
    return Chain(draft, laid, signed, filled, sealed)
