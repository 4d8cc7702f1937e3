"""A certificate authority for the tests, made by certomancer: every kind of certificate a verifier can meet.

    made = pki()                                  # no server; its addresses lead nowhere
    signer = made.signer("person")                # a pyHanko signer with the chain embedded
    judge(signed, trust=made.trust())             # trusts the root for signing and time stamps

`servers.serving()` gives the same authority with working addresses. All names are invented.
"""

from __future__ import annotations

import dataclasses
import datetime
import tempfile
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import ocsp
from asn1crypto import x509 as asn1_x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, KeyLabel, PKIArchitecture, ServiceLabel
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from mocban.signing.verification.trust import PURPOSES, SIGNING, TIMESTAMPING, Anchor, Trust

NOWHERE = "http://127.0.0.1:9"
ARCH = "an-hoa"
KEY_KINDS: dict[str, int | str] = {
    "root": 2048, "interm": 2048, "person": 2048, "organisation": 3072, "ecdsa": "ec", "ed25519": "ed",
    "tsa": 2048, "ocsp": 2048, "other-root": 2048, "small": 1024,
}  # fmt: skip

AUTHORITY = ["key_cert_sign", "crl_sign"]
SIGNS = ["digital_signature", "non_repudiation"]


def _basic() -> dict[str, Any]:
    return {"id": "basic_constraints", "critical": True, "value": {"ca": True}}


def _usage(*uses: str) -> dict[str, Any]:
    return {"id": "key_usage", "critical": True, "smart-value": {"schema": "key-usage", "params": list(uses)}}


def _purpose(*uses: str) -> dict[str, Any]:
    return {"id": "extended_key_usage", "critical": True, "value": list(uses)}


def _sources() -> list[dict[str, Any]]:
    """Where revocation data of the certificates of the intermediate authority is found."""
    crl = {"schema": "crl-dist-url", "params": {"crl-repo-names": ["interm"]}}
    aia = {"schema": "aia-urls", "params": {"ocsp-responder-names": ["interm"]}}
    return [
        {"id": "crl_distribution_points", "smart-value": crl},
        {"id": "authority_information_access", "smart-value": aia},
    ]


