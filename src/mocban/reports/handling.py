"""How documents were handled in a period: the follow-up book and the two reports (NĐ 30/2020, PL IV; PL VI, I.V)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.utils.translation import gettext as _

from mocban.people.actor import Actor
from mocban.people.models import Organisation, Unit
from mocban.registry.choices import IncomingStatus, OutgoingStatus, TaskRole
from mocban.registry.log_selectors import PROGRESS, followed_up
from mocban.registry.models import Outgoing, Task

from .figures import FIGURES, Asked
from .registers import CHUNK, cover_labels, described, filled, handlers
from .sheets import Cells, Column, Grid, Sheet, Value, columns_of, values

SETTLED = (IncomingStatus.FORMER, IncomingStatus.RECALLED)  # nothing is left to handle


@dataclass(frozen=True)
class FollowUp:
    """Which part of the incoming register is followed up; without days everything of the year of `on`."""

    on: date
    since: date | None = None
    until: date | None = None
    unit: Unit | None = None
    progress: str = ""

    @property
    def days(self) -> tuple[date, date]:
        return self.since or date(self.on.year, 1, 1), self.until or date(self.on.year, 12, 31)

    @property
    def narrowed(self) -> list[str]:
        stands = PROGRESS.get(self.progress)
        return [str(part) for part in (self.unit and self.unit.name, stands) if part]


def follow_up_sheet(organisation: Organisation, asked: FollowUp, *, actor: Actor) -> Sheet:
    """Return the follow-up book (sổ theo dõi giải quyết văn bản đến): what the actor may see of it."""
    columns, note = columns_of("register_handling", organisation, asked.on)
    since, until = asked.days
    entries = followed_up(
        actor, on=asked.on, since=since, until=until, unit=asked.unit, progress=asked.progress
    ).filter(organisation=organisation)
    answers = Outgoing.objects.visible_to(actor).filter(status=OutgoingStatus.ISSUED).select_related("document")
    rows = (
        entries.select_related("document", "number")
        .prefetch_related("tasks__unit", "hand_overs", Prefetch("replies", answers, "answers"))
        .order_by("arrived_on", "number_value", "pk")
    )
    labels = cover_labels(organisation, asked.on)
    grid = Grid(
        columns,
        lambda: values(columns, _follow_up_cells(asked.on), rows.iterator(chunk_size=CHUNK)),
        totals=_("Cộng trang: {page} văn bản; cộng dồn: {all} văn bản"),
        empty=_("Chưa có dòng nào."),
    )
    # The cover of this book names no numbers (PL IV mục VIII).
    days = filled(labels["dates"], [f"{since:%d/%m/%Y}", f"{until:%d/%m/%Y}"])
    return Sheet(
        organisation=organisation,
        title=_("Sổ theo dõi giải quyết văn bản đến"),
        on=asked.on,
        grids=[grid],
        cover=[f"{labels['year']}: {since.year}", days, *asked.narrowed],
        volume=(labels["volume"], "……"),
        notes=note,
        closing=[_("Sổ này có {pages} trang (không kể bìa), theo dõi {entries} văn bản.")],
        signers=[_("Người lập sổ"), _("Người có thẩm quyền")],
    )


def _follow_up_cells(on: date) -> Cells:
    return {
        "arrival_number": lambda entry: f"{entry.number_value}{entry.number.mark}",
        "document": lambda entry: ", ".join(
            part for part in (described(entry.document), entry.document.issuer_name) if part
        ),
        "recipients": handlers,
        "due_on": lambda entry: entry.handle_by,
        "progress": lambda entry: progress(entry, on),
        "reply": lambda entry: "; ".join(answer.document.printed_code for answer in entry.answers),
        "remarks": lambda entry: entry.document.description,
    }


def progress(entry: Any, on: date) -> str:
    """Where the handling of an entry stands on a day, in words."""
    if entry.resolved_on:
        late = entry.handle_by and entry.resolved_on > entry.handle_by
        words = _("Đã giải quyết ngày %s, quá hạn") if late else _("Đã giải quyết ngày %s")
        return words % f"{entry.resolved_on:%d/%m/%Y}"
    stands = str(entry.get_status_display())
    late = entry.handle_by and entry.handle_by < on and entry.status not in SETTLED
    return _("%s, quá hạn") % stands if late else stands


def _incoming_outcome(entry: Any, on: date) -> str:
    """In which column of the report an entry is counted: exactly one."""
    if entry.resolved_on:
        return "late" if entry.handle_by and entry.resolved_on > entry.handle_by else "in_time"
    if entry.status in SETTLED:
        return "settled"
    return "waiting_late" if entry.handle_by and entry.handle_by < on else "waiting"


def _outgoing_outcome(entry: Any, on: date) -> str:
    if entry.left_on:
        return "late" if entry.left_on > entry.issue_by else "in_time"
    return "waiting_late" if entry.issue_by < on else "waiting"


def incoming_report(asked: Asked, organisation: Organisation) -> Sheet:
    """Return the report on the handling of incoming documents, by the unit that leads.

    Every entry of the figure "incoming" is counted once; the late ones are those of the figure "late-handling".
    """
    leads = Task.objects.filter(incoming=OuterRef("pk"), role=TaskRole.LEAD).order_by("-created_at")
    entries = FIGURES["incoming"].rows(asked).annotate(lead=Subquery(leads.values("unit__name")[:1]))
    columns = [
        Column("unit", _("Đơn vị chủ trì")),
        Column("amount", _("Văn bản đến")),
        Column("in_time", _("Đã giải quyết đúng hạn")),
        Column("late", _("Đã giải quyết quá hạn")),
        Column("waiting", _("Đang giải quyết, trong hạn")),
        Column("waiting_late", _("Chưa giải quyết, quá hạn")),
        Column("settled", _("Theo sổ cũ, đã thu hồi")),
    ]
    title = _("Báo cáo giải quyết văn bản đến")
    return _report(asked, organisation, title, columns, entries, _incoming_outcome, _("Chưa giao đơn vị"))


def outgoing_report(asked: Asked, organisation: Organisation) -> Sheet:
    """Return the report on the issuing of what was signed in the period, by the unit that drafted it.

    Every document of the figure "signed" is counted once; the late ones are those of the figure "late-issuing".
    """
    signed = FIGURES["signed"].rows(asked).annotate(left_on=TruncDate("issued_at"), lead=F("unit__name"))
    columns = [
        Column("unit", _("Đơn vị soạn thảo")),
        Column("amount", _("Văn bản đã ký")),
        Column("in_time", _("Phát hành đúng hạn")),
        Column("late", _("Phát hành trễ hạn")),
        Column("waiting", _("Chưa phát hành, trong hạn")),
        Column("waiting_late", _("Chưa phát hành, quá hạn")),
    ]
    title = _("Báo cáo giải quyết văn bản đi")
    return _report(asked, organisation, title, columns, signed, _outgoing_outcome, _("Không có đơn vị soạn thảo"))


def _report(
    asked: Asked,
    organisation: Organisation,
    title: str,
    columns: Sequence[Column],
    rows: QuerySet[Any],
    outcome: Callable[[Any, date], str],
    nobody: str,
) -> Sheet:
    counted: dict[str, Counter[str]] = {}
    for row in rows.order_by().iterator(chunk_size=CHUNK):
        unit = counted.setdefault(row.lead or nobody, Counter())
        unit.update(("amount", outcome(row, asked.on)))
    return Sheet(
        organisation=organisation,
        title=title,
        on=asked.on,
        subtitles=[
            _("Kỳ báo cáo: %(period)s (từ ngày %(since)s đến ngày %(until)s)")
            % {
                "period": asked.period.label,
                "since": f"{asked.period.since:%d/%m/%Y}",
                "until": f"{asked.period.until:%d/%m/%Y}",
            },
            _("Số liệu tính đến ngày %s, trên các văn bản người lập được xem.") % f"{asked.on:%d/%m/%Y}",
        ],
        grids=[Grid(columns, lambda: _lines(columns, counted), empty=_("Trong kỳ không có văn bản nào."))],
        signers=[_("Người lập báo cáo"), _("Người có thẩm quyền")],
    )


def _lines(columns: Sequence[Column], counted: dict[str, Counter[str]]) -> Iterator[list[Value]]:
    """A line for each unit, and their sum."""
    keys = [column.key for column in columns[1:]]
    for unit, counts in sorted(counted.items()):
        yield [unit, *(counts[key] for key in keys)]
    if counted:
        whole = sum(counted.values(), Counter())
        yield [_("Cộng"), *(whole[key] for key in keys)]
