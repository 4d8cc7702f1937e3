"""Take a message apart. The structure is read by the standard library, everything else by this package.

The library's own header objects are not used: they raise at malformed headers, and half of what arrives is malformed.
"""

from __future__ import annotations

import base64
import hashlib
import mimetypes
from email import policy
from email.message import Message as Tree
from email.parser import BytesParser
from typing import Any

from mocban.lib.text import clean_line, clean_text

from . import winmail
from .html_text import text_of
from .limits import MAX_DEPTH, MAX_HEADER, MAX_HEADERS, MAX_NAME, MAX_PARTS, MAX_SUBJECT, MAX_TEXT
from .model import BadMail, Message, Part
from .reports import report_of
from .values import addresses, decoded, message_ids, moment, words

_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_ENCRYPTED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "multipart/encrypted"})
_RECIPIENT_HEADERS = ("to", "cc", "delivered-to", "x-original-to", "envelope-to")


def parse(data: bytes) -> Message:
    """Return what the message says. Raises BadMail (broken, too_many_parts, empty) and nothing else."""
    if not data.strip():
        raise BadMail("empty")
    reader = _Reader()
    try:
        return reader.message(data)
    except BadMail:
        raise
    except Exception as error:  # the standard library has no error of its own for what it stumbles over
        raise BadMail("broken") from error


class _Scope:
    """The texts of one message, apart from those of the messages inside it."""

    def __init__(self) -> None:
        self.plain: list[str] = []
        self.html: list[str] = []

    def shown(self) -> str:
        return "\n\n".join(self.plain) if any(text.strip() for text in self.plain) else "\n\n".join(self.html)


class _Reader:
    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.oddities: list[str] = []
        self.texts: list[str] = []
        self.seen = 0

    def message(self, data: bytes) -> Message:
        tree = _tree(data)
        headers = _headers(tree)
        scope = self.walk(tree, depth=0, inside="")
        report = report_of(tree)
        sender_name, sender_address = self.sender(headers)
        subject = words(_first(headers, "subject"), MAX_SUBJECT)
        ids = message_ids(_first(headers, "message-id"))
        sent_at = moment(_first(headers, "date"))
        text = clean_text(scope.shown()[:MAX_TEXT])
        for code, odd in (
            ("no_message_id", not ids),
            ("bad_date", sent_at is None),
            ("text_cut", len(scope.shown()) > MAX_TEXT),
            ("encrypted", tree.get_content_type() in _ENCRYPTED),
        ):
            self.note(code, odd)
        return Message(
            message_id=ids[0] if ids else "",
            subject=subject,
            sender_name=sender_name,
            sender_address=sender_address,
            recipients=_recipients(headers),
            sent_at=sent_at,
            text=text,
            texts=tuple(clean_text(text[:MAX_TEXT]) for text in self.texts),
            headers=tuple((clean_line(name)[:100], words(raw, MAX_HEADER)) for name, raw in headers[:MAX_HEADERS]),
            authentication=tuple(
                words(raw, 8_000) for name, raw in headers if name.lower() == "authentication-results"
            ),
            parts=tuple(self.parts),
            oddities=tuple(dict.fromkeys(self.oddities)),
            automatic=_automatic(headers, report is not None),
            fingerprint=_fingerprint(data, headers),
            report=report,
        )

    def sender(self, headers: list[tuple[str, str]]) -> tuple[str, str]:
        found = [pair for name, raw in headers if name.lower() == "from" for pair in addresses(raw)]
        replies = addresses(_first(headers, "reply-to"))
        self.note("no_sender", not found)
        self.note("many_senders", len(found) > 1)
        if not found:
            return words(_first(headers, "from"), MAX_NAME), ""
        name, address = found[0]
        self.note("name_is_address", "@" in name and address.casefold() not in name.casefold())
        domain = address.rpartition("@")[2]
        self.note("reply_elsewhere", bool(replies) and replies[0][1].rpartition("@")[2] != domain)
        return name, address

    def walk(self, tree: Tree, *, depth: int, inside: str) -> _Scope:
        """Read every leaf of one message in order; a message inside it is read with a scope of its own."""
        scope, waiting = _Scope(), [tree]
        while waiting:
            part = waiting.pop()
            self.seen += 1
            if self.seen > MAX_PARTS:
                raise BadMail("too_many_parts")
            self.note("broken", bool(part.defects))
            kind = part.get_content_type()
            if kind in ("message/rfc822", "message/global"):
                self.nested(_nested_bytes(part), _name(part), depth=depth, inside=inside)
            elif part.is_multipart() and not kind.startswith("message/"):
                waiting += reversed([one for one in part.get_payload() if isinstance(one, Tree)])
            elif not kind.startswith("message/"):
                self.leaf(part, kind, scope, depth=depth, inside=inside)
        return scope

    def leaf(self, part: Tree, kind: str, scope: _Scope, *, depth: int, inside: str) -> None:
        data, name = _bytes(part), _name(part)
        if kind in ("text/plain", "text/html") and not name and not _is_attachment(part):
            text, right = decoded(data, _charset(part))
            self.note("charset", not right)
            self.say(text_of(text) if kind == "text/html" else text, scope.html if kind == "text/html" else scope.plain)
        elif kind in _TNEF or name.lower() == "winmail.dat" or data.startswith(winmail.SIGNATURE):
            self.winmail(data, name or "winmail.dat", scope, depth=depth, inside=inside)
        elif name.lower().endswith(".eml"):
            self.nested(data, name, depth=depth, inside=inside)
        elif data:
            self.parts.append(Part(name or self.unnamed(kind), kind, data, inside))

    def nested(self, data: bytes, name: str, *, depth: int, inside: str) -> None:
        """A message in a message: it is a file of its own, and so is what it carries."""
        shown = name or "thu-chuyen-kem.eml"
        if depth >= MAX_DEPTH:
            self.parts.append(Part(shown, "message/rfc822", data, inside, obstacle="too_deep"))
            return
        place = len(self.parts)
        tree = _tree(data)
        headers = _headers(tree)
        subject = words(_first(headers, "subject"), MAX_SUBJECT)
        if not headers:
            self.parts.append(Part(shown, "message/rfc822", data, inside, obstacle="nested_broken"))
            return
        scope = self.walk(tree, depth=depth + 1, inside=(subject or shown)[:MAX_NAME])
        head = [f"{label}: {words(_first(headers, label))}" for label in ("From", "To", "Date", "Subject")]
        text = clean_text("\n".join([*head, "", scope.shown()])[:MAX_TEXT])
        self.texts.append(subject)
        name = name or f"{subject or 'thu-chuyen-kem'}"[:MAX_NAME] + ".eml"
        self.parts.insert(place, Part(name, "message/rfc822", data, inside, text))

    def winmail(self, data: bytes, name: str, scope: _Scope, *, depth: int, inside: str) -> None:
        try:
            text, files = winmail.unwrapped(data)
        except winmail.BadWrapping:
            self.parts.append(Part(name, "application/ms-tnef", data, inside, obstacle="winmail_broken"))
            return
        self.say(text, scope.html)
        for held, content in files:
            self.seen += 1
            if self.seen > MAX_PARTS:
                raise BadMail("too_many_parts")
            kind = mimetypes.guess_type(held)[0] or "application/octet-stream"
            if held.lower().endswith(".eml"):
                self.nested(content, held, depth=depth + 1, inside=name)
            elif content:
                self.parts.append(Part((held or self.unnamed(kind))[:MAX_NAME], kind, content, name))

    def say(self, text: str, kept: list[str]) -> None:
        if text.strip():
            kept.append(text[: MAX_TEXT + 1])
            self.texts.append(text)

    def note(self, code: str, odd: bool) -> None:
        if odd:
            self.oddities.append(code)

    def unnamed(self, kind: str) -> str:
        return f"tep-{len(self.parts) + 1}{mimetypes.guess_extension(kind) or ''}"


