"""Signatures kept for long, for the tests: archive time stamps of CAdES and XAdES, as the standards word them."""

from __future__ import annotations

import asyncio
import base64
import copy
import hashlib
from datetime import datetime
from typing import Any

from asn1crypto import algos, cms, core
from lxml import etree

from mocban.signing.tests.pki import Pki

STAMP, CERTIFICATES, REVOCATION = (f"1.2.840.113549.1.9.16.2.{number}" for number in (14, 23, 24))
SECOND, THIRD, INDEX = "1.2.840.113549.1.9.16.2.48", "0.4.0.1733.2.4", "0.4.0.19122.1.5"
_FIELDS = ("version", "sid", "digest_algorithm", "signed_attrs", "signature_algorithm", "signature")


DSIG, NEWER = "http://www.w3.org/2000/09/xmldsig#", "http://uri.etsi.org/01903/v1.4.1#"


class _Digests(core.SequenceOf):  # type: ignore[misc]
    _child_spec = core.OctetString


class _Index(core.Sequence):  # type: ignore[misc]
    _fields = [
        ("algorithm", algos.DigestAlgorithm),
        ("certificates", _Digests),
        ("crls", _Digests),
        ("attributes", _Digests),
    ]


def token(made: Pki, data: bytes, label: str, at: datetime | None) -> cms.ContentInfo:
    """Return a time stamp over `data`."""
    stamp = made.stamper(label, at=at).async_timestamp(hashlib.sha256(data).digest(), "sha256")
    found: cms.ContentInfo = asyncio.run(stamp)
    return found.copy()


def unsigned(info: cms.SignerInfo) -> list[Any]:
    return list(info["unsigned_attrs"])


def add(info: cms.SignerInfo, number: str, value: core.Asn1Value) -> None:
    """Add an unsigned attribute of that number."""
    attribute = cms.CMSAttribute({"type": number, "values": [core.Any.load(value.dump())]})
    info["unsigned_attrs"] = cms.CMSAttributes([*unsigned(info), attribute])


def archive(
    made: Pki,
    message: bytes,
    content: bytes,
    *,
    label: str = "tsa",
    at: datetime | None = None,
    leave: tuple[str, ...] = (),
    bogus: bool = False,
) -> bytes:
    """Return the CAdES message with an archive time stamp (version 3) over its first signer.

    Attributes of the numbers in `leave` are not in its index; with `bogus` the index names what is not there.
    """
    whole = cms.ContentInfo.load(message)
    signed, info = whole["content"], whole["content"]["signer_infos"][0]
    index = _Index(
        {
            "algorithm": {"algorithm": "sha256"},
            "certificates": [_sha256(one.dump()) for one in signed["certificates"]],
            "crls": [_sha256(one.dump()) for one in signed["crls"] or ()] + [b"\0" * 32] * bogus,
            "attributes": [
                _sha256(one["type"].dump() + value.dump())
                for one in unsigned(info)
                if one["type"].dotted not in leave
                for value in one["values"]
            ],
        }
    )
    covered = signed["encap_content_info"]["content_type"].dump() + _sha256(content)
    covered += b"".join(info[name].dump() for name in _FIELDS) + index.dump()
    stamp = token(made, covered, label, at)
    add(stamp["content"]["signer_infos"][0], INDEX, index)
    add(info, THIRD, stamp)
    return bytes(whole.dump(force=True))


def archive_second(
    made: Pki, message: bytes, content: bytes, *, headed: bool = True, at: datetime | None = None
) -> bytes:
    """Return the message with an archive time stamp of the older kind; `headed` tells which edition is followed."""
    whole = cms.ContentInfo.load(message)
    signed, info = whole["content"], whole["content"]["signer_infos"][0]
    outside = content if signed["encap_content_info"]["content"].native is None else b""
    covered = signed["encap_content_info"].dump() + outside + signed["certificates"].dump()
    covered += b"".join(info[name].dump() for name in _FIELDS)
    attributes = info["unsigned_attrs"].dump()
    covered += attributes if headed else info["unsigned_attrs"].contents
    add(info, SECOND, token(made, covered, "tsa", at))
    return bytes(whole.dump(force=True))


