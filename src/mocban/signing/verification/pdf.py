"""Every signature of a PDF file, judged: bytes, mathematics, certificate, time, and what was changed after each.

Runs in the helper process. The order: structure of the bytes, the signed data, document time stamps from the last to
the first (each proves a time for what it covers), the signer's chain at the best known time, the changes.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import Any

import pikepdf
from asn1crypto import x509

from mocban.lib.disk import Content

from . import chain, digests, objects, pdf_changes, pdf_date, signeddata, structure
from .changes import Document
from .evidence import Evidence, level_of
from .findings import Conclusion, FileFinding, Reason, SignatureFinding, gravest, unique
from .identity import identity
from .objects import get
from .revocation import BROKEN
from .sentences import weight
from .stamps import Proof, judge_signer
from .timestamps import TimestampFinding, judge_timestamp
from .trust import Trust

MOST_SIGNATURES = 60  # more on one document is an attack on the reader, not a practice of any office
PADES, STAMP = "/ETSI.CAdES.detached", "/ETSI.RFC3161"
DETACHED = frozenset({PADES, "/adbe.pkcs7.detached"})
OLD_KINDS = frozenset({"/adbe.pkcs7.sha1", "/adbe.x509.rsa_sha1"})


@dataclasses.dataclass
class Found:
    """One signature on its way through the judgement."""

    field: objects.Field
    covered: structure.Covered
    kind: str = ""  # the sub-filter
    contents: bytes = b""
    signed: signeddata.SignedDataFinding | None = None
    stamp: TimestampFinding | None = None  # when it is a document time stamp
    own_stamps: list[TimestampFinding] = dataclasses.field(default_factory=list)
    proved_at: datetime | None = None
    time_by: str = ""
    reasons: list[Reason] = dataclasses.field(default_factory=list)

    @property
    def is_stamp(self) -> bool:
        return self.kind == STAMP

    @property
    def claimed_at(self) -> datetime | None:
        """What the signer's own clock said: in the signed data, or, as PAdES wants it, in the signed dictionary."""
        if self.signed is not None and self.signed.claimed_at is not None:
            return self.signed.claimed_at
        stated = get(self.field.value, "/M")
        return pdf_date.read(str(stated)) if isinstance(stated, pikepdf.String) else None


def judge_pdf(data: Content, trust: Trust) -> FileFinding:
    """Return what the signatures of a PDF are worth; never raises for what the file holds."""
    if not structure.is_pdf(data):
        return _unreadable("file.unreadable")
    reasons: list[Reason] = []
    try:
        pdf, repaired = _open(data)
    except pikepdf.PasswordError:
        return _unreadable("file.encrypted")
    except objects.BROKEN:
        return _unreadable("file.unreadable")
    if pdf.is_encrypted:
        return _unreadable("file.encrypted")
    if repaired:
        reasons.append(Reason("file.damaged"))
    try:
        document = Document.read(pdf)
        signatures = _signatures(data, document)
    except objects.TooMuch:
        return _concluded([Reason("file.too_complex")], [])
    except objects.BROKEN:
        return _unreadable("file.unreadable")
    if get(document.form.dictionary, "/XFA") is not None:
        reasons.append(Reason("file.xfa"))
    if not signatures:
        return _concluded([*reasons, Reason("file.no_signature")], [])
    if len(signatures) > MOST_SIGNATURES:
        reasons.append(Reason("structure.too_many_signatures", {"most": str(MOST_SIGNATURES)}))
        del signatures[MOST_SIGNATURES:]
    _compare_ranges(signatures)
    evidence = Evidence.read(pdf)
    _judge_data(data, signatures)
    _judge_times(data, signatures, trust, evidence)
    ends = structure.revision_ends(data)
    changes = pdf_changes.Judgement(data, document, signatures, ends, repaired=repaired)
    if all(one.is_stamp for one in signatures):
        reasons.append(Reason("file.only_time_stamps"))
    gone = changes.removed()
    if gone:
        reasons.append(Reason("file.signature_removed", {"field": gone}))
    return _concluded(reasons, [_finding(one, trust, evidence, changes, ends) for one in signatures])


def _open(data: Content) -> tuple[pikepdf.Pdf, bool]:
    try:
        return objects.opened(data), False
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        return objects.opened(data, recover=True), True


def _unreadable(code: str) -> FileFinding:
    return FileFinding("pdf", Conclusion.INDETERMINATE, (Reason(code),), readable=False)


