"""Reads of keys: who can sign, where each key lies, how long its certificate is valid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.utils import timezone

from mocban.audit.selectors import Entry, history
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person
from mocban.people.selectors import positions_in_force

from . import events, keys
from .models import KeySource
from .verification.trust import SIGNING

if TYPE_CHECKING:
    from cryptography import x509

    from .adapters.fitness import Facts

WARN_DAYS, ALARM_DAYS = 60, 30  # before the end of a certificate: renewing takes some weeks
TOLD = {
    events.KEY_ISSUED,
    events.KEY_PLACED,
    events.KEY_PLACE_REMOVED,
    events.KEY_HANDED_OVER,
    events.IMAGE_SET,
}


@dataclass(frozen=True)
class KeyState:
    """Whether somebody can sign: a key somewhere, and a picture for the page. `source` is None for a trial key."""

    owner: Person | Organisation
    posts: str
    has_trial: bool
    has_image: bool
    source: KeySource | None
    facts: Facts | None
    days_left: int | None  # until the certificate of `source` ends; negative afterwards

    @property
    def has_key(self) -> bool:
        return self.source is not None or self.has_trial

    @property
    def expires(self) -> bool:
        """Whether it is time to renew the certificate, or too late."""
        return self.days_left is not None and self.days_left <= WARN_DAYS


def key_states(actor: Actor, *, on: date) -> list[KeyState]:
    """Return the actor's organisation, then everybody who holds a position in it on that day: three queries."""
    body = Organisation.objects.visible_to(actor).get()
    sources = {source.person_id: source for source in KeySource.objects.visible_to(actor)}
    posts: dict[Person, list[str]] = {}
    for position in positions_in_force(on).filter(organisation=body).order_by("person__sort_name"):
        posts.setdefault(position.person, []).append(position.title)
    states = [_state(body, "", sources.get(None))]
    return states + [_state(person, "; ".join(titles), sources.get(person.pk)) for person, titles in posts.items()]


def key_state(owner: Person | Organisation, organisation: Organisation) -> KeyState:
    """Return the state of one owner's key for an organisation."""
    person_id = owner.pk if isinstance(owner, Person) else None
    return _state(owner, "", keys.source(organisation_id=organisation.pk, person_id=person_id))


def trial_facts(owner: Person | Organisation) -> Facts | None:
    """Return what the trial certificate of the owner says; None when there is none, or it does not open."""
    from mocban.lib.errors import RuleBroken

    from .adapters import fitness

    holder, trial = keys.holder(owner), keys.store()
    if not trial.has(holder):
        return None
    try:
        return fitness.facts(trial.certificate(holder))
    except RuleBroken:
        return None


def leads_to_trust(source: KeySource) -> bool:
    """Whether the certificate leads to a root that this installation trusts today."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from .adapters import fitness

    certificate, chain = keys.certificates(source)
    found: list[x509.Certificate] = fitness.order(certificate, [*chain, *keys.known()])
    now = timezone.now()
    anchors = keys.trust(at=now).anchors
    today = timezone.localdate(now).isoformat()
    good = {
        one.certificate
        for one in anchors
        if SIGNING in one.purposes and (one.since or today) <= today <= (one.until or today)
    }
    return any(link.public_bytes(Encoding.DER) in good for link in found)


def key_history(owner: Person | Organisation) -> list[Entry]:
    """Return what was done to the owner's key and pictures, newest last."""
    return [entry for entry in history(owner) if entry.verb in TOLD]


def expiring(*, now: datetime) -> list[tuple[KeySource, Facts, int]]:
    """Return the declared keys of the whole installation whose certificates end soon or have ended, with days left."""
    from .adapters import fitness

    found = []
    for source in KeySource.objects.select_related("organisation", "person").iterator():
        told = fitness.facts(keys.certificates(source)[0])
        if told.days_left(now) <= WARN_DAYS:
            found.append((source, told, told.days_left(now)))
    return found


def _state(owner: Person | Organisation, posts: str, source: KeySource | None) -> KeyState:
    from .adapters import fitness

    holder = keys.holder(owner)
    told = fitness.facts(keys.certificates(source)[0]) if source else None
    left = told.days_left(timezone.now()) if told else None
    return KeyState(owner, posts, keys.store().has(holder), keys.has_image(holder), source, told, left)
