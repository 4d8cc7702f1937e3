"""How text becomes words, alike for what is indexed and for what is asked."""

from __future__ import annotations

import re

from mocban.lib.text import fold, nfc, tone_normal

BODY_LIMIT = 1_000_000  # characters of one object that take part in the search
LONGEST_WORD = 60  # characters; what is longer is no word of a language but noise of a scan
_WORD = re.compile(r"[^\W_]+")
_LEADING_ZEROS = re.compile(r"(?<![0-9a-z])0+(?=[0-9])")


def folded(text: str) -> list[str]:
    """Return the words of `text`, lower-case and without diacritics."""
    return _words(fold(text[:BODY_LIMIT]))


def toned(text: str) -> list[str]:
    """Return the words of `text` with diacritics, lower-case, each tone mark in its canonical place."""
    return _words(tone_normal(nfc(text[:BODY_LIMIT])).lower())


def number_words(text: str) -> list[str]:
    """Return the parts of a number and notation: "012/QĐ-UBND" gives 12, qd, ubnd."""
    return _words(_LEADING_ZEROS.sub("", fold(text)))


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text) if len(word) <= LONGEST_WORD]
