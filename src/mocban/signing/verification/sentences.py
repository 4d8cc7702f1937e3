"""Every reason and every addition as one Vietnamese sentence, and which conclusion a reason forces by itself."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from mocban.signing.pdf import forms

from .findings import Addition, Conclusion, Reason

VALID, INVALID, INDETERMINATE = Conclusion.VALID, Conclusion.INVALID, Conclusion.INDETERMINATE

# code: (weight, sentence). A weight of VALID means that the sentence only informs.
REASONS: dict[str, tuple[Conclusion, object]] = {
    "file.unreadable": (INDETERMINATE, _("Không đọc được tệp: tệp hỏng hoặc không đúng định dạng.")),
    "file.no_signature": (INDETERMINATE, _("Tệp không mang chữ ký số nào.")),
    "file.only_time_stamps": (INDETERMINATE, _("Tệp chỉ mang dấu thời gian, chưa có ai ký số.")),
    "file.signature_removed": (
        INDETERMINATE,
        _("Ô «%(field)s» từng được ký số nhưng chữ ký đó đã bị gỡ khỏi tệp ở một lần lưu sau."),
    ),
    "file.lost": (INDETERMINATE, _("Tệp lưu bị mất hoặc hỏng trên đĩa nên không kiểm tra được.")),
    "content.unchanged": (VALID, _("Văn bản không thay đổi sau khi ký.")),
    "content.filled": (
        VALID,
        _("Sau khi ký chỉ có các thay đổi được chữ ký cho phép (ghi số, ngày, ký số của cơ quan)."),
    ),
    "content.changed": (INVALID, _("Văn bản bị thay đổi sau khi ký ngoài phạm vi chữ ký cho phép.")),
    "signature.broken": (INVALID, _("Chữ ký số không khớp với nội dung: văn bản đã bị sửa.")),
    "signature.unreadable": (INVALID, _("Không đọc được chữ ký số này nên không xác nhận được.")),
}

# The signed data themselves.
REASONS |= {
    "signature.forged": (INVALID, _("Chữ ký số không khớp với khóa của chứng thư số đi kèm.")),
    "signature.signers": (INVALID, _("Khối chữ ký số phải có đúng một người ký nhưng có %(count)s.")),
    "signature.content": (INVALID, _("Khối chữ ký số chứa loại nội dung không phải của chữ ký trên văn bản.")),
    "signature.wrong_certificate": (
        INVALID,
        _("Khối chữ ký số không mang đúng chứng thư số của người ký nên không xác nhận được."),
    ),
    # PAdES wants the attribute; files of the older kind are judged without it, and its lack proves nothing false.
    "signature.unbound": (
        VALID,
        _("Chữ ký số tự nhận theo chuẩn PAdES nhưng không gắn chứng thư số của người ký vào phần được ký."),
    ),
    "algorithm.unknown": (INDETERMINATE, _("Chữ ký số dùng thuật toán không kiểm tra được (%(name)s).")),
    "algorithm.weak_digest": (INDETERMINATE, _("Chữ ký số dùng thuật toán băm %(name)s đã không còn an toàn.")),
    "algorithm.small_key": (
        INDETERMINATE,
        _("Khóa %(kind)s chỉ có %(bits)s bit, cần ít nhất %(least)s bit mới đủ an toàn."),
    ),
}

# The certificate and its path to a trusted authority.
REASONS |= {
    "chain.unknown_root": (
        INDETERMINATE,
        _("Chứng thư số do «%(issuer)s» cấp, không dẫn đến tổ chức nào trong danh sách được tin cậy."),
    ),
    "chain.constraints": (
        INDETERMINATE,
        _("Chứng thư số do «%(issuer)s» cấp ngoài phạm vi mà tổ chức chứng thực cấp trên cho phép."),
    ),
    "chain.unreadable": (INDETERMINATE, _("Chứng thư số có phần không đọc được.")),
    "chain.anchor_days": (
        INDETERMINATE,
        _("Tổ chức chứng thực gốc không được tin cậy cho chữ ký vào ngày %(day)s."),
    ),
    "chain.not_for_time": (INDETERMINATE, _("Chứng thư số này không được cấp để đóng dấu thời gian.")),
    "chain.wrong_usage": (INVALID, _("Chứng thư số không được cấp để ký văn bản.")),
    "chain.weak_digest": (
        INDETERMINATE,
        _("Chứng thư số của «%(holder)s» được cấp bằng thuật toán băm %(name)s đã không còn an toàn."),
    ),
    "chain.expired": (
        INDETERMINATE,
        _("Chứng thư số của «%(holder)s» đã hết hạn lúc %(until)s và không có gì chứng minh đã ký trước đó."),
    ),
    "chain.expired_since": (
        VALID,
        _("Chứng thư số của «%(holder)s» hết hạn lúc %(until)s, sau thời điểm ký đã được chứng minh."),
    ),
    "chain.not_yet_valid": (INDETERMINATE, _("Chứng thư số của «%(holder)s» chưa có hiệu lực (từ %(since)s).")),
    "chain.proved_after_expiry": (
        INVALID,
        _("Dấu thời gian cho thấy việc ký diễn ra sau khi chứng thư số của «%(holder)s» hết hạn (%(until)s)."),
    ),
    "chain.proved_before_valid": (
        INVALID,
        _("Dấu thời gian cho thấy việc ký diễn ra trước khi chứng thư số của «%(holder)s» có hiệu lực (%(since)s)."),
    ),
    "chain.claimed_before_valid": (
        INDETERMINATE,
        _("Người ký ghi thời điểm ký trước khi chứng thư số của «%(holder)s» có hiệu lực (%(since)s)."),
    ),
    "chain.claimed_after_expiry": (
        INDETERMINATE,
        _("Người ký ghi thời điểm ký sau khi chứng thư số của «%(holder)s» hết hạn (%(until)s)."),
    ),
    "chain.revoked": (INVALID, _("Chứng thư số của «%(holder)s» đã bị thu hồi lúc %(at)s, trước khi ký.")),
    "chain.on_hold": (
        INDETERMINATE,
        _("Chứng thư số của «%(holder)s» đang bị tạm dừng từ lúc %(at)s, trước khi ký."),
    ),
    "chain.revoked_no_proof": (
        INDETERMINATE,
        _("Chứng thư số của «%(holder)s» bị thu hồi lúc %(at)s và không có gì chứng minh đã ký trước đó."),
    ),
    "chain.revoked_later": (
        VALID,
        _("Chứng thư số của «%(holder)s» bị thu hồi lúc %(at)s, sau thời điểm ký đã được chứng minh."),
    ),
    "chain.revocation_unknown": (
        VALID,
        _("Không có thông tin thu hồi về chứng thư số của «%(holder)s» tại thời điểm cần xét."),
    ),
    "chain.revocation_missing": (
        INDETERMINATE,
        _("Thiếu thông tin thu hồi bắt buộc về chứng thư số của «%(holder)s»."),
    ),
}

# Times and time stamps.
REASONS |= {
    "time.unreadable": (INVALID, _("Không đọc được dấu thời gian đi kèm.")),
    "time.broken": (INVALID, _("Dấu thời gian của «%(by)s» không khớp với dữ liệu được đóng dấu.")),
    "time.later_broken": (
        INDETERMINATE,
        _("Dấu thời gian lưu trữ thêm sau của «%(by)s» không khớp với chữ ký hoặc thiếu dữ liệu mà nó bao trùm."),
    ),
    "time.unknown_algorithm": (INDETERMINATE, _("Dấu thời gian của «%(by)s» dùng thuật toán không kiểm tra được.")),
    "time.unknown_root": (
        INDETERMINATE,
        _("Dấu thời gian của «%(by)s» không do dịch vụ được tin cậy cấp; thời điểm ký chỉ là lời của người ký."),
    ),
    "time.revoked": (INDETERMINATE, _("Chứng thư số của dịch vụ dấu thời gian «%(by)s» đã bị thu hồi.")),
    "time.untrusted": (INDETERMINATE, _("Dấu thời gian của «%(by)s» không đủ căn cứ để tin cậy.")),
    "time.in_future": (INDETERMINATE, _("Dấu thời gian ghi một thời điểm chưa đến.")),
    "time.claim_in_future": (
        INDETERMINATE,
        _("Thời điểm ký do người ký ghi (%(claimed)s) chưa đến: đồng hồ của một trong hai máy sai."),
    ),
    "time.claim_differs": (
        VALID,
        _("Thời điểm ký do người ký ghi (%(claimed)s) lệch hơn một ngày so với dấu thời gian."),
    ),
}

# A file that cannot be read at all (`FileFinding.readable` is False).
REASONS |= {
    "file.missing": (INDETERMINATE, _("Không có tệp này.")),
    "file.denied": (INDETERMINATE, _("Không có quyền đọc tệp này.")),
    "file.folder": (INDETERMINATE, _("Đây là thư mục, không phải tệp.")),
    "file.special": (INDETERMINATE, _("Đây là thiết bị hoặc đường ống, không phải tệp thường nên không được đọc.")),
    "file.unread": (INDETERMINATE, _("Không đọc được tệp từ ổ đĩa.")),
    "file.too_large": (INDETERMINATE, _("Tệp lớn hơn giới hạn có thể kiểm tra.")),
    "file.empty": (INDETERMINATE, _("Tệp rỗng, không có gì để kiểm tra.")),
}

# CMS messages, signed XML and containers.
REASONS |= {
    "file.unknown_format": (INDETERMINATE, _("Tệp không thuộc định dạng nào có chữ ký số mà hệ thống kiểm tra được.")),
    "file.too_complex": (INDETERMINATE, _("Tệp quá phức tạp, việc kiểm tra bị dừng sau thời gian cho phép.")),
    "file.too_many_signatures": (
        INDETERMINATE,
        _("Tệp có hơn %(most)s chữ ký số; các chữ ký sau không được kiểm tra."),
    ),
    "signature.certificate_missing": (INDETERMINATE, _("Không có chứng thư số của người ký để kiểm tra.")),
    "signature.certificate_differs": (
        INVALID,
        _("Chứng thư số đi kèm không phải là chứng thư số mà người ký đã gắn vào phần được ký."),
    ),
    "signature.attributes": (INVALID, _("Các thuộc tính được ký bị thiếu hoặc mâu thuẫn với chữ ký số.")),
    "signature.countersigned": (
        VALID,
        _("Có người ký xác nhận lên chữ ký số này; chữ ký xác nhận đó không được kiểm tra."),
    ),
    "file.office_signature": (
        INDETERMINATE,
        _("Tệp văn phòng mang chữ ký số theo cách riêng của phần mềm soạn thảo, hệ thống chưa kiểm tra được."),
    ),
    "asic.unsafe": (INDETERMINATE, _("Gói ASiC hỏng, quá lớn hoặc được đóng theo cách có thể đọc ra nhiều nội dung.")),
    "asic.other_mimetype": (INDETERMINATE, _("Gói tự khai một định dạng khác với gói ASiC.")),
    "asic.one_object": (INVALID, _("Gói ASiC-S phải có đúng một tệp được ký.")),
    "asic.no_manifest": (INVALID, _("Gói ASiC thiếu bảng kê các tệp mà chữ ký số này bao trùm.")),
    "asic.object_missing": (INVALID, _("Gói ASiC thiếu tệp «%(name)s» mà chữ ký số bao trùm.")),
    "asic.by_other": (VALID, _("Chữ ký số này không bao trùm %(names)s; chữ ký khác trong gói bao trùm toàn bộ.")),
    "asic.by_others": (
        INDETERMINATE,
        _("Chữ ký số này không bao trùm %(names)s; không có chữ ký nào bao trùm toàn bộ gói."),
    ),
    "asic.uncovered": (INVALID, _("Trong gói có tệp không được chữ ký số này bao trùm: %(names)s.")),
    "cms.content_missing": (
        INDETERMINATE,
        _("Chữ ký số tách rời: thiếu tệp được ký nên không kiểm tra được nội dung."),
    ),
    "cms.headers_unsigned": (
        INDETERMINATE,
        _("Phần đầu thư (%(names)s) nằm ngoài nội dung được ký nên có thể đã bị sửa."),
    ),
    "cms.content_differs": (INVALID, _("Tệp được nêu khác với nội dung nằm trong chữ ký số.")),
    "xml.nothing_to_check": (
        INDETERMINATE,
        _("Tệp XML có chỗ dành cho chữ ký số nhưng không có chữ ký nào kiểm tra được."),
    ),
    "xml.malformed_signature": (INVALID, _("Chữ ký số XML có cấu trúc sai quy định.")),
    "xml.not_canonical": (
        INDETERMINATE,
        _("Tệp XML có không gian tên không hợp chuẩn nên không kiểm tra được chữ ký số."),
    ),
    "xml.properties_unsigned": (INVALID, _("Các thuộc tính XAdES không nằm trong phần được ký.")),
    "xml.double_id": (INVALID, _("Nhiều phần của tệp XML cùng mang định danh «%(id)s» mà chữ ký số trỏ tới.")),
    "xml.reference_unfit": (INDETERMINATE, _("Chữ ký số trỏ tới phần không tìm thấy trong tệp («%(uri)s»).")),
    "xml.reference_outside": (
        INDETERMINATE,
        _("Chữ ký số trỏ ra ngoài tệp («%(uri)s»); phần đó không được tải về để kiểm tra."),
    ),
    "xml.transform_unfit": (
        INDETERMINATE,
        _("Chữ ký số dùng phép biến đổi «%(name)s» có thể che giấu phần được ký nên không được chấp nhận."),
    ),
    "xml.hmac": (INVALID, _("Chữ ký dùng mã xác thực có khóa chung, không xác định được người ký.")),
    "xml.comment_in_text": (
        INDETERMINATE,
        _("Trong phần «%(signed)s» có ghi chú chen giữa chữ; ghi chú không được ký và có thể làm chữ bị đọc thiếu."),
    ),
    "xml.covers_nothing": (INDETERMINATE, _("Chữ ký số không bao trùm nội dung nào của tệp.")),
    "xml.covers": (VALID, _("Chữ ký số bao trùm phần «%(signed)s»; ngoài phần đó tệp không có nội dung nào khác.")),
    "xml.part_unsigned": (
        INDETERMINATE,
        _("Chữ ký số chỉ bao trùm phần «%(signed)s»; phần «%(names)s» nằm ngoài và không được ký."),
    ),
    "xml.part_by_other": (
        VALID,
        _("Chữ ký số chỉ bao trùm phần «%(signed)s»; phần «%(names)s» do chữ ký khác trong tệp bao trùm."),
    ),
    "xml.wrapped": (
        INVALID,
        _("Ngoài phần «%(signed)s» được ký, tệp còn phần cùng tên «%(names)s» không được ký: dấu hiệu tráo nội dung."),
    ),
}

# The bytes of a PDF, before any parser is trusted.
REASONS |= {
    "file.encrypted": (INDETERMINATE, _("Tệp được đặt mật khẩu hoặc hạn chế sửa nên không kiểm tra được chữ ký số.")),
    "file.damaged": (INDETERMINATE, _("Tệp PDF bị hỏng; các chương trình có thể hiển thị khác nhau.")),
    "file.damaged_later": (INVALID, _("Phần thêm vào sau khi ký làm hỏng tệp PDF.")),
    "file.xfa": (
        INDETERMINATE,
        _("Tệp chứa biểu mẫu động (XFA): điều hiển thị phụ thuộc chương trình đọc nên không kết luận được."),
    ),
    "structure.range_missing": (INVALID, _("Chữ ký số không cho biết nó bao trùm phần nào của tệp.")),
    "structure.range_wrong": (INVALID, _("Phần được ký mà chữ ký số tự khai không có thật trong tệp.")),
    "structure.gap_wrong": (INVALID, _("Phần chừa ra ngoài chữ ký số chứa dữ liệu khác ngoài chính chữ ký đó.")),
    "structure.padding": (INVALID, _("Trong chỗ dành cho chữ ký số có dữ liệu khác đi sau chữ ký.")),
    "structure.ends_inside": (INVALID, _("Chữ ký số chỉ bao trùm một phần của lần lưu nên nội dung có thể bị thay.")),
    "structure.added_outside": (
        INVALID,
        _("Sau phần được ký có dữ liệu không thuộc lần lưu nào của tệp; chương trình khác có thể hiển thị nó."),
    ),
    "structure.hybrid": (
        INVALID,
        _("Phần thêm sau khi ký có hai bảng tham chiếu; các chương trình có thể hiển thị khác nhau."),
    ),
    "structure.ambiguous": (
        INVALID,
        _("Phần thêm sau khi ký được viết theo cách khiến mỗi chương trình có thể đọc ra một nội dung khác."),
    ),
    "structure.too_many_updates": (INDETERMINATE, _("Tệp có hơn %(most)s lần lưu, quá nhiều để kiểm tra.")),
    "structure.too_many_signatures": (INDETERMINATE, _("Tệp có hơn %(most)s chữ ký số, quá nhiều để kiểm tra.")),
    "structure.shared": (INVALID, _("Nhiều chỗ ký dùng chung một chữ ký số.")),
    "structure.overlap": (INVALID, _("Phần được ký chồng lên phần của chữ ký số khác một cách bất thường.")),
    "structure.other_signature": (INVALID, _("Chữ ký số hiện nay không phải là chữ ký có trong phần được ký.")),
    "structure.certifies_late": (INVALID, _("Chữ ký chứng thực được thêm sau khi văn bản đã có người ký.")),
    "signature.kind": (INVALID, _("Loại chữ ký số «%(kind)s» không kiểm tra được nên không thể công nhận.")),
    "signature.old_kind": (
        INDETERMINATE,
        _("Chữ ký số theo kiểu cũ «%(kind)s» không còn được dùng nên không đủ căn cứ tin cậy."),
    ),
}

# What was changed after a signature.
REASONS |= {
    "content.pages": (INVALID, _("Số trang hoặc thứ tự trang thay đổi sau khi ký (%(before)s trang, nay %(after)s).")),
    "content.page": (INVALID, _("Nội dung hoặc khổ trang %(page)s thay đổi sau khi ký.")),
    "content.annotation": (INVALID, _("Ghi chú, dấu hoặc hình trên trang %(page)s được thêm, sửa hay xóa sau khi ký.")),
    "content.catalog": (INVALID, _("Phần chung của tệp (%(part)s) thay đổi sau khi ký.")),
    "content.action": (INVALID, _("Mã chạy hoặc hành động tự động (%(part)s) được thêm hay đổi sau khi ký.")),
    "content.structure": (INDETERMINATE, _("Cấu trúc dành cho trình đọc màn hình thay đổi sau khi ký.")),
    "content.form": (INVALID, _("Thiết lập chung của các ô điền (%(part)s) thay đổi sau khi ký.")),
    "content.field_added": (INVALID, _("Ô «%(field)s» được thêm vào sau khi ký.")),
    "content.field_removed": (INVALID, _("Ô «%(field)s» bị xóa hoặc bị thay sau khi ký.")),
    "content.field_changed": (INVALID, _("Vị trí hoặc cách hiện của ô «%(field)s» thay đổi sau khi ký.")),
    "content.shows_other": (INVALID, _("Ô «%(field)s» hiện nội dung khác với giá trị được điền hoặc với ô khi ký.")),
    "content.value_changed": (INVALID, _("Ô «%(field)s» đã có nội dung khi ký nhưng bị sửa sau đó.")),
    "content.signature_field": (INVALID, _("Chữ ký hoặc hình chữ ký ở ô «%(field)s» bị thay sau khi ký.")),
    "content.not_permitted": (
        INVALID,
        _("Ô «%(field)s» được điền hoặc ký dù chữ ký không cho phép thay đổi gì."),
    ),
    "content.locked": (INVALID, _("Ô «%(field)s» đã bị chữ ký khóa nhưng vẫn được điền hoặc ký sau đó.")),
    "content.differs": (INVALID, _("Trang %(page)s hiển thị khác với lúc ký.")),
    "content.covered": (INVALID, _("Ô «%(field)s» được điền hoặc ký sau che mất nội dung đã ký trên trang %(page)s.")),
    "content.overwritten": (INVALID, _("Ô «%(field)s» viết chồng lên nội dung đã ký trên trang %(page)s.")),
    "content.revealed": (INVALID, _("Ô «%(field)s» che nội dung trang %(page)s lúc ký, nay nội dung đó hiện ra.")),
    "content.showed": (INVALID, _("Ô «%(field)s» đã hiện nội dung khi ký nhưng hiện nội dung khác sau đó.")),
    "content.value_differs": (INVALID, _("Ô «%(field)s» được điền sau khi ký hiện khác với giá trị của ô.")),
    "content.says_more": (
        INDETERMINATE,
        _("Chữ ký «%(field)s» thêm vào trang %(page)s một số tiền hoặc một điều khoản mà người ký trước chưa ký."),
    ),
    "content.value_unseen": (INDETERMINATE, _("Ô «%(field)s» được điền sau khi ký nhưng không hiện giá trị của ô.")),
    "content.readers_differ": (INVALID, _("Các chương trình đọc hiển thị trang %(page)s khác nhau.")),
    "content.not_seen": (INDETERMINATE, _("Không vẽ được trang %(page)s để so với lúc ký.")),
}

ADDITIONS: dict[str, object] = {
    "addition.filled": _("Điền ô «%(field)s»: %(value)s"),
    "addition.signed": _("%(signer)s ký số ở ô «%(field)s»"),
    "addition.timestamped": _("Thêm dấu thời gian của «%(by)s»"),
    "addition.evidence": _("Thêm chứng thư số và thông tin thu hồi để kiểm tra lâu dài"),
    "addition.rest": _("Lưu lại tệp, không thay đổi nội dung"),
}

# What the fields that this program lays are for, in the words of the office: nobody knows them by their names.
OWN_FIELDS: dict[str, object] = {
    forms.NUMBER: _("Số, ký hiệu"),
    forms.DATE: _("Ngày, tháng, năm"),
    forms.ORGANISATION: _("Chữ ký số của cơ quan"),
    "mb_annex": _("Chữ ký số của cơ quan"),
    "mb_copy": _("Chữ ký số của cơ quan"),
    forms.SIGNER: _("Chữ ký của người ký"),
    **{forms.signer_field(order): _("Chữ ký của người ký tiếp") for order in range(2, 10)},
}


def weight(reason: Reason) -> Conclusion:
    """Return the conclusion that `reason` forces by itself. Raises KeyError for an unknown code."""
    return REASONS[reason.code][0]


def sentence(reason: Reason | Addition) -> str:
    """Return the sentence of a reason or an addition in the language in force. Raises KeyError for an unknown code."""
    text = REASONS[reason.code][1] if isinstance(reason, Reason) else ADDITIONS[reason.code]
    if not reason.values:
        return str(text)
    name = reason.values.get("field", "")
    return str(text) % {**reason.values, "field": str(OWN_FIELDS.get(name, name))}
