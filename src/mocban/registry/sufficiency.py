"""Which electronic documents bear a sufficient signature, and what the others lack: one expression for each direction.

Every number and every list about signed documents is a count over these rows, so that none can disagree. Sufficient is
(law data "signature.makes_original", NĐ 30/2020, Điều 5): the competent person's and the organisation's signature; for
what is made from paper (Điều 18 khoản 6, Điều 25 khoản 1 điểm c), and for a separate annex, the organisation's alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from mocban.people.actor import Actor
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.signing.choices import Bearing
from mocban.signing.models import Signature, SignatureKind, Verification
from mocban.signing.sniff import SIGNABLE

from .choices import SUFFICIENT, CopyState, Medium, OutgoingOrigin, OutgoingStatus, ReceivedVia, Sufficiency, TaskRole
from .models import Copy, Incoming, Outgoing, Task

# What a body receives in electronic form; a scan that its own desk made of paper is no electronic document.
ELECTRONIC = (ReceivedVia.EXCHANGE, ReceivedVia.MAIL, ReceivedVia.UPLOAD)
S = Sufficiency


def _then(state: Sufficiency, **conditions: Any) -> When:
    return When(**conditions, then=Value(state.value))


def _when(state: Sufficiency, condition: Any) -> When:
    return When(condition, then=Value(state.value))


def _case(*cases: When, default: Any) -> Case:
    shown = Value(default.value) if isinstance(default, Sufficiency) else default
    return Case(*cases, default=shown, output_field=CharField())


def _checked(media_type: str) -> Coalesce:
    """What the latest check of `object` found, on rows that have one. `media_type` is the path to its media type.

    A file whose kind carries no signature needs no check to be without one.
    """
    checks = Verification.objects.filter(object=OuterRef("object"), latest=True)
    found = Subquery(checks.values("bearing")[:1], output_field=CharField())
    return Coalesce(found, _case(_then(S.UNCHECKED, **{f"{media_type}__in": list(SIGNABLE)}), default=S.NO_SIGNATURE))


def _bears_signatures() -> Exists:
    """Whether `object` came with signatures of others that may stand: nothing of ours is laid into such a file."""
    borne = [Bearing.SIGNED, Bearing.ORGANISATION_ONLY, Bearing.PERSON_ONLY]
    checks = Verification.objects.filter(object=OuterRef("object"), latest=True)
    return Exists(checks.filter(Q(bearing__in=borne) | Q(bearing=Bearing.INDETERMINATE, signature_count__gt=0)))


def _broken() -> Exists:
    """Whether the latest check of `object` found a signature that does not stand."""
    return Exists(Verification.objects.filter(object=OuterRef("object"), latest=True, bearing=Bearing.INVALID))


def _made_here(kind: SignatureKind) -> Exists:
    """Whether this installation made a signature of that kind on `object`."""
    return Exists(Signature.objects.filter(signed_object=OuterRef("object"), kind=kind))


def _parts(role: ObjectRole) -> QuerySet[Any]:
    return DocumentObject.objects.filter(document=OuterRef("document"), role=role, superseded_at=None)


def _last(role: ObjectRole, state: Case | Coalesce) -> Subquery:
    """The state of the last version in that role; NULL when there is none."""
    return Subquery(_parts(role).order_by("-ordinal").annotate(state=state).values("state")[:1])


def _issued() -> Coalesce:
    """The state of an outgoing document. What was drafted here needs both signatures, paper only the organisation's."""
    checked = _checked("object__media_type")
    person = Exists(_parts(ObjectRole.SIGNED).filter(_made_here(SignatureKind.PERSON)))
    organisation = Exists(_parts(ObjectRole.ISSUED).filter(_made_here(SignatureKind.ORGANISATION)))
    annexes = _parts(ObjectRole.ANNEX).exclude(_made_here(SignatureKind.ORGANISATION))
    bare_annex = Exists(annexes.exclude(_bears_signatures()))
    signed = _case(_when(S.ANNEX, bare_annex), default=S.SIGNED)
    drafted = _case(
        _when(S.INVALID, _broken()),
        When(person & organisation, then=signed),
        When(Q(checked=S.SIGNED), then=signed),
        _when(S.ORGANISATION_ONLY, organisation),
        _when(S.PERSON_ONLY, person),
        default=F("checked"),
    )
    from_paper = _case(
        _when(S.INVALID, _broken()),
        When(organisation, then=signed),
        When(Q(checked__in=(S.SIGNED, S.ORGANISATION_ONLY)), then=signed),
        default=F("checked"),
    )
    return Coalesce(
        Case(
            _then(S.UNSEALED, status=OutgoingStatus.NUMBERED),
            When(origin=OutgoingOrigin.DRAFTED, then=_of_issued(drafted, checked)),
            default=_of_issued(from_paper, checked),
            output_field=CharField(),
        ),
        Value(S.PAPER.value),
    )


