"""What content records. Sentences never name the file: its name may turn out to be secret."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare

STORED = declare("content.stored", _("%(actor)s đã lưu tệp %(object)s."))
RENDERED = declare("content.rendered", _("%(actor)s đã tạo bản %(kind)s cho tệp %(object)s."))
FROZEN = declare("content.frozen", _("%(actor)s đã phong tỏa tệp %(object)s."))
ERASED = declare("content.erased", _("%(actor)s đã xóa tệp %(object)s khỏi kho nội dung."))
