"""What the audit trail says about signatures. Sentences never name the file."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare
from mocban.notices.kinds import declare as declare_notice

SIGNED = declare("signing.signed", _("%(actor)s đã ký số bằng chứng thư “%(certificate)s”."))
SEALED = declare(
    "signing.sealed", _("%(actor)s đã ghi số, ngày và ký số của cơ quan bằng chứng thư “%(certificate)s”.")
)
COPY_SEALED = declare(
    "signing.copy_sealed", _("%(actor)s đã ký số của cơ quan trên bản sao bằng chứng thư “%(certificate)s”.")
)
DIGEST_GIVEN = declare(
    "signing.digest_given", _("%(actor)s đã lấy mã băm %(digest)s để ký bằng USB token trên máy của mình.")
)
SIGNATURE_BROUGHT = declare(
    "signing.signature_brought",
    _("%(actor)s đã đưa vào chữ ký tạo bằng USB token trên máy của mình, mã băm %(digest)s."),
)
DIGEST_SENT = declare("signing.digest_sent", _("%(actor)s đã gửi mã băm %(digest)s để ký tới dịch vụ ký số từ xa."))
SIGNATURE_FETCHED = declare(
    "signing.signature_fetched",
    _("%(actor)s đã đưa vào chữ ký do dịch vụ ký số từ xa tạo, mã băm %(digest)s."),
)
CODE_SENT = declare(
    "signing.code_sent", _("%(actor)s đã nhờ dịch vụ ký số từ xa gửi mã xác thực một lần cho khóa của %(owner)s.")
)
VERIFIED = declare("signing.verified", _("%(actor)s đã kiểm tra chữ ký số: %(good)s trên %(all)s chữ ký hợp lệ."))
KEY_ISSUED = declare("signing.key_issued", _("%(actor)s đã cấp chứng thư số dùng thử “%(certificate)s”."))
KEY_PLACED = declare(
    "signing.key_placed",
    _("%(actor)s đã khai báo nơi giữ khóa của %(owner)s: %(place)s; chứng thư “%(certificate)s”, số %(serial)s."),
)
KEY_PLACE_REMOVED = declare(
    "signing.key_place_removed",
    _("%(actor)s đã bỏ nơi giữ khóa của %(owner)s: %(place)s; chứng thư “%(certificate)s”, số %(serial)s."),
)
KEY_HANDED_OVER = declare(
    "signing.key_handed_over",
    _("%(actor)s đã ghi việc giao thiết bị lưu khóa của cơ quan cho %(receiver)s ngày %(day)s, theo %(permission)s."),
)
TELL_KEY_PLACED = declare_notice("signing_key_placed", _("Nơi giữ khóa ký số của bạn đã được khai báo lại: %(place)s"))
TELL_KEY_REMOVED = declare_notice("signing_key_removed", _("Nơi giữ khóa ký số của bạn đã bị bỏ: %(place)s"))
TELL_KEY_EXPIRES = declare_notice(
    "signing_key_expires", _("Chứng thư số của %(owner)s hết hạn ngày %(day)s: hãy xin gia hạn hoặc cấp mới")
)
IMAGE_SET = declare("signing.image_set", _("%(actor)s đã đặt ảnh chữ ký hoặc con dấu cho %(owner)s."))

TRUST_PROPOSED = declare(
    "trust.proposed", _("%(actor)s đã đề nghị tin cậy chứng thư “%(object)s”, dấu vân tay %(fingerprint)s.")
)
TRUST_AGREED = declare(
    "trust.agreed", _("%(actor)s đã đối chiếu dấu vân tay và đồng ý tin cậy chứng thư “%(object)s”.")
)
TRUST_REFUSED = declare("trust.refused", _("%(actor)s đã từ chối tin cậy chứng thư “%(object)s”. Lý do: %(reason)s"))
TRUST_TAKEN_BACK = declare("trust.taken_back", _("%(actor)s đã rút đề nghị tin cậy chứng thư “%(object)s”."))
TRUST_WITHDRAWAL_ASKED = declare(
    "trust.withdrawal_asked", _("%(actor)s đã đề nghị thôi tin cậy chứng thư “%(object)s”. Lý do: %(reason)s")
)
TRUST_WITHDRAWN = declare("trust.withdrawn", _("%(actor)s đã đồng ý thôi tin cậy chứng thư “%(object)s”."))
TRUST_KEPT = declare("trust.kept", _("%(actor)s giữ chứng thư “%(object)s” trong danh sách tin cậy."))
INTERMEDIATE_ADDED = declare("trust.intermediate_added", _("%(actor)s đã thêm chứng thư trung gian “%(object)s”."))
REVOCATION_IMPORTED = declare(
    "trust.revocation_imported", _("%(actor)s đã nhập dữ liệu thu hồi “%(object)s” lập lúc %(made)s.")
)

TELL_TRUST_PROPOSED = declare_notice(
    "trust_proposed", _("%(who)s đề nghị tin cậy chứng thư “%(object)s”: cần một quản trị khác đối chiếu và đồng ý.")
)
TELL_TRUST_AGREED = declare_notice("trust_agreed", _("%(who)s đã đồng ý tin cậy chứng thư “%(object)s”."))
TELL_TRUST_ENDED = declare_notice(
    "trust_ended", _("%(who)s đã từ chối, rút hoặc đồng ý thôi tin cậy chứng thư “%(object)s”.")
)
TELL_WITHDRAWAL_ASKED = declare_notice(
    "trust_withdrawal_asked", _("%(who)s đề nghị thôi tin cậy chứng thư “%(object)s”: cần một quản trị khác đồng ý.")
)
TELL_TRUST_KEPT = declare_notice("trust_kept", _("%(who)s giữ chứng thư “%(object)s” trong danh sách tin cậy."))
TELL_VERDICT_CHANGED = declare_notice(
    "verdict_changed", _("Kết quả kiểm tra chữ ký số của %(signer)s đã đổi từ “Hợp lệ” sang “%(verdict)s”.")
)
TIME_ADDED = declare("time.added", _("%(actor)s đã thêm nơi cấp dấu thời gian “%(name)s” (%(url)s)."))
TIME_RAISED = declare("time.raised", _("%(actor)s đã chuyển “%(name)s” lên thứ %(rank)s khi xin dấu thời gian."))
TIME_ON = declare("time.on", _("%(actor)s đã dùng lại nơi cấp dấu thời gian “%(name)s”."))
TIME_OFF = declare("time.off", _("%(actor)s đã ngừng dùng nơi cấp dấu thời gian “%(name)s”."))
TIME_TRIED = declare("time.tried", _("%(actor)s đã thử nơi cấp dấu thời gian “%(name)s”: %(answer)s"))
RENEWED = declare(
    "proof.renewed", _("%(actor)s đã gia hạn bằng chứng của chữ ký số đến %(until)s, lưu thành một tệp mới.")
)
