"""From the cells of a row to the entry it stands for: pure, with every reason in words the clerk understands."""

from __future__ import annotations

import re
from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.utils.translation import gettext as _

from mocban.law import Kind
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, fold
from mocban.records import rules as record_rules
from mocban.records.choices import Urgency
from mocban.records.services import DocumentFields
from mocban.records.services.documents import TEXT_LIMITS

from ..choices import BookKind
from .child import ERROR
from .columns import LABELS, REST
from .dates import ReadDay, read_day

EARLIEST = 1945
LONGEST_KIND = 40  # characters of a subject in which the name of a kind may stand first
MOST_RECIPIENTS = 60
NAME_LENGTH = 200
LARGEST = 9_999_999
OFFICIAL_LETTER = "official-letter"
_NUMBER = re.compile(r"0*(?P<value>\d{1,9})\s*[.\-]?\s*(?P<mark>[a-zđ]{1,3}\d?|bis)?", re.IGNORECASE)
_CODE = re.compile(
    r"(?:số\s*:?\s*)?0*(?P<value>\d{1,9})\s*(?P<mark>[a-zđ]|bis)?\s*[/\-–]\s*(?P<notation>\S.*)", re.IGNORECASE
)
_TOTALS = re.compile(r"(?:tong|cong|tong cong|tong so|cong so|luy ke)\b.*")
_PARTS = re.compile(r"[\n;]+")
_URGENT = (("hoa toc", Urgency.IMMEDIATE), ("thuong khan", Urgency.VERY_URGENT), ("khan", Urgency.URGENT))


@dataclass(frozen=True)
class Entry:
    """What a good row enters. `year` is the book's, `day` that of arrival or issue."""

    year: int
    value: int
    mark: str
    day: date
    document: DocumentFields
    symbol: str
    recipients: tuple[str, ...] = ()
    copies: int | None = None
    file: str = ""

    @property
    def label(self) -> str:
        return f"{self.value}{self.mark}"


@dataclass
class Context:
    """What reading a row needs to know: the register, its body, and the day of the import."""

    direction: str
    issuer_name: str
    issuer_code: str
    kinds: Sequence[Kind]
    on: date
    citation: str
    from_1904: bool = False
    year: int = 0
    sheet_years: Names[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.by_name = {fold(kind.name_vi): kind for kind in self.kinds}
        self.by_symbol = {kind.symbol: kind for kind in self.kinds if kind.symbol}
        self.longest_first = sorted(self.by_name, key=len, reverse=True)
        self.letter = next((kind for kind in self.kinds if kind.code == OFFICIAL_LETTER), self.kinds[0])


@dataclass
class Understood:
    """An entry, or what keeps the row from being one; `doubts` are read all the same."""

    entry: Entry | None = None
    problems: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)


def is_total(cells: Sequence[str]) -> bool:
    """Whether a row only adds up ("Tổng cộng: 152 văn bản") and is no document."""
    given = [cell for cell in cells if cell]
    return 0 < len(given) <= 4 and bool(_TOTALS.fullmatch(fold(given[0])))


def understand(fields: Names[str, str], context: Context, *, sheet: int = 0) -> Understood:
    """Read one row. Every problem is named, not only the first."""
    read = Understood()
    for name, text in fields.items():
        if ERROR in text and name != REST:
            read.problems.append(
                _("Cột “%(field)s” có công thức bị lỗi (#REF!, #DIV/0!…).") % {"field": LABELS.get(name, name)}
            )
    year = context.year or context.sheet_years.get(sheet, 0)
    if fields.get("year"):
        year = _whole(fields["year"]) or 0
        if not EARLIEST <= year <= context.on.year:
            read.problems.append(_("Năm “%s” không phải năm của một sổ cũ.") % fields["year"])
    day_field = "arrived_on" if context.direction == BookKind.INCOMING else "issued_on"
    day = _day(fields, day_field, year, context, read, required=True)
    issued = day if day_field == "issued_on" else _day(fields, "issued_on", year, context, read, required=False)
    code = _code(fields)
    number = _number(fields, code, read)
    kind = _kind(fields, code, context, read)
    document = _document(fields, code, kind, issued, context, read)
    if read.problems or day is None or number is None or document is None:
        return read
    if year and day.year != year:
        read.doubts.append(_("%(label)s không thuộc năm %(year)d của sổ.") % {"label": LABELS[day_field], "year": year})
    read.entry = Entry(
        year=year or day.year,
        value=number[0],
        mark=number[1],
        day=day,
        document=document,
        symbol=kind.symbol,
        recipients=_recipients(fields, read),
        copies=_whole(fields.get("copies", "")),
        file=fields.get("file", ""),
    )
    return read


