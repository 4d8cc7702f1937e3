"""Signing with a key at a remote service: all that was begun is authorised and signed together; codes are sent.

What the service asks for is kept with the declared key, so that a page knows without asking the service; it is read
anew at each signing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from mocban.audit import services as audit
from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person

from .. import access, events, keys, places
from ..choices import KeyPlace
from ..models import KeySource, PendingSignature
from ..pdf.refusals import answers, refuse

if TYPE_CHECKING:
    from ..adapters.credentials import Credential
    from ..adapters.csc import Client

TOLD = "wants"  # the part of KeySource.settings that says what the service asks for


def told_of(client: Client, found: Credential) -> dict[str, Any]:
    """Return what the service asks for as plain values: pin, otp (the name of the code), sends, at_once, outside, mode.

    Refuses `signing.remote_*`.
    """
    from ..adapters import credentials

    once = found.once
    return {
        "pin": found.asks_pin,
        "otp": once.id if once else "",
        "sends": credentials.sends_with(client, found),
        "at_once": found.at_once,
        "outside": any(one.kind == credentials.OUTSIDE for one in found.asks),
        "mode": found.mode,
    }


def wants(source: KeySource) -> dict[str, Any]:
    """Return what the service was last seen to ask for; a PIN where nobody has looked yet."""
    told: dict[str, Any] = source.settings.get(TOLD) or {
        "pin": True, "otp": "", "sends": "", "at_once": 1, "outside": False, "mode": "explicit",
    }  # fmt: skip
    return told


@answers
def look_again(source: KeySource) -> dict[str, Any]:
    """Ask the service what it wants now, keep it with the key, and return it. Raises RuleBroken `signing.*`."""
    store = keys.at_service_of(source)
    told = told_of(store.client, store.info(keys.source_holder(source)))
    if told != source.settings.get(TOLD):
        source.settings = {**source.settings, TOLD: told}
        KeySource.objects.filter(pk=source.pk).update(settings=source.settings)
    return told


@answers
def sign_waiting(waiting: Sequence[PendingSignature], *, pin: str = "", otp: str = "") -> list[tuple[str, bytes]]:
    """Let the service sign all that was begun with one key, and return the signatures for `finish_signing`.

    One authorisation covers them as far as the service allows it. Call it outside any transaction: the service may be
    slow. Raises RuleBroken as `keys.store_for`, and "signing.service_limit".
    """
    if not waiting:
        return []
    source = KeySource.objects.filter(pk=waiting[0].about["source"], place=KeyPlace.REMOTE).first()
    if source is None or any(one.about["source"] != str(source.pk) for one in waiting):
        refuse("signing.key_changed")
    look_again(source)
    store = keys.at_service_of(source, pin=pin, otp=otp)
    made: dict[str, bytes] = {}
    for algorithm in sorted({one.about["algorithm"] for one in waiting}):
        rows = [one for one in waiting if one.about["algorithm"] == algorithm]
        signatures = store.sign_digests([bytes.fromhex(one.about["digest"]) for one in rows], algorithm)
        made.update(zip((str(one.pk) for one in rows), signatures, strict=True))
    return [(str(one.pk), made[str(one.pk)]) for one in waiting]


@answers
@transaction.atomic
def send_code(*, owner: Person | Organisation, organisation: Organisation, actor: Actor) -> str:
    """Let the service send the one-time code of the owner's key; returns its question where it asks one instead.

    Raises PermissionDenied; RuleBroken("signing.no_code_sent" | "signing.remote_*").
    """
    from ..adapters import credentials, csc

    access.require(actor, "key.use", KeySource(organisation=organisation, person=_person(owner)))
    source = keys.source(organisation_id=organisation.pk, person_id=_person_id(owner))
    told = wants(source) if source is not None and source.place == KeyPlace.REMOTE else {}
    if source is None or not told.get("sends"):
        refuse("signing.no_code_sent")
    client = csc.Client(places.service(source.settings["service"]))
    question = credentials.send(client, source.settings["credential"], told["otp"], told["sends"])
    audit.record(actor, events.CODE_SENT, owner, details={"owner": str(owner)}, about=[organisation])
    return question


@answers
@transaction.atomic
def send_trial_code(
    *, owner: Person | Organisation, organisation: Organisation, service: str, credential: str, actor: Actor
) -> str:
    """Let the service send the code for a key that is being declared; as `send_code`."""
    from ..adapters import credentials, csc

    access.require(actor, "key.place", KeySource(organisation=organisation, person=_person(owner)))
    client = csc.Client(places.service(service))
    found = credentials.credential(client, credential, [])
    method = credentials.sends_with(client, found)
    if not method or found.once is None:
        refuse("signing.no_code_sent")
    question = credentials.send(client, credential, found.once.id, method)
    audit.record(actor, events.CODE_SENT, owner, details={"owner": str(owner)}, about=[organisation])
    return question


def _person(owner: Person | Organisation) -> Person | None:
    return owner if isinstance(owner, Person) else None


def _person_id(owner: Person | Organisation) -> UUID | None:
    return owner.pk if isinstance(owner, Person) else None
