"""Header values: encoded words, addresses, dates. Nothing here raises, whatever the value is."""

from __future__ import annotations

import codecs
import re
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime

from mocban.lib.text import clean_line, nfc

from .limits import MAX_ADDRESS, MAX_NAME

_ADDRESS = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,253}")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,240})>")
_FALLBACK = "cp1258"  # the Vietnamese code page of old mail programs: every byte means something in it
_BROKEN = (ValueError, LookupError, TypeError, IndexError, OverflowError, AttributeError, HeaderParseError)


def decoded(data: bytes, charset: str | None) -> tuple[str, bool]:
    """Return the text of some bytes, and whether the declared charset was right."""
    for name in (charset or "utf-8", "utf-8"):
        try:
            if codecs.lookup(name)._is_text_encoding:
                return data.decode(name), name == (charset or "utf-8")
        except _BROKEN:
            continue
    return data.decode(_FALLBACK, "replace"), False


def words(raw: str, longest: int = 2_000) -> str:
    """Return a header value as one clean line: encoded words decoded, line breaks and invisible characters gone."""
    raw = raw[: longest * 8]
    try:
        chunks = decode_header(raw)
    except _BROKEN:
        chunks = [(raw, None)]
    text = ""
    for chunk, charset in chunks:
        if isinstance(chunk, str):
            chunk, charset = chunk.encode("utf-8", "surrogateescape"), None
        text += decoded(chunk, charset)[0]
    return clean_line(text)[:longest]


def addresses(raw: str) -> list[tuple[str, str]]:
    """Return (name, address) of every mailbox in a header; what is no address is left out."""
    try:
        pairs = getaddresses([raw[:20_000]])
    except _BROKEN:
        return []
    found = []
    for name, address in pairs:
        plain = clean_line(address)
        if _ADDRESS.fullmatch(plain) and len(plain) <= MAX_ADDRESS:
            local, _at, domain = plain.rpartition("@")
            found.append((words(name, MAX_NAME), f"{local}@{domain.lower()}"))
    return found


def message_ids(raw: str) -> list[str]:
    """Return the identifiers of a Message-ID, In-Reply-To or References header, without brackets."""
    return _MESSAGE_ID.findall(nfc("".join(raw.split()))[:4_000])


def moment(raw: str) -> datetime | None:
    """Return the moment of a Date header, None for what is none; a date without zone counts as UTC."""
    try:
        found = parsedate_to_datetime(raw[:200])
        aware = found if found.tzinfo else found.replace(tzinfo=UTC)
        return aware if 1990 <= aware.astimezone(UTC).year <= 2200 else None
    except _BROKEN:
        return None
