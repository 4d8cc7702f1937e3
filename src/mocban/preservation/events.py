"""What the audit trail says about packages, and what archivists are told."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices import kinds

PACKAGE_BUILT = declare("package.built", _("%(actor)s đã tạo gói lưu trữ %(object)s (SHA-256 %(sha256)s)."))
PACKAGE_FOUND_SOUND = declare("package.found_sound", _("%(actor)s đã kiểm tra gói lưu trữ %(object)s: nguyên vẹn."))
PACKAGE_FOUND_DAMAGED = declare(
    "package.found_damaged", _("%(actor)s đã kiểm tra gói lưu trữ %(object)s: có %(count)s lỗi.")
)
PACKAGE_TAKEN_OUT = declare("package.taken_out", _("%(actor)s đã tải gói lưu trữ %(object)s."))
PACKAGE_FROZEN = declare("package.frozen", _("%(actor)s đã phong tỏa gói lưu trữ %(object)s."))
PACKAGE_ERASED = declare("package.erased", _("%(actor)s đã xóa gói lưu trữ %(object)s theo biên bản xử lý sự cố."))

TELL_DAMAGED = kinds.declare("package_damaged", _("Gói lưu trữ %(object)s bị hỏng, cần phục hồi từ bản sao lưu."))
