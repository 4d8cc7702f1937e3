"""What waits for a person, over all positions in force: one query a list, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import BooleanField, Case, Count, F, Q, QuerySet, UUIDField, Value, When, Window
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mocban import law
from mocban.archives.choices import SubmissionState
from mocban.archives.models import Submission
from mocban.exchange.choices import MailState, PacketDirection, PacketState
from mocban.exchange.mail_selectors import desk
from mocban.exchange.models import Packet
from mocban.law.dates import due_on
from mocban.people.actor import Actor, actor_of
from mocban.people.choices import Role
from mocban.people.models import Position
from mocban.people.selectors import in_force
from mocban.records.choices import FileState
from mocban.records.models import File
from mocban.records.selectors import term_shown
from mocban.registry.selectors import waits_for
from mocban.signing.trust_selectors import waiting_for_second

ROWS = 20
ROWS_OF_ONE_LIST = 200
LONGEST_LIMIT = 400  # days looked back for the first day that is late


@dataclass(frozen=True)
class Item:
    """One thing that waits, as the page shows it."""

    code: str
    subject: str
    note: str
    url: str
    day: date | None
    late: bool
    position: Position
    own: bool
    press: tuple[Any, str] | None = None  # a button that does it at once: its label and address


@dataclass(frozen=True)
class WaitingList:
    """One kind of work. `total` and `late` count every row, `items` holds the most urgent ones."""

    name: str
    label: Any
    icon: str
    day_label: Any
    items: list[Item]
    total: int
    late: int

    @property
    def hidden(self) -> int:
        return self.total - len(self.items)


@dataclass(frozen=True)
class Shape:
    """How one list is ordered and printed. `day` is what it is ordered by; `past` whether an earlier day means late."""

    label: Any
    icon: str
    url_name: str
    day: Any
    print: Callable[[Any], tuple[str, str, str]]
    day_label: Any = _("Hạn")
    past: bool = True
    press: tuple[Any, str] | None = None  # label and name of the address that one press posts to


def _incoming(row: Any) -> tuple[str, str, str]:
    return row.document.printed_code, row.document.subject, row.document.issuer_name


def _task(row: Any) -> tuple[str, str, str]:
    document = row.incoming.document
    return document.printed_code, document.subject, str(row.get_role_display())


def _outgoing(row: Any) -> tuple[str, str, str]:
    return row.document.printed_code or row.document.kind_name, row.document.subject, row.return_reason


def _packet(row: Any) -> tuple[str, str, str]:
    return row.printed_code, row.subject, row.peer_name


def _mail(row: Any) -> tuple[str, str, str]:
    return "", row.subject, row.sender_name or row.sender_address


def _submission(row: Any) -> tuple[str, str, str]:
    return "", row.title, row.sent_by


def _file(row: Any) -> tuple[str, str, str]:
    return row.notation, row.title, term_shown(row.retention_term)


def _hand_over(row: Any) -> tuple[str, str, str]:
    entry = row.incoming or row.outgoing
    if entry is None:
        return "", _("Bì thư chuyển nguyên, từ %s") % row.envelope.sender, row.receiver
    return entry.document.printed_code, entry.document.subject, row.receiver


def _envelope(row: Any) -> tuple[str, str, str]:
    return row.marks, row.sender, row.addressee


def _anchor(row: Any) -> tuple[str, str, str]:
    if row.withdrawal_asked:
        return "", row.subject, str(_("có người đề nghị thôi tin cậy"))
    return "", row.subject, str(_("%(name)s đề nghị tin cậy") % {"name": row.proposed_by})


_TASK_DAY = F("task__handle_by")
SHAPES: dict[str, Shape] = {
    "packets": Shape(
        _("Gói tin chờ tiếp nhận"), "mailbox", "exchange:packet", TruncDate("at"), _packet, _("Đến ngày"), past=False
    ),
    "mail": Shape(
        _("Thư chờ xử lý"), "mail", "exchange:mail", TruncDate("received_at"), _mail, _("Đến ngày"), past=False
    ),
    "instruct": Shape(
        _("Văn bản đến chờ cho ý kiến"), "message-2", "registry:incoming", F("present_by"), _incoming, _("Hạn trình")
    ),
    "sign": Shape(_("Văn bản chờ ký"), "signature", "registry:outgoing", _TASK_DAY, _outgoing),
    "approve": Shape(_("Dự thảo chờ duyệt"), "file-check", "registry:outgoing", _TASK_DAY, _outgoing),
    "assign": Shape(_("Việc của đơn vị chờ giao người"), "users", "registry:task", F("handle_by"), _task),
    "tasks": Shape(_("Việc được giao"), "checklist", "registry:task", F("handle_by"), _task),
    "receive": Shape(
        _("Văn bản, bì thư chờ ký nhận"),
        "arrows-exchange",
        "registry:hand_over",
        F("handed_on"),
        _hand_over,
        _("Ngày chuyển"),
        past=False,
        press=(_("Ký nhận"), "registry:hand_over_confirm"),
    ),
    "register": Shape(
        _("Bì thư trả lại, chờ đăng ký"),
        "mail-opened",
        "registry:envelope",
        F("returned_on"),
        _envelope,
        _("Ngày trả lại"),
        past=False,
    ),
    "returned": Shape(_("Dự thảo đang soạn, bị trả lại"), "pencil", "registry:outgoing", _TASK_DAY, _outgoing),
    "number": Shape(
        _("Văn bản đã ký, chờ cấp số, phát hành"),
        "rubber-stamp",
        "registry:outgoing",
        F("issue_by"),
        _outgoing,
        _("Hạn phát hành"),
    ),
    "submit": Shape(
        _("Hồ sơ đến hạn nộp lưu"), "folder-share", "records:file", F("submit_by"), _file, _("Hạn nộp lưu")
    ),
    "trust": Shape(
        _("Chứng thư chờ bạn đối chiếu"),
        "certificate",
        "signing:anchor",
        TruncDate("proposed_at"),
        _anchor,
        _("Đề nghị ngày"),
        past=False,
    ),
    "submissions": Shape(
        _("Hồ sơ nộp lưu chờ tiếp nhận"),
        "archive",
        "archives:submission",
        TruncDate("sent_at"),
        _submission,
        _("Gửi ngày"),
        past=False,
    ),
}


def waiting(
    positions: Sequence[Position], actor: Actor, *, on: date, only: str = "", rows: int = ROWS
) -> list[WaitingList]:
    """Return what waits for the holder of `positions`, late ones first; `only` names a single list.

    Lists without anything are left out. `actor` is the position in use: rows of the others are marked.
    """
    by_list: dict[str, list[QuerySet[Any]]] = {}
    for position in positions:
        for name, found in _of_position(position, on).items():
            if only in ("", name):
                by_list.setdefault(name, []).append(_ranked(found, SHAPES[name], position, on)[:rows])
    held = {position.pk: position for position in positions}
    lists = [_read(name, by_list[name], held, actor, rows) for name in SHAPES if name in by_list]
    return [one for one in lists if one.items]


def _of_position(position: Position, on: date) -> dict[str, QuerySet[Any]]:
    """The lists of one position, each still unread."""
    actor = actor_of(position)
    lists: dict[str, QuerySet[Any]] = waits_for(actor)
    overdue = _last_late_day(position, "registry.register_within", on)
    lists["receive"] = lists["receive"].annotate(waits_late=_late(Q(handed_on__lte=overdue)))
    if actor.has(Role.CLERK):
        lists["register"] = lists["register"].annotate(waits_late=_late(Q(returned_on__lte=overdue)))
        waits = Packet.objects.visible_to(actor).filter(direction=PacketDirection.IN, state=PacketState.WAITING)
        lists["packets"] = waits.annotate(waits_late=_late(Q(at__date__lte=overdue)))
        mails = desk(actor).filter(state=MailState.WAITING)
        lists["mail"] = mails.annotate(waits_late=_late(Q(received_at__date__lte=overdue)))
    if actor.has(Role.ADMINISTRATOR):
        lists["trust"] = waiting_for_second(actor).annotate(waits_late=_late(Q(pk=None)))
    if actor.has(Role.ARCHIVIST):
        sent = Submission.objects.visible_to(actor).filter(state=SubmissionState.SENT)
        lists["submissions"] = sent.annotate(
            waits_late=_late(Q(sent_at__date__lte=_last_late_day(position, "archives.confirm_digital_within", on)))
        )
    if notice := _notice_days(actor, on):
        lists["submit"] = File.objects.visible_to(actor).filter(
            maker_id=position.pk, state=FileState.CLOSED, submit_by__lte=on + timedelta(days=notice)
        )
    return lists


def _notice_days(actor: Actor, on: date) -> int:
    """How many days ahead a file that must be handed over is shown; 0 where the law data says nothing."""
    try:
        return int(law.value("records.submission_notice", on=on, regime=actor.regime).value)
    except law.NotCovered:
        return 0


def _last_late_day(position: Position, limit: str, on: date) -> date:
    """The last day from which `limit` has run out by now. Without a limit in the law data nothing is ever late."""
    organisation = position.organisation
    try:
        held = in_force(organisation, limit, on=on)
    except law.NotCovered:
        return date.min
    days = (on - timedelta(days=back) for back in range(1, LONGEST_LIMIT))
    return next((day for day in days if due_on(day, held, regime=organisation.regime) < on), date.min)


def _late(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def _ranked(found: QuerySet[Any], shape: Shape, position: Position, on: date) -> QuerySet[Any]:
    """Mark every row with its position, day and lateness, and count the whole list in the same query."""
    found = found.annotate(waits_day=shape.day)
    if shape.past:
        found = found.annotate(waits_late=_late(Q(waits_day__lt=on)))
    ranked: QuerySet[Any] = found.annotate(
        waits_at=Value(position.pk, output_field=UUIDField()),
        waits_total=Window(Count("pk")),
        waits_late_total=Window(Count("pk", filter=Q(waits_late=True))),
    ).order_by("-waits_late", F("waits_day").asc(nulls_last=True), "pk")
    return ranked


def _read(name: str, found: list[QuerySet[Any]], held: dict[Any, Position], actor: Actor, rows: int) -> WaitingList:
    first, *others = found
    shape = SHAPES[name]
    united = list(first.union(*others, all=True) if others else first)
    counted = {row.waits_at: (row.waits_total, row.waits_late_total) for row in united}
    united.sort(key=lambda row: (not row.waits_late, row.waits_day or date.max))
    return WaitingList(
        name=name,
        label=shape.label,
        icon=shape.icon,
        day_label=shape.day_label,
        items=[_item(row, shape, held[row.waits_at], actor) for row in united[:rows]],
        total=sum(total for total, _late_ones in counted.values()),
        late=sum(late for _total, late in counted.values()),
    )


def _item(row: Any, shape: Shape, position: Position, actor: Actor) -> Item:
    code, subject, note = shape.print(row)
    return Item(
        code=code,
        subject=subject,
        note=note,
        url=reverse(shape.url_name, args=[row.pk]),
        day=row.waits_day,
        late=row.waits_late,
        position=position,
        own=position.pk == actor.position_id,
        press=(shape.press[0], reverse(shape.press[1], args=[row.pk])) if shape.press else None,
    )


def total(lists: Iterable[WaitingList]) -> tuple[int, int]:
    """How many things wait in all, and how many of them are late."""
    held = list(lists)
    return sum(one.total for one in held), sum(one.late for one in held)
