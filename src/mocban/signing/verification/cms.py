"""Judge CMS messages (RFC 5652) and CAdES signatures: attached (.p7m) and detached (.p7s), by any number of signers.

Runs in the helper process. Each signer is judged as the only one of a message of its own (`signeddata.py`).
"""

# mypy: disallow-untyped-calls=False
from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from asn1crypto import cms, core, parser, x509

from mocban.signing.pdf.guard import HOSTILE

from . import archiving, carried, digests
from .detect import CMS, der_of, detect, unsigned_headers
from .findings import FileFinding, Reason, SignatureFinding
from .identity import concluded, filed, moment, unreadable
from .signeddata import judge_signed_data
from .stamps import Proof, judge_signer, judge_stamps
from .trust import Trust

SIGNERS_READ = 50
DEEPEST = 5  # messages in messages
HEADERS_NAMED = 5
_PADDING = b"\0\r\n\t "


@dataclass(frozen=True)
class Message:
    """A parsed message: what it signs, and what it carries along."""

    signed: cms.SignedData
    inside: bytes | None  # the content that the message holds itself
    payload: bytes | None  # that, or the content given for it
    certificates: tuple[x509.Certificate, ...]
    crls: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]

    @property
    def content_type(self) -> str:
        """The name or number of the kind of content, such as "data"."""
        return str(self.signed["encap_content_info"]["content_type"].native)


def judge_cms(data: bytes, *, trust: Trust, content: bytes | None = None, depth: int = 0) -> FileFinding:
    """Return what the message `data` is worth for `content`, or for the content that it holds itself.

    `depth` counts the messages around this one.
    """
    try:
        message = read(der_of(data), content)
        infos = list(message.signed["signer_infos"])
    except HOSTILE:
        return unreadable()
    reasons = []
    if headers := unsigned_headers(data):
        reasons.append(Reason("cms.headers_unsigned", {"names": ", ".join(headers[:HEADERS_NAMED])}))
    if len(infos) > SIGNERS_READ:
        reasons.append(Reason("file.too_many_signatures", {"most": str(SIGNERS_READ)}))
    if content is not None and message.inside is not None and message.inside != content:
        reasons.append(Reason("cms.content_differs"))
    found = [judge_one(info, message, str(number), trust) for number, info in enumerate(infos[:SIGNERS_READ], 1)]
    return filed("cms", reasons, [*found, *_inner(message, trust, depth)])


def _inner(message: Message, trust: Trust, depth: int) -> list[SignatureFinding]:
    """Judge the signatures in a message that was signed as the content of another one: a reader unpacks both."""
    if message.inside is None or detect(message.inside) != CMS:
        return []
    if depth >= DEEPEST:
        return [concluded("…", "cms", [Reason("file.too_complex")])]
    within = judge_cms(message.inside, trust=trust, depth=depth + 1)
    detached = any(one.code == "cms.content_missing" for kept in within.signatures for one in kept.reasons)
    return [] if detached else [dataclasses.replace(one, name=f"{depth + 1}.{one.name}") for one in within.signatures]


def read(der: bytes, content: bytes | None = None) -> Message:
    """Parse a message (DER or BER). Raises one of HOSTILE for what is none, or has something behind it."""
    length = parser.peek(der)
    if der[length:].strip(_PADDING):
        raise ValueError("bytes behind the message")
    info = cms.ContentInfo.load(der[:length])
    if info["content_type"].native != "signed_data":
        raise ValueError("no signed data")
    signed = info["content"]
    held = signed["encap_content_info"]["content"]
    inside = None if held is core.VOID else bytes(held)
    return Message(signed, inside, content if inside is None else inside, *carried.of_message(signed))


def judge_one(info: cms.SignerInfo, message: Message, name: str, trust: Trust) -> SignatureFinding:
    """Return what one signer's signature is worth."""
    try:
        return _judged(info, message, name, trust)
    except HOSTILE:
        return concluded(name, "cms", [Reason("signature.unreadable")])


def _judged(info: cms.SignerInfo, message: Message, name: str, trust: Trust) -> SignatureFinding:
    held, crls, ocsps = carried.of_signer(info)
    known = [*message.certificates, *held, *carried.certificates(trust.others)]
    if not any(_is_named(one, info["sid"]) for one in known):
        return concluded(name, "cms", [Reason("signature.certificate_missing")])
    payload = message.payload
    seen = judge_signed_data(
        _alone(info, message, known),
        digest=lambda algorithm: digests.of(algorithm, payload or b""),
        content_type=message.content_type,
    )
    reasons = list(seen.reasons)
    if payload is None:
        reasons = [one for one in reasons if one.code != "signature.broken"] + [Reason("cms.content_missing")]
    elif info["signed_attrs"] is core.VOID and _looks_like_attributes(payload):
        # The attributes of another message, shown as if they were content: the signature over them would hold.
        reasons.append(Reason("signature.attributes"))
    crls, ocsps = [*message.crls, *seen.crls, *crls], [*message.ocsps, *seen.ocsps, *ocsps]
    stamps = archiving.stamps_of(info, message.signed, payload)
    proof = judge_stamps(stamps, trust=trust, others=known, crls=crls, ocsps=ocsps)
    reasons += proof.reasons
    if any(one["type"].native == "counter_signature" for one in info["unsigned_attrs"]):
        reasons.append(Reason("signature.countersigned"))
    led: tuple[str, ...] = ()
    if seen.signer is not None:
        judged = judge_signer(
            seen.signer,
            proof,
            others=known,
            trust=trust,
            claimed_at=seen.claimed_at,
            crls=crls,
            ocsps=ocsps,
        )
        reasons += judged.reasons
        led = judged.chain
    return concluded(
        name, "cades" if seen.names_certificate else "cms", reasons, seen.signer,
        level=level(seen.names_certificate, proof, evidence=bool(crls or ocsps)),
        claimed_at=moment(seen.claimed_at), proved_at=moment(proof.at), time_by=proof.by, digest=seen.digest,
        chain=led, whole=payload is not None,
    )  # fmt: skip


def level(names_certificate: bool, proof: Proof, *, evidence: bool) -> str:
    """Return the baseline level that the content reaches; `evidence` tells that it carries revocation data."""
    if not names_certificate:
        return ""
    if proof.at is None:
        return "B-B"
    return ("B-LTA" if proof.archived else "B-LT") if evidence else "B-T"


def _alone(info: cms.SignerInfo, message: Message, known: list[x509.Certificate]) -> cms.SignedData:
    """Return a detached message with this signer only."""
    content = {"content_type": message.signed["encap_content_info"]["content_type"].copy()}
    once = {one.dump(): one for one in known}
    return cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [info["digest_algorithm"]],
            "encap_content_info": content,
            "certificates": [cms.CertificateChoices("certificate", one) for one in once.values()],
            "signer_infos": [info],
        }
    )


def _looks_like_attributes(payload: bytes) -> bool:
    try:
        return payload[:1] == b"\x31" and cms.CMSAttributes.load(payload, strict=True)[0]["type"].native is not None
    except HOSTILE:
        return False


def _is_named(certificate: x509.Certificate, sid: cms.SignerIdentifier) -> bool:
    """Whether the signer's certificate is meant: by issuer and number, or by the identifier of its key."""
    if sid.name == "issuer_and_serial_number":
        same = certificate.serial_number == sid.chosen["serial_number"].native
        return bool(same and certificate.issuer == sid.chosen["issuer"])
    return bool(certificate.key_identifier == sid.chosen.native)
