"""States and kinds of records."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DocumentState(models.TextChoices):
    ACTIVE = "active", _("Đang quản lý")
    FROZEN = "frozen", _("Đã phong tỏa")
    ERASED = "erased", _("Đã xóa nội dung")
    HELD = "held", _("Đã đóng băng do thu hồi")


class Standing(models.TextChoices):
    """What became of an issued document afterwards (NĐ 30/2020, Điều 18); none: it stands as it was issued."""

    CORRECTED = "corrected", _("Đã được đính chính")
    AMENDED = "amended", _("Đã được sửa đổi, bổ sung")
    REPLACED = "replaced", _("Đã được thay thế")
    RECALLED = "recalled", _("Đã bị thu hồi")


class Urgency(models.IntegerChoices):
    """Codes of the exchange packet; the printed names come from law data."""

    NORMAL = 0, _("Thường")
    URGENT = 1, _("Khẩn")
    VERY_URGENT = 2, _("Thượng khẩn")
    IMMEDIATE = 3, _("Hỏa tốc")


class ObjectRole(models.TextChoices):
    MAIN = "main", _("Văn bản")
    ANNEX = "annex", _("Phụ lục, tệp kèm theo")
    DRAFT = "draft", _("Dự thảo")
    PREPARED = "prepared", _("Bản trình ký, đã đặt chỗ ghi số, ngày, chữ ký")
    SIGNED = "signed", _("Bản đã ký, chờ phát hành")
    ISSUED = "issued", _("Bản phát hành")
    COPY = "copy", _("Bản sao")
    ENCLOSED = "enclosed", _("Phụ lục, tệp kèm theo chưa phát hành")


class FileState(models.TextChoices):
    OPEN = "open", _("Đang lập")
    CLOSED = "closed", _("Đã kết thúc")
    SUBMITTED = "submitted", _("Đã nộp lưu, chờ tiếp nhận")
    ARCHIVED = "archived", _("Đã vào lưu trữ")


class PlanState(models.TextChoices):
    DRAFT = "draft", _("Dự thảo")
    APPROVED = "approved", _("Đã ban hành")
