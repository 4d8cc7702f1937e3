"""Signed files for the tests of verification, made with the tests' own authority."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
import zipfile
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from asn1crypto import cms as asn1
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.ades.api import CAdESSignedAttrSpec
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from signxml import XMLSigner, methods
from signxml.xades import XAdESSigner

from mocban.signing.tests import drafts
from mocban.signing.tests.pki import Pki

DSIG = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
ASIC = "http://uri.etsi.org/02918/v1.2.1#"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
NOW = datetime.now(UTC).replace(microsecond=0)


@cache
def pdf(made: Pki, label: str = "person", **more: Any) -> bytes:
    """Return a draft with one PAdES signature by the certificate `label`."""
    metadata = PdfSignatureMetadata(field_name="signature", subfilter=SigSeedSubFilter.PADES, **more)
    writer = IncrementalPdfFileWriter(io.BytesIO(drafts.draft()))
    out = sign_pdf(writer, metadata, signer=made.signer(label))
    return bytes(out.getbuffer())


@cache
def cms(made: Pki, content: bytes, *labels: str, detached: bool = False, stamped: bool = False, **more: Any) -> bytes:
    """Return a CAdES message over `content` by one signer ("person") or several, by default with the content inside."""
    messages = [_message(made, content, label, detached, stamped, **more) for label in labels or ("person",)]
    whole = messages[0]
    for other in messages[1:]:
        for part in ("signer_infos", "certificates", "digest_algorithms"):
            for one in other["content"][part]:
                whole["content"][part].append(one)
    return bytes(whole.dump(force=True))


def _message(
    made: Pki,
    content: bytes,
    label: str,
    detached: bool,
    stamped: bool,
    *,
    digest: str = "sha256",
    pss: bool = False,
    at: datetime = NOW,
    stamper: str = "tsa",
) -> asn1.ContentInfo:
    signing = made.signer(label, pss=pss).async_sign_general_data(
        content,
        digest,
        detached=detached,
        timestamper=made.stamper(stamper, at=None if at == NOW else at) if stamped else None,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=at, cades_signed_attrs=CAdESSignedAttrSpec()),
    )
    return asyncio.run(signing)


@cache
def xml(made: Pki, document: str, label: str = "person", *, xades: bool = True, **more: Any) -> bytes:
    """Return the document with an enveloped signature made by signxml, which shares no code with what is tested."""
    kind = XAdESSigner if xades else XMLSigner
    uri = more.pop("reference", None)
    signer = kind(**{"method": methods.enveloped, "signature_algorithm": "rsa-sha256", **more})
    chain = [made.x509(one) for one in (label, "interm")]
    root = signer.sign(etree.fromstring(document), key=made.private_key(label), cert=chain, reference_uri=uri)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def enveloping(made: Pki, data: str, label: str = "person") -> bytes:
    """Return a signature that holds the data in an object of its own."""
    chain = [made.x509(one) for one in (label, "interm")]
    signer = XMLSigner(method=methods.enveloping, signature_algorithm="rsa-sha256")
    return bytes(etree.tostring(signer.sign(etree.fromstring(data), key=made.private_key(label), cert=chain)))


class _Careless(XMLSigner):
    """A signer that does not refuse SHA-1."""

    def check_deprecated_methods(self) -> None:
        pass


@cache
def weak_xml(made: Pki, document: str) -> bytes:
    """Return the document signed with SHA-1."""
    signer = _Careless(method=methods.enveloped, signature_algorithm="rsa-sha1", digest_algorithm="sha1")
    root = signer.sign(
        etree.fromstring(document), key=made.private_key("person"), cert=[made.x509("person"), made.x509("interm")]
    )
    return bytes(etree.tostring(root))


@cache
def stamp_xml(made: Pki, document: bytes, *, over: bytes = b"") -> bytes:
    """Return signed XML with a time stamp over its signature value, or over something else."""
    root = etree.fromstring(document)
    value = next(root.iter("{*}SignatureValue"))
    octets = over or etree.tostring(value, method="c14n")
    token = asyncio.run(made.stamper().async_timestamp(hashlib.sha256(octets).digest(), "sha256"))
    holder = next(root.iter("{*}QualifyingProperties"))
    namespace = etree.QName(holder).namespace
    for name in ("UnsignedProperties", "UnsignedSignatureProperties", "SignatureTimeStamp"):
        holder = etree.SubElement(holder, f"{{{namespace}}}{name}")
    stamp = etree.SubElement(holder, f"{{{namespace}}}EncapsulatedTimeStamp")
    stamp.text = base64.b64encode(token.dump()).decode()
    return bytes(etree.tostring(root))


def signature_by_hand(
    made: Pki,
    references: list[tuple[str, str, bytes]],
    *,
    label: str = "person",
    method: str = "",
    canonical: str = "http://www.w3.org/2001/10/xml-exc-c14n#",
    qualified: bool = False,
    held: str = "",
    claimed_at: str = "",
) -> str:
    """Return a Signature element over (URI, Transforms element, digested bytes) as said, true or not.

    With `qualified` it carries XAdES properties that fix the time and the certificate; `held` are objects of its own.
    What is signed is written in its canonical form at once.
    """
    if qualified:
        properties = _properties(made, label, claimed_at or NOW.isoformat())
        transform = f'<Transforms><Transform Algorithm="{canonical}"></Transform></Transforms>'
        references = [*references, ("#properties", transform, properties.encode())]
        held += f'<Object><q:QualifyingProperties xmlns:q="{XADES}">{properties}</q:QualifyingProperties></Object>'
    info = (
        f'<SignedInfo xmlns="{DSIG}"><CanonicalizationMethod Algorithm="{canonical}"></CanonicalizationMethod>'
        f'<SignatureMethod Algorithm="{method or RSA_SHA256}"></SignatureMethod>'
        + "".join(_reference(uri, transforms, data) for uri, transforms, data in references)
        + "</SignedInfo>"
    )
    value = made.private_key(label).sign(info.encode(), padding.PKCS1v15(), hashes.SHA256())
    chain = "".join(f"<X509Certificate>{_base64(made.der(one))}</X509Certificate>" for one in (label, "interm"))
    return (
        f'<Signature xmlns="{DSIG}">{info}<SignatureValue>{_base64(value)}</SignatureValue>'
        f"<KeyInfo><X509Data>{chain}</X509Data></KeyInfo>{held}</Signature>"
    )


def _reference(uri: str, transforms: str, data: bytes) -> str:
    return (
        f'<Reference URI="{uri}">{transforms}<DigestMethod Algorithm="{SHA256}"></DigestMethod>'
        f"<DigestValue>{_base64(hashlib.sha256(data).digest())}</DigestValue></Reference>"
    )


def _properties(made: Pki, label: str, claimed_at: str) -> str:
    digest = _base64(hashlib.sha256(made.der(label)).digest())
    return (
        f'<q:SignedProperties xmlns:q="{XADES}" Id="properties"><q:SignedSignatureProperties>'
        f"<q:SigningTime>{claimed_at}</q:SigningTime><q:SigningCertificateV2><q:Cert><q:CertDigest>"
        f'<DigestMethod xmlns="{DSIG}" Algorithm="{SHA256}"></DigestMethod>'
        f'<DigestValue xmlns="{DSIG}">{digest}</DigestValue></q:CertDigest></q:Cert></q:SigningCertificateV2>'
        "</q:SignedSignatureProperties></q:SignedProperties>"
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def asic(
    made: Pki,
    files: dict[str, bytes],
    *labels: str,
    cades: bool = False,
    kind: str = "e",
    mimetype: str = "",
    extra: dict[str, bytes] | None = None,
) -> bytes:
    """Return an ASiC container with a signature over `files` by each label; `extra` files are in it and not signed."""
    written = {"mimetype": (mimetype or f"application/vnd.etsi.asic-{kind}+zip").encode(), **files, **(extra or {})}
    for number, label in enumerate(labels or ("person",)):
        if not cades:
            references = [(quote(name), "", data) for name, data in files.items()]
            signature = signature_by_hand(made, references, label=label, qualified=True)
            written[f"META-INF/signatures{number}.xml"] = (
                f'<a:XAdESSignatures xmlns:a="{ASIC}">{signature}</a:XAdESSignatures>'.encode()
            )
        elif kind == "s":
            written["META-INF/signature.p7s"] = cms(made, next(iter(files.values())), label, detached=True)
        else:
            name = f"META-INF/signature{number}.p7s"
            listed = "".join(
                _reference(quote(path), "", data).replace("Reference", "a:DataObjectReference")
                for path, data in files.items()
            )
            manifest = (
                f'<a:ASiCManifest xmlns:a="{ASIC}" xmlns="{DSIG}"><a:SigReference URI="{name}"/>'
                f"{listed}</a:ASiCManifest>"
            ).encode()
            written[f"META-INF/ASiCManifest{number}.xml"] = manifest
            written[name] = cms(made, manifest, label, detached=True)
    return zipped(written)


def zipped(files: dict[str, bytes], *, deflated: bool = True) -> bytes:
    """Return a ZIP of the files, the first one stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, data) in enumerate(files.items()):
            packed = zipfile.ZIP_DEFLATED if number and deflated else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), data, packed)
    return out.getvalue()
