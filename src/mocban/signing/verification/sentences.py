"""Every reason and every addition as one Vietnamese sentence, and which conclusion a reason forces by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .findings import Addition, Conclusion, Reason

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE

# code: (weight, sentence). A weight of VALID means that the sentence only informs.
REASONS: dict[str, tuple[Conclusion, object]] = {
    "file.unreadable": (INDETERMINATE, _("Không đọc được tệp: tệp hỏng hoặc không đúng định dạng.")),
    "file.no_signature": (INDETERMINATE, _("Tệp không mang chữ ký số nào.")),
    "content.unchanged": (VALID, _("Văn bản không thay đổi sau khi ký.")),
    "content.filled": (
        VALID,
        _("Sau khi ký chỉ có các thay đổi được chữ ký cho phép (ghi số, ngày, ký số của cơ quan)."),
    ),
    "content.changed": (INVALID, _("Văn bản bị thay đổi sau khi ký ngoài phạm vi chữ ký cho phép.")),
    "signature.broken": (INVALID, _("Chữ ký số không khớp với nội dung: văn bản đã bị sửa.")),
    "signature.unreadable": (INVALID, _("Không đọc được chữ ký số này nên không xác nhận được.")),
    "chain.unknown_root": (
        INDETERMINATE,
        _("Nội dung còn nguyên vẹn nhưng chứng thư số hết hạn hoặc không do tổ chức được tin cậy cấp."),
    ),
}

# A file that cannot be read at all (`FileFinding.readable` is False).
REASONS |= {
    "file.missing": (INDETERMINATE, _("Không có tệp này.")),
    "file.denied": (INDETERMINATE, _("Không có quyền đọc tệp này.")),
    "file.folder": (INDETERMINATE, _("Đây là thư mục, không phải tệp.")),
    "file.special": (INDETERMINATE, _("Đây là thiết bị hoặc đường ống, không phải tệp thường nên không được đọc.")),
    "file.unread": (INDETERMINATE, _("Không đọc được tệp từ ổ đĩa.")),
    "file.too_large": (INDETERMINATE, _("Tệp lớn hơn giới hạn có thể kiểm tra.")),
    "file.empty": (INDETERMINATE, _("Tệp rỗng, không có gì để kiểm tra.")),
}

ADDITIONS: dict[str, object] = {}


def weight(reason: Reason) -> Conclusion:
    """Return the conclusion that `reason` forces by itself. Raises KeyError for an unknown code."""
    return REASONS[reason.code][0]


def sentence(reason: Reason | Addition) -> str:
    """Return the sentence of a reason or an addition in the language in force. Raises KeyError for an unknown code."""
    text = REASONS[reason.code][1] if isinstance(reason, Reason) else ADDITIONS[reason.code]
    return str(text) % reason.values if reason.values else str(text)
