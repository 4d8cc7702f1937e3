"""The door: judge the signatures of a file. The work happens in the helper process."""

from __future__ import annotations

from mocban.signing.pdf import reports
from mocban.signing.verification.detect import PDF, detect
from mocban.signing.verification.findings import Conclusion, FileFinding, Reason, SignatureFinding, gravest
from mocban.signing.verification.holders import with_holders
from mocban.signing.verification.others import judge_other
from mocban.signing.verification.trust import Trust

_CODES = {
    "valid": "content.unchanged",
    "valid_filled": "content.filled",
    "unknown_issuer": "chain.unknown_root",
    "changed": "content.changed",
    "broken": "signature.broken",
    "unreadable": "signature.unreadable",
}


def judge(data: bytes, *, trust: Trust, content: bytes | None = None) -> FileFinding:
    """Return what the signatures of the file `data` are worth; never raises for what the file holds.

    `content` is the file that a detached signature is about.
    """
    kind = detect(data)
    if kind == PDF:
        return with_holders(_judge_pdf(data, trust=trust))
    return with_holders(judge_other(data, kind, trust=trust, content=content))


def _judge_pdf(data: bytes, *, trust: Trust) -> FileFinding:
    from cryptography import x509

    from mocban.lib.errors import RuleBroken
    from mocban.signing.verification.sentences import weight

    roots = [x509.load_der_x509_certificate(one.certificate) for one in trust.anchors]
    try:
        found = reports.verify(data, trust_roots=roots, at=trust.at)
    except RuleBroken:
        return FileFinding("", Conclusion.INDETERMINATE, (Reason("file.unreadable"),), readable=False)
    signatures = []
    for one in found:
        code = _CODES[one.verdict]
        reason = Reason(code, {"issuer": "?"} if code == "chain.unknown_root" else {})
        signatures.append(
            SignatureFinding(
                one.field, "pades", weight(reason), (reason,), signer=one.signer, organisation=one.organisation,
                serial=one.serial, claimed_at=one.signed_at, whole=one.whole,
            )
        )  # fmt: skip
    reasons = () if signatures else (Reason("file.no_signature"),)
    return FileFinding("pdf", gravest([one.conclusion for one in signatures]), reasons, tuple(signatures))
