"""The one font in which we write on documents: Liberation Serif, the metric twin of Times New Roman.

The font is looked for in a fixed list of folders (MOCBAN_FONTS, when set, comes first). Letters that it lacks stop the
work: a number or name printed without its diacritics would be another number or name.
"""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from pathlib import Path

from fontTools import ttLib

from mocban.signing.pdf.refusals import Refused, refuse

FOLDERS = (
    "/usr/share/fonts/truetype/liberation2",
    "/usr/share/fonts/liberation-serif",
    "/usr/share/fonts/liberation",
    "/usr/share/fonts/truetype/liberation",
)
RANGES = ((0x20, 0x17F), (0x1A0, 0x1B0), (0x1E00, 0x1EFF), (0x2010, 0x2027))  # Latin, Vietnamese, punctuation
FILES = {False: "LiberationSerif-Regular.ttf", True: "LiberationSerif-Italic.ttf"}
ALPHABET = (
    " 0123456789-/:.,()&ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    "ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝàáâãèéêìíòóôõùúýĂăĐđĨĩŨũƠơƯư"
    "ẠạẢảẤấẦầẨẩẪẫẬậẮắẰằẲẳẴẵẶặẸẹẺẻẼẽẾếỀềỂểỄễỆệỈỉỊịỌọỎỏỐốỒồỔổỖỗỘộỚớỜờỞởỠỡỢợỤụỦủỨứỪừỬửỮữỰựỲỳỴỵỶỷỸỹ"
)
# The older package fonts-liberation has the same file names without these letters.


def folder() -> Path:
    """Return the folder that holds the font; refuses when no folder holds one with the Vietnamese letters."""
    return _folder(os.environ.get("MOCBAN_FONTS", ""))


@cache
def _folder(configured: str) -> Path:
    for name in (configured, *FOLDERS):
        path = Path(name) if name else None
        if path and all((path / file).is_file() for file in FILES.values()) and not _missing(path, ALPHABET):
            return path
    raise Refused("signing.font_missing")


def _missing(path: Path, text: str) -> str:
    return "".join(sorted({letter for letter in text if ord(letter) not in _letters(path / FILES[False])}))


@cache
def _letters(file: Path) -> frozenset[int]:
    with ttLib.TTFont(file, lazy=True) as font:
        return frozenset(code for code in font.getBestCmap() if any(first <= code <= last for first, last in RANGES))


def printable(text: str) -> str:
    """Return `text` in NFC on one line; refuses when the font lacks one of its letters."""
    composed = " ".join(unicodedata.normalize("NFC", text).split())
    missing = _missing(folder(), composed)
    if missing:
        refuse("signing.letter_missing", letters=missing)
    return composed
