"""Envelopes given to the post (sổ gửi văn bản đi bưu điện; NĐ 30/2020, Điều 18 khoản 1, PL IV)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from mocban.audit import services as audit
from mocban.law.basis import basis
from mocban.lib.text import clean_line
from mocban.people import grants
from mocban.people.actor import Actor

from .. import access, events, log_rules, rules
from ..choices import BookKind
from ..models import Book, Outgoing, PostItem
from .books import DESKS
from .logs import enter_log, next_ordinal


@dataclass(frozen=True)
class Mailing:
    """Envelopes for one place."""

    place: str
    envelopes: int = 1


@dataclass(frozen=True)
class PostReceipt:
    """What the post gave back: the postman's name or the tracking code."""

    text: str
    note: str = ""


@transaction.atomic
def send_by_post(
    *, outgoing: Outgoing, mailings: Sequence[Mailing], book: Book, actor: Actor, on: date, note: str = ""
) -> list[PostItem]:
    """Write one line of the post book for each place that gets the issued document on paper.

    Raises PermissionDenied, RuleBroken("log.nothing_chosen" | "log.too_many" | "log.not_issued" | "book.other_kind" |
    "book.other_body" | "book.locked" | "book.wrong_year").
    """
    access.require(actor, "post_item.send", outgoing)
    log_rules.check_amount(len(mailings))
    held = basis("send_by_post", on=on, regime=outgoing.organisation.regime)
    rules.check_own(book.organisation_id, outgoing.organisation_id, citation=held.citation)
    log_rules.check_issued(outgoing.status, citation=held.citation)
    book = enter_log(book, BookKind.POST, on=on, citation=held.citation)
    made = []
    for ordinal, mailing in enumerate(mailings, start=next_ordinal(book, PostItem)):
        item = PostItem.objects.create(
            organisation_id=book.organisation_id,
            book=book,
            ordinal=ordinal,
            outgoing=outgoing,
            printed_code=outgoing.document.printed_code,
            recipient=clean_line(mailing.place)[:200],
            envelopes=mailing.envelopes,
            sent_on=on,
            note=clean_line(note)[:300],
        )
        grants.allow(item, [grants.role_token(book.organisation_id, role) for role in DESKS], reason="registry")
        audit.record(
            actor,
            events.POST_ITEM_SENT,
            item,
            basis=held.citations,
            about=[outgoing, outgoing.document],
            details={"envelopes": mailing.envelopes},
        )
        made.append(item)
    return made


@transaction.atomic
def note_post_receipt(*, item: PostItem, receipt: PostReceipt, actor: Actor, on: date) -> PostItem:
    """Note the postman's signature or the tracking code; a wrong one is replaced.

    Raises PermissionDenied, RuleBroken("log.no_name").
    """
    access.require(actor, "post_item.note_receipt", item)
    item = PostItem.objects.select_for_update(of=["self"]).select_related("organisation", "outgoing").get(pk=item.pk)
    held = basis("send_by_post", on=on, regime=item.organisation.regime)
    text = clean_line(receipt.text)[:100]
    log_rules.check_name(text)
    item.receipt, item.note = text, clean_line(receipt.note)[:300] or item.note
    item.save(update_fields=["receipt", "note"])
    about = [item.outgoing] if item.outgoing else []
    audit.record(actor, events.POST_ITEM_NOTED, item, basis=held.citations, about=about)
    return item
