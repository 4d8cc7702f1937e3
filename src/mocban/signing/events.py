"""What the audit trail says about signatures. Sentences never name the file."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare

SIGNED = declare("signing.signed", _("%(actor)s đã ký số bằng chứng thư “%(certificate)s”."))
SEALED = declare(
    "signing.sealed", _("%(actor)s đã ghi số, ngày và ký số của cơ quan bằng chứng thư “%(certificate)s”.")
)
COPY_SEALED = declare(
    "signing.copy_sealed", _("%(actor)s đã ký số của cơ quan trên bản sao bằng chứng thư “%(certificate)s”.")
)
VERIFIED = declare("signing.verified", _("%(actor)s đã kiểm tra chữ ký số: %(good)s trên %(all)s chữ ký hợp lệ."))
KEY_ISSUED = declare("signing.key_issued", _("%(actor)s đã cấp chứng thư số dùng thử “%(certificate)s”."))
IMAGE_SET = declare("signing.image_set", _("%(actor)s đã đặt ảnh chữ ký hoặc con dấu cho %(owner)s."))
