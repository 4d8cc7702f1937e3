"""Lines of the books without numbers of their own: hand-over, post, use of kept copies."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.records.models import Document

from .books import Book
from .incoming import Envelope, Incoming
from .outgoing import Outgoing


class HandOver(models.Model):
    """A document or envelope handed to a unit or person, and their receipt (NĐ 30/2020, Điều 23)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="hand_overs")
    ordinal = models.PositiveIntegerField(help_text="Line of the book, from 1")
    incoming = models.ForeignKey(Incoming, null=True, on_delete=models.PROTECT, related_name="hand_overs")
    outgoing = models.ForeignKey(Outgoing, null=True, on_delete=models.PROTECT, related_name="hand_overs")
    envelope = models.ForeignKey(Envelope, null=True, on_delete=models.PROTECT, related_name="hand_overs")
    unit = models.ForeignKey("people.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    position = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receiver = models.CharField(_("Đơn vị, người nhận"), max_length=210)
    amount = models.PositiveIntegerField(_("Số lượng"), default=1)
    handed_on = models.DateField(_("Ngày chuyển"))
    handed_by = models.CharField(max_length=210)
    received_at = models.DateTimeField(null=True, blank=True)
    received_by = models.CharField(_("Ký nhận"), max_length=210, blank=True)
    note = models.CharField(_("Ghi chú"), max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["book", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["book", "ordinal"], name="hand_over_line_once")]

    def __str__(self) -> str:
        return self.trail_name

    @property
    def trail_name(self) -> str:
        return f"{self.ordinal} ({self.handed_on:%d/%m/%Y})"


class PostItem(models.Model):
    """Envelopes of one document given to the post for one place (sổ gửi văn bản đi bưu điện)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="post_items")
    ordinal = models.PositiveIntegerField(help_text="Line of the book, from 1")
    outgoing = models.ForeignKey(Outgoing, null=True, on_delete=models.PROTECT, related_name="post_items")
    printed_code = models.CharField(_("Số, ký hiệu"), max_length=100)
    recipient = models.CharField(_("Nơi nhận"), max_length=200)
    envelopes = models.PositiveIntegerField(_("Số lượng bì"), default=1)
    sent_on = models.DateField(_("Ngày chuyển"))
    receipt = models.CharField(_("Ký nhận, mã bưu gửi"), max_length=100, blank=True)
    note = models.CharField(_("Ghi chú"), max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["book", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["book", "ordinal"], name="post_item_line_once")]

    def __str__(self) -> str:
        return self.trail_name

    @property
    def trail_name(self) -> str:
        return f"{self.ordinal} ({self.sent_on:%d/%m/%Y})"


class KeptCopyUse(models.Model):
    """Somebody uses a stored copy at the registry and gives it back (sổ sử dụng bản lưu)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="kept_copy_uses")
    ordinal = models.PositiveIntegerField(help_text="Line of the book, from 1")
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    user = models.CharField(_("Người sử dụng"), max_length=210)
    position = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_symbol = models.CharField(_("Số, ký hiệu hồ sơ"), max_length=50, blank=True)
    used_on = models.DateField(_("Ngày tháng"))
    permitted_by = models.CharField(_("Người cho phép"), max_length=210)
    received_at = models.DateTimeField(null=True, blank=True)
    returned_on = models.DateField(_("Ngày trả"), null=True, blank=True)
    note = models.CharField(_("Ghi chú"), max_length=300, blank=True)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["book", "ordinal"]
        constraints = [models.UniqueConstraint(fields=["book", "ordinal"], name="kept_copy_line_once")]

    def __str__(self) -> str:
        return self.trail_name

    @property
    def trail_name(self) -> str:
        return f"{self.ordinal} ({self.used_on:%d/%m/%Y})"
