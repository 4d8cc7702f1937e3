"""Every reason why PDF work is refused, as one sentence a clerk understands.

The functions inside raise `Refused(code, **values)`: plain data that also crosses the border of the helper process.
At the public border `answers` turns it into the `RuleBroken` that services and pages know.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple, NoReturn, ParamSpec, TypeVar

from django.utils.translation import gettext_lazy as _

from mocban.lib.errors import RuleBroken

P = ParamSpec("P")
R = TypeVar("R")

NUMBER_RULE = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.3"
DATE_RULE = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.4"
SIGNATURE_RULE = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II.7"
COPY_RULE = "Nghị định 30/2020/NĐ-CP, Phụ lục I, phần II, mục I.2"
ORDER_RULE = "Nghị định 30/2020/NĐ-CP, Điều 32"


class Sentence(NamedTuple):
    text: object
    citation: str = ""


SENTENCES = {
    "signing.unreadable": Sentence(_("Không đọc được tệp PDF này: tệp hỏng hoặc không đúng định dạng.")),
    "signing.too_long": Sentence(_("Tệp PDF này quá phức tạp, việc xử lý bị dừng sau thời gian cho phép.")),
    "signing.encrypted": Sentence(_("Tệp PDF có mật khẩu hoặc bị hạn chế sửa; hãy bỏ mật khẩu trước khi trình ký.")),
    "signing.active_content": Sentence(
        _("Tệp PDF chứa mã chạy hoặc biểu mẫu động; hãy xuất lại tệp không có phần đó.")
    ),
    "signing.already_signed": Sentence(_("Tệp PDF đã có chữ ký số; không thể chèn thêm chỗ ghi số, ngày và chữ ký.")),
    "signing.signed_draft": Sentence(
        _(
            "Tệp dự thảo này đã mang chữ ký số. Trình ký trên hệ thống phải viết lại tệp nên chữ ký trong tệp sẽ mất; "
            "hãy nộp bản chưa ký."
        )
    ),
    "signing.fields_exist": Sentence(_("Tệp PDF đã có sẵn chỗ ghi số hoặc chỗ ký của hệ thống.")),
    "signing.rotated": Sentence(_("Trang cần ghi số hoặc ký bị xoay; hãy xuất lại tệp với trang đúng chiều.")),
    "signing.number_printed": Sentence(
        _("Dự thảo đã in sẵn số «%(found)s»; hãy để trống, số được cấp sau khi ký."), NUMBER_RULE
    ),
    "signing.symbol_differs": Sentence(
        _(
            "Dự thảo in «%(found)s» nhưng ký hiệu của văn bản này là «%(expected)s»; "
            "hãy sửa dự thảo cho khớp rồi nộp lại."
        ),
        NUMBER_RULE,
    ),
    "signing.date_printed": Sentence(
        _("Dự thảo đã in sẵn «%(found)s»; hãy để trống ngày và tháng, chúng được ghi khi cấp số."), DATE_RULE
    ),
    "signing.date_differs": Sentence(_("Văn bản in sẵn «%(found)s» nhưng được ban hành «%(expected)s»."), DATE_RULE),
    "signing.no_number_place": Sentence(
        _("Trang đầu không có chỗ trống để ghi số và ngày; hãy chừa «%(expected)s» trong dự thảo."), NUMBER_RULE
    ),
    "signing.no_signature_place": Sentence(
        _(
            "Không thấy họ tên người ký «%(name)s» trong dự thảo và không còn chỗ trống để đặt chữ ký; "
            "hãy in họ tên người ký dưới chức vụ, chừa chỗ ký ở giữa."
        ),
        SIGNATURE_RULE,
    ),
    "signing.no_room": Sentence(_("«%(text)s» dài hơn chỗ chừa trong văn bản.")),
    "signing.letter_missing": Sentence(_("Phông chữ thiếu chữ «%(letters)s» nên không thể in đủ; việc ghi bị dừng.")),
    "signing.font_missing": Sentence(_("Máy chủ chưa cài phông Liberation Serif (gói fonts-liberation2).")),
    "signing.no_field": Sentence(
        _("Văn bản không có chỗ dành sẵn để ghi hoặc ký ở bước này, hoặc chỗ đó đã được điền.")
    ),
    "signing.number_first": Sentence(_("Phải ghi số và ngày trước khi đóng dấu, ký số của cơ quan."), ORDER_RULE),
    "signing.person_first": Sentence(
        _("Chỉ ghi số, đóng dấu vào văn bản đã được người có thẩm quyền ký số."), ORDER_RULE
    ),
    "signing.first_signer_first": Sentence(_("Người ký thứ nhất phải ký trước những người ký sau."), ORDER_RULE),
    "signing.place_outside": Sentence(_("Vị trí «%(what)s» nằm ngoài trang; hãy đặt lại trong trang giấy.")),
    "signing.place_covers": Sentence(_("Vị trí «%(what)s» che chữ đã in «%(text)s»; hãy dời sang chỗ trống.")),
    "signing.place_overlaps": Sentence(_("Vị trí «%(what)s» chồng lên vị trí «%(other)s».")),
    "signing.place_small": Sentence(_("Vị trí «%(what)s» quá nhỏ để đọc được.")),
    "signing.invalid_signature": Sentence(
        _("Tệp đã mang chữ ký số không hợp lệ, hoặc bị thay đổi sau khi ký, nên không ký tiếp lên tệp này."), ORDER_RULE
    ),
    "signing.broken": Sentence(_("Văn bản đã bị thay đổi sau khi ký; không thể tiếp tục trên tệp này."), ORDER_RULE),
    "signing.image": Sentence(_("Ảnh chữ ký hoặc con dấu phải là tệp PNG hợp lệ, không quá 2 MB và 4000 điểm ảnh.")),
    "signing.no_key": Sentence(_("Chưa có chứng thư số cho người hoặc cơ quan này.")),
    "signing.no_token": Sentence(
        _("Không thấy thiết bị lưu khóa bí mật, hoặc thiết bị bị rút khi đang ký; hãy cắm lại rồi ký tiếp.")
    ),
    "signing.token_busy": Sentence(_("Thiết bị lưu khóa bí mật đang được chương trình khác dùng; hãy thử lại sau.")),
    "signing.wrong_pin": Sentence(_("Mã PIN (mật khẩu của khóa) không đúng. %(left)s")),
    "signing.last_try": Sentence(
        _("Chỉ còn một lần thử mã PIN: nhập sai lần này thì thiết bị khóa lại. Chỉ xác nhận thử tiếp khi chắc chắn.")
    ),
    "signing.pin_locked": Sentence(
        _("Mã PIN đã bị khóa vì nhập sai nhiều lần; hãy liên hệ nơi cấp thiết bị hoặc dịch vụ để mở khóa.")
    ),
    "signing.pin_expired": Sentence(_("Mã PIN đã nhập chỉ giữ trong thời gian ngắn và đã hết hạn; hãy nhập lại.")),
    "signing.no_pin": Sentence(_("Khóa này cần mã PIN (mật khẩu); hãy nhập mã trước khi ký.")),
    "signing.wrong_otp": Sentence(_("Mã xác thực một lần (OTP) không đúng hoặc đã hết hạn.")),
    "signing.no_otp": Sentence(_("Dịch vụ ký số cần thêm mã xác thực một lần (OTP); hãy nhập mã trước khi ký.")),
    "signing.no_code_sent": Sentence(
        _("Dịch vụ ký số này không gửi mã xác thực một lần; hãy lấy mã ở ứng dụng hoặc thiết bị của bạn.")
    ),
    "signing.otp_used": Sentence(
        _("Mã xác thực một lần đã dùng hết cho các văn bản vừa ký; hãy nhập mã mới để ký tiếp các văn bản còn lại.")
    ),
    "signing.wrong_pin_or_otp": Sentence(
        _("Mã PIN hoặc mã xác thực một lần (OTP) không đúng; dịch vụ không cho biết mã nào. Hãy kiểm tra cả hai.")
    ),
    "signing.wrong_authentication": Sentence(_("Dịch vụ ký số từ xa không chấp nhận mã đã nhập.")),
    "signing.not_confirmed": Sentence(
        _("Chưa thấy bạn xác nhận trên ứng dụng của dịch vụ ký số nên chưa ký gì cả; hãy ký lại rồi xác nhận.")
    ),
    "signing.in_browser": Sentence(
        _("Dịch vụ chỉ cho khóa này ký khi bạn đồng ý trên trang của dịch vụ; hệ thống chưa dùng được cách đó.")
    ),
    "signing.service_limit": Sentence(
        _("Dịch vụ chỉ cho %(most)s chữ ký trong một lần xác nhận, văn bản này cần %(wanted)s; hãy hỏi nơi cung cấp.")
    ),
    "signing.key_elsewhere": Sentence(
        _("Khóa nằm trong USB token trên máy của người ký; hãy ký bằng chương trình ký trên máy đó.")
    ),
    "signing.key_file": Sentence(_("Tệp không phải là tệp khóa PKCS#12 (.p12, .pfx) đọc được, hoặc lớn quá 100 KB.")),
    "signing.key_unfit": Sentence(
        _("Khóa hoặc chứng thư không dùng để ký văn bản được: chỉ nhận RSA từ 2048 bit hoặc ECDSA P-256, P-384, P-521.")
    ),
    "signing.certificate_purpose": Sentence(
        _("Chứng thư «%(subject)s» không dùng để ký văn bản (không ghi mục đích chữ ký số, hoặc là chứng thư của CA).")
    ),
    "signing.certificate_dates": Sentence(_("Chứng thư «%(subject)s» không còn hoặc chưa có hiệu lực (%(dates)s).")),
    "signing.certificate_name": Sentence(
        _("Chứng thư đứng tên «%(subject)s», khác với «%(owner)s»; nếu đúng là của chủ khóa, quản trị cần xác nhận.")
    ),
    "signing.key_changed": Sentence(
        _("Khóa đang cắm hoặc dịch vụ đang trả về không phải là khóa đã khai báo; hãy khai báo lại nơi giữ khóa.")
    ),
    "signing.remote_down": Sentence(_("Không kết nối được tới dịch vụ ký số từ xa; hãy thử lại sau.")),
    "signing.remote_login": Sentence(
        _("Dịch vụ ký số từ xa không chấp nhận tài khoản của hệ thống; quản trị cần kiểm tra cấu hình.")
    ),
    "signing.remote_rubbish": Sentence(_("Dịch vụ ký số từ xa trả lời không đúng quy cách; việc ký bị dừng.")),
    "signing.remote_refused": Sentence(_("Dịch vụ ký số từ xa từ chối: %(said)s")),
    "signing.places_misread": Sentence(
        _("Cấu hình %(name)s của máy chủ không đọc được hoặc không đúng; người quản lý máy chủ cần sửa lại.")
    ),
    "signing.not_allowed_place": Sentence(
        _("Nơi giữ khóa này không còn trong danh sách được phép của máy chủ; hãy liên hệ quản trị.")
    ),
    "signing.no_time": Sentence(
        _("Không nơi nào cấp được dấu thời gian (đã hỏi: %(names)s), nên chưa ký gì cả. Hãy thử lại sau.")
    ),
    "signing.clock_differs": Sentence(
        _("Đồng hồ máy chủ lệch %(difference)s so với nơi cấp dấu thời gian %(name)s; chưa ký gì cả, hãy chỉnh giờ.")
    ),
    "signing.no_signature_inside": Sentence(_("Tệp không mang chữ ký số nào nên không có gì để gia hạn.")),
    "signing.no_authority": Sentence(_("Chưa có nơi cấp dấu thời gian nào đang dùng nên không gia hạn được.")),
    "signing.revoked": Sentence(_("Chứng thư số «%(name)s» đã bị thu hồi nên không dùng để ký được.")),
    "signing.no_revocation": Sentence(
        _("Chưa có dữ liệu thu hồi (OCSP, CRL) cho chứng thư «%(names)s»; hãy nhập dữ liệu thu hồi rồi thử lại.")
    ),
    "signing.not_elsewhere": Sentence(
        _("Chưa khai báo USB token trên máy của người ký; hãy khai báo chứng thư của token trước khi ký.")
    ),
    "signing.wrong_signature": Sentence(
        _("Chữ ký nhận được không phải của chứng thư đã đăng ký trên đúng văn bản này; chưa ghi gì cả, hãy ký lại.")
    ),
    "signing.pending_gone": Sentence(
        _("Lượt ký này không còn: đã ký xong hoặc đã bị hủy. Văn bản nào chưa được ký thì hãy bắt đầu ký lại.")
    ),
    "signing.pending_expired": Sentence(_("Lượt ký này đã quá thời gian chờ; hãy bắt đầu ký lại.")),
    "signing.pending_other": Sentence(_("Chỉ người đã bắt đầu lượt ký này mới đưa được chữ ký vào.")),
    "signing.pending_damaged": Sentence(_("Tệp chờ chữ ký không còn nguyên vẹn; chưa ghi gì cả, hãy bắt đầu ký lại.")),
    "signing.pending_changed": Sentence(
        _("Văn bản đã thay đổi sau khi bắt đầu ký nên chữ ký không còn khớp; hãy xem lại văn bản rồi ký lại.")
    ),
    "signing.copy_pages": Sentence(_("Khoảng trang cần sao không có trong văn bản (văn bản có %(pages)s trang).")),
    "signing.copy_scan": Sentence(
        _("Bản số hóa chưa đạt tiêu chuẩn: tệp là %(found)s, tối thiểu phải là %(least)s."), COPY_RULE
    ),
    "signing.too_large_to_draw": Sentence(
        _("Tệp lớn hơn %(limit)s MB nên không vẽ trang ở đây; hãy tải về và mở bằng phần mềm đọc PDF.")
    ),
    "signing.certify_first": Sentence(_("Chỉ chữ ký đầu tiên mới chứng nhận được văn bản; tệp này đã có chữ ký số.")),
    "signing.certified": Sentence(
        _("Tệp đã được chứng nhận: chỉ ký được vào ô chữ ký có sẵn, hoặc bằng chữ ký không hiển thị trên trang.")
    ),
    "signing.closed": Sentence(_("Chữ ký chứng nhận trong tệp không cho thêm chữ ký nào nữa.")),
    "signing.off_page": Sentence(_("Chỗ đặt chữ ký nằm ngoài trang, hoặc tệp không có trang đó (có %(pages)s trang).")),
    "signing.name_not_printed": Sentence(_("Không thấy họ tên «%(name)s» in trong tệp với chỗ trống phía trên.")),
    "signing.no_stamp_place": Sentence(_("Trang đầu không đủ lớn để đặt dấu ĐẾN.")),
}


class Refused(Exception):
    """Internal: a named refusal with the values its sentence needs."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def as_rule(refused: Refused) -> RuleBroken:
    """Return the RuleBroken a person reads for `refused`."""
    sentence = SENTENCES[refused.code]
    text = sentence.text % refused.values if refused.values else sentence.text  # type: ignore[operator]
    return RuleBroken(refused.code, text, sentence.citation)


def refuse(code: str, **values: str) -> NoReturn:
    """Raise the refusal named `code`."""
    raise Refused(code, **values)


def answers(function: Callable[P, R]) -> Callable[P, R]:
    """Decorate a public function so that a refusal inside leaves it as RuleBroken."""

    @functools.wraps(function)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except Refused as refused:
            raise as_rule(refused) from refused

    return wrapped
