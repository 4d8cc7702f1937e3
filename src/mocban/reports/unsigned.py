"""The list of the unsigned: electronic documents without a sufficient signature, by unit and month.

Every count on the page is a sum over the same rows that the list shows (registry.sufficiency).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.people.models import Organisation, Unit
from mocban.registry.choices import SUFFICIENT, Sufficiency
from mocban.registry.sufficiency import WAYS, Group, Share, grouped, lacking, share

from .figures import Asked, judged_in
from .sheets import Column, Grid, Sheet, Value

WAY_LABELS = {
    "outgoing": gettext_lazy("Văn bản đi"),
    "incoming": gettext_lazy("Văn bản đến"),
    "copies": gettext_lazy("Bản sao điện tử"),
}
LACKS = [state for state in Sufficiency if state not in SUFFICIENT]
NOBODY = "none"  # the unit of what no unit drafted or leads
CHUNK = 1_000


@dataclass(frozen=True)
class Chosen:
    """What the page shows: one way of documents, narrowed to a unit ("none": of no unit), a month, a lack."""

    asked: Asked
    way: str
    unit: str = ""
    lack: str = ""


def rows(chosen: Chosen) -> QuerySet[Any]:
    """The unsigned documents chosen, newest first."""
    found = lacking(judged_in(chosen.asked, chosen.way))
    if chosen.unit == NOBODY:
        found = found.filter(unit_key=None)
    elif chosen.unit:
        found = found.filter(unit_key=UUID(chosen.unit))
    if chosen.lack:
        found = found.filter(sufficiency=chosen.lack)
    return found.order_by(*WAYS[chosen.way].order, "pk")


@dataclass(frozen=True)
class Line:
    """One unit: how many of its documents lack something, month by month, and the share that is signed."""

    unit: str  # its id, or NOBODY
    name: str
    months: list[tuple[int, int]]  # month of the year, number
    number: int
    share: Share

    @property
    def unissued(self) -> int:
        """How many of `number` are not issued yet, so that the share leaves them out."""
        return self.number - (self.share.whole - self.share.signed)


@dataclass(frozen=True)
class Overview:
    """The documents of the period by unit and month, by what they lack, and the share signed of all."""

    months: list[int]
    lines: list[Line]
    whole: Line
    lacks: list[tuple[str, Any, int]]
    paper: int
    listed: int  # how many rows the list has, narrowed as it is


def overview(chosen: Chosen) -> Overview:
    """Count the documents of the period: one query for them, one for the names of the units."""
    asked, way = chosen.asked, chosen.way
    groups = grouped(judged_in(asked, way), way)
    found = [one for one in groups if one.sufficiency not in SUFFICIENT]
    months = sorted({one.month.month for one in found})
    names = unit_names(asked.actor.organisation_id)
    by_unit: dict[Any, list[Group]] = {}
    for one in groups:
        by_unit.setdefault(one.unit, []).append(one)
    lines = [
        _line(str(unit) if unit else NOBODY, names.get(unit) or nobody(way), of_unit, months)
        for unit, of_unit in by_unit.items()
    ]
    states = _states(groups)
    return Overview(
        months=months,
        lines=sorted((line for line in lines if line.number), key=lambda line: (line.unit == NOBODY, line.name)),
        whole=_line("", _("Cộng"), groups, months),
        lacks=[(state.value, state.label, states[state]) for state in LACKS if states[state]],
        paper=states[Sufficiency.PAPER],
        listed=sum(one.number for one in found if _is_chosen(one, chosen)),
    )


def _is_chosen(group: Group, chosen: Chosen) -> bool:
    """As `rows` narrows the list."""
    of_unit = not chosen.unit or chosen.unit == (str(group.unit) if group.unit else NOBODY)
    return of_unit and chosen.lack in ("", group.sufficiency)


def unit_names(organisation_id: Any) -> dict[Any, str]:
    return dict(Unit.objects.filter(organisation_id=organisation_id).values_list("pk", "name"))


def nobody(way: str) -> str:
    """What stands in the place of a unit where there is none."""
    return _("Chưa giao đơn vị") if way == "incoming" else _("Không có đơn vị soạn thảo")


def _line(unit: str, name: str, groups: Sequence[Group], months: Iterable[int]) -> Line:
    found = [one for one in groups if one.sufficiency not in SUFFICIENT]
    by_month = Counter[int]()
    for one in found:
        by_month[one.month.month] += one.number
    numbers = [(month, by_month[month]) for month in months]
    return Line(unit, name, numbers, by_month.total(), share(_states(groups)))


def _states(groups: Iterable[Group]) -> Counter[str]:
    states = Counter[str]()
    for one in groups:
        states[one.sufficiency] += one.number
    return states


def day_of(row: Any, way: str) -> date | None:
    """The day under which a row is counted."""
    found: Any = row
    for part in WAYS[way].day.split("__"):
        found = getattr(found, part)
    return found if isinstance(found, date) else None


def code_of(row: Any, way: str) -> str:
    """Number and symbol as printed; of a copy its own."""
    return str(row.printed_code if way == "copies" else row.document.printed_code)


def unsigned_sheet(chosen: Chosen, organisation: Organisation) -> Sheet:
    """The list chosen, for paper or workbook, with what is missing in words."""
    asked, way = chosen.asked, chosen.way
    names = unit_names(organisation.pk)
    columns = [
        Column("ordinal", _("STT")),
        Column("number_symbol", _("Số, ký hiệu")),
        Column("issued_on", _("Ngày đến") if way == "incoming" else _("Ngày văn bản")),
        Column("document", _("Trích yếu")),
        Column("unit", _("Đơn vị")),
        Column("state", _("Còn thiếu")),
    ]

    def lines() -> Iterator[Sequence[Value]]:
        for place, row in enumerate(rows(chosen).iterator(chunk_size=CHUNK), start=1):
            yield [
                place,
                code_of(row, way),
                day_of(row, way),
                row.document.subject,
                names.get(row.unit_key) or nobody(way),
                str(Sufficiency(row.sufficiency).label),
            ]

    narrowed = [Sufficiency(chosen.lack).label if chosen.lack else ""]
    if chosen.unit:
        narrowed.append(nobody(way) if chosen.unit == NOBODY else names.get(UUID(chosen.unit), ""))
    return Sheet(
        organisation=organisation,
        title=_("Danh sách văn bản điện tử chưa đủ chữ ký số"),
        on=asked.on,
        subtitles=[
            f"{WAY_LABELS[way]}, {asked.period.label}",
            *(str(part) for part in narrowed if part),
            _("Số liệu tính đến ngày %s, trên các văn bản người lập được xem.") % f"{asked.on:%d/%m/%Y}",
        ],
        grids=[Grid(columns, lines, empty=_("Trong kỳ không có văn bản nào chưa đủ chữ ký số."))],
        signers=[_("Người lập danh sách"), _("Người có thẩm quyền")],
    )
