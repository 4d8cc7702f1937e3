"""Issue paper from an electronic original: print it, stamp it, and note how many (NĐ 30/2020, Điều 18 khoản 5)."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.errors import RuleBroken
from mocban.lib.text import clean_line
from mocban.people.actor import Actor
from mocban.records.choices import ObjectRole

from .. import access, copy_rules, events
from ..models import Outgoing, PaperIssue
from .drafting import locked

MOST = 10_000  # main copies at once


@transaction.atomic
def issue_paper(*, outgoing: Outgoing, amount: int, note: str, actor: Actor, on: date) -> PaperIssue:
    """Note that so many main copies on paper were printed from the issued original and stamped.

    The register's number of copies counts them. Raises PermissionDenied, RuleBroken("copy.not_issued" |
    "paper.no_original" | "paper.amount").
    """
    access.require(actor, "outgoing.issue_paper", outgoing)
    outgoing = locked(outgoing)
    held = basis("issue_paper", on=on, regime=outgoing.organisation.regime)
    copy_rules.check_issued(outgoing.status)
    if not outgoing.document.parts.filter(role=ObjectRole.ISSUED).exists():
        message = _("Văn bản này không có bản gốc điện tử đã ký số để in ra giấy.")
        raise RuleBroken("paper.no_original", message, held.citation)
    if not 1 <= amount <= MOST:
        raise RuleBroken("paper.amount", _("Số bản phải từ 1 đến %d.") % MOST, held.citation)
    made = PaperIssue.objects.create(
        organisation=outgoing.organisation,
        outgoing=outgoing,
        ordinal=PaperIssue.objects.filter(outgoing=outgoing).count() + 1,
        amount=amount,
        stamped_on=on,
        stamped_by=f"{actor.person_name}, {actor.position_title}"[:210],
        note=clean_line(note)[:300],
        created_at=timezone.now(),
    )
    outgoing.copies_amount = (outgoing.copies_amount or 0) + amount
    outgoing.version += 1
    outgoing.save(update_fields=["copies_amount", "version"])
    audit.record(
        actor,
        events.PAPER_ISSUED,
        outgoing,
        basis=held.citations,
        about=[outgoing.document],
        details={"amount": amount},
    )
    return made
