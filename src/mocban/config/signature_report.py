"""What `./mocban signature verify` prints of a finding: plain values for programs, sentences for people.

No value but `verdict` is ever one of the three verdicts, whatever a certificate or a file is called: programs may look
for these words alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.signing.verification.findings import Conclusion
from mocban.signing.verification.sentences import sentence

if TYPE_CHECKING:
    from mocban.signing.verification.findings import Addition, FileFinding, SignatureFinding

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
VERDICTS = frozenset(one.value for one in Conclusion)
RESULTS = {Conclusion.VALID: "passed", Conclusion.INVALID: "failed", Conclusion.INDETERMINATE: "unproven"}
WORDS = {
    Conclusion.VALID: gettext_lazy("hợp lệ"),
    Conclusion.INVALID: gettext_lazy("không hợp lệ"),
    Conclusion.INDETERMINATE: gettext_lazy("chưa đủ căn cứ tin cậy"),
}
COPIED = (
    "name", "form", "signer", "organisation", "holder", "subject", "issuer", "serial", "valid_from", "valid_until",
    "level", "claimed_at", "proved_at",
    "time_by", "digest", "algorithm", "certifies", "revision",
)  # fmt: skip


def as_json(name: str, finding: FileFinding) -> dict[str, Any]:
    """Return the element of the printed array for the file called `name`."""
    rest = _kept_apart(
        {
            "file": f"./{name}" if name in VERDICTS else name,
            "reasons": reasons_of(finding),
            "signatures": [_signature(one) for one in finding.signatures],
        }
    )
    return {"file": rest["file"], "verdict": finding.conclusion.value, **rest}


def reasons_of(finding: FileFinding) -> list[str]:
    """Return the sentences behind the verdict: of the file, then of each signature, named when there are several."""
    found = [sentence(one) for one in finding.reasons]
    for number, one in enumerate(finding.signatures, start=1):
        before = f"{_title(number, one)}: " if len(finding.signatures) > 1 else ""
        found += [before + sentence(reason) for reason in one.reasons]
    return found


def _signature(one: SignatureFinding) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in COPIED},
        "result": RESULTS[one.conclusion],
        "reasons": [sentence(reason) for reason in one.reasons],
        "covers_whole_file": one.whole,
        "additions": [
            {"text": sentence(added), "page": added.page, "revision": added.revision} for added in one.additions
        ],
        "chain": list(one.chain),
    }


def _kept_apart(value: Any) -> Any:
    """Return `value` with every text that would read as a verdict put in quotation marks."""
    if isinstance(value, dict):
        return {key: _kept_apart(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_kept_apart(one) for one in value]
    return f"«{value}»" if isinstance(value, str) and value.strip().casefold() in VERDICTS else value


def as_text(name: str, finding: FileFinding) -> str:
    """Return the report for a reader, a line for each thing found."""
    lines = [f"{_plain(name)}: {str(WORDS[finding.conclusion]).upper()}"]
    lines += [f"  {_plain(sentence(one))}" for one in finding.reasons]
    for number, one in enumerate(finding.signatures, start=1):
        lines += ["", f"  {_plain(_title(number, one))}: {WORDS[one.conclusion]}"]
        lines += [f"    {_plain(text)}" for text in _told(one)]
    return "\n".join([*lines, ""])


def _title(number: int, one: SignatureFinding) -> str:
    what = _("Dấu thời gian %(number)s") if one.form == "timestamp" else _("Chữ ký %(number)s")
    title = what % {"number": number}
    return f"{title} ({one.signer})" if one.signer else title


def _told(one: SignatureFinding) -> list[str]:
    told = [sentence(reason) for reason in one.reasons]
    facts = (
        (_("Người ký"), one.signer),
        (_("Cơ quan, tổ chức"), one.organisation),
        (_("Đơn vị cấp chứng thư số"), one.issuer),
        (_("Số hiệu chứng thư số"), one.serial),
        (_("Thời điểm theo máy người ký"), _moment(one.claimed_at)),
        (_("Thời điểm được chứng thực"), f"{_moment(one.proved_at)} ({one.time_by})" if one.proved_at else ""),
        (_("Dạng chữ ký"), " ".join(part for part in (one.form, one.level, one.algorithm, one.digest) if part)),
    )
    told += [f"{label}: {value}" for label, value in facts if value]
    told.append(_covers(one))
    told += [_added(added) for added in one.additions]
    return told


def _moment(text: str) -> str:
    """Return a moment in ISO 8601 as a reader in Viet Nam writes it."""
    try:
        return f"{datetime.fromisoformat(text).astimezone(ZONE):%H:%M:%S %d/%m/%Y (giờ Việt Nam)}" if text else ""
    except (ValueError, OverflowError):  # the first and the last year that a computer knows
        return text


def _covers(one: SignatureFinding) -> str:
    if one.whole:
        return _("Chữ ký bao trùm toàn bộ tệp.")
    if one.covered:
        return _("Chữ ký bao trùm %(bytes)s byte đầu của tệp; phần sau được thêm sau khi ký.") % {"bytes": one.covered}
    return _("Chữ ký không bao trùm toàn bộ tệp.")


def _added(added: Addition) -> str:
    text = _("Thêm sau khi ký: %(what)s") % {"what": sentence(added)}
    return _("%(text)s (trang %(page)s)") % {"text": text, "page": added.page} if added.page else text


def _plain(text: str) -> str:
    """Keep one line one line: names of files and certificates may hold anything, terminal commands too."""
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
