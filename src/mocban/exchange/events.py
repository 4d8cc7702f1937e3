"""What the audit trail says about packets and mail, and what their people are told."""

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
RECALL_SENT = declare("packet.recall_sent", _("%(actor)s đã gửi yêu cầu thu hồi “%(object)s” tới %(recipient)s."))
RECALL_ARRIVED = declare("packet.recall_arrived", _("%(sender)s yêu cầu thu hồi “%(object)s”."))
RECALL_AGREED = declare("packet.recall_agreed", _("%(actor)s đã đồng ý thu hồi và hủy gói tin “%(object)s”."))
RECALL_DECLINED = declare("packet.recall_declined", _("%(actor)s đã từ chối thu hồi “%(object)s”. Lý do: %(reason)s"))
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
TELL_AGREED = kinds.declare("packet_recall_agreed", _("Nơi nhận đã đồng ý thu hồi và hủy %(object)s"))
TELL_DECLINED = kinds.declare("packet_recall_declined", _("Nơi nhận từ chối thu hồi %(object)s. Lý do: %(reason)s"))
TELL_TAKE_BACK = kinds.declare("packet_take_back", _("Nơi gửi xin lấy lại %(object)s. Lý do: %(reason)s"))

MAILBOX_SET = declare("mailbox.set", _("%(actor)s đã thiết lập hộp thư công vụ %(object)s."))
MAILBOX_TESTED = declare("mailbox.tested", _("%(actor)s đã thử kết nối hộp thư %(object)s: %(result)s"))
ADDRESS_MADE = declare("mailbox.address_made", _("%(actor)s đã lập địa chỉ riêng để đưa thư vào hồ sơ."))
MAIL_RECEIVED = declare("mail.received", _("%(actor)s đã nhận thư từ %(sender)s."))
MAIL_REPORTED = declare("mail.reported", _("%(actor)s đã nhận báo phát, báo đọc từ %(sender)s."))
MAIL_LEFT = declare("mail.left", _("%(actor)s để lại trên máy chủ một thư từ %(sender)s. Lý do: %(reason)s"))
MAIL_REFUSED = declare("mail.refused", _("%(actor)s không nhận một thư từ %(sender)s vì có dấu hiệu bí mật nhà nước."))
MAIL_REGISTERED = declare("mail.registered", _("%(actor)s đã tiếp nhận thư “%(object)s” để đăng ký văn bản đến."))
MAIL_DECLINED = declare("mail.declined", _("%(actor)s không tiếp nhận thư “%(object)s”. Lý do: %(reason)s"))
MAIL_RESTORED = declare("mail.restored", _("%(actor)s đã đưa thư “%(object)s” trở lại danh sách chờ."))
MAIL_CAPTURED = declare("mail.captured", _("%(actor)s đã đưa thư “%(object)s” vào hồ sơ."))
MAIL_RETRIED = declare("mail.retried", _("%(actor)s đã yêu cầu lấy lại thư “%(object)s” từ máy chủ."))
MAIL_FROZEN = declare("mail.frozen", _("%(actor)s đã phong tỏa một thư vì tệp kèm theo có dấu hiệu bí mật."))
MAIL_ERASED = declare("mail.erased", _("%(actor)s đã xóa thư gốc theo biên bản xử lý sự cố."))
DELIVERY_QUEUED = declare("mail.delivery_queued", _("%(actor)s đã giao gửi thư tới %(address)s."))
DELIVERY_AGAIN = declare("mail.delivery_repeated", _("%(actor)s đã yêu cầu gửi lại thư tới %(address)s."))
DELIVERY_SENT = declare("mail.delivery_sent", _("%(actor)s đã gửi thư tới %(address)s."))
DELIVERY_FAILED = declare("mail.delivery_failed", _("Thư tới %(address)s không gửi được: %(reason)s"))
DELIVERY_UNCERTAIN = declare(
    "mail.delivery_uncertain", _("Mất kết nối khi đang gửi thư tới %(address)s: chưa rõ thư đã đi hay chưa.")
)
DELIVERY_REPORTED = declare(
    "mail.delivery_reported", _("Máy chủ thư báo về thư tới %(address)s: %(state)s. %(reason)s")
)

TELL_MAIL = kinds.declare("mail_waiting", _("Có thư mới chờ xử lý: %(object)s"))
TELL_MAIL_LEFT = kinds.declare("mail_left", _("Một thư từ %(sender)s còn nằm trên máy chủ thư. Lý do: %(reason)s"))
TELL_MAIL_FAILED = kinds.declare("mail_failed", _("Thư tới %(address)s không gửi được: %(reason)s"))
TELL_MAILBOX = kinds.declare("mailbox_problem", _("Không lấy được thư của hộp thư %(object)s: %(reason)s"))
