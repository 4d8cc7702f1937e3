"""Reads of the registry: desks, inboxes, books."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When
from django.utils.translation import gettext as _

from mocban import law
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, fold
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position, Unit
from mocban.people.selectors import holders, in_force, units_open
from mocban.records.models import DocumentObject

from .choices import (
    OPEN_TASKS,
    BookKind,
    BookState,
    Direction,
    EnvelopeState,
    IncomingStatus,
    IssuerKind,
    NumberState,
    OutgoingStatus,
    TaskStatus,
)
from .log_selectors import to_receive
from .models import (
    Book,
    Envelope,
    Incoming,
    Instruction,
    Issuer,
    Number,
    Outgoing,
    Recipient,
    Series,
    Signer,
    Task,
)
from .rules import series_counts


def kind_of(code: str, *, organisation: Organisation, on: date) -> law.Kind:
    """Return the kind of document by its code. Raises RuleBroken("document.unknown_kind")."""
    for kind in law.kinds(regime=organisation.regime, on=on):
        if kind.code == code:
            return kind
    raise RuleBroken("document.unknown_kind", _("Loại văn bản này không có trong danh mục đang áp dụng."))


@dataclass(frozen=True)
class Parties:
    """Who draft and sign a document of this system."""

    unit: Unit
    drafter: Position
    signer: Position


def parties(outgoing: Outgoing) -> Parties:
    """Return the unit, drafter and signer of a draft.

    Raises RuleBroken("outgoing.not_drafted") for an entry that was made late or comes from an old register.
    """
    unit, drafter, signer = outgoing.unit, outgoing.drafter, outgoing.signer
    if unit is None or drafter is None or signer is None:
        raise RuleBroken("outgoing.not_drafted", _("Văn bản này không soạn trên hệ thống."))
    return Parties(unit, drafter, signer)


def open_books(actor: Actor, direction: Direction, *, year: int) -> QuerySet[Any]:
    """Books of the year in which the actor's desk may enter."""
    return (
        Book.objects.visible_to(actor)
        .filter(kind=direction, year=year, state=BookState.OPEN)
        .select_related("series", "organisation")
    )


def issuers_of(organisation_id: UUID) -> QuerySet[Any]:
    """The bodies in whose name the registry numbers documents today, the organisation itself first."""
    found = Issuer.objects.filter(organisation_id=organisation_id, closed_on=None)
    own_first = Case(When(kind=IssuerKind.OWN, then=0), default=1)
    ordered: QuerySet[Any] = found.order_by(own_first, "kind", "symbol")
    return ordered


def is_issuer(series: Series, outgoing: Outgoing) -> bool:
    """Whether the series belongs to the body in whose name the document is issued."""
    if outgoing.issuer_id:
        return bool(series.issuer_id == outgoing.issuer_id)
    return bool(series.issuer.kind == IssuerKind.OWN)


def books_for(outgoing: Outgoing, actor: Actor, *, on: date) -> QuerySet[Any]:
    """Open books of the year that number this document: of its issuer, and naming its kind, else counting all kinds."""
    books = open_books(actor, Direction.OUTGOING, year=on.year).filter(series__closed_on=None)
    kind = kind_of(outgoing.document.kind_code, organisation=outgoing.organisation, on=on)
    fitting = [
        book
        for book in books.select_related("series__issuer")
        if is_issuer(book.series, outgoing) and series_counts(book.series, kind)
    ]
    naming = [book for book in fitting if book.series.kind_symbols or book.series.kind_codes]
    return books.filter(pk__in=[book.pk for book in naming or fitting])


def reserved_for(books: QuerySet[Any], *, on: date) -> QuerySet[Number]:
    """Reserved numbers that a document may take today from the series of these books."""
    return (
        Number.objects.filter(
            state=NumberState.RESERVED, period__series__in=books.values("series_id"), expires_on__gte=on
        )
        .filter(Q(period__ends_on=None) | Q(period__ends_on__gte=on), period__starts_on__lte=on)
        .select_related("period__series")
    )


def departure_of(organisation: Organisation, *, on: date) -> law.Held | None:
    """The body's own rule that lets it reserve numbers before a signature, or None: NĐ 30 has no such thing.

    Its `note` is the reason and `until` its last day.
    """
    held = in_force(organisation, "number.reserve_before_signature", on=on)
    return held if held.value else None


def with_file() -> Exists:
    """Whether a registered document has its file attached (row M1 of the mission)."""
    return Exists(DocumentObject.objects.filter(document=OuterRef("document"), role__in=("main", "issued")))


def incoming_for(
    actor: Actor, *, book: UUID | None = None, status: str = "", text: str = "", without_file: bool = False
) -> QuerySet[Any]:
    """Entries of the incoming register that the actor may see."""
    entries = Incoming.objects.visible_to(actor).select_related("document", "book").annotate(has_file=with_file())
    if book:
        entries = entries.filter(book_id=book)
    if status in IncomingStatus.values:
        entries = entries.filter(status=status)
    if text:
        words = clean_line(text)
        entries = entries.filter(
            Q(document__subject__icontains=words)
            | Q(document__printed_code__icontains=words)
            | Q(document__issuer_folded__contains=fold(words))
        )
    if without_file:
        entries = entries.filter(has_file=False)
    return entries


