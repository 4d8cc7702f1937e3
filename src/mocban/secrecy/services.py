"""The verbs of secrecy on an ordinary network: refuse, report, erase by two persons.

`refuse_if_secret` keeps the incident and nothing else. It therefore runs before the caller's transaction: it opens a
durable one of its own, which Django refuses to nest, so a caller inside a transaction fails at its first document and
not on the day of the first secret. The incident is committed when SecretRefused is raised; nothing can roll it back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from mocban import law
from mocban.audit import services as audit
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line, clean_text
from mocban.notices import services as notices
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Position
from mocban.people.selectors import positions_in_force

from . import access, events, rules
from .backups import backups_holding
from .choices import Channel, Found, IncidentState, Level
from .marks import detect_marks, level_of
from .models import Incident


class SecretRefused(RuleBroken):
    """A document declared or marked as a state secret. The incident is already kept."""

    def __init__(self, level: Level, citation: str, incident_id: UUID) -> None:
        message = _(
            "Văn bản có độ mật %(level)s nên không được đưa lên hệ thống này; không phần nào của văn bản được lưu. "
            "Hãy chuyển cho người phụ trách văn bản mật."
        )
        super().__init__("secrecy.refused", message % {"level": level.label}, citation)
        self.level = level
        self.incident_id = incident_id


def refuse_if_secret(
    *,
    declared_level: str = "",
    text: str = "",
    sha256: str = "",
    channel: str,
    sender: str = "",
    packet_id: str = "",
    actor: Actor,
    organisation: Organisation,
) -> None:
    """Return when the document is open; otherwise keep an incident for good and raise SecretRefused.

    `declared_level` is what a form or packet says ("Mật", "B", ""), `text` what was read from the document and typed
    beside it. Call it outside any transaction (see the module's first lines): RuntimeError inside one.
    It is the check itself, so it asks for no permission.
    """
    level = _highest(level_of(declared_level), _mark_level(text))
    with transaction.atomic(durable=True):
        if level is None:
            return
        now = timezone.now()
        citation = _prohibition(organisation, now)
        incident = _open(
            organisation=organisation,
            at=now,
            level=level,
            found=Found.BEFORE_STORING,
            channel=channel,
            sender=sender,
            packet_id=packet_id,
            actor=actor,
            digests=[sha256] if sha256 else [],
        )
        audit.record(actor, events.REFUSED, incident, basis=[citation])
        _tell(incident, actor, now)
    raise SecretRefused(level, citation, incident.pk)


@transaction.atomic
def report_after_storing(
    *,
    objects: Mapping[UUID, str],
    level: str,
    channel: str,
    sender: str = "",
    packet_id: str = "",
    actor: Actor,
    organisation: Organisation,
) -> Incident:
    """Open an incident on stored objects (id → SHA-256) and freeze them in every app that holds something of them.

    Those apps are named in settings.SECRECY_FREEZERS, each a function (object_ids, *, actor). Objects that an earlier
    incident already covers are not reported twice: that incident is returned.
    Raises PermissionDenied; ValueError without objects.
    """
    if not objects:
        raise ValueError("an incident after storing names the objects")
    access.require(actor, "incident.report", organisation)
    ids = [str(pk) for pk in objects]
    earlier = Incident.objects.select_for_update().filter(object_ids__contains=ids).exclude(state=IncidentState.OPEN)
    known: Incident | None = earlier.first()
    if known is not None:
        return known
    now = timezone.now()
    incident = _open(
        organisation=organisation,
        at=now,
        level=Level(level),
        found=Found.AFTER_STORING,
        channel=channel,
        sender=sender,
        packet_id=packet_id,
        actor=actor,
        digests=list(dict.fromkeys(objects.values())),
        object_ids=ids,
    )
    citation = _prohibition(organisation, now)
    for name in settings.SECRECY_FREEZERS:
        import_string(name)(list(objects), actor=actor)
    incident.state = rules.next_state(incident.state, "freeze", citation=citation)
    incident.save(update_fields=["state"])
    audit.record(actor, events.REPORTED, incident, basis=[citation])
    _tell(incident, actor, now)
    return incident


@transaction.atomic
def confirm_erasure(*, incident: Incident, minutes: str = "", actor: Actor) -> Incident:
    """Confirm the erasing of what an incident froze: the first person writes the minutes, the second lets it happen.

    The second confirmation erases through settings.SECRECY_ERASERS, each a function (object_ids, *, actor), and notes
    the backups that still hold the bytes. Raises PermissionDenied; RuleBroken `secrecy.wrong_state`,
    `secrecy.same_person`, `secrecy.nobody`, `secrecy.no_minutes`, and what an eraser refuses.
    """
    access.require(actor, "incident.erase", incident)
    incident = Incident.objects.select_for_update().select_related("organisation").get(pk=incident.pk)
    now = timezone.now()
    citation = _prohibition(incident.organisation, now)
    rules.check_eraser(actor.person_id, incident.first_eraser_id, citation=citation)
    if incident.first_eraser_id is None:
        return _confirm_first(incident, clean_text(minutes), actor, now, citation)
    return _confirm_second(incident, actor, now, citation)


def _confirm_first(incident: Incident, minutes: str, actor: Actor, now: datetime, citation: str) -> Incident:
    incident.state = rules.next_state(incident.state, "confirm", citation=citation)
    rules.check_minutes(minutes, citation=citation)
    incident.minutes = minutes
    incident.first_eraser_id, incident.first_eraser_name = actor.person_id, _signature(actor)
    incident.first_confirmed_at = now
    incident.backups = [copy.plain() for copy in backups_holding(incident.digests)]
    incident.save()
    audit.record(actor, events.CONFIRMED, incident, basis=[citation])
    return incident


def _confirm_second(incident: Incident, actor: Actor, now: datetime, citation: str) -> Incident:
    incident.state = rules.next_state(incident.state, "erase", citation=citation)
    for name in settings.SECRECY_ERASERS:
        import_string(name)([UUID(pk) for pk in incident.object_ids], actor=actor)
    incident.second_eraser_id, incident.second_eraser_name = actor.person_id, _signature(actor)
    incident.erased_at = now
    incident.backups = [copy.plain() for copy in backups_holding(incident.digests)]
    incident.save()
    audit.record(actor, events.ERASED, incident, basis=[citation])
    return incident


def _highest(*levels: Level | None) -> Level | None:
    """Level lists the highest first."""
    return next((level for level in Level if level in levels), None)


def _mark_level(text: str) -> Level | None:
    mark = detect_marks(text)
    return mark.level if mark else None


def _prohibition(organisation: Organisation, at: datetime) -> str:
    """The article that forbids secrets on an ordinary network."""
    day = timezone.localdate(at)
    return law.value("secrecy.allowed_on_ordinary_network", on=day, regime=organisation.regime).citation


def _open(
    *,
    organisation: Organisation,
    at: datetime,
    level: Level,
    found: Found,
    channel: str,
    sender: str,
    packet_id: str,
    actor: Actor,
    digests: list[str],
    object_ids: list[str] | None = None,
) -> Incident:
    incident = Incident.objects.create(
        organisation=organisation,
        at=at,
        channel=Channel(channel),
        sender=clean_line(sender)[:200],
        packet_id=clean_line(packet_id)[:255],
        sha256=digests[0] if digests else "",
        level=level,
        found=found,
        acted_by_name=actor.person_name,
        acted_by_title=actor.position_title,
        object_ids=object_ids or [],
        digests=digests,
    )
    tokens = [grants.role_token(organisation.pk, role) for role in access.HANDLERS]
    grants.allow(incident, tokens, reason="security")
    return incident


def _tell(incident: Incident, actor: Actor, now: datetime) -> None:
    roles = Q()
    for role in access.HANDLERS:
        roles |= Q(roles__contains=[role.value])
    day = timezone.localdate(now)
    handlers = positions_in_force(day).filter(roles, organisation_id=incident.organisation_id)
    told: list[Position] = [position for position in handlers if position.pk != actor.position_id]
    notices.send(events.TELL_INCIDENT, to=told, about=incident, url=reverse("secrecy:incident", args=[incident.pk]))


def _signature(actor: Actor) -> str:
    return f"{actor.person_name}, {actor.position_title}" if actor.position_title else actor.person_name
