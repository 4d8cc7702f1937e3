"""Series and books, documents in and out, instructions (bút phê) and the tasks they make."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet
from mocban.people.querysets import OwnQuerySet
from mocban.records.models import Document

from .choices import (
    BookState,
    Direction,
    IncomingStatus,
    NumberState,
    OutgoingStatus,
    Period,
    ReceivedVia,
    TaskRole,
    TaskStatus,
)


class Series(models.Model):
    """A run of numbers of one body: gap-free within its period, every number accounted for."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    name = models.CharField(_("Tên hệ thống số"), max_length=100)
    period = models.CharField(_("Chu kỳ đánh số"), max_length=15, choices=Period.choices)
    kind_symbols = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text="Empty: every kind of the direction"
    )
    body_symbol = models.CharField(_("Chữ viết tắt cơ quan trong ký hiệu"), max_length=20, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "direction", "name"], name="series_name_once")]

    def __str__(self) -> str:
        return self.name


class SeriesPeriod(models.Model):
    """One counting period of a series: a calendar year, or a committee term with real days."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="periods")
    name = models.CharField(max_length=60)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-starts_on"]
        constraints = [models.UniqueConstraint(fields=["series", "starts_on"], name="series_period_once")]


class Number(models.Model):
    """One number of a period in the ledger: used by a document, or void with a reason; never anything else."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    period = models.ForeignKey(SeriesPeriod, on_delete=models.PROTECT, related_name="numbers")
    value = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=NumberState.choices, default=NumberState.USED)
    taken_on = models.DateField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=100)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["period", "value"], name="number_once")]


class Book(models.Model):
    """A register volume (sổ đăng ký), NĐ 30/2020, PL IV. Several books of a body may share one series."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="books")
    direction = models.CharField(max_length=10, choices=Direction.choices)
    name = models.CharField(_("Tên sổ"), max_length=150)
    year = models.PositiveSmallIntegerField(_("Năm"))
    volume = models.PositiveSmallIntegerField(_("Quyển số"), default=1)
    state = models.CharField(max_length=10, choices=BookState.choices, default=BookState.OPEN)

    objects = VisibleQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "name", "volume"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "direction", "name", "year", "volume"], name="book_once")
        ]

    def __str__(self) -> str:
        return self.name


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


class Outgoing(models.Model):
    """A document that the body drafts, signs, numbers, seals and issues (NĐ 30/2020, Điều 10–19)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="outgoing")
    unit = models.ForeignKey("people.Unit", on_delete=models.PROTECT, related_name="+")
    drafter = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
    signer = models.ForeignKey("people.Position", on_delete=models.PROTECT, related_name="+")
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
    packet = models.ForeignKey("exchange.Packet", null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["ordinal"]
        constraints = [models.UniqueConstraint(fields=["outgoing", "ordinal"], name="recipient_once")]
