"""Time stamps (RFC 3161) of several authorities: the first that answers well stamps, whatever it answers is checked."""

# mypy: disallow-untyped-calls=False
# pyHanko and asn1crypto leave their functions without types.
from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from asn1crypto import cms, core, tsp, x509
from django.utils.translation import gettext_lazy as _
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from mocban.signing.adapters.web import Unanswered, Web
from mocban.signing.pdf.refusals import Refused

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
AT_MOST = 64 * 1024  # bytes of an answer; a token with its whole chain is a tenth of that

# Why an answer was of no use, in words for the administrator.
FAILURES = {
    "address": _("Địa chỉ không đúng: chỉ nhận http hoặc https."),
    "unreachable": _("Không kết nối được."),
    "late": _("Không trả lời trong thời gian chờ."),
    "status": _("Trả lời mã lỗi HTTP %(detail)s thay vì dấu thời gian."),
    "large": _("Trả lời quá lớn, không phải dấu thời gian."),
    "rubbish": _("Trả lời không đọc được, không phải dấu thời gian."),
    "refused": _("Từ chối cấp dấu thời gian (%(detail)s)."),
    "imprint": _("Dấu thời gian không phải của nội dung đã gửi đi."),
    "nonce": _("Trả lời không phải của lần hỏi này (sai số ngẫu nhiên)."),
    "purpose": _("Chứng thư của nơi trả lời không dùng để cấp dấu thời gian."),
    "expired": _("Chứng thư của nơi cấp dấu thời gian không còn hoặc chưa có hiệu lực."),
    "signature": _("Chữ ký trong dấu thời gian không đúng."),
    "clock": _("Đồng hồ lệch %(detail)s so với máy chủ."),
}


@dataclass(frozen=True)
class Authority:
    """One authority to ask; `key` is how the caller knows it again."""

    key: str
    name: str
    url: str


@dataclass(frozen=True)
class Outcome:
    """What came of asking one authority; `reason` names a sentence of FAILURES, empty when it answered well."""

    authority: Authority
    at: datetime
    reason: str = ""
    detail: str = ""

    @property
    def failure(self) -> str:
        """The failure in words, empty when there was none."""
        return str(FAILURES[self.reason] % {"detail": self.detail}) if self.reason else ""


class _Answer(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    """RFC 3161, TimeStampResp: a refusal holds no token, which asn1crypto's own class does not know."""

    _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class _Bad(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class RankedTimes(TimeStamper):
    """A time stamper of pyHanko that asks `authorities` in their order until one answers well.

    `tolerance` is how far the authority's clock may be from ours; `outcomes` says afterwards who answered and who did
    not. Raises Refused `signing.no_time`, and `signing.clock_differs` when clocks were all that was wrong.
    """

    authorities: Sequence[Authority]
    tolerance: timedelta = timedelta(minutes=5)
    web: Web = field(default_factory=lambda: Web(at_most=AT_MOST))
    now: Callable[[], datetime] = _now
    outcomes: list[Outcome] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._failing: set[str] = set()  # asked last from now on, or each document of a batch would wait for them

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """Return the token over `message_digest`; pyHanko's own entry, which waits for the network like any other."""
        return self.stamp(message_digest, md_algorithm)

    def stamp(self, digest: bytes, algorithm: str) -> cms.ContentInfo:
        """Return the token over `digest` of the first authority that answers well. Raises Refused, see the class."""
        clocks: list[Outcome] = []
        for authority in sorted(self.authorities, key=lambda one: one.key in self._failing):
            try:
                token = self._ask(authority, digest, algorithm)
            except (_Bad, Unanswered) as bad:
                outcome = Outcome(authority, self.now(), bad.reason, bad.detail)
                self.outcomes.append(outcome)
                self._failing.add(authority.key)
                clocks += [outcome] if bad.reason == "clock" else []
                continue
            self.outcomes.append(Outcome(authority, self.now()))
            self._failing.discard(authority.key)
            return token
        if clocks:
            raise Refused("signing.clock_differs", name=clocks[0].authority.name, difference=clocks[0].detail)
        raise Refused("signing.no_time", names=", ".join(authority.name for authority in self.authorities))

    def _ask(self, authority: Authority, digest: bytes, algorithm: str) -> cms.ContentInfo:
        nonce, request = self.request_cms(digest, algorithm)
        asked = self.now()
        answer = self.web.post(authority.url, request.dump(), content_type=QUERY, accept=REPLY)
        try:
            return _checked(answer, digest, int(nonce), asked, self.now(), self.tolerance)
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError) as rubbish:
            raise _Bad("rubbish") from rubbish


def _checked(
    answer: bytes, digest: bytes, nonce: int, asked: datetime, now: datetime, tolerance: timedelta
) -> cms.ContentInfo:
    """Return the token in `answer` when it stamps `digest`, answers `nonce`, and is properly signed by a TSA."""
    response = _Answer.load(answer, strict=True)
    status = response["status"]
    if status["status"].native not in ("granted", "granted_with_mods"):
        detail = ", ".join([*(status["status_string"].native or []), *(status["fail_info"].native or [])])
        raise _Bad("refused", detail[:80] or str(status["status"].native))
    token = response["time_stamp_token"]
    signed = token["content"]
    content = signed["encap_content_info"]
    if token["content_type"].native != "signed_data" or content["content_type"].native != "tst_info":
        raise _Bad("rubbish")
    info: tsp.TSTInfo = content["content"].parsed
    if info["message_imprint"]["hashed_message"].native != digest:
        raise _Bad("imprint")
    if info["nonce"].native != nonce:
        raise _Bad("nonce")
    _check_signature(signed, now)
    moment: datetime = info["gen_time"].native
    if not asked - tolerance <= moment <= now + tolerance:
        raise _Bad("clock", _difference(moment - now))
    return token


def _check_signature(signed: Any, now: datetime) -> None:
    certificate = signing_certificate(signed)
    usage = certificate.extended_key_usage_value
    if usage is None or usage.native != ["time_stamping"]:
        raise _Bad("purpose")
    if not certificate.not_valid_before <= now <= certificate.not_valid_after:
        raise _Bad("expired")
    (signer,) = signed["signer_infos"]
    content = bytes(signed["encap_content_info"]["content"])
    actual = hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()
    try:
        intact, valid = validate_sig_integrity(signer, certificate, "tst_info", actual)
    except SignatureValidationError as wrong:
        raise _Bad("signature") from wrong
    if not (intact and valid):
        raise _Bad("signature")


def signing_certificate(signed: Any) -> x509.Certificate:
    """Return the certificate of the one signer of a time stamp's SignedData. Raises ValueError when it is not there."""
    (signer,) = signed["signer_infos"]
    sid = signer["sid"]
    for choice in signed["certificates"]:
        certificate = choice.chosen
        if sid.name == "subject_key_identifier":
            if certificate.key_identifier == sid.chosen.native:
                return certificate
        elif sid.chosen["serial_number"].native == certificate.serial_number and (
            sid.chosen["issuer"].dump() == certificate.issuer.dump()
        ):
            return certificate
    raise ValueError("the signer's certificate is not in the token")


def _difference(apart: timedelta) -> str:
    """Say how far clocks are apart, roughly, in Vietnamese."""
    seconds = abs(apart.total_seconds())
    if seconds < 3600:
        return str(_("%(count)s phút") % {"count": max(1, round(seconds / 60))})
    if seconds < 48 * 3600:
        return str(_("%(count)s giờ") % {"count": round(seconds / 3600)})
    return str(_("%(count)s ngày") % {"count": round(seconds / 86400)})
