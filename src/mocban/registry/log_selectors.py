"""Reads of hand-overs, post, kept copies, envelopes, and of how incoming documents are followed up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from mocban.law.dates import due_on
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position, Unit
from mocban.people.selectors import in_force, positions_in_force, units_open

from .choices import EnvelopeState, IncomingStatus, OutgoingStatus, TaskStatus
from .models import Envelope, HandOver, Incoming, KeptCopyUse, Outgoing, PostItem, Task

OPEN_STATUSES = (IncomingStatus.REGISTERED, IncomingStatus.INSTRUCTED)
LOOKED_BACK = 60  # days: enough for any limit of a few working days around the longest holiday
PROGRESS = {
    "waiting": _("Chờ cho ý kiến"),
    "doing": _("Đang giải quyết"),
    "late": _("Quá hạn"),
    "done": _("Đã giải quyết"),
}


def receivers(actor: Actor, *, on: date) -> dict[str, QuerySet[Any]]:
    """Units and people of the body to whom something can be handed."""
    return {"units": units_open(actor), "positions": people_here(actor, on=on)}


def people_here(actor: Actor, *, on: date) -> QuerySet[Position]:
    """Everybody who holds a position of the body on that day, by name."""
    here = positions_in_force(on).filter(organisation_id=actor.organisation_id)
    return here.order_by("person__sort_name", "title")


def to_hand_over(actor: Actor) -> QuerySet[Any]:
    """Entries that nobody was handed yet, the earliest day of presenting first."""
    return (
        Incoming.objects.visible_to(actor)
        .filter(status__in=OPEN_STATUSES)
        .filter(~Exists(HandOver.objects.filter(incoming=OuterRef("pk"))))
        .select_related("document", "book")
    )


def envelopes_for(actor: Actor, *, state: str = "") -> QuerySet[Any]:
    envelopes = Envelope.objects.visible_to(actor).select_related("position__person", "incoming")
    return envelopes.filter(state=state) if state in EnvelopeState.values else envelopes


def hand_overs_for(actor: Actor, *, open_only: bool = False) -> QuerySet[Any]:
    """Lines of the hand-over books that the actor may see, newest first; or only those that nobody signed for."""
    lines = HandOver.objects.visible_to(actor).select_related(
        "book", "incoming__document", "outgoing__document", "envelope", "unit", "position__person"
    )
    return lines.filter(received_at=None) if open_only else lines


def to_receive(actor: Actor) -> QuerySet[Any]:
    """Lines that wait for the actor's own receipt.

    What came with a task that nobody has taken up is left out: taking the task up is the receipt.
    """
    mine = Q(position_id=actor.position_id)
    if actor.unit_id and actor.has(Role.HEAD_OF_UNIT):
        mine |= Q(unit_id=actor.unit_id, position_id=None)
    with_task = Task.objects.filter(incoming=OuterRef("incoming"), unit=OuterRef("unit"), status=TaskStatus.WAITING)
    return hand_overs_for(actor, open_only=True).filter(mine).exclude(Exists(with_task))


def last_late_day(organisation: Organisation, limit: str, *, on: date) -> date:
    """The last day on which what began has by now overrun the limit."""
    held = in_force(organisation, limit, on=on)
    days = (on - timedelta(days=back) for back in range(1, LOOKED_BACK))
    return next((day for day in days if due_on(day, held, regime=organisation.regime) < on), date.min)


def post_items_for(actor: Actor, *, day: date | None = None, open_only: bool = False) -> QuerySet[Any]:
    """Lines of the post book, newest first: of one day, or those without a receipt."""
    items = PostItem.objects.visible_to(actor).select_related("book", "outgoing")
    if day:
        items = items.filter(sent_on=day)
    return items.filter(receipt="") if open_only else items


def kept_copies_for(actor: Actor, *, state: str = "", late_from: date | None = None) -> QuerySet[Any]:
    """Uses of kept copies: "out", "late" (used on `late_from` or earlier) or all."""
    lines = KeptCopyUse.objects.visible_to(actor).select_related("book", "document", "position__person")
    if state in ("out", "late"):
        lines = lines.filter(returned_on=None)
    return lines.filter(used_on__lte=late_from) if state == "late" and late_from else lines


def followed_up(
    actor: Actor,
    *,
    on: date,
    since: date | None = None,
    until: date | None = None,
    unit: Unit | None = None,
    progress: str = "",
) -> QuerySet[Any]:
    """Entries of the incoming register with what their handling needs, as the follow-up book wants it (PL IV).

    `progress` is a key of PROGRESS. Tasks are those that the actor may see; so are the replies.
    """
    entries = Incoming.objects.visible_to(actor).select_related("document").exclude(status=IncomingStatus.FORMER)
    if since:
        entries = entries.filter(arrived_on__gte=since)
    if until:
        entries = entries.filter(arrived_on__lte=until)
    if unit:
        entries = entries.filter(Exists(Task.objects.filter(incoming=OuterRef("pk"), unit=unit)))
    late = Q(status=IncomingStatus.REGISTERED, present_by__lt=on) | Q(
        status=IncomingStatus.INSTRUCTED, handle_by__lt=on
    )
    narrowed = {
        "waiting": Q(status=IncomingStatus.REGISTERED),
        "doing": Q(status=IncomingStatus.INSTRUCTED),
        "late": late,
        "done": Q(status=IncomingStatus.RESOLVED),
    }
    if progress in narrowed:
        entries = entries.filter(narrowed[progress])
    found: QuerySet[Any] = entries.annotate(overdue=Q(late))
    return found


def with_handling(entries: list[Incoming], actor: Actor) -> list[Incoming]:
    """Hang tasks and replies on a page of entries: two queries. Sets `shown_tasks` and `shown_replies`."""
    ids = [entry.pk for entry in entries]
    tasks, replies = {pk: [] for pk in ids}, {pk: [] for pk in ids}  # type: dict[Any, list[Any]], dict[Any, list[Any]]
    for task in Task.objects.visible_to(actor).filter(incoming__in=ids).select_related("unit", "assignee__person"):
        tasks[task.incoming_id].append(task)
    answered = Outgoing.objects.visible_to(actor).filter(reply_to__in=ids).exclude(document__printed_code="")
    for reply in answered.filter(status__in=[OutgoingStatus.NUMBERED, OutgoingStatus.ISSUED]).select_related(
        "document"
    ):
        replies[reply.reply_to_id].append(reply)
    for entry in entries:
        entry.shown_tasks, entry.shown_replies = tasks[entry.pk], replies[entry.pk]  # type: ignore[attr-defined]
    return entries
