"""States of packets and parcels, and the status codes of the exchange; their printed names come from law data."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class PacketDirection(models.TextChoices):
    IN = "in", _("Đến")
    OUT = "out", _("Đi")


class PacketState(models.TextChoices):
    SENT = "sent", _("Đã gửi")
    WAITING = "waiting", _("Chờ tiếp nhận")
    ACCEPTED = "accepted", _("Đã tiếp nhận")
    REFUSED = "refused", _("Đã từ chối")


class ParcelState(models.TextChoices):
    """Transport states as the national axis names them; not to be confused with the status of a document."""

    INITIAL = "initial", _("Chờ nhận")
    DONE = "done", _("Đã nhận")
    FAIL = "fail", _("Không nhận được")


class StatusCode(StrEnum):
    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    FINISHED = "06"
    TAKE_BACK = "13"
    AGREED = "15"
    DECLINED = "16"


class MessageKind(StrEnum):
    """What the transport calls a message."""

    DOCUMENT = "edoc"
    STATUS = "status"