def _day(
    fields: Names[str, str], name: str, year: int, context: Context, read: Understood, *, required: bool
) -> date | None:
    text, label = fields.get(name, ""), LABELS[name]
    if not text:
        if required:
            read.problems.append(_("Thiếu “%s”.") % label)
        return None
    if ERROR in text:
        return None
    found = read_day(text, year=year, from_1904=context.from_1904)
    if found is None:
        read.problems.append(
            _("“%(label)s”: không đọc được “%(text)s” thành ngày.") % {"label": label, "text": text[:40]}
        )
        return None
    if found.day.year < EARLIEST or found.day > context.on:
        read.problems.append(
            _("“%(label)s”: ngày %(day)s không thể là ngày của sổ cũ.")
            % {"label": label, "day": found.day.strftime("%d/%m/%Y")}
        )
        return None
    _doubt_of_day(found, label, text, read)
    return found.day


def _doubt_of_day(found: ReadDay, label: object, text: str, read: Understood) -> None:
    sentences = {
        "swapped": _("“%(label)s”: “%(text)s” đọc là ngày %(day)s (tháng đứng trước)."),
        "serial": _("“%(label)s”: số “%(text)s” của bảng tính đọc là ngày %(day)s."),
    }
    if found.doubt:
        values = {"label": label, "text": text[:20], "day": found.day.strftime("%d/%m/%Y")}
        read.doubts.append(sentences[found.doubt] % values)


def _code(fields: Names[str, str]) -> str:
    """The printed number and symbol, put together when they stand in two columns."""
    code, notation = fields.get("printed_code", ""), fields.get("code_notation", "")
    if notation and code and notation not in code:
        return f"{code}/{notation.lstrip('/-')}"
    return code or notation


def _number(fields: Names[str, str], code: str, read: Understood) -> tuple[int, str] | None:
    """The number under which the row stands, and its letter. An outgoing number may be the beginning of the code."""
    text = fields.get("number", "")
    found = _NUMBER.fullmatch(text) or _CODE.fullmatch(text)
    if not text and code:
        found = _CODE.fullmatch(code) or _NUMBER.fullmatch(code)
        text = code
    if not text:
        read.problems.append(_("Thiếu số."))
        return None
    if ERROR in text:
        return None
    if found is None or not 0 < int(found["value"]) <= LARGEST:
        read.problems.append(_("Không đọc được số “%s”.") % text[:40])
        return None
    return int(found["value"]), fold_mark(found["mark"])


def fold_mark(mark: str | None) -> str:
    """The letter of a number in one spelling: 15A and 15a are one number."""
    return (mark or "").lower()


def _kind(fields: Names[str, str], code: str, context: Context, read: Understood) -> Kind:
    """The kind from its own column, from the symbol, from the first words of the subject; else an official letter."""
    named = fold(fields.get("kind", "")).strip()
    if named in context.by_name:
        return context.by_name[named]
    if fields.get("kind", "") in context.by_symbol:
        return context.by_symbol[fields["kind"]]
    notation = found["notation"] if (found := _CODE.fullmatch(code)) else fields.get("code_notation", "")
    for part in re.split(r"[/\-–\s]+", notation)[:2]:
        if part in context.by_symbol:
            return context.by_symbol[part]
    subject = fold(fields.get("subject", "")[:LONGEST_KIND])
    for name in context.longest_first:
        if subject.startswith(name):
            return context.by_name[name]
    if named:
        read.doubts.append(_("Loại “%s” không có trong danh mục; ghi là Công văn.") % fields["kind"][:40])
    return context.letter