# --- XAdES -------------------------------------------------------------------------------------------------------


def qualifying(root: etree._Element) -> tuple[etree._Element, str]:
    """Return the UnsignedSignatureProperties of the only signature, made if need be, and its namespace."""
    holder = next(root.iter("{*}QualifyingProperties"))
    namespace = str(etree.QName(holder).namespace)
    for name in ("UnsignedProperties", "UnsignedSignatureProperties"):
        found = holder.find(f"{{{namespace}}}{name}")
        holder = etree.SubElement(holder, f"{{{namespace}}}{name}") if found is None else found
    return holder, namespace


def stamp_xml(
    made: Pki, document: bytes, kind: str, *, label: str = "tsa", at: datetime | None = None, about: str = ""
) -> bytes:
    """Return signed XML with a time stamp of the `kind` over what the standard says, or `about` something else."""
    root = etree.fromstring(document)
    holder, namespace = qualifying(root)
    data = about.encode() or b"".join(_parts(root, holder, kind))
    stamp = etree.SubElement(holder, f"{{{NEWER if kind == 'ArchiveTimeStamp' else namespace}}}{kind}")
    value = etree.SubElement(stamp, f"{{{namespace}}}EncapsulatedTimeStamp")
    value.text = base64.b64encode(token(made, data, label, at).dump()).decode()
    return bytes(etree.tostring(root))


def add_property(document: bytes, name: str, text: str) -> bytes:
    """Return signed XML with one more unsigned property."""
    root = etree.fromstring(document)
    holder, namespace = qualifying(root)
    part = etree.SubElement(holder, f"{{{namespace}}}{name}")
    etree.SubElement(part, f"{{{namespace}}}Words").text = text
    return bytes(etree.tostring(root))


def _parts(root: etree._Element, holder: etree._Element, kind: str) -> list[bytes]:
    signature = next(root.iter(f"{{{DSIG}}}Signature"))
    value = next(signature.iter(f"{{{DSIG}}}SignatureValue"))
    names = {"SignatureTimeStamp": (), "RefsOnlyTimeStamp": ("CompleteCertificateRefs", "CompleteRevocationRefs")}
    if kind != "ArchiveTimeStamp":
        wanted = names.get(kind, ("SignatureTimeStamp", *names["RefsOnlyTimeStamp"]))
        found = [one for one in holder if etree.QName(one).localname in wanted]
        return [_canonical(one) for one in ([] if kind == "RefsOnlyTimeStamp" else [value]) + found]
    referenced = [_referenced(root, one) for one in signature.iter(f"{{{DSIG}}}Reference")]
    inner = [next(signature.iter(f"{{{DSIG}}}SignedInfo")), value, *signature.findall(f"{{{DSIG}}}KeyInfo"), *holder]
    inner += [one for one in signature.findall(f"{{{DSIG}}}Object") if holder not in one.iter()]
    return [*referenced, *map(_canonical, inner)]


def _referenced(root: etree._Element, reference: etree._Element) -> bytes:
    """Return the octets of a reference, which must be those that the signer digested."""
    target = copy.deepcopy(root)
    if reference.get("URI"):
        target = next(one for one in target.iter() if "#" + (one.get("Id") or "") == reference.get("URI"))
    else:
        signature = next(target.iter(f"{{{DSIG}}}Signature"))
        signature.getparent().remove(signature)
    octets = _canonical(target)
    digest = base64.b64decode("".join(reference.findtext(f"{{{DSIG}}}DigestValue").split()))
    assert hashlib.sha256(octets).digest() == digest
    return octets


def _canonical(element: etree._Element) -> bytes:
    return bytes(etree.tostring(element, method="c14n", with_comments=False, with_tail=False))


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()
