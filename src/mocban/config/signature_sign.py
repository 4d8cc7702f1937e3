"""Sign a PDF with a key in a PKCS#12 file or on a PKCS#11 token or HSM.

A draft of this system is signed in the fields that it prepared. Any other PDF gets a PAdES signature in the empty field
named with --field, or in a new one: shown at --place, above the printed --name, or nowhere.

The PIN (passphrase) is read from --pin-file, else from MOCBAN_PIN, else asked on the terminal; never an argument.
OUT must not exist; it is written whole or not at all.

Exit status: 0 signed; 1 not signed, the sentence says why; 2 IN cannot be read, or wrong arguments.
"""

from __future__ import annotations

import argparse
import contextlib
import getpass
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from mocban.config.signature_files import Unreadable
    from mocban.lib.disk import DiskFile
    from mocban.signing.pdf.anywhere import Wish
    from mocban.signing.pdf.forms import Box
    from mocban.signing.pdf.grades import Grade
    from mocban.signing.ports import KeyStore
    from mocban.signing.verification.trust import Trust

SIGNED, NOT_SIGNED, UNREADABLE = 0, 1, 2
LEVELS = ("B-B", "B-T", "B-LT", "B-LTA")
HOLDER = "console"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")  # signing times are shown in it (NĐ 30/2020, Phụ lục I)
PIN_VARIABLE = "MOCBAN_PIN"
SMALL_FILE = 4 << 20  # bytes of a PIN, key or picture
INPUT_PROBLEMS = ("signing.unreadable", "signing.too_long", "signing.encrypted", "signing.active_content")


