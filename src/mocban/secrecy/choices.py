"""Levels of state secrets and the life of an incident."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The three levels of the law, highest first (Luật 117/2025/QH15; names unchanged since Luật 29/2018/QH14)."""

    TOP_SECRET = "top_secret", _("Tuyệt mật")
    SECRET = "secret", _("Tối mật")
    CONFIDENTIAL = "confidential", _("Mật")


class Found(models.TextChoices):
    BEFORE_STORING = "before_storing", _("Trước khi lưu: đã từ chối, không ghi nội dung")
    AFTER_STORING = "after_storing", _("Sau khi lưu: đã phong tỏa")


class IncidentState(models.TextChoices):
    OPEN = "open", _("Đang xử lý")
    FROZEN = "frozen", _("Đã phong tỏa, chờ xóa")
    ERASED = "erased", _("Đã xóa")


class Channel(models.TextChoices):
    UPLOAD = "upload", _("Tải lên từ trang")
    API = "api", _("Giao diện lập trình")
    EXCHANGE = "exchange", _("Trục liên thông văn bản")
    MAIL = "mail", _("Hộp thư công vụ")
    FORM = "form", _("Nhập liệu trên biểu mẫu")
