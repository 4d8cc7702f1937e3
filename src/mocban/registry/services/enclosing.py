"""Annexes in files of their own: kept with the draft, marked and signed by the organisation when it is issued."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.content import services as content
from mocban.content.choices import RenditionKind
from mocban.content.models import DigitalObject
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.people.actor import Actor
from mocban.records import services as records
from mocban.records.choices import ObjectRole
from mocban.records.models import DocumentObject
from mocban.signing import services as signing
from mocban.signing.sniff import may_be_signed

from .. import access, events, rules
from ..enclosed import PDF
from ..models import Outgoing
from .drafting import DraftFile, advance, locked

ENCLOSED_AT_MOST = 30  # files


@transaction.atomic
def enclose_files(
    *, outgoing: Outgoing, files: Sequence[DraftFile], actor: Actor, on: date, version: int | None = None
) -> list[DocumentObject]:
    """Keep annexes with a draft, in this order behind those already there; `files` were looked at and converted before.

    Raises PermissionDenied, Stale, RuleBroken("registry.wrong_state" | "outgoing.too_many_files").
    """
    access.require(actor, "outgoing.enclose", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    advance(outgoing, "enclose")
    kept = standing_enclosed(outgoing)
    if len(kept) + len(files) > ENCLOSED_AT_MOST:
        message = _("Một văn bản kèm nhiều nhất %(most)d tệp.") % {"most": ENCLOSED_AT_MOST}
        raise RuleBroken("outgoing.too_many_files", message, held.citation)
    taken = {PurePath(one.object.name).stem for one in kept}
    enclosed = []
    for file in files:
        enclosed.append(_enclose(outgoing, file, actor, taken=taken, citations=held.citations))
        taken.add(PurePath(enclosed[-1].object.name).stem)
    return enclosed


def _enclose(
    outgoing: Outgoing, file: DraftFile, actor: Actor, *, taken: set[str], citations: Sequence[str]
) -> DocumentObject:
    """Keep one file; its PDF is called as the file is, unless an annex kept before goes by that name."""
    examined, data = file.accepted.examined, file.accepted.data
    stored = content.store(examined=examined, data=data, organisation=outgoing.organisation, actor=actor)
    part = records.attach(document=outgoing.document, stored=stored, role=ObjectRole.ENCLOSED, actor=actor)
    if file.pdf and stored.media_type != PDF:
        stem = PurePath(stored.name).stem
        name = f"{stored.name if stem in taken else stem}.pdf"
        content.store_rendition(
            original=stored, kind=RenditionKind.PDF, data=file.pdf, name=name, media_type=PDF, actor=actor
        )
    details = {"ordinal": part.ordinal}
    audit.record(actor, events.OUTGOING_ENCLOSED, outgoing, basis=citations, about=[outgoing.document], details=details)
    return part


@transaction.atomic
def leave_out_file(
    *, outgoing: Outgoing, part_id: UUID, actor: Actor, on: date, version: int | None = None
) -> Outgoing:
    """Leave an annex out; it stays in the history. Raises PermissionDenied, Stale, RuleBroken, as `enclose_files`."""
    access.require(actor, "outgoing.enclose", outgoing)
    outgoing = locked(outgoing, version)
    held = basis("draft_outgoing", on=on, regime=outgoing.organisation.regime)
    rules.next_outgoing(outgoing.status, "enclose")
    part = next((one for one in standing_enclosed(outgoing) if one.pk == part_id), None)
    if part is None:
        raise RuleBroken("outgoing.no_file", _("Tệp này không còn kèm theo văn bản."), held.citation)
    reason = _("Đã bỏ khỏi văn bản trước khi trình.")
    records.supersede_part(part=part, reason=reason, actor=actor)
    advance(outgoing, "enclose")
    details = {"ordinal": part.ordinal}
    audit.record(
        actor, events.OUTGOING_UNENCLOSED, outgoing, basis=held.citations, about=[outgoing.document], details=details
    )
    return outgoing


def standing_enclosed(outgoing: Outgoing) -> list[DocumentObject]:
    """The annexes that will go out with the document, in order."""
    parts = outgoing.document.parts.filter(role=ObjectRole.ENCLOSED, superseded_at=None)
    return list(parts.select_related("object").order_by("ordinal"))


def sign_enclosed(outgoing: Outgoing, *, key: signing.OpenKey, actor: Actor, on: date) -> list[DigitalObject]:
    """Mark and sign every annex that can be; the others go out as they are. A step inside issuing.

    Raises RuleBroken `signing.*`.
    """
    made = []
    for part in standing_enclosed(outgoing):
        pdf = part.object if part.object.media_type == PDF else content.rendition(part.object, RenditionKind.PDF)
        stored = part.object
        if pdf is not None and not may_be_signed(content.read_file(pdf)):
            stored = signing.sign_annex(
                pdf=pdf,
                number=outgoing.document.printed_code,
                organisation=outgoing.organisation,
                actor=actor,
                on=on,
                key=key,
            )
        records.attach(document=outgoing.document, stored=stored, role=ObjectRole.ANNEX, actor=actor)
        made.append(stored)
    return made