class NotSigned(Exception):
    """Why nothing was signed, in a sentence, and the exit status."""

    def __init__(self, sentence: str, code: int = NOT_SIGNED) -> None:
        super().__init__(sentence)
        self.code = code


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of the command."""
    parser.add_argument("source", metavar="IN.pdf")
    parser.add_argument("target", metavar="OUT.pdf")
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--p12", metavar="FILE", help="the key in a PKCS#12 file (.p12, .pfx)")
    place.add_argument("--pkcs11", metavar="MODULE", type=Path, help="the library of a token or HSM")
    parser.add_argument("--token", metavar="LABEL", default="", help="with --pkcs11: label of the token")
    parser.add_argument("--key", metavar="LABEL", default="", help="with --pkcs11: label of key and certificate")
    parser.add_argument("--key-id", metavar="HEX", type=_bytes, default=b"", help="with --pkcs11: CKA_ID instead")
    parser.add_argument("--pin-file", metavar="FILE", help="first line is the PIN or passphrase")
    parser.add_argument("--last-try", action="store_true", help="try the PIN even if it is the last try before a lock")
    parser.add_argument("--as", dest="role", choices=["person", "organisation"], default="person")
    parser.add_argument("--name", default="", help="the printed name above which the mark goes, shown without --image")
    parser.add_argument("--field", default="", help="an empty signature field, or the name of a new one")
    parser.add_argument("--place", type=_place, default=None, metavar="PAGE,X,Y,W,H",
                        help="page from 1 (-1 the last); millimetres from its upper left corner")  # fmt: skip
    parser.add_argument("--image", metavar="PNG", help="picture of the signature or of the seal")
    parser.add_argument("--reason", default="")
    parser.add_argument("--certify", action="store_true", help="certify: later only forms may be filled and signed")
    parser.add_argument(
        "--tsa", metavar="URL", action="append", default=[], help="asked in this order; may be repeated"
    )
    parser.add_argument("--level", choices=LEVELS, default="", help="default B-T with --tsa, else B-B")
    parser.add_argument("--trust", metavar="DIR", default=None,
                        help="certificates that complete the chain; roots, CRLs and OCSP answers for B-LT")  # fmt: skip
    parser.add_argument("--offline", action="store_true", help="ask no address named in certificates, only --trust")


def run(options: argparse.Namespace) -> int:
    """Sign one file; returns the exit code."""
    from mocban.lib.errors import RuleBroken
    from mocban.signing.pdf.refusals import Refused, as_rule

    try:
        _require_arguments(options)
        _sign(options)
    except NotSigned as problem:
        return _say(str(problem), problem.code)
    except (RuleBroken, Refused) as refusal:
        broken = refusal if isinstance(refusal, RuleBroken) else as_rule(refusal)
        citation = f" ({broken.citation})" if broken.citation else ""
        return _say(f"{broken.message}{citation}", UNREADABLE if broken.code in INPUT_PROBLEMS else NOT_SIGNED)
    except Exception as problem:  # a person at a console is told in one line, whatever it was
        return _say(f"{type(problem).__name__}: {problem}", NOT_SIGNED)
    return SIGNED


def _require_arguments(options: argparse.Namespace) -> None:
    if options.pkcs11 and not (options.token and (options.key or options.key_id)):
        raise NotSigned("--pkcs11 needs --token and --key (or --key-id).", UNREADABLE)
    if options.level not in ("", "B-B") and not options.tsa:
        raise NotSigned(f"--level {options.level} needs --tsa.", UNREADABLE)
    if os.path.lexists(options.target):
        raise NotSigned(f"{options.target}: there is something already; nothing is overwritten.")


def _sign(options: argparse.Namespace) -> None:
    from mocban.signing.adapters import fitness
    from mocban.signing.pdf import anywhere

    target = Path(options.target)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name[:80]}.") as folder:
        pdf = _source(options.source, Path(folder))
        trust = _trust(options)
        _require_unharmed(pdf, trust)
        store = _store(options, trust)
        now = datetime.now(UTC)
        certificate = store.certificate(HOLDER)
        fitness.require_fit(certificate, now=now, authority=True)
        grade = _grade(options, trust, store)
        signed, field = anywhere.sign(
            pdf, keystore=store, holder=HOLDER, wish=_wish(options), at=now.astimezone(ZONE), grade=grade
        )
        _place_file(signed.path, target)
    told = fitness.facts(certificate)
    print(f"{options.target}: {told.subject} ({told.issuer}), {grade.level}, {field}")


def _source(name: str, folder: Path) -> DiskFile:
    from mocban.config.signature_files import Unreadable, copied

    try:
        return copied(name, scratch=folder)
    except Unreadable as problem:
        raise _unread(name, problem, UNREADABLE) from None


def _require_unharmed(pdf: DiskFile, trust: Trust) -> None:
    """Refuse to sign on where a signature is broken already: the new one would vouch for what was changed."""
    from mocban.signing.pdf.refusals import refuse
    from mocban.signing.verification.findings import Conclusion
    from mocban.signing.verification.judging import judge

    if judge(pdf, trust=trust).conclusion == Conclusion.INVALID:
        refuse("signing.invalid_signature")


def _store(options: argparse.Namespace, trust: Trust) -> KeyStore:
    from cryptography import x509

    chain = [
        x509.load_der_x509_certificate(der) for der in (*(one.certificate for one in trust.anchors), *trust.others)
    ]
    pin = _pin(options)
    if options.p12:
        from mocban.signing.adapters.files import FileKeys

        return FileKeys(_read(options.p12, SMALL_FILE), holder=HOLDER, pin=pin, chain=chain)
    from mocban.signing.adapters.tokens import TokenKeys

    return TokenKeys(
        options.pkcs11, token_label=options.token, pin=pin, labels={HOLDER: options.key_id or options.key}, chain=chain,
        last_try=options.last_try,
    )  # fmt: skip


def _pin(options: argparse.Namespace) -> str:
    if options.pin_file:
        lines = _read(options.pin_file, SMALL_FILE).decode("utf-8", "replace").splitlines()
        return lines[0] if lines else ""
    if PIN_VARIABLE in os.environ:
        return os.environ[PIN_VARIABLE]
    if not sys.stdin.isatty():
        raise NotSigned(f"No PIN: give --pin-file or {PIN_VARIABLE}; there is no terminal to ask on.")
    try:
        return getpass.getpass("PIN: ")
    except EOFError:
        raise NotSigned("No PIN was typed.") from None


def _trust(options: argparse.Namespace) -> Trust:
    from mocban.config.signature_trust import read_trust

    return read_trust(options.trust, at=datetime.now(UTC), strict=False, warn=lambda text: print(text, file=sys.stderr))


def _grade(options: argparse.Namespace, trust: Trust, store: KeyStore) -> Grade:
    from cryptography.hazmat.primitives.serialization import Encoding

    from mocban.signing.adapters.times import Authority, RankedTimes
    from mocban.signing.adapters.web import Web
    from mocban.signing.pdf.evidence import Evidence
    from mocban.signing.pdf.grades import LONG_TERM, Grade

    level = options.level or ("B-T" if options.tsa else "B-B")
    times = RankedTimes([Authority(url, url, url) for url in options.tsa]) if options.tsa else None
    evidence = None
    if LEVELS.index(level) >= LEVELS.index(LONG_TERM):
        own = [root.public_bytes(Encoding.DER) for root in store.trust_roots()]
        anchors = [*(one.certificate for one in trust.anchors), *own]
        web = None if options.offline else Web()
        evidence = Evidence(anchors=anchors, crls=trust.crls, ocsps=trust.ocsps, web=web)
    return Grade(level, times if level != "B-B" else None, evidence)


def _wish(options: argparse.Namespace) -> Wish:
    from mocban.signing.pdf.anywhere import Wish

    page, box = options.place or (0, None)
    return Wish(
        as_organisation=options.role == "organisation",
        field=options.field,
        page=page,
        box=box,
        name=options.name,
        image=_read(options.image, SMALL_FILE) if options.image else None,
        reason=options.reason,
        certify=options.certify,
    )


def _place(text: str) -> tuple[int, Box]:
    from mocban.signing.pdf.forms import Box

    try:
        page, *measures = text.split(",")
        left, top, width, height = (float(one) for one in measures)
        number = int(page)
    except ValueError as problem:
        raise argparse.ArgumentTypeError("PAGE,X,Y,W,H, such as 1,120,200,50,22") from problem
    if number == 0 or number < -1 or not all(0 <= one < 10_000 for one in (left, top, width, height)):
        raise argparse.ArgumentTypeError("the page counts from 1 (-1 is the last); millimetres are not negative")
    return number, Box(left, top, width, height)


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as problem:
        raise argparse.ArgumentTypeError("hexadecimal digits") from problem


def _read(name: str, largest: int) -> bytes:
    from mocban.config.signature_files import Unreadable, read_file

    try:
        return read_file(name, largest)
    except Unreadable as problem:
        raise _unread(name, problem) from None


def _unread(name: str, problem: Unreadable, code: int = NOT_SIGNED) -> NotSigned:
    from mocban.signing.verification.findings import Reason
    from mocban.signing.verification.sentences import sentence

    return NotSigned(f"{name}: {sentence(Reason(problem.code))}", code)


def _place_file(made: Path, target: Path) -> None:
    """Put the file in its place, whole or not at all, and over nothing that came there meanwhile."""
    with open(made, "rb") as file:
        os.fsync(file.fileno())
    everybody = os.umask(0)
    os.umask(everybody)
    made.chmod(0o666 & ~everybody)
    try:
        os.link(made, target)
    except FileExistsError:
        raise NotSigned(f"{target}: there is something already; nothing is overwritten.") from None
    except OSError:  # a file system without links
        made.rename(target)


def _say(sentence: str, code: int) -> int:
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)
    return code
