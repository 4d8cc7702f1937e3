"""How a field shows its value by its own format action, which stood in the form when it was signed.

A viewer keeps "1234567" as the value and draws "1.234.567 đ", because the field carries a call such as
AFNumber_Format(0, 2, 0, 0, " đ", false). Only the calls that every viewer knows are understood, and one sentence that
puts fixed words around the value; what other scripts would show is not guessed. Source of the calls: the public
reference of Acrobat's form functions (AForm.js).
"""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

import pikepdf

from mocban.lib.text import fold

from .objects import get

MOST_SCRIPT = 2000  # characters of a format action
SEPARATORS = {0: (",", "."), 1: ("", "."), 2: (".", ","), 3: ("", ","), 4: ("'", ".")}  # of thousands, of decimals
DATES = (
    "m/d", "m/d/yy", "mm/dd/yy", "mm/yy", "d-mmm", "d-mmm-yy", "dd-mmm-yy", "yy-mm-dd", "mmm-yy", "mmmm-yy",
    "mmm d, yyyy", "mmmm d, yyyy",
)  # fmt: skip
_STRING = r'(?:"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\')'
_NUMBER = re.compile(r"AFNumber_Format\((\d{1,2}),(\d),(\d),(\d)," + _STRING + r",(true|false|0|1)\);?")
_PERCENT = re.compile(r"AFPercent_Format\((\d{1,2}),(\d)(?:,(?:true|false|0|1))?\);?")
_DATE = re.compile(r"AFDate_Format(?:Ex\(" + _STRING + r"|\((\d{1,2}))\);?")
_AROUND = re.compile(rf"event\.value=(?:{_STRING}\+)?event\.value(?:\+{_STRING})?;?")
_ONLY_IF_FILLED = re.compile(r'if\((?:event\.value(?:!=""|!==""|!=\'\'|!==\'\')?)\)\{?(event\.value=[^}]*)\}?')
_PARTS = re.compile(r"d{1,2}|m{1,4}|y{4}|y{2}|[^dmy]+", re.IGNORECASE)


def shows(field: Any, value: str, drawn: str) -> bool:
    """Whether `drawn` is what the format action of the signed `field` makes of `value`."""
    script = _script(field)
    if not script or not value.strip():
        return False
    number, percent, day, around = (one.fullmatch(script) for one in (_NUMBER, _PERCENT, _DATE, _AROUND))
    if number:
        words = _unescaped(number[5] or number[6] or "")
        expected = _grouped(value, int(number[1]), int(number[2]))
        return expected is not None and _same(
            drawn, _money(expected, int(number[3]), words, number[7] in ("true", "1"))
        )
    if percent:
        hundred = _decimal(value)
        expected = _grouped(str(hundred * 100), int(percent[1]), int(percent[2])) if hundred is not None else None
        return expected is not None and _same(drawn, expected + "%")
    if day:
        named = DATES[int(day[3])] if day[3] and int(day[3]) < len(DATES) else ""
        return _same_date(value, drawn, _unescaped(day[1] or day[2] or named))
    if around:
        before, after = (_unescaped(around[at] or around[at + 1] or "") for at in (1, 3))
        return _same(drawn, before + value + after)
    return False


def _script(field: Any) -> str:
    """Return the field's format action without the white space outside of its strings, empty when it has none."""
    action = get(get(field, "/AA"), "/F")
    written = get(action, "/JS") if get(action, "/S") == "/JavaScript" else None
    if isinstance(written, pikepdf.Stream):
        text = written.read_bytes()[:MOST_SCRIPT].decode("latin-1")
    elif isinstance(written, pikepdf.String):
        text = str(written)
    else:
        return ""
    if len(text) >= MOST_SCRIPT:
        return ""
    plain = re.sub(rf"{_STRING}|\s+", lambda found: found[0] if found[0].strip() else "", text)
    wrapped = _ONLY_IF_FILLED.fullmatch(plain)
    return wrapped[1] if wrapped else plain


def _unescaped(text: str) -> str:
    plain = re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", plain)


def _decimal(value: str) -> Decimal | None:
    """Return a value as people and programs type numbers: one mark of decimals, or marks between thousands."""
    plain = "".join(value.split())
    for thousands, decimals in (("", "."), (",", "."), (".", ",")):
        mark = re.escape(decimals)
        whole = rf"\d{{1,3}}(?:{re.escape(thousands)}\d{{3}})+" if thousands else r"\d+"
        if re.fullmatch(rf"-?(?:{whole}(?:{mark}\d*)?|{mark}\d+)", plain):
            return _exact(plain.replace(thousands, "").replace(decimals, "."))
    return _exact(plain.replace(",", "."))


def _exact(plain: str) -> Decimal | None:
    try:
        found = Decimal(plain)
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < Decimal(10) ** 30 else None


def _grouped(value: str, places: int, style: int) -> str | None:
    found = _decimal(value)
    if found is None or style not in SEPARATORS or places > 20:
        return None
    thousands, mark = SEPARATORS[style]
    rounded = found.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole, _point, rest = f"{rounded:,.{places}f}".partition(".")
    return whole.replace(",", thousands) + (mark + rest if rest else "")


def _money(number: str, negative: int, words: str, first: bool) -> str:
    """Put the currency beside a number, and a negative one in brackets where the style (2, 3) says so."""
    below = number.startswith("-")
    plain = number.removeprefix("-")
    text = words + plain if first else plain + words
    return text if not below else f"({text})" if negative in (2, 3) else f"-{text}"


def _same(drawn: str, expected: str) -> bool:
    """Compare without white space; a font without Vietnamese letters may stand in for them, and leave out signs."""
    one, other = "".join(drawn.split()), "".join(expected.split())
    return one == other or (one.isascii() and one.casefold() == fold(other).replace("₫", "d"))


def _same_date(value: str, drawn: str, shape: str) -> bool:
    """Whether `drawn` has the shape and `value` is the same day, in that order of parts or as standards write it."""
    parts = _PARTS.findall(shape)
    shown = _day(drawn, parts, exact=True)
    if shown is None:
        return False
    standard = re.fullmatch(r"(?:D:)?(\d{4})-?(\d{2})-?(\d{2})(?:[T\d].*)?", value.strip())
    stored = (int(standard[1]), int(standard[2]), int(standard[3])) if standard else _day(value, parts, exact=False)
    return stored is not None and all(a == b or a == 0 for a, b in zip(shown, stored, strict=True))


def _day(text: str, parts: list[str], *, exact: bool) -> tuple[int, int, int] | None:
    """Return year, month and day (0 where the shape has none), None when the text has another shape.

    `exact`: what stands between the numbers too is as the shape has it.
    """
    kinds, pattern = "", ""
    for part in parts:
        kind = part[0].lower()
        if kind not in "dmy":
            pattern += re.escape("".join(part.split())) if exact else r"\W*"
        elif kind in kinds or (kind == "m" and len(part) > 2):
            return None  # names of months are in the language of the viewer
        else:
            kinds += kind
            pattern += r"(\d{4})" if len(part) == 4 else r"(\d{2}|\d{4})" if kind == "y" else r"(\d{1,2})"
    match = re.fullmatch(pattern, "".join(text.split()) if exact else text.strip()) if kinds else None
    if match is None:
        return None
    found = dict(zip(kinds, map(int, match.groups()), strict=True))
    year = found.get("y", 0)
    year += 2000 if "y" in found and year < 100 else 0
    try:
        date(year or 2000, found.get("m", 1), found.get("d", 1))
    except ValueError:
        return None
    return year, found.get("m", 0), found.get("d", 0)