def _cert(subject: str, key: str = "", issuer: str = "interm", **more: Any) -> dict[str, Any]:
    return {
        "subject": subject,
        "subject-key": key or subject,
        "issuer": issuer,
        "authority-key": issuer,
        "validity": {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"},
        **more,
    }


def _signer(subject: str, key: str = "", *, sources: bool = False, **more: Any) -> dict[str, Any]:
    extensions = [_usage(*SIGNS), *(_sources() if sources else [])]
    return _cert(subject, key, **{"extensions": extensions, **more})


def _certificates() -> dict[str, Any]:
    person = "person"
    validity = {"valid-from": "2020-01-01T00:00:00+0000", "valid-to": "2022-01-01T00:00:00+0000"}
    later = {"valid-from": "2090-01-01T00:00:00+0000", "valid-to": "2100-01-01T00:00:00+0000"}
    no_check = {"id": "ocsp_no_check", "value": None}
    crl_at_root = {"schema": "crl-dist-url", "params": {"crl-repo-names": ["root"]}}
    root_sources = {"id": "crl_distribution_points", "smart-value": crl_at_root}
    return {
        "root": _cert("root", issuer="root", extensions=[_basic(), _usage(*AUTHORITY)]),
        "interm": _cert("interm", issuer="root", extensions=[_basic(), _usage(*AUTHORITY), root_sources]),
        "other-root": _cert("other-root", issuer="other-root", extensions=[_basic(), _usage(*AUTHORITY)]),
        "person": _signer(person),
        "person2": _signer("person2", person),
        "organisation": _signer("organisation"),
        "ecdsa": _signer("ecdsa"),
        "ed25519": _signer("ed25519"),
        "small": _signer("small"),
        # With addresses of CRL and OCSP, as certificates of public authorities have.
        "person-sources": _signer("person-sources", person, sources=True),
        "organisation-sources": _signer("organisation-sources", "organisation", sources=True),
        "revoked": _signer(
            "revoked", person, sources=True,
            revocation={"revoked-since": "2024-06-01T00:00:00+0000", "reason": "key_compromise"},
        ),
        "expired": _signer("expired", person, sources=True, validity=validity),
        "future": _signer("future", person, validity=later),
        "unknown": _signer("unknown", person, issuer="other-root"),
        "encipherment": _signer("encipherment", person, extensions=[_usage("key_encipherment")]),
        "stamping-only": _signer("stamping-only", person, extensions=[_usage(*SIGNS), _purpose("time_stamping")]),
        "no-usage": _signer("no-usage", person, extensions=[]),
        "email": _signer("email", person, extensions=[_usage(*SIGNS), _purpose("email_protection", "client_auth")]),
        "tsa": _cert("tsa", extensions=[_usage("digital_signature"), _purpose("time_stamping")]),
        "tsa-sources": _cert(
            "tsa-sources", "tsa", extensions=[_usage("digital_signature"), _purpose("time_stamping"), *_sources()]
        ),
        "tsa-expired": _cert(
            "tsa-expired", "tsa", extensions=[_usage("digital_signature"), _purpose("time_stamping")], validity=validity
        ),
        "tsa-unknown": _cert(
            "tsa-unknown", "tsa", "other-root", extensions=[_usage("digital_signature"), _purpose("time_stamping")]
        ),
        "tsa-wrong-purpose": _cert("tsa-wrong-purpose", "tsa", extensions=[_usage("digital_signature")]),
        "ocsp": _cert("ocsp", extensions=[_usage("digital_signature"), _purpose("ocsp_signing"), no_check]),
    }  # fmt: skip


def _entities() -> dict[str, Any]:
    office = "Ủy ban nhân dân xã An Hòa"
    people = {
        "person": "Trần Thị Bích Ngọc", "person2": "Lê Văn Hậu", "ecdsa": "Phạm Thị Ê-líp", "ed25519": "Đỗ Văn Cạnh",
        "small": "Ngô Thị Nhỏ", "person-sources": "Hoàng Văn Nguồn", "revoked": "Vũ Thị Thu Hồi",
        "expired": "Bùi Văn Hết Hạn", "future": "Đặng Thị Mai Sau", "encipherment": "Lý Văn Mã Hóa",
        "stamping-only": "Đinh Thị Giờ", "no-usage": "Trịnh Văn Trống", "email": "Mai Thị Thư",
    }  # fmt: skip
    named = {label: {"common-name": text, "organization-name": office} for label, text in people.items()}
    authorities = {
        "root": "Chứng thực gốc An Hòa", "interm": "Chứng thực cấp dưới An Hòa", "other-root": "Chứng thực gốc Lạ",
        "unknown": "Cao Văn Lạ", "organisation": office, "organisation-sources": "Hội đồng nhân dân xã An Hòa",
        "tsa": "Dấu thời gian An Hòa", "tsa-sources": "Dấu thời gian An Hòa hai", "tsa-expired": "Dấu thời gian cũ",
        "tsa-unknown": "Dấu thời gian lạ", "tsa-wrong-purpose": "Dấu thời gian sai mục đích", "ocsp": "Trả lời thu hồi",
    }  # fmt: skip
    return {**named, **{label: {"common-name": text} for label, text in authorities.items()}}


def _services() -> dict[str, Any]:
    tsas = {
        label: {"signing-cert": label, "signing-key": "tsa"} for label in _certificates() if label.startswith("tsa")
    }
    daily = {"simulated-update-schedule": "P1D"}
    return {
        "ocsp": {"interm": {"for-issuer": "interm", "responder-cert": "ocsp", "signing-key": "ocsp"}},
        "crl-repo": {
            "root": {"for-issuer": "root", "signing-key": "root", **daily},
            "interm": {"for-issuer": "interm", "signing-key": "interm", **daily},
        },
        "time-stamping": tsas,
    }


@cache
def _keys() -> dict[str, PrivateKeyTypes]:
    """One private key of each kind for the whole run: finding primes is most of the time."""

    def make(kind: int | str) -> PrivateKeyTypes:
        if kind == "ec":
            return ec.generate_private_key(ec.SECP256R1())
        if kind == "ed":
            return ed25519.Ed25519PrivateKey.generate()
        return rsa.generate_private_key(public_exponent=65537, key_size=int(kind))

    return {label: make(kind) for label, kind in KEY_KINDS.items()}


@dataclasses.dataclass(frozen=True)
class Pki:
    """The authority with its certificates, by the labels of `_certificates`."""

    arch: PKIArchitecture

    def certificate(self, label: str) -> asn1_x509.Certificate:
        """Return a certificate as asn1crypto knows it, as pyHanko wants it."""
        return self.arch.get_cert(CertLabel(label))

    def x509(self, label: str) -> x509.Certificate:
        """Return a certificate as cryptography knows it."""
        return x509.load_der_x509_certificate(self.der(label))

    def der(self, label: str) -> bytes:
        return bytes(self.certificate(label).dump())

    def key(self, label: str) -> asn1_keys.PrivateKeyInfo:
        """Return the private key of a certificate."""
        return self.arch.key_set.get_private_key(KeyLabel(self._key_label(label)))

    def private_key(self, label: str) -> PrivateKeyTypes:
        """Return the private key of a certificate as cryptography knows it."""
        return _keys()[self._key_label(label)]

    def _key_label(self, label: str) -> str:
        return str(self.arch.get_cert_spec(CertLabel(label)).subject_key)

    def store(self, *labels: str) -> SimpleCertificateStore:
        return SimpleCertificateStore.from_certs([self.certificate(label) for label in labels])

    def signer(self, label: str = "person", *, pss: bool = False, **more: Any) -> SimpleSigner:
        """Return a pyHanko signer; intermediate and root are embedded in what it signs."""
        chain = self.store("interm", "root") if label != "unknown" else self.store("other-root")
        values = {"signing_cert": self.certificate(label), "signing_key": self.key(label), "cert_registry": chain}
        return SimpleSigner(**{**values, "prefer_pss": pss, **more})

    def stamper(self, label: str = "tsa", *, at: datetime.datetime | None = None) -> DummyTimeStamper:
        """Return a time stamper without a network; `at` (aware) is the time it stamps, else now."""
        return DummyTimeStamper(
            self.certificate(label), self.key(label), certs_to_embed=self.store("interm", "root"), fixed_dt=at
        )

    def crl(self, issuer: str = "interm", *, at: datetime.datetime | None = None) -> bytes:
        """Return the CRL of "interm" or "root" that is in force at the time `at` (aware; else now).

        It is about all certificates of its issuer. The one that is served is about those that name its address.
        """
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        moment = at or datetime.datetime.now(datetime.UTC)
        listed = self.arch.service_registry.get_crl(ServiceLabel(issuer), moment).copy()
        body, key = listed["tbs_cert_list"], _keys()[issuer]
        assert isinstance(key, rsa.RSAPrivateKey)
        kept = [one for one in body["crl_extensions"] if one["extn_id"].native != "issuing_distribution_point"]
        body["crl_extensions"] = kept
        listed["signature"] = key.sign(body.dump(force=True), padding.PKCS1v15(), hashes.SHA256())
        return bytes(listed.dump(force=True))

    def ocsp(self, label: str, *, at: datetime.datetime | None = None) -> bytes:
        """Return the OCSP response about a certificate of "interm", given at the time `at` (aware; else now)."""
        certificate, issuer = self.certificate(label), self.certificate("interm")
        identity = ocsp.CertId(
            {
                "hash_algorithm": {"algorithm": "sha1"},
                "issuer_name_hash": issuer.subject.sha1,
                "issuer_key_hash": issuer.public_key.sha1,
                "serial_number": certificate.serial_number,
            }
        )
        asked = ocsp.OCSPRequest({"tbs_request": {"request_list": [{"req_cert": identity}]}})
        moment = at or datetime.datetime.now(datetime.UTC)
        responder = self.arch.service_registry.summon_responder(ServiceLabel("interm"), moment)
        return bytes(responder.build_ocsp_response(asked).dump())

    def trust(self, *, at: datetime.datetime | None = None, **changes: Any) -> Trust:
        """Return trust in the root for both purposes, at the time `at` (aware; else now)."""
        given = {"at": at or datetime.datetime.now(datetime.UTC), "anchors": (self.anchor("root"),)}
        return Trust(**{**given, **changes})

    def anchor(self, label: str, purposes: tuple[str, ...] = PURPOSES, **days: str) -> Anchor:
        return Anchor(self.der(label), purposes, **days)

    @cached_property
    def apart(self) -> tuple[Anchor, Anchor]:
        """The root for signatures alone and the other root for time stamps alone."""
        return self.anchor("root", (SIGNING,)), self.anchor("other-root", (TIMESTAMPING,))

    def sha1_signed(self, label: str = "person") -> asn1_x509.Certificate:
        """Return a copy of a certificate which the intermediate authority signed with SHA-1."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import padding

        tbs = self.certificate(label)["tbs_certificate"].copy()
        algorithm = {"algorithm": "sha1_rsa"}
        tbs["signature"] = algorithm
        issuer_key = _keys()["interm"]
        assert isinstance(issuer_key, rsa.RSAPrivateKey)
        value = issuer_key.sign(tbs.dump(force=True), padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
        return asn1_x509.Certificate(
            {"tbs_certificate": tbs, "signature_algorithm": algorithm, "signature_value": value}
        )

    def write_trust_folder(self, folder: Path, *labels: str) -> Path:
        """Write certificates as PEM files into `folder`, as the command line reads trust; the root when none named."""
        for label in labels or ("root",):
            data = self.x509(label).public_bytes(serialization.Encoding.PEM)
            (folder / f"{label}.pem").write_bytes(data)
        return folder


def build(address: str = NOWHERE) -> Pki:
    """Return the authority whose services are at `address` (scheme, host, port)."""
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with tempfile.TemporaryDirectory() as folder:
        for label, key in _keys().items():
            (Path(folder) / f"{label}.pem").write_bytes(key.private_bytes(*plain))
        configuration = {
            "external-url-prefix": address,
            "keysets": {ARCH: {"path-prefix": "", "keys": {label: {"path": f"{label}.pem"} for label in KEY_KINDS}}},
            "pki-architectures": {
                ARCH: {
                    "keyset": ARCH,
                    "entity-defaults": {"country-name": "VN"},
                    "entities": _entities(),
                    "certs": _certificates(),
                    "services": _services(),
                }
            },
        }
        made = CertomancerConfig(configuration, key_search_dir=folder)
    return Pki(made.get_pki_arch(ArchLabel(ARCH)))


@cache
def pki() -> Pki:
    """Return the authority whose addresses lead nowhere, made once."""
    return build()
