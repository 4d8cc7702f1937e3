"""Signing with a key of the caller's own, in two phases: digests go out, signatures come back; files stay here.

What the page for USB tokens does, for other programs. The certificate is declared before (`/signing/keys/own`, or on
the page). The signature is over the digest itself: RSASSA-PKCS1-v1_5, or ECDSA in DER.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Field, Router, Schema

from mocban.people.selectors import today
from mocban.records.shapes import Versioned
from mocban.ui.pages import get

from ..models import Copy, Outgoing
from ..services import key_steps
from ..services.key_steps import KeyStep, copy_step, from_paper_step, issuing_step, signing_step

router = Router()
STARTS: dict[str, Callable[..., KeyStep[Any]]] = {
    "sign": signing_step,
    "issue": issuing_step,
    "from-paper": from_paper_step,
    "copy": copy_step,
}
Verb = Literal["sign", "issue", "from-paper", "copy"]
LONGEST = 4096  # letters of one signature; RSA with 16384 bits has 2732


class BeginIn(Versioned):
    unread_confirmed: bool = Field(False, description="sign although the caller never opened the prepared file")


class DigestOut(Schema):
    """One digest to sign."""

    id: UUID
    algorithm: str = Field(examples=["sha256"])
    digest: str = Field(description="hexadecimal; of the signed attributes")
    text: str = Field(description="what the person should read beside it")
    expires_at: datetime


class BegunOut(Schema):
    signatures: list[DigestOut]


class BroughtIn(Schema):
    id: UUID
    signature: str = Field(description="base64", examples=["MEUCIQ…"])


class FinishIn(BeginIn):
    signatures: list[BroughtIn] = Field(description="all that `begin` gave out, in any order", examples=[[]])


class DoneOut(Schema):
    id: UUID
    state: str = Field(examples=["signed"])
    version: int


@router.post("/{verb}/{uuid:pk}/begin", response=BegunOut, summary="What the caller's key must sign for this verb")
def two_phase_begin(request: Any, verb: Verb, pk: UUID, given: BeginIn) -> dict[str, Any]:
    begun = key_steps.begin(started(request, verb, pk, given))
    told = ("algorithm", "digest", "text")
    return {
        "signatures": [
            {"id": one.pk, "expires_at": one.expires_at, **{name: one.about[name] for name in told}} for one in begun
        ]
    }


@router.post("/{verb}/{uuid:pk}/finish", response=DoneOut, summary="Put the signatures in, and the verb is done")
def two_phase_finish(request: Any, verb: Verb, pk: UUID, given: FinishIn) -> dict[str, Any]:
    brought = [(str(one.id), decoded(one.signature)) for one in given.signatures]
    key_steps.finish(started(request, verb, pk, given), brought)
    subject = found(request, verb, pk)
    return {
        "id": pk,
        "state": subject.state if isinstance(subject, Copy) else subject.status,
        "version": subject.version,
    }


def found(request: Any, verb: str, pk: UUID) -> Outgoing | Copy:
    subject: Outgoing | Copy
    if verb == "copy":
        subject = get(Copy, request.actor, pk=pk, related=("document", "organisation"))
    else:
        subject = get(Outgoing, request.actor, pk=pk, related=("document", "organisation", "unit"))
    return subject


def started(request: Any, verb: str, pk: UUID, given: BeginIn) -> KeyStep[Any]:
    """The verb on what it is about. Raises PermissionDenied."""
    common: dict[str, Any] = {"actor": request.actor, "on": today(), "version": given.version}
    common["copy" if verb == "copy" else "outgoing"] = found(request, verb, pk)
    if verb == "sign":
        common["unread_confirmed"] = given.unread_confirmed
    return STARTS[verb](**common)


def decoded(text: str) -> bytes:
    """The bytes; what is no base64 is no signature, and is refused as a wrong one."""
    try:
        return base64.b64decode(text, validate=True) if len(text) <= LONGEST else b""
    except (ValueError, binascii.Error):
        return b""
