"""Sign, issue and copy with a key on the person's own computer: the verbs as they are, each in two halves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from mocban.people.actor import Actor
from mocban.people.models import Person
from mocban.records.models import DocumentObject
from mocban.signing import services as signing
from mocban.signing.models import PendingSignature

from .. import access
from ..choices import OutgoingStatus
from ..models import Copy, Outgoing
from .copies import make_copy
from .drafting import sign_outgoing
from .from_paper import issue_from_paper
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
    """Return what the organisation's token must sign: the document, and each annex in a file of its own.

    Raises as `issue_outgoing` and `signing.begin_signing`.
    """
    access.require(actor, "outgoing.issue", outgoing)
    return signing.begin_signing(
        owner=outgoing.organisation,
        organisation=outgoing.organisation,
        work=lambda key: issue_outgoing(outgoing=outgoing, actor=actor, on=on, version=version, key=key),
        subject=outgoing,
        text=_named(outgoing),
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


def begin_from_paper(*, outgoing: Outgoing, actor: Actor, on: date, version: int | None) -> list[PendingSignature]:
    """Return what the organisation's token must sign. Raises as `issue_from_paper` and `signing.begin_signing`."""
    access.require(actor, "outgoing.issue_from_paper", outgoing)
    return signing.begin_signing(
        owner=outgoing.organisation,
        organisation=outgoing.organisation,
        work=lambda key: issue_from_paper(outgoing=outgoing, actor=actor, on=on, version=version, key=key),
        subject=outgoing,
        text=_named(outgoing),
        actor=actor,
    )


def finish_from_paper(
    *, outgoing: Outgoing, signatures: Signatures, actor: Actor, on: date, version: int | None
) -> DocumentObject:
    """Sign the scan. Raises as `issue_from_paper` and `signing.finish_signing`."""
    access.require(actor, "outgoing.issue_from_paper", outgoing)
    return signing.finish_signing(
        signatures=signatures,
        work=lambda key: issue_from_paper(outgoing=outgoing, actor=actor, on=on, version=version, key=key),
        subject=outgoing,
        actor=actor,
    )


def begin_copy(*, copy: Copy, actor: Actor, on: date, version: int | None) -> list[PendingSignature]:
    """Return what the organisation's token must sign. Raises as `make_copy` and `signing.begin_signing`."""
    access.require(actor, "copy.make", copy)
    return signing.begin_signing(
        owner=copy.organisation,
        organisation=copy.organisation,
        work=lambda key: make_copy(copy=copy, actor=actor, on=on, version=version, key=key),
        subject=copy,
        text=f"{copy.kind_name} {copy.printed_code}: {copy.document.subject}",
        actor=actor,
    )


def finish_copy(*, copy: Copy, signatures: Signatures, actor: Actor, on: date, version: int | None) -> Copy:
    """Make the copy. Raises as `make_copy` and `signing.finish_signing`."""
    access.require(actor, "copy.make", copy)
    return signing.finish_signing(
        signatures=signatures,
        work=lambda key: make_copy(copy=copy, actor=actor, on=on, version=version, key=key),
        subject=copy,
        actor=actor,
    )


def _named(outgoing: Outgoing) -> str:
    return f"{outgoing.document.printed_code}: {outgoing.document.subject}"
