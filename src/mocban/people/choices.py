"""Roles and regimes. A role says what desk somebody sits at; the position says where and since when."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    CLERK = "clerk", pgettext_lazy("role", "Văn thư")
    HEAD_OF_OFFICE = "head_of_office", _("Chánh văn phòng")
    LEADER = "leader", _("Lãnh đạo cơ quan")
    HEAD_OF_UNIT = "head_of_unit", _("Lãnh đạo đơn vị")
    OFFICER = "officer", _("Chuyên viên")
    ARCHIVIST = "archivist", _("Lưu trữ viên")
    ADMINISTRATOR = "administrator", pgettext_lazy("role", "Quản trị")


class Regime(models.TextChoices):
    STATE = "state", _("Cơ quan nhà nước")
    PARTY = "party", _("Cơ quan, tổ chức Đảng")
    FRONT = "mttq", _("Mặt trận Tổ quốc")
    UNION = "congdoan", _("Công đoàn")
    YOUTH = "doan", _("Đoàn Thanh niên")


class AgencyLevel(models.TextChoices):
    """Levels of agencies, the highest first: lists follow this order."""

    CENTRE = "centre", _("Trung ương")
    PROVINCE = "province", _("Cấp tỉnh")
    DISTRICT = "district", _("Cấp huyện (trước 01/7/2025)")
    COMMUNE = "commune", _("Cấp xã")
    OTHER = "other", _("Đơn vị khác")


class CodePurpose(models.TextChoices):
    RESET = "reset", _("Đặt mật khẩu")
    START = "start", _("Khởi tạo hệ thống")
