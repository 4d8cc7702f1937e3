"""States of a package."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PackageState(models.TextChoices):
    BUILT = "built", _("Đã tạo, chưa kiểm tra")
    SOUND = "sound", _("Nguyên vẹn")
    DAMAGED = "damaged", _("Hỏng")
    FROZEN = "frozen", _("Đã phong tỏa")
    ERASED = "erased", _("Đã xóa")
