"""Documents out, in whose joint name, and to whom."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.records.models import Document

from ..choices import OutgoingOrigin, OutgoingStatus
from .books import Book
from .incoming import Incoming, Task
from .numbers import Issuer, Number, Series


class Outgoing(models.Model):
    """A document that the body drafts, signs, numbers, seals and issues (NĐ 30/2020, Điều 10–19).

    One that was entered late or comes from an old register may have no unit, drafter or signer of this system.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    # In whose name it is issued; none: the organisation itself.
    issuer = models.ForeignKey(Issuer, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=OutgoingOrigin.choices, default=OutgoingOrigin.DRAFTED)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="outgoing")
    unit = models.ForeignKey("people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    drafter = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reply_to = models.ForeignKey(Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="replies")
    task = models.ForeignKey(Task, null=True, blank=True, on_delete=models.PROTECT, related_name="drafts")
    series = models.ForeignKey(Series, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, null=True, blank=True, on_delete=models.PROTECT, related_name="outgoing")
    number = models.OneToOneField(Number, null=True, blank=True, on_delete=models.PROTECT, related_name="outgoing")
    number_value = models.PositiveIntegerField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=OutgoingStatus.choices, default=OutgoingStatus.DRAFT)
    return_reason = models.CharField(_("Lý do trả lại"), max_length=1000, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    issue_by = models.DateField(_("Hạn phát hành"), null=True, blank=True)
    copies_amount = models.PositiveIntegerField(_("Số lượng bản"), null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "status", "-created_at"], name="outgoing_by_status")]

    def __str__(self) -> str:
        return str(self.document)

    @property
    def trail_name(self) -> str:
        return self.document.trail_name


class Recipient(models.Model):
    """A body or line of the recipient list (nơi nhận); with a code it receives the exchange packet."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="recipients")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(_("Nơi nhận"), max_length=200)
    code = models.CharField(_("Mã định danh"), max_length=35, blank=True)
    email = models.EmailField(_("Thư điện tử"), blank=True)
    packet = models.ForeignKey("exchange.Packet", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["outgoing", "ordinal"], name="recipient_once")]


class JointBody(models.Model):
    """A body that issues a document jointly with ours, which leads and gives the number (văn bản liên tịch)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    outgoing = models.ForeignKey(Outgoing, on_delete=models.CASCADE, related_name="joint_bodies")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(_("Cơ quan cùng ban hành"), max_length=200)
    symbol = models.CharField(_("Chữ viết tắt trong ký hiệu"), max_length=20)
    signer = models.CharField(_("Người ký"), max_length=100, blank=True)

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["outgoing", "ordinal"], name="joint_body_once")]
