"""Sign and issue with a key on the person's own computer: the two verbs as they are, each in two halves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mocban.people.actor import Actor
from mocban.people.models import Person
from mocban.signing import services as signing
from mocban.signing.models import PendingSignature

from .. import access
from ..choices import OutgoingStatus
from ..models import Outgoing
from .drafting import sign_outgoing
from .issuing import issue_outgoing
from .preparing import prepare_outgoing

Signatures = Sequence[tuple[str, bytes]]  # id of what was begun, signature


def begin_sign(
    *, outgoing: Outgoing, actor: Actor, on: date, version: int | None, unread_confirmed: bool = False
) -> list[PendingSignature]:
    """Return what the signer's token must sign. Raises as `sign_outgoing` and `signing.begin_signing`."""
    access.require(actor, "outgoing.sign", outgoing)
    if outgoing.status == OutgoingStatus.APPROVED:  # what is prepared stays; only the signature is taken back
        prepare_outgoing(outgoing=outgoing, actor=actor, on=on)
    return signing.begin_signing(
        owner=Person(pk=actor.person_id),
        organisation=outgoing.organisation,
        work=lambda key: sign_outgoing(
            outgoing=outgoing, actor=actor, on=on, version=version, unread_confirmed=unread_confirmed, key=key
        ),
        subject=outgoing,
        text=outgoing.document.subject,
        actor=actor,
    )


def finish_sign(
    *,
    outgoing: Outgoing,
    signatures: Signatures,
    actor: Actor,
    on: date,
    version: int | None,
    unread_confirmed: bool = False,
) -> Outgoing:
    """Put the signature in. Raises as `sign_outgoing` and `signing.finish_signing`."""
    access.require(actor, "outgoing.sign", outgoing)
    return signing.finish_signing(
        signatures=signatures,
        work=lambda key: sign_outgoing(
            outgoing=outgoing, actor=actor, on=on, version=version, unread_confirmed=unread_confirmed, key=key
        ),
        subject=outgoing,
        actor=actor,
    )


def begin_issue(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None) -> list[PendingSignature]:
    """Return what the organisation's token must sign. Raises as `issue_outgoing` and `signing.begin_signing`."""
    access.require(actor, "outgoing.issue", outgoing)
    return signing.begin_signing(
        owner=outgoing.organisation,
        organisation=outgoing.organisation,
        work=lambda key: issue_outgoing(outgoing=outgoing, actor=actor, on=on, version=version, key=key),
        subject=outgoing,
        text=f"{outgoing.document.printed_code}: {outgoing.document.subject}",
        actor=actor,
    )


def finish_issue(
    *, outgoing: Outgoing, signatures: Signatures, actor: Actor, on: date, version: int | None
) -> Outgoing:
    """Put the seal in and issue. Raises as `issue_outgoing` and `signing.finish_signing`."""
    access.require(actor, "outgoing.issue", outgoing)
    return signing.finish_signing(
        signatures=signatures,
        work=lambda key: issue_outgoing(outgoing=outgoing, actor=actor, on=on, version=version, key=key),
        subject=outgoing,
        actor=actor,
    )
