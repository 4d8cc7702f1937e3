"""The directory written as an .xlsx sheet, in the columns that its import reads."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from typing import IO, Any

import xlsxwriter

from .choices import AgencyLevel, Regime
from .models import Agency
from .services.directory_import import COLUMNS

_CHOICES: dict[str, Any] = {"regime": Regime, "level": AgencyLevel}
_EXAMPLE = Agency(
    code="H99.15",
    former_codes=["000.00.15.H99"],
    name="Sở Công Thương tỉnh Đông Lĩnh",
    short_name="Sở Công Thương",
    abbreviations=["SCT"],
    parent_name="Ủy ban nhân dân tỉnh Đông Lĩnh",
    parent_code="H99",
    regime=Regime.STATE,
    level=AgencyLevel.PROVINCE,
    place="Đông Lĩnh",
    email="vanthu.sct@donglinh.example",
)


def labels() -> list[str]:
    """The headings, in order."""
    return [str(heading.label) for heading in COLUMNS]


def written(agencies: Iterable[Agency]) -> IO[bytes]:
    """Return the sheet, open for reading; without agencies it has one example row. Rows are not held in memory."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    with xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.set_column(0, len(COLUMNS) - 1, 24)
        sheet.write_row(0, 0, labels(), book.add_format({"bold": True}))
        number = 0
        for number, agency in enumerate(agencies, start=1):
            sheet.write_row(number, 0, _cells(agency))
        if not number:
            sheet.write_row(1, 0, _cells(_EXAMPLE))
    file.seek(0)
    return file


def _cells(agency: Agency) -> list[str]:
    return [_cell(heading.name, getattr(agency, heading.name)) for heading in COLUMNS]


def _cell(name: str, value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if name in _CHOICES and value:
        return str(_CHOICES[name](value).label)
    return value or ""
