"""What the audit trail says about the archives."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices.kinds import declare as declare_notice

FONDS_CREATED = declare("fonds.created", _("%(actor)s đã lập phông lưu trữ %(object)s."))
PLACE_CREATED = declare("place.created", _("%(actor)s đã lập nơi bảo quản %(object)s."))
SUBMISSION_SENT = declare("submission.sent", _("%(actor)s đã giao nộp %(files)s hồ sơ: %(object)s."))
SUBMISSION_RECEIVED = declare(
    "submission.received", _("%(actor)s đã tiếp nhận %(files)s hồ sơ của %(object)s và lập biên bản giao nhận.")
)
SUBMISSION_RETURNED = declare("submission.returned", _("%(actor)s đã trả lại %(object)s. Lý do: %(reason)s"))
HOLDING_PLACED = declare(
    "holding.placed", _("%(actor)s đã xếp hồ sơ %(object)s vào phông %(fonds)s, vị trí %(place)s.")
)
HOLDING_PACKED = declare("holding.packed", _("%(actor)s đã tạo gói lưu trữ %(package)s cho hồ sơ %(object)s."))

TELL_SUBMISSION = declare_notice("submission_sent", _("Hồ sơ nộp lưu chờ tiếp nhận: %(object)s"))
TELL_RECEIVED = declare_notice("submission_received", _("Lưu trữ đã tiếp nhận: %(object)s"))
TELL_RETURNED = declare_notice("submission_returned", _("Lưu trữ trả lại: %(object)s"))