def _concluded(reasons: list[Reason], signatures: list[SignatureFinding]) -> FileFinding:
    parts = [*(weight(one) for one in reasons), *(one.conclusion for one in signatures)]
    return FileFinding("pdf", gravest(parts), tuple(reasons), tuple(signatures))


def _signatures(data: Content, document: Document) -> list[Found]:
    """Return the signatures in the order of signing, those without a place in it last."""
    found: list[Found] = []
    for field in document.form.fields.values():
        if not field.signed:
            continue
        if len(found) > MOST_SIGNATURES:
            break
        found.append(_signature(data, field))
    return sorted(found, key=lambda one: one.covered.end or len(data) + 1)


def _signature(data: Content, field: objects.Field) -> Found:
    value = field.value
    contents, byte_range = get(value, "/Contents"), get(value, "/ByteRange")
    numbers = list(byte_range) if isinstance(byte_range, pikepdf.Array) and len(byte_range) <= 8 else None
    written = bytes(contents) if isinstance(contents, pikepdf.String) else b""
    kind = get(value, "/SubFilter")
    covered = structure.covered(data, numbers, written)
    found = Found(field, covered, str(kind) if isinstance(kind, pikepdf.Name) else "", written)
    found.reasons += covered.reasons
    return found


def _compare_ranges(signatures: list[Found]) -> None:
    """Two signatures share neither dictionary nor end; each later one covers the earlier ones wholly."""
    for place, one in enumerate(signatures):
        for other in signatures[place + 1 :]:
            ref = objects.ref(one.field.value)
            shared = ref != (0, 0) and ref == objects.ref(other.field.value)
            if shared or (one.contents and one.covered.end and one.covered == other.covered):
                one.reasons.append(Reason("structure.shared"))
                other.reasons.append(Reason("structure.shared"))
            elif one.covered.end and other.covered.end and not one.covered.end <= other.covered.gap_from:
                other.reasons.append(Reason("structure.overlap"))


# --- the signed data --------------------------------------------------------------------------------------------


def _judge_data(data: Content, signatures: list[Found]) -> None:
    view = memoryview(data)
    for one in signatures:
        if not one.covered.end:
            continue
        if one.kind in OLD_KINDS:
            one.reasons.append(Reason("signature.old_kind", {"kind": one.kind[1:]}))
            continue
        if one.kind not in DETACHED and not one.is_stamp:
            one.reasons.append(Reason("signature.kind", {"kind": one.kind[1:] or "?"}))
            continue
        signed = signeddata.load(one.contents)
        if signeddata.followed(one.contents):
            one.reasons.append(Reason("structure.padding"))
        if signed is None:
            one.reasons.append(Reason("signature.unreadable"))
        elif not one.is_stamp:
            one.signed = signeddata.judge_signed_data(signed, digest=_Digests(*_signed_parts(view, one.covered)))
            one.reasons += one.signed.reasons
            if one.kind == PADES and one.signed.signer is not None and not one.signed.names_certificate:
                one.reasons.append(Reason("signature.unbound"))


def _signed_parts(view: memoryview, covered: structure.Covered) -> tuple[memoryview, memoryview]:
    return view[: covered.gap_from], view[covered.gap_to : covered.end]


class _Digests:
    """The digest of the joined parts by the name of the algorithm; computed once for each."""

    def __init__(self, *parts: bytes | memoryview) -> None:
        self._parts = parts
        self._made: dict[str, bytes] = {}

    def __call__(self, name: str) -> bytes:
        if name not in self._made:
            self._made[name] = digests.over(name, self._parts)
        return self._made[name]


# --- times ------------------------------------------------------------------------------------------------------