def _tree(data: bytes) -> Tree:
    return BytesParser(policy=policy.compat32).parsebytes(data)


def _headers(tree: Tree) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in tree.raw_items()]


def _first(headers: list[tuple[str, str]], wanted: str) -> str:
    return next((value for name, value in headers if name.lower() == wanted.lower()), "")


def _recipients(headers: list[tuple[str, str]]) -> tuple[str, ...]:
    found = [pair[1] for name, raw in headers if name.lower() in _RECIPIENT_HEADERS for pair in addresses(raw)]
    return tuple(dict.fromkeys(found))[:200]


def _automatic(headers: list[tuple[str, str]], is_report: bool) -> bool:
    submitted = words(_first(headers, "auto-submitted")).casefold()
    bulk = words(_first(headers, "precedence")).casefold() in ("bulk", "list", "junk")
    return is_report or bulk or bool(_first(headers, "list-id")) or submitted not in ("", "no")


def _fingerprint(data: bytes, headers: list[tuple[str, str]]) -> str:
    """What the sender wrote: identity and body, without the lines that servers add on the way."""
    written = "\n".join(_first(headers, name) for name in ("message-id", "from", "date", "subject", "to"))
    plain = data.replace(b"\r\n", b"\n")
    body = plain.partition(b"\n\n")[2].strip(b"\n")
    return hashlib.sha256(written.encode("utf-8", "surrogateescape") + b"\0" + body).hexdigest()


def _charset(part: Tree) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, TypeError, AttributeError):
        return None


def _is_attachment(part: Tree) -> bool:
    return str(part.get("content-disposition", "")).strip().lower().startswith("attachment")


def _name(part: Tree) -> str:
    """The file name as one clean line, however it is written; "" without one."""
    try:
        raw: Any = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        return ""
    return words(str(raw), MAX_NAME) if raw else ""


def _bytes(part: Tree) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _nested_bytes(part: Tree) -> bytes:
    """The message inside as bytes; b"" when it cannot be written down again."""
    payload = part.get_payload()
    if not (isinstance(payload, list) and payload and isinstance(payload[0], Tree)):
        return _bytes(part)
    held = payload[0]
    try:
        if not held.keys() and str(part.get("content-transfer-encoding", "")).strip().lower() == "base64":
            return base64.b64decode(str(held.get_payload()).encode("ascii", "ignore"))  # forbidden, and it happens
        return held.as_bytes(policy=policy.compat32.clone(linesep="\r\n"))
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return b""
