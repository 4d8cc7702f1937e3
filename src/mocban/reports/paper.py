"""A sheet as PDF/A-2b: A4, heading repeated, totals of each page, closing statement with the lines for signing."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from .layout import head
from .sheets import Grid, Sheet, printed
from .volume import Printed, Table, bind


def print_sheet(sheet: Sheet) -> Printed:
    """Return the sheet on paper. Raises SandboxFailed, RuleBroken("report.too_long")."""
    common = head(sheet.organisation, on=sheet.on) | {"title": sheet.title, "running": _running(sheet)}
    return bind(
        [_table(grid, place == 0, sheet) for place, grid in enumerate(sheet.grids)],
        common=common,
        cover=_cover(sheet),
        closing=_closing(sheet),
        wide=sheet.wide,
    )


def _running(sheet: Sheet) -> str:
    """The line at the foot of every page: which book it is, and that the print comes from the system."""
    book = " – ".join(
        part for part in (sheet.title, *sheet.cover[:1], sheet.volume and ": ".join(sheet.volume)) if part
    )
    return f"{book}. {head(sheet.organisation, on=sheet.on)['printed']}"


def _table(grid: Grid, first: bool, sheet: Sheet) -> Table:
    return Table(
        columns=[column.label for column in grid.columns],
        widths=[column.width for column in grid.columns],
        entries=([printed(value) for value in row] for row in grid.rows()),
        heading=grid.heading,
        subtitles=[line for line in (*sheet.subtitles, sheet.notes) if line] if first and not sheet.cover else (),
        centred=[place for place, column in enumerate(grid.columns) if column.centred],
        totals=grid.totals,
        empty=grid.empty,
    )


def _cover(sheet: Sheet) -> dict[str, Any] | None:
    if not sheet.cover:
        return None
    label, value = sheet.volume or ("", "")
    return {
        "parent": sheet.organisation.parent_name,
        "issuer": sheet.organisation.name,
        "title": sheet.title,
        "lines": list(sheet.cover),
        "volume": {"label": label, "value": value},
        "note": sheet.notes,
    }


def _closing(sheet: Sheet) -> dict[str, Any] | None:
    if not sheet.closing and not sheet.signers:
        return None
    place = _("%(place)s, ngày …… tháng …… năm ………") % {"place": sheet.organisation.place}
    return {"lines": list(sheet.closing), "place": place, "signers": list(sheet.signers)}
