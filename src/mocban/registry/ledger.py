"""The ledger of a counting period: every number from 1 to the last, exactly once, with what became of it.

What stands behind a number is shown to a reader who may see that document; to anybody else it is only "used".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mocban.people.actor import Actor

from .choices import Direction, IncomingStatus, NumberState, OutgoingOrigin
from .models import Copy, Incoming, Number, Outgoing, SeriesPeriod

MISSING = "missing"  # no row: the old register that was imported had no such number
MISSING_LABEL = gettext_lazy("Không có trong sổ nhập")
LOST_LABEL = gettext_lazy("Thiếu trong sổ, báo quản trị")
CHUNK = 1000


@dataclass(frozen=True)
class LedgerRow:
    """One number of the period. `state` is a NumberState or "missing"; `late` when the document's own day is earlier.

    `document_code`, `subject` and `address` are empty where the reader may not see the document.
    """

    value: int
    mark: str
    state: str
    state_label: str
    taken_on: date | None
    true_date: date | None
    late: bool
    document_code: str
    subject: str
    address: str
    taken_by: str
    reason: str
    expires_on: date | None = None
    number_id: UUID | None = None

    @property
    def label(self) -> str:
        return f"{self.value}{self.mark}"


@dataclass(frozen=True)
class LedgerSummary:
    """What a period counts up to. `missing` numbers have no row; `counts` is by NumberState; `marked` have a letter."""

    last_number: int
    counts: dict[str, int] = field(default_factory=dict)
    missing: int = 0
    late: int = 0
    marked: int = 0

    @property
    def lines(self) -> list[tuple[str, int]]:
        """Every count with its name, for the page and the print; what there is none of is left out."""
        named = [(str(NumberState(state).label), self.counts.get(state, 0)) for state in NumberState.values]
        extra = [(_("Đăng ký muộn"), self.late), (_("Số có chữ kèm"), self.marked), (str(MISSING_LABEL), self.missing)]
        return [(_("Số cuối"), self.last_number), *((name, count) for name, count in [*named, *extra] if count)]


@dataclass(frozen=True)
class LedgerPage:
    rows: list[LedgerRow]
    following: int | None  # the value at which the next page begins


def ledger_summary(period: SeriesPeriod) -> LedgerSummary:
    """Count the numbers of a period by what became of them."""
    numbers = Number.objects.filter(period=period)
    counts = dict(numbers.order_by().values_list("state").annotate(Count("pk")))
    inside = numbers.filter(value__lte=period.last_number)
    return LedgerSummary(
        last_number=period.last_number,
        counts=counts,
        missing=period.last_number - inside.order_by().aggregate(amount=Count("value", distinct=True))["amount"],
        late=numbers.exclude(true_date=None).count(),
        marked=numbers.exclude(mark="").count(),
    )


def ledger_rows(period: SeriesPeriod, actor: Actor, *, state: str = "", start: int = 1) -> Iterator[LedgerRow]:
    """Yield the rows from `start` on, in chunks of bounded memory; `state` narrows to one NumberState or "missing"."""
    imported = _imported(period)
    values = iter(_values(period, state=state, start=start))
    while chunk := list(islice(values, CHUNK)):
        yield from _rows(period, actor, chunk, state=state, imported=imported)


def ledger_page(period: SeriesPeriod, actor: Actor, *, state: str = "", start: int = 1, size: int = 100) -> LedgerPage:
    """One screen of the ledger: at most `size` different values from `start` on. Five queries, whatever is on it."""
    values = list(islice(_values(period, state=state, start=start), size + 1))
    rows = list(_rows(period, actor, values[:size], state=state, imported=_imported(period)))
    return LedgerPage(rows, values[size] if len(values) > size else None)


def _values(period: SeriesPeriod, *, state: str, start: int) -> Iterable[int]:
    """The values to show, in order."""
    start = max(start, 1)
    if state == MISSING or not state:
        whole = range(start, period.last_number + 1)
        if not state:
            return whole
        held = set(Number.objects.filter(period=period, value__gte=start).order_by().values_list("value", flat=True))
        return (value for value in whole if value not in held)
    chosen = Number.objects.filter(period=period, value__gte=start, state=state)
    return chosen.order_by("value").values_list("value", flat=True).distinct()


def _imported(period: SeriesPeriod) -> bool:
    """Whether an old register was read into the period: only that may leave gaps."""
    old_out = Outgoing.objects.filter(number__period=period, origin=OutgoingOrigin.IMPORTED)
    old_in = Incoming.objects.filter(number__period=period, status=IncomingStatus.FORMER)
    return old_out.exists() or old_in.exists()


def _rows(
    period: SeriesPeriod, actor: Actor, values: Sequence[int], *, state: str, imported: bool
) -> Iterator[LedgerRow]:
    """The rows of these values; a value without a number is a gap."""
    numbers: QuerySet[Number] = Number.objects.filter(period=period, value__in=values).order_by("value", "mark")
    if state and state != MISSING:
        numbers = numbers.filter(state=state)
    held = {value: list(found) for value, found in groupby(numbers, key=lambda number: number.value)}
    entries = _entries(period, actor, [number.pk for found in held.values() for number in found])
    for value in values:
        if value not in held:
            yield _gap(value, imported=imported)
        for number in held.get(value, ()):
            yield _row(number, entries.get(number.pk, _NOTHING))


@dataclass(frozen=True)
class Behind:
    """What a reader is told of the entry behind a number."""

    code: str = ""
    subject: str = ""
    address: str = ""


_NOTHING = Behind()
_ENTRIES: dict[str, Any] = {
    Direction.INCOMING: (Incoming, "registry:incoming"),
    Direction.OUTGOING: (Outgoing, "registry:outgoing"),
    Direction.COPIES: (Copy, "registry:copy"),
}


def _entries(period: SeriesPeriod, actor: Actor, numbers: Sequence[UUID]) -> dict[UUID, Behind]:
    """The entries behind these numbers that the reader may see, by number; a copy has a code of its own."""
    model, page = _ENTRIES[period.series.direction]
    seen = model.objects.visible_to(actor).filter(number_id__in=numbers).select_related("document")
    return {
        entry.number_id: Behind(
            code=getattr(entry, "printed_code", entry.document.printed_code),
            subject=entry.document.subject,
            address=reverse(page, args=[entry.pk]),
        )
        for entry in seen
    }


def _row(number: Number, behind: Behind) -> LedgerRow:
    return LedgerRow(
        value=number.value,
        mark=number.mark,
        state=number.state,
        state_label=str(NumberState(number.state).label),
        taken_on=number.taken_on,
        true_date=number.true_date,
        late=number.true_date is not None and number.true_date < number.taken_on,
        document_code=behind.code,
        subject=behind.subject,
        address=behind.address,
        taken_by=number.taken_by,
        reason=number.reason,
        expires_on=number.expires_on if number.state == NumberState.RESERVED else None,
        number_id=number.pk,
    )


def _gap(value: int, *, imported: bool) -> LedgerRow:
    return LedgerRow(
        value=value,
        mark="",
        state=MISSING,
        state_label=str(MISSING_LABEL if imported else LOST_LABEL),
        taken_on=None,
        true_date=None,
        late=False,
        document_code="",
        subject="",
        address="",
        taken_by="",
        reason="",
    )
