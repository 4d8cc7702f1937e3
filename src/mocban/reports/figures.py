"""The figures: one table says what each counts or sums. Number and list behind it are the same queryset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from mocban.people.actor import Actor
from mocban.records.models import Document, FileEntry
from mocban.registry.choices import SUFFICIENT, IncomingStatus, OutgoingStatus, Sufficiency
from mocban.registry.copy_rules import ISSUED
from mocban.registry.models import Incoming, Instruction, Outgoing
from mocban.registry.pages_saved import with_pages_saved
from mocban.registry.selectors import with_file
from mocban.registry.sufficiency import in_all, judged

from .periods import Period

INCOMING, OUTGOING, DOCUMENT = "incoming", "outgoing", "document"


@dataclass(frozen=True)
class Asked:
    """For whom, over which period, and which day counts as now."""

    actor: Actor
    period: Period
    on: date

    @property
    def days(self) -> tuple[date, date]:
        return self.period.since, self.period.until


Rows = Callable[[Asked], QuerySet[Any]]


@dataclass(frozen=True)
class Figure:
    """`rows` are the documents counted; `of` names the figure that this is a share of; `bad`: few are wanted.

    With `sums`, an annotation of the rows, the number is its sum over them.
    """

    name: str
    group: Any
    label: Any
    noun: str
    rows: Rows
    of: str = ""
    bad: bool = False
    sums: str = ""
    states: tuple[str, ...] = ()  # of a figure about signatures: those of one noun are counted in one query


def _incoming(asked: Asked) -> QuerySet[Any]:
    """What arrived in the period."""
    entries: QuerySet[Any] = Incoming.objects.visible_to(asked.actor)
    entries = entries.filter(organisation_id=asked.actor.organisation_id)
    rows: QuerySet[Any] = (
        entries.filter(arrived_on__range=asked.days).select_related("document").annotate(has_file=with_file())
    )
    return rows


def _outgoing(asked: Asked) -> QuerySet[Any]:
    documents = Outgoing.objects.visible_to(asked.actor).select_related("document")
    rows: QuerySet[Any] = documents.filter(organisation_id=asked.actor.organisation_id)
    return rows


def _signed_in_period(asked: Asked) -> QuerySet[Any]:
    """What was signed in the period and has a day of issue to keep."""
    return _outgoing(asked).filter(signed_on__range=asked.days, issue_by__isnull=False)


def _late_presenting(asked: Asked) -> QuerySet[Any]:
    """Instructed after the day for presenting, or still waiting beyond it."""
    first = Instruction.objects.filter(incoming=OuterRef("pk")).order_by("written_at").values("written_at")[:1]
    entries = _incoming(asked).annotate(instructed_on=TruncDate(Subquery(first)))
    waits = Q(status=IncomingStatus.REGISTERED, present_by__lt=asked.on)
    rows: QuerySet[Any] = entries.filter(waits | Q(instructed_on__gt=F("present_by")))
    return rows


def _with_deadline(asked: Asked) -> QuerySet[Any]:
    return _incoming(asked).filter(handle_by__isnull=False)


def _late_handling(asked: Asked) -> QuerySet[Any]:
    """Resolved after the deadline, or unresolved beyond it."""
    open_late = Q(resolved_on__isnull=True, handle_by__lt=asked.on)
    return _with_deadline(asked).filter(open_late | Q(resolved_on__gt=F("handle_by")))


def _late_issuing(asked: Asked) -> QuerySet[Any]:
    """Issued after the day for issuing, or signed and unissued beyond it."""
    signed = _signed_in_period(asked).annotate(left_on=TruncDate("issued_at"))
    rows: QuerySet[Any] = signed.filter(Q(left_on__isnull=True, issue_by__lt=asked.on) | Q(left_on__gt=F("issue_by")))
    return rows


def _documents(asked: Asked) -> QuerySet[Any]:
    """Registered or issued in the period, each document once."""
    arrived = Incoming.objects.filter(document=OuterRef("pk"), arrived_on__range=asked.days)
    issued = Outgoing.objects.filter(
        document=OuterRef("pk"), status=OutgoingStatus.ISSUED, document__issued_on__range=asked.days
    )
    documents: QuerySet[Any] = Document.objects.visible_to(asked.actor)
    documents = documents.filter(organisation_id=asked.actor.organisation_id)
    rows: QuerySet[Any] = documents.filter(Exists(arrived) | Exists(issued)).annotate(
        is_filed=Exists(FileEntry.objects.filter(document=OuterRef("pk")))
    )
    return rows


def _not_printed(asked: Asked) -> QuerySet[Any]:
    """Issued in the period, laid out here and sent electronically."""
    issued = _outgoing(asked).filter(status__in=ISSUED, document__issued_on__range=asked.days)
    return with_pages_saved(issued).filter(pages_saved__gt=0)


def judged_in(asked: Asked, way: str) -> QuerySet[Any]:
    """The documents of the period, each with what it lacks of a sufficient signature."""
    return judged(asked.actor, way, since=asked.period.since, until=asked.period.until)


def _signing(name: str, way: str, label: Any, states: Sequence[str], *, of: str = "", bad: bool = False) -> Figure:
    """A figure about signatures: the documents of one way that stand so (registry.sufficiency)."""

    def rows(asked: Asked) -> QuerySet[Any]:
        return judged_in(asked, way).filter(sufficiency__in=states)

    return Figure(name, _SIGNATURES[way], label, way, rows, of=of, bad=bad, states=tuple(states))


_PAPER, _SIGNED = [Sufficiency.PAPER], [Sufficiency.SIGNED]
_UNSIGNED = [state for state in Sufficiency if state not in (*SUFFICIENT, Sufficiency.UNSEALED)]
_ELECTRONIC = [*_SIGNED, *_UNSIGNED]
_SIGNATURES = {OUTGOING: _("Ký số văn bản đi"), INCOMING: _("Ký số văn bản đến")}
_FILES, _LATE, _FILING, _PAPERLESS = _("Có tệp"), _("Trễ hạn"), _("Lập hồ sơ"), _("Bớt giấy tờ")

FIGURES: dict[str, Figure] = {
    figure.name: figure
    for figure in (
        Figure("incoming", _FILES, _("Văn bản đến"), INCOMING, _incoming),
        Figure(
            "incoming-with-file",
            _FILES,
            _("Văn bản đến có tệp"),
            INCOMING,
            lambda asked: _incoming(asked).filter(has_file=True),
            of="incoming",
        ),
        Figure(
            "incoming-without-file",
            _FILES,
            _("Văn bản đến chưa có tệp"),
            INCOMING,
            lambda asked: _incoming(asked).filter(has_file=False),
            of="incoming",
            bad=True,
        ),
        _signing("issued", OUTGOING, _("Văn bản đi đã phát hành"), [*_PAPER, *_ELECTRONIC]),
        _signing("issued-electronic", OUTGOING, _("Văn bản điện tử đã phát hành"), _ELECTRONIC, of="issued"),
        _signing("issued-signed", OUTGOING, _("Đã phát hành, đủ chữ ký số"), _SIGNED, of="issued-electronic"),
        _signing(
            "issued-unsigned",
            OUTGOING,
            _("Đã phát hành, chưa đủ chữ ký số"),
            _UNSIGNED,
            of="issued-electronic",
            bad=True,
        ),
        _signing("issued-paper", OUTGOING, _("Phát hành bằng giấy"), _PAPER, of="issued"),
        _signing("unsealed", OUTGOING, Sufficiency.UNSEALED.label, [Sufficiency.UNSEALED], bad=True),
        _signing("received-electronic", INCOMING, _("Văn bản điện tử đã nhận"), _ELECTRONIC, of="incoming"),
        _signing("received-signed", INCOMING, _("Đã nhận, đủ chữ ký số"), _SIGNED, of="received-electronic"),
        _signing(
            "received-unsigned",
            INCOMING,
            _("Đã nhận, chưa đủ chữ ký số"),
            _UNSIGNED,
            of="received-electronic",
            bad=True,
        ),
        _signing("received-paper", INCOMING, _("Nhận bằng giấy"), _PAPER, of="incoming"),
        Figure(
            "pages-saved",
            _PAPERLESS,
            _("Trang không phải in để gửi"),
            OUTGOING,
            _not_printed,
            sums="pages_saved",
        ),
        Figure("late-presenting", _LATE, _("Trình trễ hạn"), INCOMING, _late_presenting, of="incoming", bad=True),
        Figure("with-deadline", _LATE, _("Văn bản đến có hạn giải quyết"), INCOMING, _with_deadline),
        Figure("late-handling", _LATE, _("Giải quyết trễ hạn"), INCOMING, _late_handling, of="with-deadline", bad=True),
        Figure("signed", _LATE, _("Văn bản đi đã ký, có hạn phát hành"), OUTGOING, _signed_in_period),
        Figure("late-issuing", _LATE, _("Phát hành trễ hạn"), OUTGOING, _late_issuing, of="signed", bad=True),
        Figure("documents", _FILING, _("Văn bản đến đã đăng ký và văn bản đi đã phát hành"), DOCUMENT, _documents),
        Figure(
            "filed",
            _FILING,
            _("Đã đưa vào hồ sơ"),
            DOCUMENT,
            lambda asked: _documents(asked).filter(is_filed=True),
            of="documents",
        ),
        Figure(
            "unfiled",
            _FILING,
            _("Chưa đưa vào hồ sơ"),
            DOCUMENT,
            lambda asked: _documents(asked).filter(is_filed=False),
            of="documents",
            bad=True,
        ),
    )
}


@dataclass(frozen=True)
class Counted:
    """A figure with its number; `share` in percent of the figure it is part of, None where that is zero or absent."""

    figure: Figure
    number: int
    whole: int | None

    @property
    def share(self) -> float | None:
        return 100 * self.number / self.whole if self.whole else None

    @property
    def tone(self) -> str:
        return "danger" if self.figure.bad and self.number else "neutral"


def count(asked: Asked) -> list[Counted]:
    """Count every figure: one query each, and one for all figures about the signatures of a direction."""
    ways = {figure.noun for figure in FIGURES.values() if figure.states}
    standing = {way: in_all(judged_in(asked, way)) for way in ways}
    numbers = {
        name: sum(standing[figure.noun][state] for state in figure.states) if figure.states else _number(figure, asked)
        for name, figure in FIGURES.items()
    }
    return [Counted(figure, numbers[name], numbers.get(figure.of)) for name, figure in FIGURES.items()]


def _number(figure: Figure, asked: Asked) -> int:
    rows = figure.rows(asked).order_by()
    return (rows.aggregate(sum=Sum(figure.sums))["sum"] or 0) if figure.sums else rows.count()
