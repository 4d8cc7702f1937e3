"""Agencies from a sheet of thousands of rows: every row is judged, the good ones go in, the bad ones are listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, fold

from .. import access, agency_rows, events, sheets
from ..actor import Actor
from ..choices import AgencyLevel, Regime
from ..models import Agency, Organisation
from .directory import OWN, AgencyFields, check_agency
from .importing import Heading, Row, day_of, in_each_language, named_rows

AT_ONCE = 5_000  # rows that are looked up together
MOST_LISTED = 500  # bad rows of a report; the others are counted
_SENTENCES = {
    "sheet.too_large": gettext_lazy("Tệp quá lớn: danh bạ tối đa 30 MB và 150.000 hàng."),
    "sheet.too_many_rows": gettext_lazy("Danh bạ có quá 150.000 hàng. Hãy tách thành nhiều tệp."),
    "sheet.unreadable": gettext_lazy(
        "Không đọc được tệp này như một bảng .xlsx hoặc .csv (UTF-8). Tệp có thể hỏng hoặc có mật khẩu."
    ),
}
COLUMNS = (
    Heading("code", gettext_lazy("Mã định danh"), ("ma", "ma co quan", "ma dinh danh dien tu", "organid")),
    Heading("name", gettext_lazy("Tên cơ quan"), ("ten", "ten co quan, don vi", "ten don vi", "organname")),
    Heading("former_codes", gettext_lazy("Mã cũ"), ("ma dinh danh cu",), required=False),
    Heading("short_name", gettext_lazy("Tên gọi tắt"), ("ten tat",), required=False),
    Heading("abbreviations", gettext_lazy("Chữ viết tắt"), ("viet tat", "ky hieu"), required=False),
    Heading("parent_name", gettext_lazy("Cơ quan cấp trên"), ("co quan chu quan",), required=False),
    Heading("parent_code", gettext_lazy("Mã cơ quan cấp trên"), ("ma cap tren",), required=False),
    Heading("regime", gettext_lazy("Khối"), (), required=False),
    Heading("level", gettext_lazy("Cấp"), (), required=False),
    Heading("place", gettext_lazy("Địa danh"), ("dia ban", "tinh"), required=False),
    Heading("email", gettext_lazy("Hộp thư công vụ"), ("thu dien tu", "email"), required=False),
    Heading("valid_from", gettext_lazy("Hoạt động từ ngày"), ("tu ngay",), required=False),
    Heading("valid_to", gettext_lazy("Hoạt động đến hết ngày"), ("den ngay",), required=False),
    Heading("successor_code", gettext_lazy("Mã cơ quan kế thừa"), ("ma ke thua",), required=False),
)
_LISTS, _DAYS, _CHOICES = ("former_codes", "abbreviations"), ("valid_from", "valid_to"), ("regime", "level")


@dataclass
class DirectoryReport:
    """What a sheet would do, or did: numbers of rows by outcome, and the bad ones with their reason."""

    new: int = 0
    changed: int = 0
    closed: int = 0  # of the new and the changed, those that the sheet gives a last day for the first time
    same: int = 0
    refused: int = 0
    bad: list[Row] = field(default_factory=list)

    def refuse(self, row: Row, reason: str) -> None:
        self.refused += 1
        if len(self.bad) < MOST_LISTED:
            self.bad.append(replace(row, problem=reason))


def preview_directory(*, data: bytes, actor: Actor) -> DirectoryReport:
    """Judge every row of a sheet (.xlsx or .csv) against the directory; nothing is written.

    Raises PermissionDenied, and RuleBroken for a file that is no sheet, is too large, lacks a column or has no rows.
    """
    access.require(actor, "agency.edit", actor)
    report = DirectoryReport()
    for _new, _changed in _judged(_read(data), report):
        pass
    return report


def import_directory(
    *, data: bytes, source: str, organisation: Organisation, actor: Actor, on: date
) -> DirectoryReport:
    """Enter the good rows of a sheet; an empty cell changes nothing, and a code that is given up stays as a former one.

    `source` names the file, `organisation` is that of the actor, whose history shows the import. Raises as above.
    """
    access.require(actor, "agency.edit", actor)
    report, rows, source = DirectoryReport(), _read(data), clean_line(source)[:200]
    with transaction.atomic():
        for new, changed in _judged(rows, report):
            agency_rows.copy_new(new, source=source, imported_on=on)
            agency_rows.copy_changed(changed, source=source, imported_on=on)
        if report.new or report.changed:
            numbers = {name: getattr(report, name) for name in ("new", "changed", "closed", "refused")}
            audit.record(actor, events.DIRECTORY_IMPORTED, organisation, details=numbers)
    return report


def _read(data: bytes) -> list[Row]:
    """The rows of the sheet by the names of their columns."""
    reader = sheets.read_rows if data.startswith(b"PK") else sheets.read_csv
    try:
        cells = reader(data, sheets.DIRECTORY)
    except RuleBroken as broken:
        raise RuleBroken(broken.code, _SENTENCES[broken.code]) from broken
    rows = named_rows(COLUMNS, cells)
    if not rows:
        raise RuleBroken("sheet.empty", _("Bảng không có hàng nào dưới hàng tiêu đề."))
    return rows


def _judged(rows: Sequence[Row], report: DirectoryReport) -> Iterator[tuple[list[Any], list[Any]]]:
    """Yield what is new and what is changed (pairs of key and fields), thousands of rows at a time; fill the report."""
    words = _Words()
    seen: set[str] = set()
    given = {row.values["code"].casefold() for row in rows}
    for first in range(0, len(rows), AT_ONCE):
        batch = rows[first : first + AT_ONCE]
        known = _known(batch)
        new: list[AgencyFields] = []
        changed: list[tuple[Any, AgencyFields]] = []
        for row in batch:
            try:
                entry = _entry(row, known, given)
                fields = _merged(words.values(row.values), entry)
                check_agency(fields)
                if fields.code.casefold() in seen:
                    raise RuleBroken("sheet.repeated", _("Mã «%(value)s» lặp lại trong bảng.") % {"value": fields.code})
            except RuleBroken as broken:
                report.refuse(row, str(broken.message))
                continue
            seen.add(fields.code.casefold())
            if entry is None:
                new.append(fields)
                report.new += 1
            elif _differs(fields, entry):
                changed.append((entry.pk, fields))
                report.changed += 1
            else:
                report.same += 1
                continue
            report.closed += bool(fields.valid_to and (entry is None or entry.valid_to is None))
        yield new, changed


def _known(batch: Sequence[Row]) -> dict[str, Agency]:
    """The entries that the rows may be about, by their present code in small letters."""
    codes = {code for row in batch for code in (row.values["code"], *_split(row.values["former_codes"]))}
    found = Agency.objects.filter(code__in=codes | {code.upper() for code in codes}).defer("words", "sort_name")
    return {agency.code.casefold(): agency for agency in found}


def _entry(row: Row, known: dict[str, Agency], given: set[str]) -> Agency | None:
    """The entry with the row's code, or else the one that had it under the code which the row calls its former one.

    An entry whose code has a row of its own in the sheet is another agency: it was merged, not renamed.
    """
    entry = known.get(row.values["code"].casefold())
    if entry is not None:
        return entry
    former = [code.casefold() for code in _split(row.values["former_codes"])]
    renamed = [known[code] for code in former if code in known and code not in given]
    return renamed[0] if len(renamed) == 1 else None


def _merged(values: dict[str, Any], entry: Agency | None) -> AgencyFields:
    """The fields as they will stand: what the row leaves empty stays, and old codes and abbreviations are kept."""
    if entry is None:
        return AgencyFields(**values).cleaned()
    held = {name: getattr(entry, name) for name in AgencyFields.__dataclass_fields__}
    merged = {name: value or held[name] for name, value in values.items()}
    if entry.organisation_id:  # a body of this installation says itself what it is called
        merged |= {name: held[name] for name in OWN}
    merged["abbreviations"] = [*held["abbreviations"], *values["abbreviations"]]
    merged["former_codes"] = [*held["former_codes"], *values["former_codes"]]
    if merged["code"] != entry.code:
        merged["former_codes"].append(entry.code)
    return AgencyFields(**merged).cleaned()


def _differs(fields: AgencyFields, entry: Agency) -> bool:
    return any(getattr(fields, name) != getattr(entry, name) for name in AgencyFields.__dataclass_fields__)


def _split(cell: str) -> list[str]:
    return [one.strip() for one in cell.replace(";", ",").split(",") if one.strip()]


class _Words:
    """Cells become values; the words of the choices are known in either language of the screens."""

    def __init__(self) -> None:
        choices: dict[str, Any] = {"regime": Regime, "level": AgencyLevel}
        self.choices = {
            name: {word: one.value for one in kind for word in (*in_each_language(one.label), one.value)}
            for name, kind in choices.items()
        }

    def values(self, cells: dict[str, str]) -> dict[str, Any]:
        """Raises RuleBroken for a word that is no choice and a day that is none."""
        values: dict[str, Any] = dict(cells)
        for name in _LISTS:
            values[name] = _split(cells[name])
        for name in _DAYS:
            values[name] = day_of(cells[name], None)
        for name in _CHOICES:
            values[name] = self._choice(name, cells[name])
        return values

    def _choice(self, name: str, cell: str) -> str:
        if not cell:
            return ""
        if fold(cell) not in self.choices[name]:
            raise RuleBroken("sheet.choice", _("Không có giá trị «%(value)s» ở cột này.") % {"value": cell})
        return self.choices[name][fold(cell)]
