"""The file waits for a signature that is made elsewhere: what comes out is what signing here makes, or nothing."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.pdf_utils.reader import PdfFileReader

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters.times import Authority, RankedTimes
from mocban.signing.adapters.web import Web
from mocban.signing.pdf import filling, layout, lengthening, two_phase
from mocban.signing.pdf.evidence import Evidence
from mocban.signing.pdf.grades import LEVELS, PLAIN, Grade
from mocban.signing.pdf.sealing import Hand
from mocban.signing.pdf.two_phase import AwayHand, Begun, BroughtHand
from mocban.signing.tests import drafts
from mocban.signing.tests.graded import Store
from mocban.signing.tests.pki import Pki, pki
from mocban.signing.tests.servers import Served
from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.judging import judge


@cache
def laid() -> bytes:
    return layout.lay_fields(drafts.draft(), form=drafts.STATE)[0]


def seal(hand: Hand, pdf: bytes) -> bytes:
    return hand.seal_as_organisation(pdf, at=datetime.now(UTC))


def sign(hand: Hand, pdf: bytes) -> bytes:
    return hand.sign_as_person(pdf, at=datetime.now(UTC))


Step = Callable[[Hand, bytes], bytes]


def begun(
    pdf: bytes | None = None, label: str = "person", grade: Grade = PLAIN, step: Step = sign, made: Pki | None = None
) -> Begun:
    made = made or pki()
    chain = [made.x509("interm"), made.x509("root")]
    hand = AwayHand(certificate=made.x509(label), chain=chain, grade=grade)
    step(hand, laid() if pdf is None else pdf)
    (waiting,) = hand.begun
    return waiting


def key_signs(digest: bytes, label: str = "person") -> bytes:
    """What the token does: it sees a digest and nothing else."""
    key = load_der_private_key(pki().key(label).dump(), None)
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))


def completed(waiting: Begun, label: str = "person", grade: Grade = PLAIN, made: Pki | None = None) -> bytes:
    signature = key_signs(waiting.digest, label)
    return two_phase.complete(waiting, signature, certificate=(made or pki()).x509(label), grade=grade)


def conclusions(pdf: bytes) -> list[Conclusion]:
    return [one.conclusion for one in judge(pdf, trust=pki().trust()).signatures]


@pytest.mark.parametrize("label", ["person", "organisation", "ecdsa"])
def test_a_signature_made_elsewhere_is_valid(label: str) -> None:
    made = completed(begun(label=label), label)
    assert made.startswith(laid())
    assert conclusions(made) == [Conclusion.VALID]


def test_it_says_the_same_as_one_made_here() -> None:
    (there,) = PdfFileReader(io.BytesIO(completed(begun()))).embedded_signatures
    signed = sign(Hand(keystore=Store(pki()), holder="person"), laid())
    (here,) = PdfFileReader(io.BytesIO(signed)).embedded_signatures
    named = [{one["type"].native for one in each.signer_info["signed_attrs"]} for each in (here, there)]
    assert named[0] == named[1] == {"content_type", "message_digest", "signing_certificate_v2"}
    assert here.sig_object["/SubFilter"] == there.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert here.docmdp_level == there.docmdp_level
    assert len(here.signed_data["certificates"]) == len(there.signed_data["certificates"]) == 3


def test_the_organisation_seals_from_elsewhere_what_a_person_signed_from_elsewhere() -> None:
    signed = completed(begun())
    filled = filling.fill_number(signed, **TEXT)
    sealed = completed(begun(filled, "organisation", step=seal), "organisation")
    assert sealed.startswith(signed)
    assert conclusions(sealed) == [Conclusion.VALID, Conclusion.VALID]


@pytest.mark.parametrize("level", LEVELS)
def test_each_level_is_reached_after_the_signature_came(level: str, served: Served) -> None:
    times = RankedTimes([Authority("tsa", "tsa", served.tsa("tsa-sources"))])
    grade = Grade(level, times, Evidence([served.pki.der("root")], web=Web()))
    waiting = begun(label="person-sources", grade=grade, made=served.pki)
    assert times.outcomes == [], "nobody stamps what is not signed yet"
    made = completed(waiting, "person-sources", grade, served.pki)
    assert lengthening.read(io.BytesIO(made))["level"] == level


def test_without_a_time_stamp_nothing_is_made_and_the_same_signature_serves_later(served: Served) -> None:
    down = Grade("B-T", RankedTimes([Authority("down", "down", served.tsa("down"))]))
    waiting = begun(grade=down)
    with pytest.raises(RuleBroken) as refusal:
        completed(waiting, grade=down)
    assert refusal.value.code == "signing.no_time"
    later = Grade("B-T", RankedTimes([Authority("tsa", "tsa", served.tsa("tsa"))]))
    assert conclusions(completed(waiting, grade=later)) == [Conclusion.VALID]


WRONG = {
    "another key": lambda waiting: key_signs(waiting.digest, "organisation"),
    "another digest": lambda waiting: key_signs(waiting.digest[::-1]),
    "the document's digest": lambda waiting: key_signs(waiting.document_digest),
    "nothing": lambda _waiting: b"",
    "zeros": lambda _waiting: bytes(256),
    "too much": lambda waiting: key_signs(waiting.digest) + b"\0",
}


@pytest.mark.parametrize("name", WRONG)
def test_any_other_signature_is_refused(name: str) -> None:
    waiting = begun()
    with pytest.raises(RuleBroken) as refusal:
        two_phase.complete(waiting, WRONG[name](waiting), certificate=pki().x509("person"))
    assert refusal.value.code == "signing.wrong_signature"


@pytest.mark.parametrize("place", [100, -20])
def test_a_kept_file_that_was_changed_takes_no_signature(place: int) -> None:
    waiting = begun()
    changed = bytearray(waiting.pdf)
    changed[place] ^= 1
    with pytest.raises(RuleBroken) as refusal:
        completed(dataclasses.replace(waiting, pdf=bytes(changed)))
    assert refusal.value.code in ("signing.pending_damaged", "signing.unreadable")


def test_what_was_kept_of_another_document_takes_no_signature() -> None:
    waiting, other = begun(), begun()
    with pytest.raises(RuleBroken) as refusal:
        completed(dataclasses.replace(waiting, pdf=other.pdf))
    assert refusal.value.code == "signing.pending_damaged"


def test_the_file_that_waits_is_not_a_signed_one() -> None:
    assert conclusions(begun().pdf) == [Conclusion.INVALID]


def test_what_signing_here_refuses_is_refused_before_anybody_takes_the_token() -> None:
    with pytest.raises(RuleBroken) as refusal:
        begun(step=seal)
    assert refusal.value.code == "signing.person_first"


def brought(waiting: Begun, pdf: bytes, label: str, step: Step) -> bytes:
    signature = key_signs(waiting.digest, label)
    hand = BroughtHand([(waiting, signature)], certificate=pki().x509(label))
    made = step(hand, pdf)
    assert hand.waiting == []
    return made


TEXT = {"number_text": "Số: 12/SNV-VP", "date_text": "An Hòa, ngày 05 tháng 11 năm 2026"}


def test_a_file_that_is_filled_again_at_another_moment_takes_the_signature_that_was_begun() -> None:
    signed = completed(begun())
    first, again = filling.fill_number(signed, **TEXT), filling.fill_number(signed, **TEXT)
    assert first != again
    made = brought(begun(first, "organisation", step=seal), again, "organisation", seal)
    assert conclusions(made) == [Conclusion.VALID, Conclusion.VALID]


@pytest.mark.parametrize(
    "change", [{"number_text": "Số: 13/SNV-VP"}, {"date_text": TEXT["date_text"].replace("5", "6")}]
)
def test_a_file_with_another_number_or_day_does_not(change: dict[str, str]) -> None:
    signed = completed(begun())
    waiting = begun(filling.fill_number(signed, **TEXT), "organisation", step=seal)
    with pytest.raises(RuleBroken) as refusal:
        brought(waiting, filling.fill_number(signed, **{**TEXT, **change}), "organisation", seal)
    assert refusal.value.code == "signing.pending_changed"


def test_a_signature_is_put_in_once() -> None:
    hand = BroughtHand([], certificate=pki().x509("person"))
    with pytest.raises(RuleBroken) as refusal:
        sign(hand, laid())
    assert refusal.value.code == "signing.pending_changed"
