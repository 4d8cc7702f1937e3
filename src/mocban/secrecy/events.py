"""What secrecy records and tells. No sentence says anything of the document itself."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices import kinds

REFUSED = declare("secrecy.refused", _("%(actor)s đưa vào một văn bản mật; hệ thống đã từ chối (sự cố %(object)s)."))
REPORTED = declare("secrecy.reported", _("%(actor)s báo phát hiện bí mật nhà nước đã lưu (sự cố %(object)s)."))
CONFIRMED = declare("secrecy.erasure_confirmed", _("%(actor)s xác nhận lần thứ nhất việc xóa (sự cố %(object)s)."))
ERASED = declare("secrecy.erased", _("%(actor)s xác nhận lần thứ hai; nội dung đã bị xóa (sự cố %(object)s)."))

TELL_INCIDENT = kinds.declare("secrecy_incident", _("Có sự cố bí mật nhà nước cần xử lý: %(object)s"))
