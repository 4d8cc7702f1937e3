"""What the receiving server found out about the sender (RFC 8601), believed only from the server that we trust."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mocban.lib.text import clean_line

RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "hardfail"})
_RESULT = re.compile(r"([a-z][a-z0-9-]*)\s*(?:/\s*\d+)?\s*=\s*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Checked:
    """Results as the trusted server wrote them ("pass", "fail", …); "" means not checked."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""


def checked(headers: Sequence[str], trusted: str) -> Checked:
    """Return what the topmost header of the trusted server says.

    `headers`: Authentication-Results values, topmost first; `trusted`: its authserv-id. A sender may write such headers
    too, under any name: those below the topmost one of our server, and those of other servers, are not believed.
    """
    wanted = trusted.strip().casefold()
    if not wanted:
        return Checked()
    for header in headers:
        pieces = list(_pieces(_without_comments(clean_line(header)[:8_000])))
        identity = pieces[0].split()[0].strip('"').casefold() if pieces and pieces[0].split() else ""
        if identity == wanted:
            return _read(pieces[1:])
    return Checked()


def _read(pieces: Sequence[str]) -> Checked:
    found: dict[str, str] = {}
    for piece in pieces:
        match = _RESULT.match(piece.strip())
        if match is None or match[2].lower() not in RESULTS:
            continue
        method, result = match[1].lower(), match[2].lower()
        if method not in found or result == "pass":  # of several signatures one that holds is enough
            found[method] = result
    return Checked(found.get("spf", ""), found.get("dkim", ""), found.get("dmarc", ""))


def _without_comments(text: str) -> str:
    kept, depth, quoted, escaped = [], 0, False, False
    for sign in text:
        if escaped:
            escaped = False
        elif sign == "\\":
            escaped = True
        elif sign == '"' and not depth:
            quoted = not quoted
        elif sign == "(" and not quoted:
            depth += 1
        if not depth:
            kept.append(sign)
        if sign == ")" and not quoted and depth and not escaped:
            depth -= 1
    return "".join(kept)


def _pieces(text: str) -> Iterator[str]:
    piece, quoted = "", False
    for sign in text:
        if sign == '"':
            quoted = not quoted
        if sign == ";" and not quoted:
            yield piece
            piece = ""
        else:
            piece += sign
    yield piece
