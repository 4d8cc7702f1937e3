"""Documents with every sort of signature, and what is said of each."""

from __future__ import annotations

from datetime import date
from typing import Any

from mocban.content.models import DigitalObject
from mocban.people.models import Position
from mocban.portal.tests.world import DAY, NOON, Body
from mocban.registry.models import Incoming, Outgoing
from mocban.signing.models import Signature, Verification
from mocban.signing.verification.findings import Conclusion, FileFinding, SignatureFinding


def made(body: Body, stored: DigitalObject, kind: str) -> Signature:
    """A signature that this installation made."""
    return Signature.objects.create(
        organisation=body.organisation,
        kind=kind,
        signed_object=stored,
        signer_name="Người ký",
        certificate_subject="CN=thử",
        certificate_serial="1",
        signed_at=NOON,
    )


def checked(
    stored: DigitalObject, verdict: str, *holders: str, readable: bool = True, at: Any = NOON, name: str = "1"
) -> Verification:
    """What a check found: the verdict, and whose keys signed."""
    signatures = tuple(
        SignatureFinding(name, "pades", Conclusion(verdict), (), signer="Người", holder=holder) for holder in holders
    )
    Verification.objects.filter(object=stored).update(latest=False)
    finding = FileFinding("pdf", Conclusion(verdict), (), signatures, readable=readable)
    return Verification.objects.create(
        object=stored, checked_at=at, verdict=verdict, signature_count=len(holders), finding=finding.as_values()
    )


def issued(body: Body, officer: Position, *kinds: str, on: date = DAY, **fields: Any) -> Outgoing:
    """An issued document with a file and the signatures `kinds` made here."""
    document = body.document("Văn bản đi", issued_on=on)
    given = {"status": "issued", "document": document, **fields}
    outgoing = body.outgoing(officer, officer, **given)
    signed, sealed = body.attach(document, "signed"), body.attach(document, "issued")
    for kind in kinds:
        made(body, signed if kind == "person" else sealed, kind)
    return outgoing


def received(body: Body, verdict: str = "", *holders: str, on: date = DAY, **fields: Any) -> Incoming:
    """A received electronic document with a file, checked with that result; never checked without one."""
    entry = body.incoming("Văn bản đến", **{"received_via": "exchange", "arrived_on": on, **fields})
    stored = body.attach(entry.document, "main")
    if verdict:
        checked(stored, verdict, *holders)
    return entry
