"""Say what the signatures of files are worth: hợp lệ, không hợp lệ, or chưa đủ căn cứ tin cậy.

PDF, CMS (.p7s, .p7m), signed XML and ASiC containers, recognised by what they hold. For a detached signature X.p7s the
file X beside it is read, or the one named with --content.

Exit status: 0 every file is valid; 1 any other verdict; 2 some file could not be read or is of no known format.
With --json an array of {file, verdict, reasons, signatures} is printed in every one of these cases.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import itertools
import json
import os
import re
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from mocban.lib.disk import DiskFile, digest_of

if TYPE_CHECKING:
    from mocban.signing.verification.findings import FileFinding
    from mocban.signing.verification.trust import Trust

VALID, OTHER, UNREADABLE = 0, 1, 2
YEARS = range(1970, 2501)  # there were no certificates before, and none goes further
HELPERS = 2  # processes that judge at once


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.set_defaults(refuse=parser.error)
    parser.add_argument("files", nargs="+", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print an array for programs instead of sentences")
    parser.add_argument(
        "--trust", metavar="DIR", default=None,
        help="certificates, CRLs and OCSP answers to rely on (PEM or DER). A self-signed certificate, or one whose "
        "issuer is not in DIR, is a trust anchor; every other one is an intermediate. Without --trust nothing is "
        "trusted and no file can be valid.",
    )  # fmt: skip
    parser.add_argument("--content", metavar="FILE", default=None, help="what a detached signature is about")
    parser.add_argument("--report", metavar="DIR", default=None, help="write a report of each file there (ETSI, XML)")
    parser.add_argument("--strict", action="store_true", help="demand revocation data wherever a certificate names any")
    parser.add_argument("--at", type=moment, default=None, metavar="ISO", help="judge as of this moment (default now)")


def moment(text: str) -> datetime:
    """Read a moment in ISO 8601; without a zone it is meant in that of this machine. Raises ArgumentTypeError."""
    try:
        found = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as problem:
        raise argparse.ArgumentTypeError(f"not a moment in ISO 8601: {text!r}") from problem
    if found.year not in YEARS:
        raise argparse.ArgumentTypeError(f"not a year between {YEARS.start} and {YEARS.stop - 1}: {text!r}")
    return found


def run(options: argparse.Namespace) -> int:
    """Judge every file, print what was found; returns the exit code."""
    from mocban.config.signature_trust import read_trust

    if options.content is not None and len(options.files) > 1:
        options.refuse("--content goes with one FILE")
    if options.report is not None and not os.path.isdir(options.report):
        options.refuse(f"--report: there is no folder {options.report}")
    at = options.at or datetime.now(UTC)
    trust = read_trust(options.trust, at=at, strict=options.strict, warn=_warn)
    printing = _printed_json() if options.json else _printed_text()
    code = VALID
    with printing as show:
        for name, judged in in_order(lambda name: judge_file(name, trust, options.content), options.files):
            show(name, judged.finding)
            if options.report is not None:
                _write_report(options.report, name, judged, trust)
            code = max(code, _code(judged.finding))
    return code


@dataclass(frozen=True)
class Judged:
    """What was found in a file, and the file; none where it could not be read."""

    finding: FileFinding
    file: DiskFile | None = None


def in_order(judge_one: Callable[[str], Judged], names: Sequence[str]) -> Iterator[tuple[str, Judged]]:
    """Judge several files at once and yield them in the order of `names`."""
    from mocban.signing.pdf import contained

    helpers = min(HELPERS, os.cpu_count() or 1)
    contained.allow(helpers)
    waiting: deque[tuple[str, Future[Judged]]] = deque()
    pool = ThreadPoolExecutor(helpers)
    try:
        for name in names:
            waiting.append((name, pool.submit(judge_one, name)))
            if len(waiting) > 2 * helpers:
                first, judged = waiting.popleft()
                yield first, judged.result()
        for name, judged in waiting:
            yield name, judged.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def judge_file(name: str, trust: Trust, content: str | None = None) -> Judged:
    """Judge the file called `name`, with what it signs in the file `content` or, when detached, beside it.

    Never raises for what is there or not there.
    """
    from mocban.config.signature_files import Unreadable, file_at
    from mocban.signing.verification.identity import unreadable
    from mocban.signing.verification.judging import judge, judge_beside

    file = None
    try:
        file = file_at(name)
        if content is None:
            found = judge_beside(file, trust=trust, beside=lambda: _beside(name))
        else:
            found = judge(file, trust=trust, content=file_at(content, empty=True))
    except Unreadable as problem:
        found = unreadable(problem.code)
    except OSError:  # it was there a moment ago
        found = unreadable("file.unread")
    except MemoryError:
        found = unreadable("file.too_large")
    return Judged(found, file)


def _beside(name: str) -> DiskFile | None:
    """Return the file that a detached signature is about by custom: named as it, without the last ending.

    Some programs put the ending in place of another: then the only other file that is called so but for its ending.
    """
    from mocban.config.signature_files import Unreadable, file_at

    stem, ending = os.path.splitext(name)
    if not ending or not os.path.basename(stem):
        return None
    for other in [stem, *_called_alike(name, stem)]:
        with contextlib.suppress(Unreadable):
            return file_at(other, empty=True)
    return None


def _called_alike(name: str, stem: str) -> list[str]:
    folder, base = os.path.split(stem)
    try:
        names = [one for one in os.listdir(folder or ".") if os.path.splitext(one)[0] == base]
    except (OSError, ValueError):
        return []
    others = [one for one in names if one != os.path.basename(name)]
    return [os.path.join(folder, others[0])] if len(others) == 1 else []


def _write_report(folder: str, name: str, judged: Judged, trust: Trust) -> None:
    """Write the report under the name of the file and a number where that is taken; nothing is overwritten."""
    from mocban.signing.verification import etsi

    digest = b"" if judged.file is None else bytes.fromhex(digest_of(judged.file))
    subject = etsi.Subject(os.path.basename(name), digest or hashlib.sha256().digest(), trust.at, trust.digest())
    data = etsi.as_xml(judged.finding, subject)
    base = os.path.join(folder, os.path.basename(name)[:200] or "report")
    for number in itertools.count(1):
        try:
            with open(f"{base}.xml" if number == 1 else f"{base}-{number}.xml", "xb") as file:
                file.write(data)
            return
        except FileExistsError:
            continue
        except (OSError, ValueError) as problem:
            _warn(f"{name}: its report cannot be written ({getattr(problem, 'strerror', problem)}).")
            return


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
