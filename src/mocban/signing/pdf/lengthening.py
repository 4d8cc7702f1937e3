"""Make signatures provable for longer: revocation data and a time stamp over the whole file, appended as an update.

The file is read and written in a helper process; only the time stamp itself is asked for here, and put into the room
that the helper left for it. So a file from elsewhere can be lengthened without being parsed beside the keys.
"""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of its PDF objects without types.
from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

from asn1crypto import cms, crl, ocsp, x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import DocumentTimestamp, PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_signer import _ensure_esic_ext
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter

from mocban.lib.disk import File, Grown, appended, size_of
from mocban.signing.adapters.times import RankedTimes, signing_certificate
from mocban.signing.pdf import contained, guard
from mocban.signing.pdf.evidence import about
from mocban.signing.pdf.grades import ARCHIVE, BASIC, LONG_TERM, TIME, Grade
from mocban.signing.pdf.refusals import refuse

DIGEST = "sha256"
TOKEN_ROOM = 12 * 1024  # bytes kept for a time stamp with its whole chain
SIGNATURES_READ = 50


def lengthen(pdf: File, *, grade: Grade) -> File:
    """Return `pdf` with the revocation data of its signatures and, at B-LTA, a time stamp over the whole file appended.

    Returns `pdf` as it is when the grade asks for neither, or when revocation data lacks: what cannot be proved whole
    stays at B-T. Raises Refused: revoked, no time, unreadable.
    """
    if not grade.at_least(LONG_TERM):
        return pdf
    found, _data = contained.run("lengthen_read", pdf, {})
    return append(pdf, found, grade)


def append(pdf: File, found: dict[str, Any], grade: Grade, *, require: bool = False) -> File:
    """Return `pdf` lengthened, where `found` is what `read` found in it.

    With `require` raises Refused `signing.no_revocation` where `lengthen` would leave the file as it is.
    """
    proof = _proof(found, grade, require=require)
    if proof is None:
        return pdf
    room = 2 * TOKEN_ROOM if grade.at_least(ARCHIVE) else 0
    prepared, tail = contained.run("lengthen_write", pdf, {**proof, "room": room})
    if not room:
        return appended(pdf, lambda stream: _add(stream, tail))
    assert grade.times is not None
    length = size_of(pdf)
    start, end = int(prepared["start"]) - length, int(prepared["end"]) - length
    if not 0 <= start < end <= len(tail) or end - start != room + 2:
        refuse("signing.unreadable")  # the helper may have been taken over by its input
    token = _token(grade.times, base64.b64decode(prepared["digest"]))
    written = io.BytesIO(tail)
    PreparedByteRangeDigest(b"", start, end).fill_reserved_region(written, token)
    return appended(pdf, lambda stream: _add(stream, written.getvalue()))


def _add(stream: BinaryIO, tail: bytes) -> None:
    stream.seek(0, io.SEEK_END)
    stream.write(tail)


def _proof(found: dict[str, Any], grade: Grade, *, require: bool = False) -> dict[str, Any] | None:
    """Return what `write` puts into the file, or None (a refusal with `require`) when it cannot be proved whole."""
    assert grade.evidence is not None
    if not found["signatures"]:
        if require:
            refuse("signing.no_signature_inside")
        return None
    proof = grade.evidence.gather(_bytes(found["certificates"]), _bytes(found["leaves"]))
    if not proof.complete:
        if require:
            refuse("signing.no_revocation", names=", ".join(proof.lacking))
        return None
    return {
        "certificates": _texts(proof.certificates),
        "ocsps": _texts(proof.ocsps),
        "crls": _texts(proof.crls),
    }


def _token(times: RankedTimes, digest: bytes) -> bytes:
    token: bytes = times.stamp(digest, DIGEST).dump()
    if len(token) > TOKEN_ROOM:
        refuse("signing.no_time", names=times.outcomes[-1].authority.name)
    return token


