"""Envelopes addressed to a person or mass organisation: handed over unopened (NĐ 30/2020, Điều 21 khoản 1).

The line in the hand-over book is written by `logs.hand_over`. What turns out to be official comes back and is
registered. An envelope with the letter of a secret goes to the one who may open it; nothing of it is registered here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor
from mocban.people.choices import Role
from mocban.people.models import Organisation, Position

from .. import access, events, log_rules, rules
from ..models import Envelope, Incoming


@dataclass(frozen=True)
class Cover:
    """What stands on an envelope. `level` is the meaning of the letter A, B or C, empty for an ordinary envelope."""

    sender: str
    arrived_on: date
    addressee: str = ""
    position: Position | None = None
    marks: str = ""
    level: str = ""
    note: str = ""


@transaction.atomic
def register_envelope(*, cover: Cover, organisation: Organisation, actor: Actor, on: date) -> Envelope:
    """Note that an envelope arrived, without opening it.

    Raises PermissionDenied, RuleBroken("envelope.no_addressee" | "envelope.other_body" | "envelope.marked_secret" |
    "envelope.secret_words" | "log.later_day").
    """
    access.require(actor, "envelope.register", organisation)
    held = basis("receive_envelope", on=on, regime=organisation.regime)
    words = {name: clean_line(getattr(cover, name)) for name in ("sender", "addressee", "marks", "note")}
    log_rules.check_day(cover.arrived_on, on=on)
    addressee = words["addressee"] or str(cover.position or "")
    log_rules.check_addressee(
        addressee,
        position_body=cover.position.organisation_id if cover.position else None,
        body=organisation.pk,
        citation=held.citation,
    )
    log_rules.check_secret_cover(
        level=cover.level,
        marks=words["marks"],
        note=words["note"],
        addressee=cover.position.pk if cover.position else None,
        citation=held.citation,
    )
    log_rules.check_cover(words.values(), marks=words["marks"], citation=held.citation)
    envelope = Envelope.objects.create(
        organisation=organisation,
        arrived_on=cover.arrived_on,
        sender=words["sender"][:200],
        marks=words["marks"][:100],
        level=cover.level,
        addressee=addressee[:200],
        position=cover.position,
        note=words["note"][:300],
        created_at=timezone.now(),
    )
    desks = (Role.CLERK, Role.HEAD_OF_OFFICE)
    grants.allow(envelope, [grants.role_token(organisation.pk, role) for role in desks], reason="registry")
    audit.record(actor, events.ENVELOPE_REGISTERED, envelope, basis=held.citations)
    return envelope


@transaction.atomic
def return_envelope(*, envelope: Envelope, actor: Actor, on: date) -> Envelope:
    """The addressee found an official matter and gives it back for registration.

    Raises PermissionDenied, RuleBroken("registry.wrong_state" | "envelope.secret").
    """
    access.require(actor, "envelope.return", envelope)
    envelope = _locked(envelope)
    held = basis("receive_envelope", on=on, regime=envelope.organisation.regime)
    log_rules.check_not_secret(envelope.level, citation=held.citation)
    envelope.state, envelope.returned_on = rules.next_envelope(envelope.state, "return"), on
    envelope.version += 1
    envelope.save(update_fields=["state", "returned_on", "version"])
    audit.record(actor, events.ENVELOPE_RETURNED, envelope, basis=held.citations)
    return envelope


@transaction.atomic
def enter_envelope(*, envelope: Envelope, entry: Incoming, actor: Actor, on: date) -> Envelope:
    """Tie a returned envelope to the entry in which its document was registered.

    Raises PermissionDenied, RuleBroken("registry.wrong_state" | "book.other_body").
    """
    access.require(actor, "incoming.register", envelope)
    envelope = _locked(envelope)
    held = basis("receive_envelope", on=on, regime=envelope.organisation.regime)
    rules.check_own(envelope.organisation_id, entry.organisation_id, citation=held.citation)
    envelope.state, envelope.incoming = rules.next_envelope(envelope.state, "register"), entry
    envelope.version += 1
    envelope.save(update_fields=["state", "incoming", "version"])
    audit.record(
        actor,
        events.ENVELOPE_ENTERED,
        envelope,
        basis=held.citations,
        about=[entry, entry.document],
        details={"number": entry.number_value},
    )
    return envelope


def _locked(envelope: Envelope) -> Envelope:
    held: Envelope = Envelope.objects.select_for_update(of=["self"]).select_related("organisation").get(pk=envelope.pk)
    return held
