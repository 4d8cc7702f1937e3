"""Fields read from the first page of a document, in the layouts of state bodies (NĐ 30/2020, PL I) and the Party.

Guesses only: they fill empty boxes of the clerk's form, who sees the page beside it. Everything is found by the words
that both layouts print: "Số", "ngày … tháng … năm", the name of the kind in capitals, "V/v", "Kính gửi".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from mocban import law
from mocban.lib.text import clean_line, fold, nfc

HEAD_LINES = 45  # non-empty lines of the first page that are looked at
MAX_SUBJECT = 500  # characters
MAX_KIND_WORDS = 5
SURE, LIKELY, DOUBTFUL = 0.95, 0.8, 0.5

_LETTER = r"[A-ZÀ-ỸĐa-zà-ỹđ]"
_NUMBER = re.compile(
    rf"\bS[ốôó]\s*:?\s*(?P<number>\d{{1,5}}[a-zA-Z]?)\s*(?P<rest>[-/](?:\d{{4}}[-/])?{_LETTER}[\wÀ-ỹ&./-]*)",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?P<place>[^,;:()]{2,40},\s*)?ngày\s+(?P<day>\d{1,2})\s*tháng\s+(?P<month>\d{1,2})\s*năm\s+(?P<year>\d{4})",
    re.IGNORECASE,
)
_MOTTO = re.compile(
    r"(?i)c[ộô]ng\s+h[òo][aà]\s+x[ãa]\s+h[ộô]i\s+ch[ủu]\s+ngh[ĩi]a\s+vi[ệê]t\s+nam"
    r"|đ[ộô]c\s+l[ậâ]p\s*[-–—]\s*t[ựu]\s+do\s*[-–—]\s*h[ạa]nh\s+ph[úu]c|đ[ảa]ng\s+c[ộô]ng\s+s[ảa]n\s+vi[ệê]t\s+nam"
)
_ABOUT = re.compile(r"(?:V/v|Về việc)\b[:.]?\s*(?P<subject>.+)", re.IGNORECASE | re.DOTALL)
_LETTER_SUBJECT = re.compile(r"^V/v\b", re.IGNORECASE)
_RULE = re.compile(r"^[\W_]*$")
_BODY_STARTS = re.compile(
    r"(?i)^(?:kính gửi|căn cứ|thực hiện|theo đề nghị|phần|chương|điều 1|i\.|1\.|-|thi hành|xét)\b|^-"
)
_UNIT_WORDS = ("van phong", "ban to chuc", "ban tuyen giao", "ban dan van", "uy ban kiem tra", "ban noi chinh")
_BODY_WORDS = (
    "so", "bo", "uy ban", "ubnd", "hoi dong", "hdnd", "ban", "van phong", "cuc", "tong cuc", "chi cuc", "vu", "dang uy",
    "tinh uy", "thanh uy", "huyen uy", "chi bo", "hoi", "lien doan", "mat tran", "doan", "chinh phu", "quoc hoi",
    "toa an", "vien", "truong", "trung tam", "cong ty", "cong an", "phong", "dang bo", "ban thuong vu", "thanh tra",
)  # fmt: skip
_REGIMES = ("state", "party", "mttq", "congdoan", "doan")


@dataclass(frozen=True)
class FieldGuess:
    """One field as the form takes it (dates as dd/mm/yyyy), the page it stands on (from 1), and confidence 0–1."""

    name: str
    value: str
    page: int
    confidence: float


def read_fields(text: str) -> list[FieldGuess]:
    """Return what the head of a document says: printed_code, issued_on, issuer_name, kind_code, subject.

    `text`: pages parted by form feeds. What is not found is left out.
    """
    page, lines = _first_page(text)
    number = _find(lines, _NUMBER)
    dated = _find(lines, _DATE)
    issued_on = _day(dated[1]) if dated else None
    guesses = [_code(number[1], lines[number[0]], page) if number else None]
    if dated and issued_on:
        confidence = SURE if dated[1]["place"] else LIKELY
        guesses.append(FieldGuess("issued_on", issued_on.strftime("%d/%m/%Y"), page, confidence))
    guesses.append(_issuer(lines[: number[0] + 1] if number else [], page))
    guesses += _kind_and_subject(lines, number[0] if number else 0, dated[0] if dated else len(lines), issued_on, page)
    return [guess for guess in guesses if guess is not None]


def _first_page(text: str) -> tuple[int, list[str]]:
    """The first page with words, as cleaned non-empty lines."""
    for number, page in enumerate(nfc(text).split("\f"), start=1):
        lines = [clean_line(line) for line in page.splitlines()]
        kept = [line for line in lines if line][:HEAD_LINES]
        if sum(any(letter.isalpha() for letter in line) for line in kept) > 2:
            return number, kept
    return 1, []


def _find(lines: list[str], pattern: re.Pattern[str]) -> tuple[int, re.Match[str]] | None:
    for index, line in enumerate(lines):
        if found := pattern.search(line):
            return index, found
    return None


def _day(found: re.Match[str]) -> date | None:
    try:
        return date(int(found["year"]), int(found["month"]), int(found["day"]))
    except ValueError:
        return None


def _code(found: re.Match[str], line: str, page: int) -> FieldGuess:
    value = f"{found['number']}{found['rest']}".rstrip("./-,;")
    return FieldGuess("printed_code", value, page, SURE if line.startswith(found.group()[:2]) else LIKELY)


def _issuer(above: list[str], page: int) -> FieldGuess | None:
    """The last body named above the number; a unit such as "VĂN PHÒNG" is completed by the body over it."""
    names: list[str] = []
    for line in above:
        rest = _DATE.sub("", _NUMBER.sub("", _MOTTO.sub("", line))).strip(" *-–—_.,;:")
        if len(rest) > 2 and rest == rest.upper() and any(letter.isalpha() for letter in rest):
            starts = fold(rest).startswith(tuple(f"{word} " for word in _BODY_WORDS)) or fold(rest) in _BODY_WORDS
            if names and not starts:
                names[-1] = f"{names[-1]} {rest}"
            else:
                names.append(rest)
    if not names:
        return None
    if fold(names[-1]) in _UNIT_WORDS and len(names) > 1:
        return FieldGuess("issuer_name", f"{names[-1]} {names[-2]}", page, LIKELY)
    return FieldGuess("issuer_name", names[-1], page, LIKELY if len(names) == 1 else DOUBTFUL + 0.2)


def _kind_and_subject(lines: list[str], after: int, dated: int, issued_on: date | None, page: int) -> list[FieldGuess]:
    letter = next((index for index, line in enumerate(lines) if _LETTER_SUBJECT.match(line)), None)
    kinds = _kinds(issued_on)
    for index, line in enumerate(lines[after:], start=after):
        if line != line.upper() or len(line.split()) > MAX_KIND_WORDS or (letter is not None and letter < index):
            continue
        subject = _subject(lines[index + 1 :], stop_at_capitals=False)
        if code := kinds.get(fold(line)):
            return [FieldGuess("kind_code", code, page, SURE), *_as_guess(subject, page, LIKELY)]
        if index > dated and not _RULE.match(line):  # a kind that this body of rules does not list, such as a decree
            return _as_guess(subject, page, DOUBTFUL)
    if letter is None:
        return []
    found = _ABOUT.match(_subject(lines[letter:], stop_at_capitals=True))
    guesses = _as_guess(found["subject"] if found else "", page, LIKELY)
    official_letter = next((code for code in kinds.values() if code == "official-letter"), None)
    return [*guesses, FieldGuess("kind_code", official_letter, page, LIKELY)] if official_letter else guesses


def _subject(lines: list[str], *, stop_at_capitals: bool) -> str:
    """The lines of the abstract: up to a rule, a date, an addressee or the first words of the body."""
    taken: list[str] = []
    for line in lines:
        ends = _RULE.match(line) or _BODY_STARTS.match(line) or _DATE.search(line)
        if taken and (ends or (stop_at_capitals and line == line.upper())):
            break
        if not ends:
            taken.append(_MOTTO.sub("", line).strip())
        if len(taken) == 6 or (taken and taken[-1].endswith((".", ";"))):
            break
    return " ".join(filter(None, taken)).strip(" *-–—_.;")


def _as_guess(subject: str, page: int, confidence: float) -> list[FieldGuess]:
    return [FieldGuess("subject", subject[:MAX_SUBJECT], page, confidence)] if len(subject) > 5 else []


def _kinds(issued_on: date | None) -> dict[str, str]:
    """Folded name of each kind of document → its code, of all regimes on the day of the document."""
    if issued_on is None:
        return {}
    known: dict[str, str] = {}
    for regime in _REGIMES:
        try:
            kinds = law.kinds(regime=regime, on=issued_on)
        except law.NotCovered:
            continue
        for kind in kinds:
            known.setdefault(fold(kind.name_vi.split("(")[0].strip()), kind.code)
    return known
