"""Packets that travel between bodies, their statuses, and the parcels of the loopback transport."""

from __future__ import annotations

from django.db import models

from mocban.lib.ids import new_id
from mocban.people.grants import VisibleQuerySet

from ..choices import PacketDirection, PacketState, ParcelState, Purpose


class Packet(models.Model):
    """A document packet as sent or received; the raw .edxml bytes are kept whole as a stored object."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    direction = models.CharField(max_length=3, choices=PacketDirection.choices)
    state = models.CharField(max_length=10, choices=PacketState.choices)
    transport_id = models.CharField(max_length=100, blank=True)
    document_key = models.CharField(max_length=255)  # the sender's DocumentId, opaque text
    business_type = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=500, blank=True)  # why a document is recalled, updated or replaced
    about_key = models.CharField(max_length=255, blank=True)  # the DocumentId of the earlier document that it names
    # The packet of that document between the same two bodies, as soon as it is known.
    refers_to = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followers")
    peer_code = models.CharField(max_length=35)  # the other body
    peer_name = models.CharField(max_length=200)
    code_number = models.CharField(max_length=50, blank=True)
    code_notation = models.CharField(max_length=100, blank=True)
    issued_on = models.DateField(null=True)
    kind_name = models.CharField(max_length=100, blank=True)
    subject = models.CharField(max_length=500)
    signer_name = models.CharField(max_length=100, blank=True)
    signer_title = models.CharField(max_length=200, blank=True)
    urgency = models.PositiveSmallIntegerField(default=0)
    due_on = models.DateField(null=True)
    raw = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64)
    document_id = models.UUIDField(null=True)  # records.Document on our side; no key upward
    warnings = models.JSONField(default=list)
    conflicting = models.BooleanField(default=False)  # same key as another packet, other content
    at = models.DateTimeField()

    objects = VisibleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "direction", "state", "-at"], name="packet_waiting"),
            models.Index(fields=["organisation", "direction", "peer_code", "document_key"], name="packet_key"),
        ]

    def __str__(self) -> str:
        return f"{self.printed_code} {self.subject}".strip()

    @property
    def printed_code(self) -> str:
        """Number and symbol as the sender prints them: a Party symbol carries its body behind a slash, "01-CV/ĐU"."""
        separator = "-" if "/" in self.code_notation else "/"
        return separator.join(part for part in (self.code_number, self.code_notation) if part)

    @property
    def purpose_name(self) -> str:
        """What the packet is for, as a page says it; a type that the format does not know stays a number."""
        return str(dict(Purpose.choices).get(self.business_type, self.business_type))

    @property
    def trail_name(self) -> str:
        """The trail never holds a subject: an incident may have to erase it (see records.Document.trail_name)."""
        return "/".join(part for part in (self.code_number, self.code_notation) if part)


class PacketAttachment(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    packet = models.ForeignKey(Packet, on_delete=models.CASCADE, related_name="attachments")
    object = models.ForeignKey("content.DigitalObject", on_delete=models.PROTECT, related_name="+")
    ordinal = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=500)

    class Meta:
        ordering = ["ordinal"]


class PacketStatus(models.Model):
    """A status of a packet as its receiver (or, for 13, its sender) reported it; history keeps every one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    packet = models.ForeignKey(Packet, on_delete=models.CASCADE, related_name="statuses")
    code = models.CharField(max_length=2)
    description = models.CharField(max_length=500, blank=True)
    reported_by = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "code"]
        constraints = [models.UniqueConstraint(fields=["packet", "code"], name="packet_status_once")]


class Parcel(models.Model):
    """A message in the loopback transport: posted by one body of the installation for another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    from_code = models.CharField(max_length=35)
    to_code = models.CharField(max_length=35, db_index=True)
    message_type = models.CharField(max_length=10)  # "edoc" or "status"
    body = models.BinaryField()
    state = models.CharField(max_length=10, default=ParcelState.INITIAL)
    posted_at = models.DateTimeField()
