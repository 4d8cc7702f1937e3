"""Vietnamese text: cleaning at the border, folding for search, tone placement, alphabetical order.

All functions are pure and return NFC. Legacy font encodings (TCVN3, VNI) are not text in this sense.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}  # huyền hỏi ngã sắc nặng
_VOWEL_SHAPES = "\u0302\u0306\u031b"  # circumflex, breve, horn: they make another letter, not another tone
_TONE = "[" + "".join(_TONES) + "]"
_MISPLACED_TONE = (
    re.compile(rf"([oO])({_TONE})([aAeE][{_VOWEL_SHAPES}]?)(?!{_TONE})"),
    re.compile(rf"([uU])({_TONE})([yY])(?!{_TONE})"),
    re.compile(rf"(?<=[qQ])([uU])({_TONE})([aAeEiIoO][{_VOWEL_SHAPES}]?)(?!{_TONE})"),
)
_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_MANY_BLANK_LINES = re.compile("\n{3,}")
_D_LIKE = str.maketrans({"đ": "d", "ð": "d", "ɖ": "d"})  # eth and African d look like đ and are typed for it

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_LETTER_KEY = {letter: chr(ord("A") + place) for place, letter in enumerate(_ALPHABET)}
SORT_LENGTH = 200  # characters that take part in the order: the key stays below PostgreSQL's index row limit


def nfc(text: str) -> str:
    """Return `text` in Unicode normalisation form C, the only form that is stored, indexed or compared."""
    return unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Return `text` as one printable line.

    Control, zero-width, bidirectional-override and surrogate characters disappear (they can hide or reverse what a
    reader sees, and a NUL cannot be stored); any run of white space, line breaks included, becomes one space.
    """
    if text.isprintable() and "\u034f" not in text:  # nearly every text: nothing to take out
        return nfc(" ".join(text.split()))
    return nfc(" ".join("".join(_visible(character) for character in text).split()))


def clean_text(text: str) -> str:
    """Return `text` cleaned line by line as `clean_line` does, with at most one empty line in a row."""
    lines = (clean_line(line) for line in _LINE_BREAKS.sub("\n", text).split("\n"))
    return _MANY_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n")


def fold(text: str) -> str:
    """Return `text` lower-case and without diacritics (đ becomes d), for search that ignores both.

    Both placements of a tone ("ủy", "uỷ") fold to the same letters.
    """
    return _without_marks(_without_marks(text).casefold()).translate(_D_LIKE)


def tone_normal(text: str) -> str:
    """Return `text` with each tone mark in one canonical place, so that "ủy" equals "uỷ" and "hòa" equals "hoà".

    The mark of oa, oe, uy (and of a vowel after qu) stands on the second vowel.
    """
    decomposed = unicodedata.normalize("NFD", text)
    for pattern in _MISPLACED_TONE:
        decomposed = pattern.sub(r"\1\3\2", decomposed)
    return nfc(decomposed)


def sort_key(text: str) -> str:
    """Return an ASCII string whose bytewise order is the Vietnamese alphabetical order of `text`.

    First level: letters a ă â b c d đ e ê …; spaces, punctuation, digits come before them, other scripts after.
    Second level: tones ngang, huyền, hỏi, ngã, sắc, nặng. Third level: lower case before upper case.
    Only the first `SORT_LENGTH` characters count.
    """
    letters: list[str] = []
    tones: list[str] = []
    cases: list[str] = []
    for character in tone_normal(clean_line(text))[:SORT_LENGTH]:
        letter, tone, case = _weights(character)
        letters.append(letter)
        tones.append(tone)
        cases.append(case)
    return " ".join(("".join(letters), "".join(tones).rstrip("0"), "".join(cases).rstrip("0")))


@lru_cache(maxsize=4_096)  # many more characters than an office writes
def _weights(character: str) -> tuple[str, str, str]:
    """Return the weights of one character on the three levels."""
    marks = unicodedata.normalize("NFD", character)
    base = nfc(marks[0] + "".join(mark for mark in marks[1:] if mark in _VOWEL_SHAPES))
    tone = next((_TONES[mark] for mark in marks if mark in _TONES), "0")
    return _primary(base), tone, "1" if base != base.lower() else "0"


def _primary(base: str) -> str:
    """Return the first-level weight of one letter without tone."""
    known = _LETTER_KEY.get(base.lower()) or _LETTER_KEY.get(base[0].lower())
    if known:
        return known
    if base == " ":
        return "!"
    if base.isascii():
        return base if base.isdigit() else f'"{ord(base):02x}'
    return f"~{ord(base[0]):06x}"


def _visible(character: str) -> str:
    """Return the character, a space for white space, or nothing for what no reader can see."""
    if character.isspace():
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Cs") or character == "\u034f":
        return ""
    if ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:  # noncharacters, illegal in XML
        return ""
    return character


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if unicodedata.category(character) != "Mn")
