"""Recall an issued document, and answer the recall of a received one (NĐ 30/2020, Điều 18 khoản 4)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from mocban.audit import services as audit
from mocban.exchange import services as exchange
from mocban.exchange.models import Packet
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.selectors import holders
from mocban.records import services as records

from .. import access, amendment_rules, events, rules
from ..choices import OPEN_TASKS, AmendmentKind, AmendmentState, IncomingStatus
from ..models import Amendment, Incoming, Outgoing, PaperReturn, Recipient
from .amendments import show
from .drafting import address, advance, locked

FILED = "lưu"  # a line of the recipient list that begins so names the body's own shelf


@transaction.atomic
def order_recall(*, outgoing: Outgoing, reason: str, actor: Actor, on: date, version: int | None = None) -> Amendment:
    """Recall an issued document: it is frozen here, every body that got it is asked to destroy it, paper to come back.

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "amendment.no_reason" | …).
    """
    access.require(actor, "outgoing.recall", outgoing)
    outgoing = locked(outgoing, version)
    organisation = outgoing.organisation
    held = basis("recall_outgoing", on=on, regime=organisation.regime)
    rules.next_outgoing(outgoing.status, "recall")
    reason = clean_line(reason)
    amendment_rules.check_reason(reason, citation=held.citation)
    advance(outgoing, "recall")
    recall = Amendment.objects.create(
        organisation=organisation,
        outgoing=outgoing,
        kind=AmendmentKind.RECALL,
        reason=reason,
        ordered_by=f"{actor.person_name}, {actor.position_title}"[:310],
        ordered_on=on,
        state=AmendmentState.EFFECTIVE,
        created_at=timezone.now(),
    )
    show(recall, [outgoing])
    records.hold_document(document=outgoing.document, actor=actor, on=on)
    recipients = list(outgoing.recipients.select_related("packet"))
    packets = [recipient.packet for recipient in recipients if recipient.packet]
    asked = exchange.send_recall(packets=packets, reason=reason, actor=actor, on=on) if packets else []
    expect_paper(recall, recipients, asked)
    audit.record(
        actor,
        events.OUTGOING_RECALLED,
        outgoing,
        basis=held.citations,
        about=[outgoing.document, recall],
        details={"reason": reason},
    )
    told = [*holders(organisation.pk, Role.CLERK, on=on), *holders(organisation.pk, Role.HEAD_OF_OFFICE, on=on)]
    told += [outgoing.drafter] if outgoing.drafter else []
    notices.send(events.TELL_RECALLED, to=told, about=outgoing, url=address(outgoing))
    return recall


def expect_paper(recall: Amendment, recipients: list[Recipient], asked: list[Packet]) -> None:
    """A line for every recipient that no packet reached, to be ticked off when its paper is back."""
    by_packet = {request.refers_to_id for request in asked}
    paper = [
        one.name
        for one in recipients
        if one.packet_id not in by_packet and not one.name.lower().removeprefix("- ").startswith(FILED)
    ]
    lines = PaperReturn.objects.bulk_create(
        PaperReturn(amendment=recall, organisation=recall.organisation, ordinal=place, holder=name)
        for place, name in enumerate(paper, start=1)
    )
    desks = [grants.role_token(recall.organisation_id, role) for role in (Role.CLERK, Role.HEAD_OF_OFFICE, Role.LEADER)]
    for line in lines:
        grants.allow(line, desks, reason="recall")


@transaction.atomic
def take_back_paper(*, line: PaperReturn, amount: int, actor: Actor, on: date) -> PaperReturn:
    """Note that a recipient sent its paper copies back; noting it again corrects it. Raises PermissionDenied."""
    access.require(actor, "paper_return.note", line)
    rows = PaperReturn.objects.select_for_update(of=["self"]).select_related("amendment__outgoing", "organisation")
    line = rows.get(pk=line.pk)
    held = basis("recall_outgoing", on=on, regime=line.organisation.regime)
    line.amount, line.returned_on = max(1, amount), on
    line.noted_by = f"{actor.person_name}, {actor.position_title}"[:210]
    line.save(update_fields=["amount", "returned_on", "noted_by"])
    audit.record(
        actor,
        events.PAPER_RETURNED,
        line,
        basis=held.citations,
        about=[line.amendment.outgoing],
        details={"amount": line.amount, "holder": line.holder},
    )
    return line


@transaction.atomic
def agree_recall(*, packet: Packet, actor: Actor, on: date) -> Incoming | None:
    """Agree that a sender takes a document back: it is destroyed here, its tasks stop, 15 goes back.

    `packet` is the document's or the recall's. Returns the entry of the register, None when none was made.
    Raises PermissionDenied, RuleBroken("packet.not_asked_back" | "document.in_archives").
    """
    access.require(actor, "recall.answer", packet)
    meant = exchange.agree_recall(packet=packet, actor=actor, on=on)
    entry = entry_of(meant)
    if entry is None or entry.status == IncomingStatus.RECALLED:
        return entry
    held = basis("recall_outgoing", on=on, regime=entry.organisation.regime)
    entry.status = rules.next_incoming(entry.status, "recall")
    entry.version += 1
    entry.save(update_fields=["status", "version"])
    entry.document = records.destroy_document(document=entry.document, actor=actor, on=on)
    stop_tasks(entry, actor=actor, on=on)
    about = [entry.document, *([meant] if meant else [])]
    audit.record(actor, events.INCOMING_RECALLED, entry, basis=held.citations, about=about)
    return entry


@transaction.atomic
def refuse_recall(*, packet: Packet, reason: str, actor: Actor, on: date) -> Incoming | None:
    """Refuse to give a document back, with a reason; 16 goes to the sender. Returns as `agree_recall`.

    Raises PermissionDenied, RuleBroken("packet.not_asked_back" | "packet.no_reason" | "packet.long_reason").
    """
    access.require(actor, "recall.answer", packet)
    meant = exchange.decline_recall(packet=packet, reason=reason, actor=actor, on=on)
    entry = entry_of(meant)
    if entry:
        held = basis("recall_outgoing", on=on, regime=entry.organisation.regime)
        details = {"reason": clean_line(reason)}
        audit.record(actor, events.RECALL_REFUSED, entry, basis=held.citations, about=[entry.document], details=details)
    return entry


def entry_of(packet: Packet | None) -> Incoming | None:
    """The entry that the register made of a packet, locked."""
    if packet is None:
        return None
    rows = Incoming.objects.select_for_update(of=["self"]).select_related("document", "organisation")
    found: Incoming | None = rows.filter(packet=packet).first()
    return found


def stop_tasks(entry: Incoming, *, actor: Actor, on: date) -> None:
    """Stop what is still open, and tell those who worked on it."""
    tasks = entry.tasks.select_for_update(of=["self"]).filter(status__in=OPEN_TASKS).select_related("assignee")
    for task in tasks:
        task.status = rules.next_task(task.status, "stop")
        task.version += 1
        task.done_on = on
        task.save(update_fields=["status", "version", "done_on"])
        audit.record(actor, events.TASK_STOPPED, task, about=[entry])
        heads = holders(entry.organisation_id, Role.HEAD_OF_UNIT, on=on, unit_id=task.unit_id)
        told = [*heads, *([task.assignee] if task.assignee else [])]
        notices.send(events.TELL_STOPPED, to=told, about=entry, url=f"/registry/tasks/{task.pk}/")
