"""Every KeyStore keeps the same promises, wherever its keys are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.ports import KeyStore

HOLDER, NAME = "person:0199", "Nguyễn Thị Hữu Nghĩa"


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = SoftKeys(tmp_path_factory.mktemp("soft"), "secret")
    store.issue(HOLDER, common_name=NAME, organisation_name="Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh An Hòa")
    return store


@pytest.fixture(params=["soft"])
def store(request: pytest.FixtureRequest) -> KeyStore:
    found: KeyStore = request.getfixturevalue(request.param)
    return found


def extension(certificate: x509.Certificate, kind: type[x509.ExtensionType]) -> x509.ExtensionType:
    return certificate.extensions.get_extension_for_class(kind).value


def test_a_signer_signs_what_its_certificate_confirms(store: KeyStore) -> None:
    signer, certificate = store.signer(HOLDER), store.certificate(HOLDER)
    key = certificate.public_key()
    assert isinstance(key, rsa.RSAPublicKey)
    made = asyncio.run(signer.async_sign_raw(b"so 12", "sha256"))
    key.verify(made, b"so 12", padding.PKCS1v15(), hashes.SHA256())
    with pytest.raises(InvalidSignature):
        key.verify(made, b"so 13", padding.PKCS1v15(), hashes.SHA256())


def test_the_certificate_names_the_holder_with_every_letter(store: KeyStore) -> None:
    names = store.certificate(HOLDER).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert [name.value for name in names] == [NAME]


def test_the_certificate_is_for_signing_documents_and_for_nothing_else(store: KeyStore) -> None:
    certificate = store.certificate(HOLDER)
    usage = extension(certificate, x509.KeyUsage)
    assert (usage.digital_signature, usage.content_commitment) == (True, True)
    assert not any((usage.key_cert_sign, usage.crl_sign, usage.key_encipherment, usage.data_encipherment))
    assert not extension(certificate, x509.BasicConstraints).ca


def test_the_chain_leads_to_a_trusted_root_and_is_embedded(store: KeyStore) -> None:
    certificate, roots = store.certificate(HOLDER), store.trust_roots()
    issuer = next(root for root in roots if root.subject == certificate.issuer)
    certificate.verify_directly_issued_by(issuer)
    key_id = extension(issuer, x509.SubjectKeyIdentifier).digest
    assert extension(certificate, x509.AuthorityKeyIdentifier).key_identifier == key_id
    embedded = {found.serial_number for found in store.signer(HOLDER).cert_registry}
    assert issuer.serial_number in embedded


@pytest.mark.parametrize("ask", [lambda store: store.signer("person:nobody"), lambda s: s.certificate("person:nobody")])
def test_an_unknown_holder_is_refused(store: KeyStore, ask: Callable[[KeyStore], object]) -> None:
    with pytest.raises(RuleBroken) as refusal:
        ask(store)
    assert refusal.value.code == "signing.no_key"


def test_soft_keys_are_private_files_and_need_the_secret(soft: SoftKeys) -> None:
    files = list(soft.root.iterdir())
    assert len(files) == 2
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    with pytest.raises(RuleBroken) as refusal:
        SoftKeys(soft.root, "another secret").signer(HOLDER)
    assert refusal.value.code == "signing.no_key"


def test_issuing_twice_keeps_the_first_key(soft: SoftKeys) -> None:
    again = soft.issue(HOLDER, common_name="Người khác", organisation_name="")
    assert again == soft.certificate(HOLDER)


def test_a_holder_name_never_leaves_the_folder(soft: SoftKeys, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken):
        soft.certificate("../../etc/passwd")
    assert not list(tmp_path.iterdir())
