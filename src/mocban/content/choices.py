"""States of a stored object and kinds of its renditions."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ObjectState(models.TextChoices):
    STORED = "stored", _("Đang lưu")
    FROZEN = "frozen", _("Đã phong tỏa")
    ERASED = "erased", _("Đã xóa")


class RenditionKind(models.TextChoices):
    TEXT = "text", _("Văn bản thuần")
    PDF = "pdf", _("Bản PDF")
    PREVIEW = "preview", _("Ảnh xem trước")
    STAMPED = "stamped", _("Bản có dấu Đến")
