"""Pages that were not printed because a document was sent electronically: a figure that can be counted, from below.

Counted are the pages of the document itself, as they were laid out for its signature, once for each recipient that
it reached by exchange or mail; main copies printed later are taken off again. Annexes in files of their own, drafts
and what recipients print are not counted: of them no number is kept.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from mocban.exchange.choices import DeliveryState
from mocban.exchange.models import MailDelivery

from .models import Outgoing, PaperIssue, Recipient

ARRIVED = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ)


def with_pages_saved(documents: QuerySet[Outgoing]) -> QuerySet[Any]:
    """Annotate `page_count`, `reached` (recipients, without those that paper went to) and `pages_saved`.

    A document that was not laid out here, such as one entered late from paper, has None for pages.
    """
    mailed = Exists(MailDelivery.objects.filter(recipient_id=OuterRef("pk"), state__in=ARRIVED))
    reached = Recipient.objects.filter(Q(packet__isnull=False) | mailed, outgoing=OuterRef("pk"))
    printed = PaperIssue.objects.filter(outgoing=OuterRef("pk"))
    return documents.annotate(
        page_count=Func(F("signing_plan__pages"), function="jsonb_array_length", output_field=IntegerField()),
        reached=Greatest(_total(reached, Count("pk")) - _total(printed, Sum("amount")), 0),
        pages_saved=F("page_count") * F("reached"),
    )


def _total(rows: QuerySet[Any], what: Any) -> Coalesce:
    """One number over the rows of each document, 0 without any."""
    grouped = rows.order_by().values("outgoing").annotate(total=what).values("total")
    return Coalesce(Subquery(grouped, output_field=IntegerField()), 0)