def _of_issued(state: Case, checked: Coalesce) -> Subquery:
    parts = _parts(ObjectRole.ISSUED).order_by("-ordinal").annotate(checked=checked)
    return Subquery(parts.annotate(state=state).values("state")[:1])


def _received() -> Case:
    """The state of a received document: what the last check of its main file found."""
    main = Coalesce(_last(ObjectRole.MAIN, _checked("object__media_type")), Value(S.NO_FILE.value))
    return Case(When(received_via__in=ELECTRONIC, then=main), default=Value(S.PAPER.value), output_field=CharField())


def _copied() -> Case:
    """The state of an electronic copy: the organisation's signature is enough."""
    return _case(
        _when(S.INVALID, _broken()),
        _when(S.SIGNED, _made_here(SignatureKind.ORGANISATION)),
        default=S.NO_SIGNATURE,
    )


def _outgoing(actor: Actor) -> QuerySet[Any]:
    documents = Outgoing.objects.visible_to(actor).select_related("document", "unit")
    documents = documents.filter(status__in=(OutgoingStatus.ISSUED, OutgoingStatus.NUMBERED))
    rows: QuerySet[Any] = documents.annotate(sufficiency=_issued(), unit_key=F("unit"))
    return rows


def _incoming(actor: Actor) -> QuerySet[Any]:
    leads = Task.objects.filter(incoming=OuterRef("pk"), role=TaskRole.LEAD).order_by("-created_at")
    entries = Incoming.objects.visible_to(actor).select_related("document")
    rows: QuerySet[Any] = entries.annotate(sufficiency=_received(), unit_key=Subquery(leads.values("unit")[:1]))
    return rows


def _copies(actor: Actor) -> QuerySet[Any]:
    copies = Copy.objects.visible_to(actor).select_related("document")
    copies = copies.filter(state=CopyState.MADE, to_medium=Medium.ELECTRONIC, object__isnull=False)
    rows: QuerySet[Any] = copies.annotate(sufficiency=_copied(), unit_key=F("requester__unit"))
    return rows


@dataclass(frozen=True)
class Way:
    """A direction of documents: its rows with `sufficiency` and `unit_key`, the path to its day, its newest first."""

    rows: Callable[[Actor], QuerySet[Any]]
    day: str
    order: tuple[str, ...]


WAYS: Mapping[str, Way] = {
    "outgoing": Way(_outgoing, "document__issued_on", ("-created_at",)),
    "incoming": Way(_incoming, "arrived_on", ("-arrived_on", "-number_value")),
    "copies": Way(_copies, "copied_on", ("-created_at",)),
}


def judged(actor: Actor, way: str, *, since: date, until: date) -> QuerySet[Any]:
    """The documents of that way and of those days that the actor may see, in the own body, each with what it lacks."""
    found = WAYS[way]
    rows = found.rows(actor).filter(organisation_id=actor.organisation_id)
    return rows.filter(**{f"{found.day}__range": (since, until)})


def lacking(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of `judged` rows whose signature is not sufficient."""
    return rows.exclude(sufficiency__in=SUFFICIENT)


@dataclass(frozen=True)
class Group:
    """How many documents of one unit and month stand so."""

    unit: Any
    month: date
    sufficiency: str
    number: int


def grouped(rows: QuerySet[Any], way: str) -> list[Group]:
    """Count `judged` rows by unit, month and what they lack, in one query."""
    keys = ("unit_key", "month", "sufficiency")
    counted = rows.order_by().annotate(month=TruncMonth(WAYS[way].day)).values(*keys).annotate(number=Count("pk"))
    return [Group(*(line[key] for key in (*keys, "number"))) for line in counted]


def by_month(rows: QuerySet[Any], way: str) -> dict[date, Counter[str]]:
    """Count `judged` rows by month and what they lack, in one query."""
    months: dict[date, Counter[str]] = {}
    counted = rows.order_by().annotate(month=TruncMonth(WAYS[way].day)).values("month", "sufficiency")
    for line in counted.annotate(number=Count("pk")):
        months.setdefault(line["month"], Counter())[line["sufficiency"]] += line["number"]
    return months


def in_all(rows: QuerySet[Any]) -> Counter[str]:
    """Count `judged` rows by what they lack, in one query."""
    counted = rows.order_by().values("sufficiency").annotate(number=Count("pk"))
    return Counter({line["sufficiency"]: line["number"] for line in counted})


@dataclass(frozen=True)
class Share:
    """How many electronic documents are sufficiently signed. Neither number holds paper, or what is not issued yet."""

    signed: int
    whole: int

    @property
    def percent(self) -> float | None:
        return 100 * self.signed / self.whole if self.whole else None


def share(counted: Counter[str]) -> Share:
    """The share signed of documents counted by what they lack."""
    outside = counted[S.PAPER] + counted[S.UNSEALED]
    return Share(counted[S.SIGNED], counted.total() - outside)
