"""Documents in, instructions (bút phê), the tasks they make, and envelopes handed over unopened."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.records.models import Document
from mocban.secrecy.choices import Level

from ..choices import EnvelopeState, IncomingStatus, ReceivedVia, TaskRole, TaskStatus
from .books import Book
from .numbers import Number


class Incoming(models.Model):
    """An entry in the incoming register (NĐ 30/2020, Điều 22)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="incoming")
    book = models.ForeignKey(Book, on_delete=models.PROTECT, related_name="incoming")
    number = models.OneToOneField(Number, on_delete=models.PROTECT, related_name="incoming")
    number_value = models.PositiveIntegerField(_("Số đến"))
    arrived_on = models.DateField(_("Ngày đến"))
    received_via = models.CharField(_("Nhận qua"), max_length=10, choices=ReceivedVia.choices)
    packet = models.OneToOneField("exchange.Packet", null=True, on_delete=models.PROTECT, related_name="incoming")
    present_by = models.DateField(_("Hạn trình"))
    handle_by = models.DateField(_("Hạn giải quyết"), null=True, blank=True)
    status = models.CharField(max_length=12, choices=IncomingStatus.choices, default=IncomingStatus.REGISTERED)
    resolved_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["book", "-number_value"], name="incoming_in_book")]

    def __str__(self) -> str:
        return f"{self.number_value} – {self.document.subject}"

    @property
    def trail_name(self) -> str:
        """The trail never holds a subject (see records.Document.trail_name)."""
        return f"{self.number_value} ({self.arrived_on:%d/%m/%Y})"


class Instruction(models.Model):
    """A leader's instruction on an incoming document (bút phê), NĐ 30/2020, Điều 23."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    incoming = models.ForeignKey(Incoming, on_delete=models.PROTECT, related_name="instructions")
    opinion = models.CharField(_("Ý kiến chỉ đạo"), max_length=1000)
    lead_unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    handle_by = models.DateField(_("Hạn giải quyết"), null=True, blank=True)
    written_by = models.CharField(max_length=210)
    written_at = models.DateTimeField()

    class Meta:
        ordering = ["written_at"]


class Task(models.Model):
    """One unit's share in handling an incoming document; the head of unit hands it to an officer."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    incoming = models.ForeignKey(Incoming, on_delete=models.PROTECT, related_name="tasks")
    instruction = models.ForeignKey(Instruction, on_delete=models.PROTECT, related_name="tasks")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey("people.Position", null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=TaskRole.choices)
    handle_by = models.DateField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=TaskStatus.choices, default=TaskStatus.WAITING)
    result = models.CharField(_("Kết quả"), max_length=1000, blank=True)
    done_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["assignee", "status", "handle_by"], name="task_inbox")]
        constraints = [models.UniqueConstraint(fields=["instruction", "unit"], name="task_once_a_unit")]

    def __str__(self) -> str:
        return str(self.incoming)

    @property
    def trail_name(self) -> str:
        return self.incoming.trail_name


class Envelope(models.Model):
    """An envelope addressed to a person or mass organisation, handed over unopened (NĐ 30/2020, Điều 21 khoản 1)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    arrived_on = models.DateField(_("Ngày đến"))
    sender = models.CharField(_("Nơi gửi ghi trên bì"), max_length=200)
    marks = models.CharField(_("Số, ký hiệu ghi trên bì"), max_length=100, blank=True)
    # The letter A, B or C of a secret on its cover; then nothing but the sender and the one who may open it is kept.
    level = models.CharField(_("Ký hiệu mật trên bì"), max_length=20, choices=Level.choices, blank=True)
    addressee = models.CharField(_("Người nhận ghi trên bì"), max_length=200)
    position = models.ForeignKey("people.Position", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=EnvelopeState.choices, default=EnvelopeState.WAITING)
    handed_on = models.DateField(_("Ngày chuyển"), null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    returned_on = models.DateField(_("Ngày trả lại để đăng ký"), null=True, blank=True)
    incoming = models.OneToOneField(Incoming, null=True, blank=True, on_delete=models.PROTECT, related_name="envelope")
    note = models.CharField(_("Ghi chú"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.sender} → {self.addressee}"

    @property
    def trail_name(self) -> str:
        """What stands on an envelope may tell too much; the day is enough for the trail."""
        return f"{self.arrived_on:%d/%m/%Y}"
