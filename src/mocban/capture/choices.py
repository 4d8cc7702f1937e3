"""How far and by what way the text of an object was read."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ExtractionState(models.TextChoices):
    WAITING = "waiting", _("Chờ đọc")
    DONE = "done", _("Đã đọc")
    FAILED = "failed", _("Không đọc được")


class Method(models.TextChoices):
    EMBEDDED = "embedded", _("Lớp văn bản có sẵn trong tệp")
    OCR = "ocr", _("Nhận dạng ký tự quang học")
    OFFICE = "office", _("Chuyển đổi bằng bộ phần mềm văn phòng")
