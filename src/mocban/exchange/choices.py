"""States of packets and parcels, and the status codes of the exchange; their printed names come from law data."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class PacketDirection(models.TextChoices):
    IN = "in", _("Đến")
    OUT = "out", _("Đi")


class PacketState(models.TextChoices):
    SENT = "sent", _("Đã gửi")
    WAITING = "waiting", _("Chờ tiếp nhận")
    ACCEPTED = "accepted", _("Đã tiếp nhận")
    REFUSED = "refused", _("Đã từ chối")
    RECALLED = "recalled", _("Đã hủy theo lệnh thu hồi")


class Purpose(models.IntegerChoices):
    """What a packet is for (BussinessDocType); the printed names come from law data."""

    NEW = 0, _("Văn bản mới")
    RECALL = 1, _("Thu hồi")
    UPDATE = 2, _("Cập nhật")
    REPLACE = 3, _("Thay thế")


class ParcelState(models.TextChoices):
    """Transport states as the national axis names them; not to be confused with the status of a document."""

    INITIAL = "initial", _("Chờ nhận")
    DONE = "done", _("Đã nhận")
    FAIL = "fail", _("Không nhận được")


class StatusCode(StrEnum):
    ARRIVED = "01"
    REFUSED = "02"
    ACCEPTED = "03"
    ASSIGNED = "04"
    IN_PROGRESS = "05"
    FINISHED = "06"
    TAKE_BACK = "13"
    AGREED = "15"
    DECLINED = "16"


class MessageKind(StrEnum):
    """What the transport calls a message."""

    DOCUMENT = "edoc"
    STATUS = "status"


class MailSecurity(models.TextChoices):
    """How the line to a mail server is protected."""

    TLS = "tls", _("TLS ngay từ đầu (khuyên dùng)")
    STARTTLS = "starttls", _("STARTTLS")
    NONE = "none", _("Không mã hóa (chỉ trong mạng nội bộ tin cậy)")


class MailState(models.TextChoices):
    WAITING = "waiting", _("Chờ xử lý")
    REGISTERED = "registered", _("Đã đăng ký")
    DECLINED = "declined", _("Không tiếp nhận")
    CAPTURED = "captured", _("Đã đưa vào hồ sơ")
    LEFT = "left", _("Còn trên máy chủ thư")
    REFUSED = "refused", _("Từ chối: sự cố bí mật")
    REPORT = "report", _("Báo phát, báo đọc")


class AuthenticationResult(models.TextChoices):
    """What the receiving server says about the sender (RFC 8601)."""

    PASS = "pass", _("đạt")
    FAIL = "fail", _("không đạt")
    HARDFAIL = "hardfail", _("không đạt")
    SOFTFAIL = "softfail", _("đáng ngờ")
    NEUTRAL = "neutral", _("không kết luận")
    NONE = "none", _("nơi gửi không khai báo")
    TEMPERROR = "temperror", _("lỗi tạm thời khi kiểm tra")
    PERMERROR = "permerror", _("khai báo của nơi gửi bị lỗi")
    POLICY = "policy", _("không đạt theo chính sách")


class DeliveryPurpose(models.TextChoices):
    DOCUMENT = "document", _("Văn bản phát hành")
    ANSWER = "answer", _("Trả lời nơi gửi")


class DeliveryState(models.TextChoices):
    QUEUED = "queued", _("Chờ gửi")
    SENDING = "sending", _("Đang gửi")
    SENT = "sent", _("Đã gửi")
    DELIVERED = "delivered", _("Đã đến hộp thư")
    READ = "read", _("Đã đọc")
    FAILED = "failed", _("Không gửi được")
    UNCERTAIN = "uncertain", _("Chưa rõ đã gửi")
