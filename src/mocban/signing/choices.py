"""What checking a signature can find."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    VALID = "valid", _("Chữ ký số hợp lệ; văn bản không thay đổi sau khi ký.")
    VALID_FILLED = (
        "valid_filled",
        _("Chữ ký số hợp lệ; sau khi ký chỉ có các thay đổi được phép (ghi số, ngày, ký số của cơ quan)."),
    )
    UNKNOWN_ISSUER = (
        "unknown_issuer",
        _("Nội dung còn nguyên vẹn nhưng chứng thư số hết hạn hoặc không do tổ chức được tin cậy cấp."),
    )
    CHANGED = "changed", _("Văn bản bị thay đổi sau khi ký ngoài phạm vi chữ ký cho phép.")
    BROKEN = "broken", _("Chữ ký số không khớp với nội dung: văn bản đã bị sửa.")
    UNREADABLE = "unreadable", _("Không đọc được chữ ký số này nên không xác nhận được.")
