"""The mathematics of one XML signature: what it signs, by which key, and whether both hold.

Everything is read from the canonical form of SignedInfo, the very octets that are signed: what a parser sees in the
file besides (comments that split a digest, say) cannot mislead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from lxml import etree

from . import carried
from .xml_reading import read
from .xml_references import CANONICAL, DS, Referred, Resolve, Unfit, canonical, decoded, follow, form_of, octets_of

REFERENCES_READ = 1000
_MANIFEST = f"{{{DS}}}Manifest"
_MORE, _NEW, _NEWEST = (
    "http://www.w3.org/2001/04/xmldsig-more#",
    "http://www.w3.org/2007/05/xmldsig-more#",
    "http://www.w3.org/2021/04/xmldsig-more#",
)
HASHES: dict[str, Callable[[], hashes.HashAlgorithm]] = {
    "md5": hashes.MD5, "sha1": hashes.SHA1, "sha224": hashes.SHA224, "sha256": hashes.SHA256,
    "sha384": hashes.SHA384, "sha512": hashes.SHA512, "sha3_256": hashes.SHA3_256, "sha3_384": hashes.SHA3_384,
    "sha3_512": hashes.SHA3_512,
}  # fmt: skip
# URI: (kind, digest)
METHODS = {
    DS + "rsa-sha1": ("rsa", "sha1"),
    _MORE + "rsa-md5": ("rsa", "md5"),
    DS + "ecdsa-sha1": ("ecdsa", "sha1"),
    _MORE + "ecdsa-sha1": ("ecdsa", "sha1"),
    **{f"{_MORE}{kind}-sha{size}": (kind, f"sha{size}") for kind in ("rsa", "ecdsa") for size in (224, 256, 384, 512)},
    **{f"{_NEW}sha{size}-rsa-MGF1": ("pss", f"sha{size}") for size in (1, 224, 256, 384, 512)},
    **{f"{_NEW}sha3-{size}-rsa-MGF1": ("pss", f"sha3_{size}") for size in (256, 384, 512)},
    **{f"{_NEWEST}ecdsa-sha3-{size}": ("ecdsa", f"sha3_{size}") for size in (256, 384, 512)},
    _NEWEST + "eddsa-ed25519": ("eddsa", ""),
    _NEWEST + "eddsa-ed448": ("eddsa", ""),
}


@dataclass(frozen=True)
class Signed:
    """What one signature says by its own octets. `value` is what a time stamp over it covers."""

    references: tuple[etree._Element, ...]
    method: tuple[str, str]
    octets: list[bytes]  # the ways to write what is signed, see `canonical`
    value: bytes
    certificates: list[x509.Certificate]

    @property
    def digest(self) -> str:
        """The digest of the signature method; EdDSA has one of its own."""
        return self.method[1] or "sha512"


def open_signature(signature: etree._Element) -> Signed:
    """Read a Signature element in its document. Raises Unfit, RuleBroken or ValueError for what is malformed."""
    parts = {
        name: signature.findall(f"{{{DS}}}{name}") for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object")
    }
    if len(parts["SignedInfo"]) != 1 or len(parts["SignatureValue"]) != 1 or len(parts["KeyInfo"]) > 1:
        raise Unfit("xml.malformed_signature")
    if sum(map(len, parts.values())) != len(signature):
        raise Unfit("xml.malformed_signature")
    info = parts["SignedInfo"][0]
    form, prefixes = form_of(_only(info, "CanonicalizationMethod"))
    octets = canonical(info, form, prefixes, CANONICAL[form][1])
    said = read(octets[0])
    references = said.findall(f"{{{DS}}}Reference")
    if not 0 < len(references) <= REFERENCES_READ or len(said) != len(references) + 2:
        raise Unfit("xml.malformed_signature")
    return Signed(
        tuple(references),
        _method(_only(said, "SignatureMethod")),
        octets,
        decoded(parts["SignatureValue"][0]),
        carried.certificates(decoded(one) for one in signature.iterfind(f"{{{DS}}}KeyInfo//{{{DS}}}X509Certificate")),
    )


def follow_all(
    signed: Signed, signature: etree._Element, ids: Mapping[str, list[etree._Element]], resolve: Resolve
) -> list[Referred]:
    """Follow every reference, and those of a signed Manifest. Raises Unfit for one that must not be followed."""
    found = [follow(one, signature, ids, resolve) for one in signed.references]
    listed = [part for one in found if one.matches for part in _listed(one.element)]
    if len(listed) > REFERENCES_READ:
        raise Unfit("xml.malformed_signature")
    return found + [follow(one, signature, ids, resolve) for one in listed]


def _listed(element: etree._Element | None) -> list[etree._Element]:
    """Return the references of a Manifest, or of those in an Object, from the canonical octets that are signed."""
    if element is None or element.tag not in (_MANIFEST, f"{{{DS}}}Object"):
        return []
    said = read(canonical(element, next(iter(CANONICAL)), (), False)[0])
    return [one for manifest in said.iter(_MANIFEST) for one in manifest.iterfind(f"{{{DS}}}Reference")]


def octets_of_all(
    signed: Signed, signature: etree._Element, ids: Mapping[str, list[etree._Element]], resolve: Resolve, form: str
) -> list[list[bytes]]:
    """Return what every reference points at, in the canonical `form` where it names none. Raises Unfit."""
    return [octets_of(one, signature, ids, resolve, form) for one in signed.references]


def signer_of(signed: Signed, candidates: Sequence[x509.Certificate]) -> tuple[x509.Certificate | None, bool]:
    """Return the certificate whose key made the signature, and True; without one, the first that could be meant."""
    for one in candidates:
        if holds(signed, one):
            return one, True
    return (candidates[0] if candidates else None), False


def holds(signed: Signed, certificate: x509.Certificate) -> bool:
    """Whether the key of the certificate made the signature value."""
    kind, digest = signed.method
    try:
        key = serialization.load_der_public_key(certificate.public_key.dump())
    except (UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return any(_verified(key, kind, digest, signed.value, octets) for octets in signed.octets)


def _verified(key: PublicKeyTypes, kind: str, digest: str, value: bytes, data: bytes) -> bool:
    """Whether the value was made over `data` by the key, which must be of that kind."""
    try:
        return _checked(key, kind, digest, value, data)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False


def _checked(key: PublicKeyTypes, kind: str, digest: str, value: bytes, data: bytes) -> bool:
    """Return True when the value holds, False when the key is of another kind. Raises InvalidSignature."""
    if kind == "eddsa" and isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(value, data)
        return True
    if kind in ("rsa", "pss") and isinstance(key, rsa.RSAPublicKey):
        made = HASHES[digest]()
        pss = padding.PSS(mgf=padding.MGF1(made), salt_length=made.digest_size)
        key.verify(value, data, padding.PKCS1v15() if kind == "rsa" else pss, made)
        return True
    if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
        half = (key.curve.key_size + 7) // 8
        if len(value) != 2 * half:
            return False
        pair = (int.from_bytes(value[:half]), int.from_bytes(value[half:]))
        key.verify(utils.encode_dss_signature(*pair), data, ec.ECDSA(HASHES[digest]()))
        return True
    return False


def _method(node: etree._Element) -> tuple[str, str]:
    name = node.get("Algorithm", "")
    if "hmac" in name.casefold():
        raise Unfit("xml.hmac")
    if name not in METHODS or len(node):
        raise Unfit("algorithm.unknown", name=name.rpartition("#")[2][:40] or "?")
    return METHODS[name]


def _only(parent: etree._Element, name: str) -> etree._Element:
    found = parent.findall(f"{{{DS}}}{name}")
    if len(found) != 1:
        raise Unfit("xml.malformed_signature")
    return found[0]
