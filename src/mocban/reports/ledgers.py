"""The ledger of numbers of a counting period on paper: every number, and what became of it."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from mocban.people.actor import Actor
from mocban.registry.ledger import LedgerRow, ledger_rows, ledger_summary
from mocban.registry.models import SeriesPeriod

from .sheets import Cells, Grid, Sheet, columns_of, values


def _state(row: LedgerRow) -> str:
    return _("%s, đăng ký muộn") % row.state_label if row.late else row.state_label


def _document(row: LedgerRow) -> str:
    true_date = _("ngày văn bản %s") % f"{row.true_date:%d/%m/%Y}" if row.true_date else ""
    return ", ".join(part for part in (row.document_code, true_date) if part)


def _reason(row: LedgerRow) -> str:
    expires = _("giữ đến ngày %s") % f"{row.expires_on:%d/%m/%Y}" if row.expires_on else ""
    return "; ".join(part for part in (row.reason, expires) if part)


_CELLS: Cells = {
    "number": lambda row: row.label,
    "state": _state,
    "taken_on": lambda row: row.taken_on,
    "taken_by": lambda row: row.taken_by,
    "document": _document,
    "reason": _reason,
}


def ledger_sheet(period: SeriesPeriod, *, actor: Actor, on: date) -> Sheet:
    """Return the ledger of one counting period; `period` comes with its series and organisation."""
    organisation = period.series.organisation
    columns, note = columns_of("number_ledger", organisation, on)
    until = f"{period.ends_on:%d/%m/%Y}" if period.ends_on else _("nay")
    grid = Grid(
        columns,
        lambda: values(columns, _CELLS, ledger_rows(period, actor)),
        totals=_("Cộng trang: {page} số; cộng dồn: {all} số"),
        empty=_("Chưa lấy số nào."),
    )
    return Sheet(
        organisation=organisation,
        title=_("Sổ theo dõi số"),
        on=on,
        grids=[grid],
        subtitles=[
            f"{period.series.name} – {period.name}",
            _("Từ ngày %(since)s đến ngày %(until)s") % {"since": f"{period.starts_on:%d/%m/%Y}", "until": until},
        ],
        notes=note,
        closing=["; ".join(f"{name}: {number}" for name, number in ledger_summary(period).lines) + "."],
        signers=[_("Người lập sổ"), _("Người có thẩm quyền")],
    )