def _document(
    fields: Names[str, str], code: str, kind: Kind, issued: date | None, context: Context, read: Understood
) -> DocumentFields | None:
    number, notation = split_printed(code)
    subject, over = _cut(fields.get("subject", ""), TEXT_LIMITS["subject"])
    note = "; ".join(part for part in (over, fields.get("note", ""), fields.get(REST, "")) if part)
    described, lost = _cut(note, TEXT_LIMITS["description"])
    if over:
        read.doubts.append(_("Trích yếu dài quá 500 ký tự; phần sau chuyển vào ghi chú."))
    if lost:
        read.doubts.append(_("Ghi chú dài quá 500 ký tự; phần sau chỉ còn trong phiếu nhập sổ."))
    signer, title = fields.get("signer_name", ""), fields.get("signer_title", "")
    if len(signer) > TEXT_LIMITS["signer_name"]:
        signer, title = "", f"{signer} {title}".strip()[: TEXT_LIMITS["signer_title"]]
    incoming = context.direction == BookKind.INCOMING
    issuer = fields.get("issuer_name", "") if incoming else context.issuer_name
    if incoming and not issuer:
        read.doubts.append(_("Thiếu cơ quan ban hành."))
    values = {
        "kind_code": kind.code,
        "kind_name": kind.name_vi,
        "subject": subject,
        "code_number": number,
        "code_notation": notation,
        "printed_code": code,
        "issued_on": issued,
        "issuer_code": "" if incoming else context.issuer_code,
        "issuer_name": issuer,
        "signer_name": signer,
        "signer_title": title,
        "urgency": _urgency(fields.get("urgency", "")),
        "page_amount": _whole(fields.get("pages", "")),
        "description": described,
    }
    try:
        record_rules.check_document(values, TEXT_LIMITS, on=context.on, citation=context.citation)
    except RuleBroken as broken:
        read.problems.append(str(broken.message))
        return None
    return DocumentFields(**values)  # type: ignore[arg-type]


def split_printed(code: str) -> tuple[str, str]:
    """Split a printed code into number and symbol as long as both fit their columns; otherwise it stays whole."""
    found = _CODE.fullmatch(code)
    if found is None:
        return "", code[: TEXT_LIMITS["code_notation"]]
    number = code[: found.start("notation")].rstrip(" /-–")
    number = re.sub(r"^số\s*:?\s*", "", number, flags=re.IGNORECASE)
    return number[: TEXT_LIMITS["code_number"]], found["notation"].strip()[: TEXT_LIMITS["code_notation"]]


def _cut(text: str, limit: int) -> tuple[str, str]:
    """Split a text that is too long at a space."""
    if len(text) <= limit:
        return text, ""
    place = text.rfind(" ", limit // 2, limit - 1)
    place = place if place > 0 else limit - 1
    return text[:place] + "…", text[place:].strip()


def _urgency(text: str) -> int:
    folded = fold(text)
    return int(next((level for word, level in _URGENT if word in folded), Urgency.NORMAL))


def _whole(text: str) -> int | None:
    found = re.search(r"\d{1,5}", text)
    return int(found.group()) or None if found else None


def _recipients(fields: Names[str, str], read: Understood) -> tuple[str, ...]:
    text = fields.get("recipients", "")
    names = [clean_line(part).lstrip("-– ")[:NAME_LENGTH] for part in _PARTS.split(text)]
    given = [name for name in names if name]
    if len(given) > MOST_RECIPIENTS:
        read.doubts.append(_("Nơi nhận có quá 60 dòng; chỉ giữ 60 dòng đầu."))
    return tuple(given[:MOST_RECIPIENTS])