def _judge_times(data: Content, signatures: list[Found], trust: Trust, evidence: Evidence) -> None:
    """Judge document time stamps from the last to the first, then the signatures' own."""
    view = memoryview(data)
    beside: dict[str, Any] = {
        "crls": evidence.crls, "ocsps": evidence.ocsps, "others": _carried(signatures, evidence),
    }  # fmt: skip
    proved: list[tuple[int, datetime, str]] = []  # end of what is covered, time, service
    for one in reversed(signatures):
        if not one.covered.end:
            continue
        later = min((entry for entry in proved if entry[0] > one.covered.end), key=lambda entry: entry[1], default=None)
        until = later[1] if later else None
        if one.is_stamp:
            token = signeddata.load(one.contents)
            if token is None:
                continue
            digest = _Digests(*_signed_parts(view, one.covered))
            one.stamp = judge_timestamp(token, digest=digest, trust=trust, proved_at=until, **beside)
            one.reasons += one.stamp.reasons
            # Only a stamp that stands as a whole proves a time for what it covers.
            sound = not any(weight(reason) == Conclusion.INVALID for reason in one.reasons)
            if one.stamp.at is not None and sound:
                proved.append((one.covered.end, one.stamp.at, one.stamp.by))
            continue
        if one.signed is None:
            continue
        signature = _Digests(one.signed.signature)
        for token in one.signed.timestamps:
            own = judge_timestamp(token, digest=signature, trust=trust, proved_at=until, **beside)
            one.own_stamps.append(own)
            one.reasons += own.reasons
        times = [(own.at, own.by) for own in one.own_stamps if own.at is not None]
        times += [(later[1], later[2])] if later else []
        if times:
            one.proved_at, one.time_by = min(times)


def _carried(signatures: list[Found], evidence: Evidence) -> list[x509.Certificate]:
    """Return all certificates of the file: a signature or a stamp may lack the authority between that another carries.

    They prove nothing by themselves, every path is checked.
    """
    return [*evidence.certificates, *(other for one in signatures if one.signed for other in one.signed.others)]


# --- the finding ------------------------------------------------------------------------------------------------


def _finding(
    one: Found, trust: Trust, evidence: Evidence, changes: pdf_changes.Judgement, ends: list[int]
) -> SignatureFinding:
    values: dict[str, Any] = {}
    if one.signed is not None and one.signed.signer is not None:
        late = all(own.at is None for own in one.own_stamps)
        led = judge_signer(
            one.signed.signer,
            Proof(one.proved_at, one.time_by, (), late=late),
            others=[*one.signed.others, *_carried(changes.signatures, evidence)],
            trust=trust,
            claimed_at=one.claimed_at,
            crls=(*one.signed.crls, *evidence.crls),
            ocsps=(*one.signed.ocsps, *evidence.ocsps),
        )
        one.reasons += led.reasons
        values = {**_identity(one.signed.signer), "chain": led.chain}
    elif one.stamp is not None and one.stamp.certificate is not None:
        values = {**_identity(one.stamp.certificate), "chain": one.stamp.chain}
    changed = changes.of(one)
    reasons = unique((*one.reasons, *changed.reasons))
    conclusion = gravest([weight(reason) for reason in reasons]) if reasons else Conclusion.VALID
    if conclusion != Conclusion.INVALID and one.covered.end:
        told = "content.filled" if changed.filled else "content.unchanged"
        reasons = (Reason(told), *reasons)
    stamped = one.stamp.said if one.stamp is not None else None
    claimed = stamped if one.is_stamp else one.claimed_at
    return SignatureFinding(
        name=one.field.name,
        form="timestamp" if one.is_stamp else "pades" if one.kind == PADES else "pdf",
        conclusion=conclusion,
        reasons=reasons,
        level=level_of(one, changes.signatures, evidence) if one.kind == PADES else "",
        claimed_at=claimed.isoformat() if claimed else "",
        proved_at=_proved(one),
        time_by=one.stamp.by if one.stamp is not None and one.stamp.at else one.time_by,
        digest=one.signed.digest if one.signed is not None else "",
        certifies=changes.certifies(one),
        **_permitted(one),
        revision=sum(end < one.covered.end for end in ends) + 1 if one.covered.end else 0,
        covered=one.covered.end,
        whole=one.covered.whole,
        additions=changed.additions,
        **values,
    )


def _permitted(one: Found) -> dict[str, Any]:
    try:
        found = pdf_changes.permission_of(one.field)
    except (objects.TooMuch, *objects.BROKEN):
        return {}
    actions = {one.action for one in found.locks} - {""}
    locks = "all" if "/All" in actions else "some" if actions else ""
    return {"permits": found.level, "locks": locks}


def _proved(one: Found) -> str:
    at = one.stamp.at if one.stamp is not None else one.proved_at
    return at.isoformat() if at else ""


def _identity(certificate: x509.Certificate) -> dict[str, Any]:
    try:
        return identity(certificate)
    except BROKEN:
        return {"signer": chain.common_name(certificate.subject)}
