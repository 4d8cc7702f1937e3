"""What the clerk reads about an odd packet. Stored packets keep the code, so that the sentence can be translated."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "date_order": _("Ngày được ghi theo thứ tự ngày/tháng/năm, khác quy định của gói tin."),
    "date_unreadable": _("Ngày không đọc được, để trống."),
    "time_unreadable": _("Thời điểm không đọc được, để trống."),
    "number_unreadable": _("Giá trị số không đọc được, để trống."),
    "priority_unknown": _("Mức độ khẩn không có trong danh mục, để trống."),
    "business_missing": _("Gói tin không nói mục đích gửi; được hiểu là văn bản mới."),
    "business_unknown": _("Mục đích gửi không có trong danh mục; được hiểu là văn bản mới."),
    "recipient_repeated": _("Một nơi nhận được ghi nhiều lần; chỉ giữ một."),
    "recipient_without_code": _("Một nơi nhận không có mã định danh; bỏ qua."),
    "subject_missing": _("Gói tin không có trích yếu."),
    "code_missing": _("Gói tin không có số hoặc ký hiệu văn bản."),
    "issued_on_missing": _("Gói tin không có ngày ban hành."),
    "no_attachment": _("Gói tin không có tệp đính kèm."),
    "attachment_unlisted": _("Tệp đính kèm không có trong bản kê của gói tin."),
    "attachment_absent": _("Bản kê của gói tin nêu một tệp không được gửi kèm."),
    "attachment_unnamed": _("Tệp đính kèm không có tên."),
    "attachment_empty": _("Tệp đính kèm rỗng."),
    "attachment_damaged": _("Tệp đính kèm bị hỏng trên đường truyền: nội dung không đúng với tên tệp."),
    "zip_kept": _("Tệp nén có nhiều tệp hoặc có mật khẩu, được giữ nguyên."),
    "zip_unreadable": _("Tệp có dạng nén nhưng không mở được, được giữ nguyên."),
    "text_cut": _("Nội dung dài hơn ô lưu nên được cắt ngắn; gói tin gốc giữ toàn bộ."),
    "secrecy_element": _("Gói tin có ghi độ mật."),
}