def outgoing_for(actor: Actor, *, status: str = "", text: str = "") -> QuerySet[Any]:
    """Drafts and issued documents that the actor may see."""
    documents = Outgoing.objects.visible_to(actor).select_related(
        "document", "unit", "signer__person", "drafter__person"
    )
    if status in OutgoingStatus.values:
        documents = documents.filter(status=status)
    if text:
        words = clean_line(text)
        documents = documents.filter(Q(document__subject__icontains=words) | Q(document__printed_code__icontains=words))
    return documents


def drafts(actor: Actor) -> QuerySet[Any]:
    """Outgoing documents that the actor may see, for the page of what they answer."""
    return Outgoing.objects.visible_to(actor).select_related("document")


def answered(outgoing: Outgoing, actor: Actor) -> Incoming | None:
    """What the document answers, if the actor may see it: not everybody who reads a reply may read the question."""
    asked = Incoming.objects.visible_to(actor).filter(pk=outgoing.reply_to_id).select_related("document")
    found: Incoming | None = asked.first()
    return found


def tasks_of_unit(actor: Actor) -> QuerySet[Any]:
    """Open tasks of the unit that the actor heads and that nobody has been given yet."""
    return (
        Task.objects.visible_to(actor)
        .filter(unit_id=actor.unit_id, assignee=None)
        .filter(status__in=OPEN_TASKS)
        .select_related("incoming__document")
    )


def tasks_for(actor: Actor, *, mine: bool = False, status: str = "") -> QuerySet[Any]:
    """Tasks that the actor may see, or only those handed to the actor's position."""
    tasks = Task.objects.visible_to(actor).select_related("incoming__document", "unit", "assignee__person")
    if mine:
        tasks = tasks.filter(assignee_id=actor.position_id)
    return tasks.filter(status=status) if status in TaskStatus.values else tasks


def instruction_choices(actor: Actor, *, on: date) -> dict[str, Any]:
    """Units and officers to whom the actor may give work."""
    officers = holders(actor.organisation_id, Role.OFFICER, on=on).select_related("person", "unit")
    return {"units": units_open(actor), "officers": officers}


def recipients(outgoing: Outgoing) -> QuerySet[Recipient]:
    """The recipient list in order, with the statuses that came back."""
    return outgoing.recipients.select_related("packet").prefetch_related(
        "packet__statuses", "packet__followers__statuses"
    )


def waits_for(actor: Actor) -> dict[str, QuerySet[Any]]:
    """What waits for one position, by list name: the building stones of the inbox; each is one query."""
    lists: dict[str, QuerySet[Any]] = {}
    if actor.has(Role.HEAD_OF_OFFICE) or actor.has(Role.LEADER):
        lists["instruct"] = (
            Incoming.objects.visible_to(actor).filter(status=IncomingStatus.REGISTERED).select_related("document")
        )
    if actor.has(Role.HEAD_OF_UNIT):
        lists["assign"] = tasks_of_unit(actor)
        lists["approve"] = (
            Outgoing.objects.visible_to(actor)
            .filter(status=OutgoingStatus.SUBMITTED, unit_id=actor.unit_id)
            .select_related("document")
        )
    lists["sign"] = to_sign(actor)
    lists["tasks"] = (
        Task.objects.visible_to(actor)
        .filter(assignee_id=actor.position_id)
        .filter(status__in=OPEN_TASKS)
        .select_related("incoming__document")
    )
    lists["returned"] = (
        Outgoing.objects.visible_to(actor)
        .filter(status=OutgoingStatus.DRAFT, drafter_id=actor.position_id)
        .select_related("document")
    )
    lists["receive"] = to_receive(actor)
    if actor.has(Role.CLERK):
        lists["register"] = Envelope.objects.visible_to(actor).filter(state=EnvelopeState.RETURNED)
        lists["number"] = (
            Outgoing.objects.visible_to(actor)
            .filter(status__in=[OutgoingStatus.SIGNED, OutgoingStatus.NUMBERED])
            .select_related("document")
        )
    return lists


def to_sign(actor: Actor) -> QuerySet[Any]:
    """What waits for the actor's own signature."""
    waiting = Outgoing.objects.visible_to(actor).select_related("document")
    return waiting.filter(to_sign_by(actor.position_id)) if actor.position_id else waiting.none()


def to_sign_by(position_id: UUID) -> Q:
    """What waits for the signature of one position: as the first signer, or as the next of those after."""
    earlier = Signer.objects.filter(outgoing=OuterRef("outgoing"), signed_at=None, ordinal__lt=OuterRef("ordinal"))
    turns = Signer.objects.filter(position_id=position_id, signed_at=None).exclude(Exists(earlier))
    first = Q(status=OutgoingStatus.APPROVED, signer_id=position_id)
    return first | Q(status=OutgoingStatus.COSIGNING, pk__in=turns.values("outgoing_id"))


def instructions(entry: Incoming) -> QuerySet[Instruction]:
    """Instructions on an entry in order, with their tasks."""
    return entry.instructions.select_related("lead_unit").prefetch_related("tasks__unit", "tasks__assignee__person")


def uuid_or_none(text: str | None) -> UUID | None:
    """Read an id from an address; anything else is none."""
    try:
        return UUID(text or "")
    except ValueError:
        return None


def books_opened(actor: Actor) -> bool:
    """Whether the body has an open book for each direction: a step of the guided set-up."""
    opened = Book.objects.filter(organisation_id=actor.organisation_id, state=BookState.OPEN)
    return {BookKind.INCOMING, BookKind.OUTGOING} <= set(opened.values_list("kind", flat=True))
