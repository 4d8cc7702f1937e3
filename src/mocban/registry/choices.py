"""States and kinds of the registry."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Direction(models.TextChoices):
    INCOMING = "incoming", _("Văn bản đến")
    OUTGOING = "outgoing", _("Văn bản đi")


class Period(models.TextChoices):
    CALENDAR_YEAR = "calendar_year", _("Theo năm")
    TERM = "term", _("Theo nhiệm kỳ")


class NumberState(models.TextChoices):
    USED = "used", _("Đã dùng")
    VOID = "void", _("Bỏ số")


class BookState(models.TextChoices):
    OPEN = "open", _("Đang ghi")
    LOCKED = "locked", _("Đã khóa")


class IncomingStatus(models.TextChoices):
    REGISTERED = "registered", _("Chờ cho ý kiến")
    INSTRUCTED = "instructed", _("Đang giải quyết")
    RESOLVED = "resolved", _("Đã giải quyết")


class TaskRole(models.TextChoices):
    LEAD = "lead", _("Chủ trì")
    COOPERATE = "cooperate", _("Phối hợp")


class TaskStatus(models.TextChoices):
    WAITING = "waiting", _("Chờ nhận")
    DOING = "doing", _("Đang làm")
    DONE = "done", _("Đã xong")


class OutgoingStatus(models.TextChoices):
    DRAFT = "draft", _("Đang soạn")
    SUBMITTED = "submitted", _("Trình lãnh đạo đơn vị")
    APPROVED = "approved", _("Trình ký")
    SIGNED = "signed", _("Đã ký, chờ cấp số")
    NUMBERED = "numbered", _("Đã cấp số, chờ đóng dấu")
    ISSUED = "issued", _("Đã phát hành")


class ReceivedVia(models.TextChoices):
    PAPER = "paper", _("Giấy")
    EXCHANGE = "exchange", _("Trục liên thông")
    UPLOAD = "upload", _("Tệp điện tử")
