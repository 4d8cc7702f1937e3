"""Levels of state secrets and the life of an incident."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Level(models.TextChoices):
    """The three levels of the law, highest first; codes and English names are those of law table `secrecy_levels`."""

    ABSOLUTE_SECRET = "absolute-secret", _("Tuyệt mật")
    TOP_SECRET = "top-secret", _("Tối mật")
    SECRET = "secret", _("Mật")


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
    CAPTURE = "capture", _("Đọc văn bản sau khi lưu")
