"""A key on a person's own computer keeps the promises of the other places, though it signs in two phases.

Server and program share no code: what one gives out the other must sign, and what comes back the first must accept.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key

from mocban.lib.hashing import sha256_hex
from mocban.signing.adapters import signers
from mocban.signing.pdf import layout
from mocban.signing.pdf.two_phase import AwayHand, BroughtHand
from mocban.signing.tests import drafts
from mocban.signing.tests.pki import pki
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge
from mocban_agent.tests.people import Page
from mocban_agent.tests.softhsm import PIN, Headless, headless, make_token

LABELS = ("person", "organisation", "ecdsa")  # RSA-2048, RSA-3072, P-256


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Headless]:
    pairs = {label: (load_der_private_key(pki().key(label).dump(), None), pki().x509(label)) for label in LABELS}
    folder: Path = tmp_path_factory.mktemp("agent")
    with headless(folder, make_token(folder / "token", pairs), pins=[PIN] * 20) as running:
        yield running


@pytest.fixture(scope="module")
def page(agent: Headless) -> Page:
    asking = Page(agent.port)
    asking.ask("/pair/begin", {})
    asking.pair(agent.code())
    return asking


@cache
def laid() -> bytes:
    return layout.lay_fields(drafts.draft(), form=drafts.STATE)[0]


def identity(label: str) -> str:
    return sha256_hex(pki().x509(label).public_bytes(Encoding.DER))


def sign(page: Page, label: str, digests: list[bytes]) -> list[bytes]:
    documents = [
        {"id": str(place), "algorithm": "sha256", "digest": digest.hex(), "text": f"Văn bản {place}"}
        for place, digest in enumerate(digests)
    ]
    job = page.signed({"certificate": identity(label), "body": "Sở Nội vụ", "documents": documents})
    assert job["state"] == "done", job
    return [base64.b64decode(result["signature"]) for result in job["results"]]


def away(label: str) -> AwayHand:
    return AwayHand(certificate=pki().x509(label), chain=[pki().x509("interm"), pki().x509("root")])


@pytest.mark.parametrize("label", LABELS)
def test_a_document_signed_through_it_verifies(page: Page, label: str) -> None:
    hand, at = away(label), datetime.now(UTC)
    hand.sign_as_person(laid(), at=at)
    waiting = list(zip(hand.begun, sign(page, label, [hand.begun[0].digest]), strict=True))
    signed = BroughtHand(waiting, certificate=pki().x509(label)).sign_as_person(laid(), at=at)
    (found,) = judge(signed, trust=pki().trust()).signatures
    assert found.conclusion == Conclusion.VALID


def test_a_batch_needs_the_pin_once(page: Page, agent: Headless) -> None:
    before = sum(one["kind"] == "pin" for one in agent.shown)
    hand = away("person")
    for _ in range(5):
        hand.sign_as_person(laid(), at=datetime.now(UTC))
    made = sign(page, "person", [one.digest for one in hand.begun])
    for one, signature in zip(hand.begun, made, strict=True):
        assert signers.proves(pki().x509("person"), signature, one.signed_attributes, "sha256")
    assert sum(one["kind"] == "pin" for one in agent.shown) == before + 1


def test_a_signature_fits_into_the_room_that_was_kept(page: Page) -> None:
    for label in LABELS:
        (made,) = sign(page, label, [bytes(32)])
        assert len(made) <= signers.longest_signature(pki().x509(label))


def test_the_key_of_one_certificate_never_signs_for_another(page: Page) -> None:
    hand = away("person")
    hand.sign_as_person(laid(), at=datetime.now(UTC))
    (begun,) = hand.begun
    (made,) = sign(page, "organisation", [begun.digest])
    assert signers.proves(pki().x509("organisation"), made, begun.signed_attributes, "sha256")
    assert not signers.proves(pki().x509("person"), made, begun.signed_attributes, "sha256")
