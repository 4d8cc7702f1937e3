"""What the audit trail says about documents and files."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare

DOCUMENT_ADDED = declare("document.added", _("%(actor)s đã tạo bản ghi văn bản “%(object)s”."))
DOCUMENT_CHANGED = declare("document.changed", _("%(actor)s đã sửa thông tin văn bản “%(object)s”."))
OBJECT_ATTACHED = declare("document.object_attached", _("%(actor)s đã đính kèm một tệp (%(role)s)."))
PARTS_SUPERSEDED = declare(
    "document.parts_superseded",
    _("%(parts)s tệp của “%(object)s” không còn dùng, chỉ giữ làm lịch sử (%(actor)s)."),
)
DOCUMENT_REPORTED = declare("document.reported_secret", _("%(actor)s đã báo văn bản có dấu hiệu bí mật nhà nước."))
DOCUMENT_FROZEN = declare(
    "document.frozen", _("%(actor)s đã phong tỏa một văn bản vì phát hiện dấu hiệu bí mật nhà nước sau khi lưu.")
)
DOCUMENT_ERASED = declare("document.erased", _("%(actor)s đã xóa nội dung văn bản theo biên bản xử lý sự cố."))
DOCUMENT_HELD = declare("document.held", _("%(actor)s đã đóng băng văn bản “%(object)s” và dữ liệu đặc tả vì thu hồi."))
DOCUMENT_MARKED = declare("document.marked", _("%(actor)s đã ghi hiệu lực của văn bản “%(object)s”: %(standing)s."))
DOCUMENT_DESTROYED = declare(
    "document.destroyed", _("%(actor)s đã hủy văn bản “%(object)s” trên hệ thống theo lệnh thu hồi của nơi gửi.")
)
PLAN_CREATED = declare("plan.created", _("%(actor)s đã lập dự thảo %(object)s."))
PLAN_LINE_ADDED = declare("plan.line_added", _("%(actor)s đã thêm hồ sơ dự kiến %(line)s vào danh mục."))
PLAN_APPROVED = declare("plan.approved", _("%(actor)s đã ban hành %(object)s."))
FILE_OPENED = declare("file.opened", _("%(actor)s đã mở hồ sơ %(object)s."))
FILE_DOCUMENT_ADDED = declare("file.document_added", _("%(actor)s đã đưa văn bản “%(document)s” vào hồ sơ %(object)s."))
FILE_DOCUMENT_REMOVED = declare(
    "file.document_removed", _("%(actor)s đã đưa văn bản “%(document)s” ra khỏi hồ sơ %(object)s.")
)
FILE_CLOSED = declare("file.closed", _("%(actor)s đã kết thúc hồ sơ %(object)s."))
FILE_REOPENED = declare("file.reopened", _("%(actor)s đã mở lại hồ sơ %(object)s. Lý do: %(reason)s"))
FILE_SUBMITTED = declare("file.submitted", _("%(actor)s đã nộp hồ sơ %(object)s vào lưu trữ."))
FILE_RETURNED = declare("file.returned", _("%(actor)s đã trả lại hồ sơ %(object)s. Lý do: %(reason)s"))
FILE_ARCHIVED = declare("file.archived", _("%(actor)s đã tiếp nhận hồ sơ %(object)s vào lưu trữ."))
