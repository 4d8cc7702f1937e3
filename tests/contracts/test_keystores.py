"""Every KeyStore keeps the same promises, wherever its keys are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters import certificates, signers
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.pdf import layout, sealing
from mocban.signing.ports import KeyStore
from mocban.signing.tests import drafts
from mocban.signing.tests.made import assert_valid, trust_in
from tests import csc_server
from tests.contracts import keystores
from tests.contracts.keystores import HOLDER, NAME, PIN, WRONG, Authority, Case

PLACES = ["soft", "file", "file_ecdsa", "token", "token_ecdsa", "remote", "remote_ecdsa"]
ASKING = [place for place in PLACES if place != "soft"]  # trial keys have no PIN


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> SoftKeys:
    return keystores.soft_keys(tmp_path_factory.mktemp("soft"))


@pytest.fixture(scope="module")
def authority(trial: SoftKeys) -> Authority:
    return Authority(trial)


@pytest.fixture(scope="module")
def soft(trial: SoftKeys) -> Case:
    return Case(lambda pin: trial)


@pytest.fixture(scope="module")
def file(authority: Authority) -> Case:
    return keystores.file_case(certificates.new_key(), authority)


@pytest.fixture(scope="module")
def file_ecdsa(authority: Authority) -> Case:
    return keystores.file_case(ec.generate_private_key(ec.SECP384R1()), authority)


@pytest.fixture(scope="module")
def token(authority: Authority, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    with keystores.softhsm(tmp_path_factory.mktemp("token")):
        keystores.put_key_on_token(authority)
        keystores.put_ec_key_on_token(authority)
        yield Case(lambda pin: keystores.token_keys(authority, pin))


@pytest.fixture(scope="module")
def token_ecdsa(token: Case, authority: Authority) -> Case:
    return Case(lambda pin: keystores.token_keys(authority, pin, labels={HOLDER: keystores.EC_LABEL}))


@pytest.fixture(scope="module")
def service(authority: Authority) -> Iterator[csc_server.Service]:
    keys = {"k1": keystores.remote_key(authority), "k2": keystores.remote_ec_key(authority)}
    with csc_server.serving(keys) as running:
        yield running


@pytest.fixture(scope="module")
def remote(service: csc_server.Service) -> Case:
    return Case(lambda pin: keystores.remote_keys(service, pin))


@pytest.fixture(scope="module")
def remote_ecdsa(service: csc_server.Service) -> Case:
    return Case(lambda pin: keystores.remote_keys(service, pin, "k2"))


@pytest.fixture(scope="module")
def laid() -> bytes:
    return layout.lay_fields(drafts.draft(), form=drafts.STATE)[0]


@pytest.fixture(params=PLACES)
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def store(case: Case) -> KeyStore:
    return case.open(PIN)


@pytest.fixture(params=ASKING)
def asking(request: pytest.FixtureRequest) -> Case:
    found: Case = request.getfixturevalue(request.param)
    return found


def extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    return certificate.extensions.get_extension_for_class(kind).value


def signed_bytes(store: KeyStore, data: bytes, digest: str = "sha256") -> bytes:
    return asyncio.run(store.signer(HOLDER).async_sign_raw(data, digest))


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(RuleBroken) as refused:
        act()
    return refused.value.code


def test_a_signer_signs_what_its_certificate_confirms(store: KeyStore) -> None:
    made, certificate = signed_bytes(store, b"so 12"), store.certificate(HOLDER)
    assert signers.proves(certificate, made, b"so 12", "sha256")
    assert not signers.proves(certificate, made, b"so 13", "sha256")


def test_room_is_kept_for_the_longest_signature(store: KeyStore) -> None:
    signer = store.signer(HOLDER)
    room = asyncio.run(signer.async_sign_raw(b"", "sha256", dry_run=True))
    assert len(asyncio.run(signer.async_sign_raw(b"so 12", "sha256"))) <= len(room)


def test_a_document_signed_through_it_verifies(store: KeyStore, laid: bytes) -> None:
    now = datetime.now(UTC)
    signed = sealing.sign_as_person(laid, keystore=store, holder=HOLDER, at=now)
    (found,) = assert_valid(signed, trust_in(store, now)).signatures
    assert found.signer == NAME


def test_the_certificate_names_the_holder_with_every_letter(store: KeyStore) -> None:
    names = store.certificate(HOLDER).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == [NAME]


def test_the_chain_leads_to_a_root_and_is_embedded(store: KeyStore) -> None:
    certificate, embedded = store.certificate(HOLDER), store.signer(HOLDER).cert_registry
    (issuer,) = store.trust_roots()
    certificate.verify_directly_issued_by(issuer)
    key_id = extension(issuer, x509.SubjectKeyIdentifier).digest
    assert extension(certificate, x509.AuthorityKeyIdentifier).key_identifier == key_id
    assert issuer.serial_number in {found.serial_number for found in embedded}


def test_a_batch_needs_the_pin_once(store: KeyStore) -> None:
    signer, certificate = store.signer(HOLDER), store.certificate(HOLDER)
    for number in range(5):
        data = b"so %d" % number
        assert signers.proves(certificate, asyncio.run(signer.async_sign_raw(data, "sha256")), data, "sha256")


@pytest.mark.parametrize("ask", [lambda store: store.signer("person:nobody"), lambda s: s.certificate("person:nobody")])
def test_an_unknown_holder_is_refused(store: KeyStore, ask: Callable[[KeyStore], object]) -> None:
    assert refusal(lambda: ask(store)) == "signing.no_key"


def test_a_wrong_pin_is_said_without_the_pin_and_the_right_one_still_works(asking: Case) -> None:
    with pytest.raises(RuleBroken) as refused:
        signed_bytes_or_rule(asking.open(WRONG))
    assert refused.value.code == "signing.wrong_pin"
    assert WRONG not in str(refused.value.message)
    assert signed_bytes(asking.open(PIN), b"so 12")


def test_no_pin_at_all_signs_nothing(asking: Case) -> None:
    assert refusal(lambda: signed_bytes_or_rule(asking.open(""))) in ("signing.wrong_pin", "signing.no_pin")


def test_a_pin_reaches_no_log_and_no_printed_store(asking: Case, laid: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    store = asking.open(PIN)
    sealing.sign_as_person(laid, keystore=store, holder=HOLDER, at=datetime.now(UTC))
    with pytest.raises(RuleBroken):
        signed_bytes_or_rule(asking.open(WRONG))
    assert PIN not in caplog.text + repr(store) + repr(store.signer(HOLDER))
    assert WRONG not in caplog.text


def signed_bytes_or_rule(store: KeyStore) -> bytes:
    """What a document's signing does: a refusal inside the signer leaves as RuleBroken at the public border."""
    from mocban.signing.pdf.refusals import answers

    return answers(signed_bytes)(store, b"so 12")
