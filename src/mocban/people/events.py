"""What the trail says of organisations, people, positions and accounts."""

from django.utils.translation import gettext_lazy as _

from mocban.audit.verbs import declare

ORGANISATION_CREATED = declare("organisation.created", _("%(actor)s đã lập cơ quan %(object)s trong hệ thống."))
ORGANISATION_CHANGED = declare("organisation.changed", _("%(actor)s đã sửa thông tin cơ quan %(object)s."))
AGENCY_ADDED = declare("agency.added", _("%(actor)s đã thêm %(object)s vào danh bạ cơ quan."))
AGENCY_CHANGED = declare("agency.changed", _("%(actor)s đã sửa thông tin của %(object)s trong danh bạ cơ quan."))
DIRECTORY_IMPORTED = declare(
    "organisation.directory_imported",
    _(
        "%(actor)s đã lấy danh bạ cơ quan từ tệp: %(new)s cơ quan mới, %(changed)s thay đổi, %(closed)s ngừng hoạt "
        "động, %(refused)s hàng không ghi được."
    ),
)
UNIT_CREATED = declare("unit.created", _("%(actor)s đã lập đơn vị %(object)s."))
UNIT_CHANGED = declare("unit.changed", _("%(actor)s đã sửa thông tin đơn vị %(object)s."))
UNIT_CLOSED = declare("unit.closed", _("%(actor)s đã ngừng sử dụng đơn vị %(object)s từ %(day)s."))
PERSON_CREATED = declare("person.created", _("%(actor)s đã lập tài khoản %(login)s cho %(object)s."))
PERSON_CHANGED = declare("person.changed", _("%(actor)s đã sửa thông tin của %(object)s."))
PERSON_DEACTIVATED = declare("person.deactivated", _("%(actor)s đã khóa tài khoản của %(object)s."))
PERSON_REACTIVATED = declare("person.reactivated", _("%(actor)s đã mở lại tài khoản của %(object)s."))
POSITION_GIVEN = declare("position.given", _("%(actor)s đã giao vị trí công tác %(object)s với vai trò %(roles)s."))
POSITION_ENDED = declare("position.ended", _("%(actor)s đã kết thúc vị trí công tác %(object)s sau ngày %(day)s."))
SETTING_SET = declare("setting.set", _("%(actor)s đã đặt «%(name)s» thành «%(value)s» kể từ %(day)s."))
TOKEN_ISSUED = declare("token.issued", _("%(actor)s đã cấp mã truy cập API «%(object)s» cho %(position)s."))
TOKEN_REVOKED = declare("token.revoked", _("%(actor)s đã thu hồi mã truy cập API «%(object)s» của %(position)s."))
CODE_ISSUED = declare("person.code_issued", _("%(actor)s đã cấp mã đặt mật khẩu dùng một lần cho %(object)s."))
SECOND_FACTOR_REMOVED = declare("person.second_factor_removed", _("%(actor)s đã bỏ xác thực hai bước của %(object)s."))
PASSWORD_RESET = declare("person.password_reset", _("%(object)s đã đặt lại mật khẩu bằng mã dùng một lần."))
PASSWORD_CHANGED = declare("person.password_changed", _("%(object)s đã đổi mật khẩu."))
SIGNED_IN = declare("person.signed_in", _("%(object)s đã đăng nhập."))
SIGN_IN_REFUSED = declare("person.sign_in_refused", _("Có lần đăng nhập sai vào tài khoản của %(object)s."))
