"""Use of the copies that the registry keeps (sổ sử dụng bản lưu; NĐ 30/2020, Điều 19, PL IV)."""

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
from mocban.people.models import Position
from mocban.records import rules as record_rules
from mocban.records.models import Document

from .. import access, events, log_rules, rules
from ..choices import BookKind
from ..models import Book, KeptCopyUse
from .books import DESKS
from .logs import enter_log, next_ordinal


@dataclass(frozen=True)
class Use:
    """Who uses the copy (a position here, or a typed name), who permitted it, and in which file it lies."""

    permitted_by: str
    position: Position | None = None
    user: str = ""
    file_symbol: str = ""
    note: str = ""


@transaction.atomic
def lend_copy(*, document: Document, use: Use, book: Book, actor: Actor, on: date) -> KeptCopyUse:
    """Write that somebody uses a kept copy, with the permission of the named person.

    Raises PermissionDenied, RuleBroken("kept_copy.no_user" | "kept_copy.no_permission" | "book.other_kind" |
    "book.other_body" | "book.locked" | "book.wrong_year").
    """
    access.require(actor, "kept_copy_use.lend", document)
    held = basis("use_kept_copy", on=on, regime=document.organisation.regime)
    rules.check_own(book.organisation_id, document.organisation_id, citation=held.citation)
    record_rules.check_active(document.state)
    user, permitted_by = str(use.position or clean_line(use.user)), clean_line(use.permitted_by)
    log_rules.check_use(user=user, permitted_by=permitted_by, citation=held.citation)
    book = enter_log(book, BookKind.KEPT_COPIES, on=on, citation=held.citation)
    line = KeptCopyUse.objects.create(
        organisation_id=book.organisation_id,
        book=book,
        ordinal=next_ordinal(book, KeptCopyUse),
        document=document,
        user=user[:210],
        position=use.position,
        file_symbol=clean_line(use.file_symbol)[:50],
        used_on=on,
        permitted_by=permitted_by[:210],
        received_at=timezone.now(),
        note=clean_line(use.note)[:300],
    )
    grants.allow(line, [grants.role_token(book.organisation_id, role) for role in DESKS], reason="registry")
    audit.record(actor, events.KEPT_COPY_LENT, line, basis=held.citations, about=[document])
    return line


@transaction.atomic
def take_copy_back(*, line: KeptCopyUse, actor: Actor, on: date) -> KeptCopyUse:
    """Write the day on which the copy came back. Raises PermissionDenied, RuleBroken("kept_copy.returned")."""
    access.require(actor, "kept_copy_use.take_back", line)
    line = KeptCopyUse.objects.select_for_update(of=["self"]).select_related("organisation", "document").get(pk=line.pk)
    held = basis("use_kept_copy", on=on, regime=line.organisation.regime)
    log_rules.check_lent(line.returned_on, citation=held.citation)
    line.returned_on = on
    line.save(update_fields=["returned_on"])
    audit.record(actor, events.KEPT_COPY_TAKEN_BACK, line, basis=held.citations, about=[line.document])
    return line