def read(pdf: BinaryIO) -> dict[str, Any]:
    """Return what is needed to judge how long the file can be proved, and to lengthen that; plain values.

    `level`: the lowest of its signatures, raised by the time stamps over the whole file; `stamps`: each time stamp
    with its time, the last day of its certificate and its algorithms; `certificates` and `leaves`: DER in base64, the
    leaves being signers and time stampers whose revocation data is not in the file yet.
    """
    with guard.hostile_input():
        reader = guard.open_reader(pdf)
        signatures = reader.embedded_regular_signatures[:SIGNATURES_READ]
        documents = reader.embedded_timestamp_signatures[-SIGNATURES_READ:]
        pool: dict[bytes, x509.Certificate] = {}
        leaves: dict[bytes, x509.Certificate] = {}
        inner, stamps = [], []
        for signature in signatures:
            _keep(pool, signature.other_embedded_certs)
            leaves[signature.signer_cert.dump()] = signature.signer_cert
            attached = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
            # What waits for its signature from elsewhere has an empty value in the place of the time stamp.
            stamped = isinstance(attached, cms.SignedData)
            inner.append(stamped)
            if attached is not None and stamped:
                _keep(pool, [choice.chosen for choice in attached["certificates"]])
                leaf = signing_certificate(attached)
                leaves[leaf.dump()] = leaf
                stamps.append({**_stamp(attached, leaf), "kind": "signature"})
        for document in documents:
            _keep(pool, document.other_embedded_certs)
            stamps.append({**_stamp(document.signed_data, document.signer_cert), "kind": "document"})
        proved = _proved(reader)
        wanted = {der: leaf for der, leaf in leaves.items() if not proved(leaf)}
        if documents:  # the last one protects all before it, and nothing in the file was made after it
            wanted[documents[-1].signer_cert.dump()] = documents[-1].signer_cert
        level = TIME if inner and (all(inner) or documents) else BASIC
        if level == TIME and "/DSS" in reader.root:
            level = ARCHIVE if documents else LONG_TERM
        return {
            "level": level,
            "signatures": len(signatures),
            "stamps": stamps,
            "certificates": _texts(pool),
            "leaves": _texts(wanted),
        }


def _proved(reader: PdfFileReader) -> Callable[[x509.Certificate], bool]:
    """Return what tells whether the file holds revocation data about a certificate."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except ValidationInfoReadingError:
        return lambda _leaf: False
    held = {one.dump() for one in store.load_certs()}
    answers = [ocsp.OCSPResponse.load(one.get_object().data) for one in store.ocsps]
    lists = [crl.CertificateList.load(one.get_object().data) for one in store.crls]
    serials = {about(one) for one in answers}
    issuers = {one.issuer.dump() for one in lists}

    def proved(leaf: x509.Certificate) -> bool:
        return leaf.dump() in held or leaf.serial_number in serials or leaf.issuer.dump() in issuers

    return proved


def _keep(pool: dict[bytes, x509.Certificate], found: Sequence[x509.Certificate]) -> None:
    pool.update({one.dump(): one for one in found[:SIGNATURES_READ]})


def _stamp(signed: cms.SignedData, leaf: x509.Certificate) -> dict[str, str]:
    (signer,) = signed["signer_infos"]
    info = signed["encap_content_info"]["content"].parsed
    key = leaf.public_key
    return {
        "at": info["gen_time"].native.isoformat(),
        "until": leaf.not_valid_after.isoformat(),
        "digest": str(info["message_imprint"]["hash_algorithm"]["algorithm"].native),
        "signature_digest": str(signer["digest_algorithm"]["algorithm"].native),
        "key": f"{key.algorithm}-{key.bit_size}",
    }


def write(pdf: Grown, values: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the update that holds the revocation data and, with `room`, an open place for a time stamp.

    The place is given as offsets in the whole file with the digest to be stamped, in base64.
    """
    with guard.hostile_input():
        prepared = _written(pdf, values)  # type: ignore[arg-type]
        tail = bytes(pdf.added)
    if prepared is None:
        return {}, tail
    place = {"start": prepared.reserved_region_start, "end": prepared.reserved_region_end}
    return {**place, "digest": base64.b64encode(prepared.document_digest).decode()}, tail


def _written(pdf: BinaryIO, values: dict[str, Any]) -> PreparedByteRangeDigest | None:
    """Append the update to the open file; returns the open place for a time stamp, None without `room`."""
    writer = guard.open_update(pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        sig_contents=None,
        certs=[x509.Certificate.load(der) for der in _bytes(values["certificates"])],
        ocsps=[ocsp.OCSPResponse.load(der) for der in _bytes(values["ocsps"])],
        crls=[crl.CertificateList.load(der) for der in _bytes(values["crls"])],
    )
    _ensure_esic_ext(writer)
    if values["room"]:
        return _room_for_stamp(writer, int(values["room"]))
    writer.write_in_place()
    return None


def _room_for_stamp(writer: IncrementalPdfFileWriter, room: int) -> PreparedByteRangeDigest:
    taken = {str(field.get_object().get("/T", "")) for field in writer.root["/AcroForm"]["/Fields"]}
    name = next(name for number in range(1, 10_000) if (name := f"mb_time_{number}") not in taken)
    embedder = PdfCMSEmbedder(SigFieldSpec(name, invis_sig_settings=InvisSigSettings()))
    steps = embedder.write_cms(field_name=name, writer=writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=DocumentTimestamp(bytes_reserved=room)))
    prepared: PreparedByteRangeDigest
    prepared, _stream = steps.send(SigIOSetup(md_algorithm=DIGEST, in_place=True, chunk_size=1 << 20))
    return prepared


def _bytes(texts: Sequence[str]) -> list[bytes]:
    return [base64.b64decode(text) for text in texts]


def _texts(ders: Sequence[bytes] | dict[bytes, Any]) -> list[str]:
    return [base64.b64encode(der).decode() for der in ders]
