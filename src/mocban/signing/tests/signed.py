"""Signed files for the tests of verification, made with the tests' own authority."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import io
from datetime import UTC, datetime
from functools import cache
from typing import Any

from asn1crypto import cms as asn1
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
    made: Pki, content: bytes, label: str, detached: bool, stamped: bool, *, digest: str = "sha256", pss: bool = False
) -> asn1.ContentInfo:
    signing = made.signer(label, pss=pss).async_sign_general_data(
        content,
        digest,
        detached=detached,
        timestamper=made.stamper() if stamped else None,
        signed_attr_settings=PdfCMSSignedAttributes(signing_time=NOW, cades_signed_attrs=CAdESSignedAttrSpec()),
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
