"""What happens to a document after its issue: amended, replaced, corrected, recalled (NĐ 30/2020, Điều 18)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from ..choices import AmendmentKind, AmendmentState
from .outgoing import Outgoing


class Amendment(models.Model):
    """One document puts an issued one right, or a leader recalls it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    outgoing = models.ForeignKey(Outgoing, on_delete=models.PROTECT, related_name="amendments")
    kind = models.CharField(max_length=10, choices=AmendmentKind.choices)
    # The document that amends, replaces or corrects; a recall has none.
    by_outgoing = models.OneToOneField(Outgoing, null=True, on_delete=models.PROTECT, related_name="amends")
    reason = models.CharField(_("Lý do"), max_length=500)
    ordered_by = models.CharField(_("Người quyết định"), max_length=310)
    ordered_on = models.DateField(_("Ngày"))
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.PENDING)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(fields=["outgoing"], condition=Q(kind=AmendmentKind.RECALL), name="recalled_once"),
            models.CheckConstraint(
                name="amendment_by_a_document", condition=Q(kind=AmendmentKind.RECALL) | Q(by_outgoing__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.outgoing.document.printed_code}"

    @property
    def trail_name(self) -> str:
        return self.outgoing.trail_name


class PaperReturn(models.Model):
    """Paper copies of a recalled document that one recipient has to send back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    amendment = models.ForeignKey(Amendment, on_delete=models.PROTECT, related_name="paper_returns")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    holder = models.CharField(_("Nơi giữ bản giấy"), max_length=200)
    amount = models.PositiveIntegerField(_("Số bản"), default=1)
    returned_on = models.DateField(_("Ngày trả"), null=True)
    noted_by = models.CharField(max_length=210, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["amendment", "ordinal"], name="paper_return_once")]

    @property
    def trail_name(self) -> str:
        return f"{self.ordinal}"
