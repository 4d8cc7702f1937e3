"""Finding a secrecy marking (dấu chỉ độ mật) in the text of a document, without firing on sentences about secrecy.

A marking stands alone: on its own line, in its own cell of the head, after "Độ mật:", beside the number, the date, an
urgency stamp or a copy number. A sentence, a title, a table of stamps or a list of levels is not a marking.
NĐ 30/2020/NĐ-CP, PL I, phần I, mục IV puts the marking (ô số 10a) under the head of the first page; annexes and later
pages repeat it at their top or foot.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mocban.lib.text import nfc

from .choices import Level

HEAD_LINES = 40  # non-empty lines of the first page in which a marking may stand
TOP_LINES = 6  # the same for each later page
FOOT_LINES = 3  # and for the foot of each page
NEAR_LINES = 8  # how far a table of stamps is looked for around a marking
MAX_LINE = 200  # characters; a marking never stands in a longer line


@dataclass(frozen=True)
class Mark:
    """A marking: its level and where it stands (page from 1, line of the page from 1)."""

    level: Level
    page: int
    line: int


# How the words look when a file speaks an old font encoding (TCVN3 as upper or lower codes, VNI) or when a scan lost
# the small marks. MẶT, MẮT, MẤT are ordinary words and are never taken for MẬT.
_MARK_WORD = r"(?:MẬT|MÂT|MẠT|MAT|MËT|mËt|MAÄT)"
_TOP_WORD = r"(?:TUYỆT|TUYÊT|TUYẸT|TUYET|TUYÖT|tuyÖt|TUYEÄT)"
_HIGH_WORD = r"(?:TỐI|TÔI|TÓI|TOI|TèI|tèi|TOÁI)"
_LEVEL = rf"(?P<level>(?:{_TOP_WORD}|{_HIGH_WORD})?\s*{_MARK_WORD})"
_NAMED_LEVEL = r"(?P<level>(?:(?:tuyệt|tối)\s*)?mật)"
_URGENCY = r"(?:H[ỎO][ẢA]?\s*T[ỐO]C(?:\s+HẸN\s+GIỜ)?|THƯỢNG\s+KHẨN|KHẨN)"
_NUMBER = r"S[ốôÔỐoO][\s:.]*[\d…._]*\s*[-/]?\s*[\w&./…-]*"
_DATE = r"[^,;.]{2,40},\s*ngày\b.{0,40}"
_COPY = r"Bản\s+(?:sao\s+)?số\s*:?\s*[\d…._]*"
_STATE_HEAD = r"(?:CỘNG\s+H[ÒO][AÀ]\s+XÃ\s+HỘI\s+CHỦ\s+NGHĨA\s+VIỆT\s+NAM|ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM)"
_NEIGHBOUR = rf"(?:{_URGENCY}|{_NUMBER}|{_DATE}|{_COPY}|{_STATE_HEAD})"
_ALONE = re.compile(rf"{_LEVEL}")
_BESIDE = (
    re.compile(rf"{_LEVEL}\s+{_NEIGHBOUR}"),
    re.compile(rf"{_NEIGHBOUR}\s+{_LEVEL}"),
)
_DECLARED = re.compile(rf"(?:dấu\s+)?(?:chỉ\s+)?(?:mức\s+)?độ\s+mật\s*[:=]\s*{_NAMED_LEVEL}", re.IGNORECASE)
_CELL = re.compile(r"\t+|\s*[|│┃]\s*|\s{3,}")
_FRAME = re.compile(r"^[\W_]+|[\W_]+$")
_ABOUT_STAMPS = re.compile(r"(?i)\bmẫu\b|\bdấu\b|\bđộ mật\b|\bmức độ\b|\bhình thức\b|\bkích thước\b")
_CARRIED_ON = re.compile(r"(?i)(?:\b(?:bí|bảo|cơ|độ|bản|liệu|tin|dung|hồ sơ|và|hoặc|các|loại|ong|niêm)|mật)[,;]?$")
_STARTS_WITH_MARK = re.compile(rf"{_MARK_WORD}\b")
_WRITTEN_SMALL = re.compile(r"(?P<level>Tuyệt mật|Tối mật|Mật)")
_NUMBER_LINE = re.compile(r"(?i)số\s*[:.]?\s*[\d…._]")
_ENVELOPE_LETTERS = {"a": Level.ABSOLUTE_SECRET, "b": Level.TOP_SECRET, "c": Level.SECRET}
_COPY_PHRASE = re.compile(r"(?i)bản sao bí mật nhà nước|chỉ người có tên mới được bóc bì")
_FIRST_WORD = re.compile(rf"(?:{_TOP_WORD}|{_HIGH_WORD})")


def detect_marks(text: str) -> Mark | None:
    """Return the highest secrecy marking of a document, or None.

    `text`: pages parted by form feeds, lines as printed; any Unicode normalisation form.
    """
    found = [mark for number, page in enumerate(nfc(text).split("\f"), start=1) for mark in _page_marks(page, number)]
    return min(found, key=lambda mark: (list(Level).index(mark.level), mark.page, mark.line), default=None)


def level_of(name: str) -> Level | None:
    """Return the level that a declared name or letter means ("Tối mật", "B", "top-secret"), None for an open document.

    A name that only contains the word ("Văn bản mật", "MẬT (C)") counts as well; a denial ("Không mật") does not.
    """
    plain = " ".join(nfc(name).casefold().split())
    known = {**_ENVELOPE_LETTERS, **{level.value: level for level in Level}}
    if plain in known:
        return known[plain]
    if not re.search(r"\bmật\b", plain) or plain.startswith(("không", "thường")):
        return None
    return _named("TUYỆT" if "tuyệt" in plain else "TỐI" if "tối" in plain else "MẬT")


def _page_marks(page: str, number: int) -> Iterator[Mark]:
    places = [(place, line.strip()) for place, line in enumerate(page.splitlines(), start=1) if line.strip()]
    lines = [line for _, line in places]
    top = HEAD_LINES if number == 1 else TOP_LINES
    for index, (place, line) in enumerate(places):
        if top <= index < len(lines) - FOOT_LINES or len(line) > MAX_LINE:
            continue
        level = _level_in(line) or _declared_level(line) or (_small_level(lines, index) if number == 1 else None)
        before = lines[index - 1] if index else ""
        if level is None or _is_rest_of_sentence(line, before) or _in_table_of_levels(lines, index):
            continue
        yield Mark(_joined(level, before), number, place)


def _level_in(line: str) -> Level | None:
    for cell in (line, *_CELL.split(line)):
        bare = _bare(cell)
        if found := _ALONE.fullmatch(bare):
            return _named(found["level"])
        for pattern in _BESIDE:
            if found := pattern.fullmatch(bare):
                return _named(found["level"])
    return None


def _small_level(lines: list[str], index: int) -> Level | None:
    """A marking typed in small letters counts only close to the number of the document."""
    found = _WRITTEN_SMALL.fullmatch(_bare(lines[index]))
    near = lines[max(0, index - 3) : index + 4]
    return _named(found["level"]) if found and any(_NUMBER_LINE.match(line) for line in near) else None


def _declared_level(line: str) -> Level | None:
    """A level named in words, or a stamp that only secret documents bear (law table `secrecy_marks`)."""
    if _COPY_PHRASE.fullmatch(_bare(line)):
        return Level.SECRET
    found = _DECLARED.fullmatch(_bare(line))
    return _named(found["level"]) if found else None


def _named(words: str) -> Level:
    upper = words.strip().upper()
    if upper.startswith(("TUY", "TUYÖ")):
        return Level.ABSOLUTE_SECRET
    return Level.TOP_SECRET if upper.startswith("T") else Level.SECRET


def _joined(level: Level, before: str) -> Level:
    """A narrow stamp breaks its words: TUYỆT on one line, MẬT on the next."""
    if level == Level.SECRET and (found := _FIRST_WORD.fullmatch(_bare(before))):
        return _named(found.group())
    return level


def _bare(cell: str) -> str:
    """Return a cell without its frame, letter-spaced words closed up: "[ M Ậ T ]" reads "MẬT"."""
    stripped = _FRAME.sub("", cell)
    letters = stripped.split()
    return "".join(letters) if len(letters) > 2 and all(len(letter) == 1 for letter in letters) else stripped


def _is_rest_of_sentence(line: str, before: str) -> bool:
    """A title in capitals may wrap: "BẢO VỆ BÍ" / "MẬT"."""
    return bool(_STARTS_WITH_MARK.match(_bare(line)) and _CARRIED_ON.search(before))


def _in_table_of_levels(lines: list[str], index: int) -> bool:
    """Whether other levels stand around this one in a text about stamps: a form or a list, not a marking."""
    around = lines[max(0, index - NEAR_LINES) : index + NEAR_LINES + 1]
    levels = {level for line in around if (level := _level_in(line))}
    return len(levels) > 1 and any(_ABOUT_STAMPS.search(line) for line in around if _level_in(line) is None)
