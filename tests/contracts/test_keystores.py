"""Every KeyStore keeps the same promises, wherever its keys are."""

from __future__ import annotations

import asyncio
import base64
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pkcs11
import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID
from pkcs11.exceptions import AttributeSensitive
from pkcs11.util.rsa import encode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from mocban.lib.errors import RuleBroken
from mocban.signing.adapters import certificates
from mocban.signing.adapters.softkeys import SoftKeys
from mocban.signing.adapters.tokens import TokenKeys
from mocban.signing.pdf import layout, sealing
from mocban.signing.pdf.checking import check
from mocban.signing.ports import KeyStore
from mocban.signing.tests import drafts

SOFTHSM, PIN = Path("/usr/lib/softhsm/libsofthsm2.so"), "1234"
HOLDER, NAME = "person:0199", "Nguyễn Thị Hữu Nghĩa"


@pytest.fixture(scope="module")
def soft(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    store = SoftKeys(tmp_path_factory.mktemp("soft"), "secret")
    store.issue(HOLDER, common_name=NAME, organisation_name="Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh An Hòa")
    return store


@pytest.fixture(scope="module")
def token(soft: SoftKeys, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TokenKeys]:
    """A SoftHSM token whose key was made inside it; the trial authority certified its public half."""
    folder = tmp_path_factory.mktemp("token")
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(folder / "softhsm2.conf"))
        make = ["softhsm2-util", "--init-token", "--free", "--label", "mocban", "--so-pin", "87654321", "--pin", PIN]
        subprocess.run(make, check=True, capture_output=True)
        put_key_on_token(soft)
        store = token_keys(soft)
        yield store
        store.close()


def token_keys(soft: SoftKeys, **changes: str) -> TokenKeys:
    given = {"token_label": "mocban", "pin": PIN, **changes}
    return TokenKeys(SOFTHSM, labels={HOLDER: "chu-ky"}, chain=soft.trust_roots(), **given)


def put_key_on_token(soft: SoftKeys) -> None:
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="mocban").open(user_pin=PIN, rw=True) as session:
        public, _private = session.generate_keypair(pkcs11.KeyType.RSA, 2048, label="chu-ky", store=True)
        authority_key, authority = soft._authority()
        made = certificates.issue(
            certificates.name(NAME, "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh An Hòa"),
            serialization.load_der_public_key(encode_rsa_public_key(public)),
            issuer=authority,
            issuer_key=authority_key,
            now=datetime.now(UTC),
        )
        attributes = decode_x509_certificate(made.public_bytes(serialization.Encoding.DER))
        session.create_object({**attributes, pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: "chu-ky"})


@pytest.fixture(scope="module")
def laid() -> bytes:
    return layout.lay_number_fields(drafts.draft(), form=drafts.STATE)


@pytest.fixture(params=["soft", "token"])
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


def test_a_document_signed_through_it_verifies(store: KeyStore, laid: bytes) -> None:
    now = datetime.now(UTC)
    signed = sealing.sign_as_person(laid, keystore=store, holder=HOLDER, at=now)
    roots = [base64.b64encode(root.public_bytes(serialization.Encoding.DER)).decode() for root in store.trust_roots()]
    (report,) = check(signed, {"roots": roots, "at": now.isoformat()})["reports"]
    assert (report["signer"], report["verdict"]) == (NAME, "valid")


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


@pytest.mark.parametrize("wrong", [{"token_label": "another"}, {"pin": "0000"}])
def test_a_token_that_cannot_be_opened_is_a_sentence(wrong: dict[str, str], soft: SoftKeys, token: TokenKeys) -> None:
    token.close()
    with pytest.raises(RuleBroken) as refusal:
        token_keys(soft, **wrong).signer(HOLDER)
    assert refusal.value.code == "signing.no_token"
    assert token.certificate(HOLDER), "the right PIN opens it again"


def test_the_private_key_on_the_token_cannot_be_taken_out(token: TokenKeys) -> None:
    token.close()
    with pkcs11.lib(str(SOFTHSM)).get_token(token_label="mocban").open(user_pin=PIN) as session:
        (key,) = session.get_objects({pkcs11.Attribute.CLASS: pkcs11.ObjectClass.PRIVATE_KEY})
        with pytest.raises(AttributeSensitive):
            key[pkcs11.Attribute.PRIVATE_EXPONENT]
