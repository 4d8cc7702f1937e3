"""Text of workbooks: one page a sheet, cells parted by tabs."""

from __future__ import annotations

import io

from python_calamine import CalamineWorkbook

MAX_ROWS = 100_000  # of one sheet


def read(data: bytes, first_pages: int | None) -> list[str]:
    """Return the text of each sheet, its name first. Raises the reader's own error for a damaged file."""
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
    pages = []
    for name in workbook.sheet_names[:first_pages]:
        rows = workbook.get_sheet_by_name(name).to_python(nrows=MAX_ROWS)
        lines = ("\t".join(str(cell).strip() for cell in row).rstrip() for row in rows)
        pages.append("\n".join([name, *(line for line in lines if line.strip())]))
    return pages
