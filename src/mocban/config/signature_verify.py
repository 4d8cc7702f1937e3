"""Say what the signatures of files are worth: hợp lệ, không hợp lệ, or chưa đủ căn cứ tin cậy.

PDF, CMS (.p7s, .p7m), signed XML and ASiC containers, recognised by what they hold. For a detached signature X.p7s the
file X beside it is read, or the one named with --content.

Exit status: 0 every file is valid; 1 any other verdict; 2 some file could not be read or is of no known format.
With --json an array of {file, verdict, reasons, signatures} is printed in every one of these cases.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocban.signing.verification.findings import FileFinding
    from mocban.signing.verification.trust import Trust

VALID, OTHER, UNREADABLE = 0, 1, 2


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print an array for programs instead of sentences")
    parser.add_argument(
        "--trust", metavar="DIR", default=None,
        help="certificates, CRLs and OCSP answers to rely on (PEM or DER). A self-signed certificate, or one whose "
        "issuer is not in DIR, is a trust anchor; every other one is an intermediate. Without --trust nothing is "
        "trusted and no file can be valid.",
    )  # fmt: skip
    parser.add_argument("--strict", action="store_true", help="demand revocation data wherever a certificate names any")
    parser.add_argument("--at", type=moment, default=None, metavar="ISO", help="judge as of this moment (default now)")


def moment(text: str) -> datetime:
    """Read a moment in ISO 8601; without a zone it is meant in that of this machine. Raises ArgumentTypeError."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise argparse.ArgumentTypeError(f"not a moment in ISO 8601: {text!r}") from problem


def run(options: argparse.Namespace) -> int:
    """Judge every file, print what was found; returns the exit code."""
    from mocban.config.signature_trust import read_trust

    at = options.at or datetime.now(UTC)
    trust = read_trust(options.trust, at=at, strict=options.strict, warn=_warn)
    printing = _printed_json() if options.json else _printed_text()
    code = VALID
    with printing as show:
        for name in options.files:
            finding = judge_file(name, trust)
            show(name, finding)
            code = max(code, _code(finding))
    return code


def judge_file(name: str, trust: Trust) -> FileFinding:
    """Return what is found in the file called `name`; never raises for what is there or not there."""
    from mocban.config.signature_files import Unreadable, read_file
    from mocban.signing.verification.findings import Conclusion, FileFinding, Reason
    from mocban.signing.verification.judging import judge

    try:
        return judge(read_file(name), trust=trust)
    except Unreadable as problem:
        return FileFinding("", Conclusion.INDETERMINATE, (Reason(problem.code),), readable=False)
    except MemoryError:
        return FileFinding("", Conclusion.INDETERMINATE, (Reason("file.too_large"),), readable=False)


def _code(finding: FileFinding) -> int:
    if not finding.readable:
        return UNREADABLE
    return VALID if finding.conclusion.value == "valid" else OTHER


def _warn(sentence: str) -> None:
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


@contextlib.contextmanager
def _printed_json() -> Iterator[Any]:
    """Print one array, an element as soon as it is known, closed whatever happens between."""
    from mocban.config.signature_report import as_json

    before = "[\n"

    def show(name: str, finding: FileFinding) -> None:
        nonlocal before
        _say(before + json.dumps(as_json(name, finding), ensure_ascii=False, indent=1))
        before = ",\n"

    try:
        yield show
    finally:
        _say("[]\n" if before == "[\n" else "\n]\n")


@contextlib.contextmanager
def _printed_text() -> Iterator[Any]:
    from mocban.config.signature_report import as_text

    def show(name: str, finding: FileFinding) -> None:
        _say(as_text(name, finding) + "\n")

    yield show


def _say(text: str) -> None:
    """Write `text`; the bytes of a name that are no UTF-8 come out as escapes that JSON readers accept."""
    sys.stdout.write(re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found.group()):04x}", text))
    sys.stdout.flush()
