"""What the audit trail says about packets, and what their people are told."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices import kinds

PACKET_SENT = declare("packet.sent", _("%(actor)s đã gửi liên thông “%(object)s” tới %(recipient)s."))
PACKET_NOT_SENT = declare(
    "packet.not_sent",
    _("%(actor)s phát hành văn bản số %(code)s; chưa gửi liên thông được tới %(recipients)s vì nơi nhận chưa kết nối."),
)
PACKET_RECEIVED = declare("packet.received", _("%(actor)s đã nhận gói tin “%(object)s” từ %(sender)s."))
PACKET_CONFLICTING = declare(
    "packet.conflicting", _("Gói tin “%(object)s” trùng mã với một gói tin trước nhưng khác nội dung.")
)
PACKET_TURNED_AWAY = declare(
    "packet.turned_away", _("%(actor)s không nhận một gói tin từ %(sender)s (SHA-256 %(sha256)s). Lý do: %(reason)s")
)
PACKET_ACCEPTED = declare("packet.accepted", _("%(actor)s đã tiếp nhận gói tin “%(object)s”."))
PACKET_REFUSED = declare("packet.refused", _("%(actor)s đã từ chối gói tin “%(object)s”. Lý do: %(reason)s"))
STATUS_REPORTED = declare(
    "packet.status_reported", _("%(actor)s đã báo trạng thái %(status)s cho nơi gửi “%(object)s”.")
)
STATUS_RECEIVED = declare("packet.status_received", _("%(sender)s báo trạng thái %(status)s của “%(object)s”."))
STATUS_UNMATCHED = declare(
    "packet.status_unmatched", _("%(sender)s báo trạng thái %(status)s của một văn bản không có trong sổ gửi: %(key)s.")
)
PACKET_FROZEN = declare("packet.frozen", _("%(actor)s đã phong tỏa một gói tin vì tệp kèm theo có dấu hiệu bí mật."))
PACKET_ERASED = declare("packet.erased", _("%(actor)s đã xóa gói tin gốc theo biên bản xử lý sự cố."))

TELL_WAITING = kinds.declare("packet_waiting", _("Có văn bản liên thông chờ tiếp nhận: %(object)s"))
TELL_CONFLICTING = kinds.declare(
    "packet_conflicting", _("Gói tin trùng mã nhưng khác nội dung, cần kiểm tra: %(object)s")
)
TELL_TURNED_AWAY = kinds.declare(
    "packet_turned_away", _("Hệ thống không nhận một gói tin từ %(sender)s. Lý do: %(reason)s")
)
TELL_NOT_SENT = kinds.declare(
    "packet_not_sent", _("Văn bản số %(code)s chưa gửi liên thông được tới %(recipients)s: nơi nhận chưa kết nối.")
)
TELL_REFUSED = kinds.declare("packet_refused", _("Nơi nhận từ chối %(object)s. Lý do: %(reason)s"))
TELL_TAKE_BACK = kinds.declare("packet_take_back", _("Nơi gửi xin lấy lại %(object)s. Lý do: %(reason)s"))
