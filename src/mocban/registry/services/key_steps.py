"""Sign, issue and copy with the key where it lies: here, at a remote service, or on the person's own computer.

Each verb is stated once, as a `KeyStep`: who may, whose key signs, and the verb itself with all it needs but the
key. For a key elsewhere the verb runs in two halves, `begin` and `finish`, the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from mocban.people.actor import Actor
from mocban.people.models import Organisation, Person
from mocban.records.models import DocumentObject
from mocban.signing import services as signing
from mocban.signing.choices import KeyPlace
from mocban.signing.models import PendingSignature
from mocban.signing.services import OpenKey

from .. import access
from ..choices import OutgoingStatus
from ..models import Copy, Outgoing
from .copies import make_copy
from .drafting import sign_outgoing
from .from_paper import issue_from_paper
from .issuing import issue_outgoing
from .preparing import prepare_outgoing

T = TypeVar("T")


@dataclass(frozen=True)
class KeyStep(Generic[T]):
    """A verb that signs, permitted to `actor`; `text` is what the signing program shows of it."""

    subject: Outgoing | Copy
    owner: Person | Organisation  # of the key
    text: str
    actor: Actor
    verb: Callable[..., T]  # takes `key`, or `pin` and `last_try`
    prepare: Callable[[], object] | None = None  # stays, while the first half of `verb` is taken back

    def work(self, key: OpenKey) -> T:
        """Do the verb with this key."""
        return self.verb(key=key)


def signing_step(
    *, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None, unread_confirmed: bool = False
) -> KeyStep[Outgoing]:
    """The signature of the actor, as `sign_outgoing`."""
    access.require(actor, "outgoing.sign", outgoing)
    first = outgoing.status == OutgoingStatus.APPROVED  # a later signer finds the file laid out and signed
    return KeyStep(
        outgoing,
        owner=Person(pk=actor.person_id),
        text=outgoing.document.subject,
        actor=actor,
        prepare=(lambda: prepare_outgoing(outgoing=outgoing, actor=actor, on=on)) if first else None,
        verb=lambda **key: sign_outgoing(
            outgoing=outgoing, actor=actor, on=on, version=version, unread_confirmed=unread_confirmed, **key
        ),
    )


def issuing_step(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None) -> KeyStep[Outgoing]:
    """The seal of the organisation on the document and each annex in a file of its own, as `issue_outgoing`."""
    access.require(actor, "outgoing.issue", outgoing)
    return KeyStep(
        outgoing,
        owner=outgoing.organisation,
        text=_named(outgoing),
        actor=actor,
        verb=lambda **key: issue_outgoing(outgoing=outgoing, actor=actor, on=on, version=version, **key),
    )


def from_paper_step(
    *, outgoing: Outgoing, actor: Actor, on: date, version: int | None = None
) -> KeyStep[DocumentObject]:
    """The organisation's signature on the scan of a document that was issued on paper, as `issue_from_paper`."""
    access.require(actor, "outgoing.issue_from_paper", outgoing)
    return KeyStep(
        outgoing,
        owner=outgoing.organisation,
        text=_named(outgoing),
        actor=actor,
        verb=lambda **key: issue_from_paper(outgoing=outgoing, actor=actor, on=on, version=version, **key),
    )


def copy_step(*, copy: Copy, actor: Actor, on: date, version: int | None = None) -> KeyStep[Copy]:
    """The organisation's signature on an electronic copy, as `make_copy`."""
    access.require(actor, "copy.make", copy)
    return KeyStep(
        copy,
        owner=copy.organisation,
        text=f"{copy.kind_name} {copy.printed_code}: {copy.document.subject}",
        actor=actor,
        verb=lambda **key: make_copy(copy=copy, actor=actor, on=on, version=version, **key),
    )


def begin(step: KeyStep[T], *, place: KeyPlace = KeyPlace.AGENT) -> list[PendingSignature]:
    """Return what the key elsewhere (`place`) must sign. Raises as the verb, and as `signing.begin_signing`."""
    if step.prepare:
        step.prepare()
    return signing.begin_signing(
        owner=step.owner,
        organisation=step.subject.organisation,
        work=step.work,
        subject=step.subject,
        text=step.text,
        actor=step.actor,
        place=place,
    )


def finish(step: KeyStep[T], signatures: Sequence[tuple[str, bytes]]) -> T:
    """Put the signatures in (id of what was begun, signature), and return what the verb returns.

    Raises as the verb, and as `signing.finish_signing`.
    """
    return signing.finish_signing(signatures=signatures, work=step.work, subject=step.subject, actor=step.actor)


def carry_out(step: KeyStep[T], *, pin: str = "", otp: str = "", last_try: bool = False) -> T:
    """Do the verb with the key where it lies; one PIN and one one-time code (`otp`) serve all that it signs.

    Call it outside any transaction: a service may be slow. Raises as the verb, `signing.begin_signing` and
    `signing.sign_waiting`; "signing.key_elsewhere" for a key on the person's own computer.
    """
    person_id = step.owner.pk if isinstance(step.owner, Person) else None
    if signing.is_at_service(organisation_id=step.subject.organisation_id, person_id=person_id):
        waiting = begin(step, place=KeyPlace.REMOTE)
        if waiting:  # else it signs nothing: a copy on paper
            try:
                return finish(step, signing.sign_waiting(waiting, pin=pin, otp=otp))
            finally:
                signing.drop_begun(waiting)
    return step.verb(pin=pin, last_try=last_try)


def _named(outgoing: Outgoing) -> str:
    return f"{outgoing.document.printed_code}: {outgoing.document.subject}"
