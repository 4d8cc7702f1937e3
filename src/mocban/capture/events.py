"""What capture records."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare

TEXT_READ = declare("capture.text_read", _("%(actor)s đã đọc văn bản của tệp %(object)s (%(method)s)."))
TEXT_FAILED = declare("capture.text_failed", _("%(actor)s không đọc được văn bản của tệp %(object)s: %(reason)s"))
TEXT_FORGOTTEN = declare("capture.text_forgotten", _("%(actor)s đã xóa phần văn bản đã đọc của tệp %(object)s."))
