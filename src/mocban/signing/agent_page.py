"""What every page needs that talks to the signing program on the reader's own computer (mocban_agent)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from mocban.ui.security import policy

from . import keys
from .choices import KeyPlace

# By the code that the program, or the script of the page, gives.
SENTENCES = {
    "paired": _("Đã nối với chương trình ký trên máy này."),
    "not_running": _(
        "Không thấy chương trình ký trên máy này. Hãy mở chương trình ký rồi bấm “Thử lại”. "
        "Nếu trình duyệt hỏi có cho trang này kết nối tới máy của bạn không, hãy chọn cho phép."
    ),
    "not_paired": _(
        "Trang này chưa được ghép nối với chương trình ký. Bấm “Ghép nối” rồi nhập mã hiện ở chương trình ký."
    ),
    "type_code": _("Nhập mã 8 chữ số đang hiện ở cửa sổ chương trình ký; mã dùng được trong 2 phút."),
    "wrong_code": _("Mã không đúng. Xem lại mã ở cửa sổ chương trình ký rồi nhập lại."),
    "no_code": _("Mã đã hết hạn hoặc đã nhập sai nhiều lần. Bấm “Ghép nối” để lấy mã khác."),
    "too_often": _("Đã xin mã quá nhiều lần. Hãy chờ mười phút rồi thử lại."),
    "origin_refused": _("Chương trình ký trên máy này được cài đặt chỉ dùng với trang khác; hãy liên hệ quản trị."),
    "busy": _("Chương trình ký đang bận với một lượt ký khác. Hãy hoàn tất hoặc hủy lượt đó rồi thử lại."),
    "no_driver": _("Chương trình ký chưa biết trình điều khiển của token; quản trị cần khai báo khi mở nó."),
    "no_token": _("Không thấy token, hoặc token bị rút khi đang ký. Hãy cắm lại rồi ký tiếp các văn bản còn lại."),
    "no_certificate": _("Không thấy token có chứng thư đã đăng ký. Hãy cắm đúng token rồi thử lại."),
    "no_key": _("Token có chứng thư nhưng không có khóa bí mật đi cùng; hãy liên hệ nơi cấp token."),
    "wrong_pin": _(
        "Mã PIN sai ba lần nên chương trình ký đã dừng. Hãy kiểm tra mã PIN trước khi thử lại kẻo token bị khóa."
    ),
    "pin_locked": _("Token đã bị khóa vì nhập sai mã PIN nhiều lần; hãy liên hệ nơi cấp token để mở khóa."),
    "cancelled": _("Đã hủy. Các văn bản ký xong trước đó vẫn giữ nguyên."),
    "not_signed": _("Token từ chối ký mã băm của văn bản này."),
    "no_log": _("Chương trình ký không ghi được nhật ký nên không ký; hãy kiểm tra ổ đĩa của máy này."),
    "no_job": _("Chương trình ký đã khởi động lại giữa chừng. Hãy ký tiếp các văn bản còn lại."),
    "too_many_documents": _("Mỗi lượt ký nhiều nhất 500 văn bản; hãy chọn bớt."),
    "look_at_agent": _("Hãy xem cửa sổ chương trình ký: đối chiếu mã băm nếu cần, rồi nhập mã PIN ở đó."),
    "nothing_chosen": _("Chưa chọn văn bản nào để ký."),
    "partly": _("Có văn bản chưa ký được; lý do ghi ở từng dòng. Sửa xong thì bấm ký lần nữa để ký tiếp."),
    "all_signed": _("Đã ký xong tất cả."),
    "lost": _("Không liên lạc được với máy chủ. Tải lại trang để xem văn bản nào đã ký."),
    "fault": _("Chương trình ký gặp lỗi. Hãy khởi động lại chương trình ký rồi thử lại."),
}


def address() -> str:
    """Return where the program listens on the reader's computer."""
    return f"http://127.0.0.1:{settings.AGENT_PORT}"


def context() -> dict[str, Any]:
    """Return what `signing/_agent.html` needs."""
    return {"agent_address": address(), "agent_sentences": {code: str(said) for code, said in SENTENCES.items()}}


def allowed(response: HttpResponse) -> HttpResponse:
    """Let the scripts of this one page talk to the program."""
    response.headers["Content-Security-Policy"] = policy(connect=[address()])
    return response


@dataclass(frozen=True)
class AgentKey:
    """A declared key on somebody's own computer: how the program knows its certificate (SHA-256), and whose it is."""

    identity: str
    subject: str


def key(*, organisation_id: UUID, person_id: UUID | None) -> AgentKey | None:
    """Return the key of the person (None: of the organisation) that is used through the program; None without one."""
    from .adapters import fitness

    found = keys.source(organisation_id=organisation_id, person_id=person_id)
    if found is None or found.place != KeyPlace.AGENT:
        return None
    subject = fitness.facts(keys.certificates(found)[0]).subject
    return AgentKey(hashlib.sha256(bytes(found.certificate)).hexdigest(), subject)
