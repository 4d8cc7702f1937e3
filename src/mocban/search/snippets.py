"""A piece of the text around what was found, with the found words marked, safe to print."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from mocban.lib.text import fold, nfc

LENGTH = 240  # characters of a snippet
_LOOK_AT = 200_000  # characters of a text that are looked through for the best place
_MATCH_LIMIT = 200
_VIETNAMESE = [chr(code) for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]


def mark(text: str, found: Iterable[str]) -> SafeString:
    """Return the whole of `text`, escaped, with the folded words `found` marked wherever they stand."""
    clean = nfc(text)
    return _marked(clean, _spans(clean, found))


def best(text: str, found: Iterable[str]) -> SafeString:
    """Return the stretch of `text` that holds most of the folded words `found`, or its beginning when none is there."""
    clean = nfc(text[:_LOOK_AT])
    spans = _spans(clean, found)
    start = _start(clean, spans)
    end = min(len(clean), start + LENGTH)
    if end < len(clean):
        end = clean.rfind(" ", start + 1, end) if " " in clean[start + 1 : end] else end
    inside = [(left - start, right - start) for left, right in spans if left >= start and right <= end]
    before, after = ("… " if start else ""), (" …" if end < len(clean) else "")
    return mark_safe(before + _marked(clean[start:end], inside) + after)  # noqa: S308 - _marked escapes


def _start(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Return where the stretch with most matches begins, a little before its first match and at a word's beginning."""
    if not spans:
        return 0
    lefts = [left for left, _right in spans]
    reached = [bisect_left(lefts, left + LENGTH - 60) - place for place, left in enumerate(lefts)]
    first = lefts[reached.index(max(reached))]
    if first < 40:
        return 0
    space = text.find(" ", first - 40, first)
    return space + 1 if space >= 0 else first


def _spans(text: str, found: Iterable[str]) -> list[tuple[int, int]]:
    pattern = _pattern(frozenset(found))
    if pattern is None:
        return []
    spans = []
    for match in pattern.finditer(text):
        spans.append(match.span())
        if len(spans) == _MATCH_LIMIT:
            break
    return spans


def _marked(text: str, spans: Iterable[tuple[int, int]]) -> SafeString:
    pieces, place = [], 0
    for left, right in spans:
        pieces += [escape(text[place:left]), "<mark>", escape(text[left:right]), "</mark>"]
        place = right
    pieces.append(escape(text[place:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece of text is escaped above


@lru_cache(maxsize=256)
def _pattern(found: frozenset[str]) -> re.Pattern[str] | None:
    """Return a pattern of the folded words with every letter standing for all its forms: no text need be folded."""
    if not found:
        return None
    words = ("".join(_forms().get(letter, re.escape(letter)) for letter in word) for word in sorted(found, key=len))
    alternatives = "|".join(reversed(list(words)))
    return re.compile(rf"(?<![^\W_])(?:{alternatives})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Return for each plain letter the class of the letters that fold to it."""
    groups: dict[str, set[str]] = {}
    for letter in _VIETNAMESE:
        plain = fold(letter)
        if len(plain) == 1 and plain.isascii() and plain.isalpha():
            groups.setdefault(plain, {plain}).add(letter)
    return {plain: "[" + "".join(sorted(letters)) + "]" for plain, letters in groups.items()}
