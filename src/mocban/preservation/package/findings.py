"""What a fault in a package is called. Stored reports keep the code, so that the sentence can be translated."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "unreadable": _("Gói không mở được."),
    "unsafe_name": _("Tên tệp trong gói không an toàn."),
    "repeated_name": _("Một tên tệp xuất hiện hai lần trong gói."),
    "many_folders": _("Gói không nằm trong đúng một thư mục."),
    "too_large": _("Gói hoặc tệp XML lớn hơn giới hạn kiểm tra."),
    "missing": _("Thiếu một phần bắt buộc của gói."),
    "manifest_line": _("Bản kê giá trị băm có dòng không đọc được."),
    "unlisted": _("Tệp không có trong bản kê giá trị băm."),
    "digest": _("Nội dung tệp đã thay đổi: giá trị băm không khớp."),
    "size": _("Kích thước tệp không khớp."),
    "xml": _("Tệp XML không đọc được hoặc không an toàn."),
    "mets": _("METS thiếu hoặc sai thuộc tính bắt buộc."),
    "mets_target": _("METS trỏ tới một tệp không có trong gói."),
    "mets_link": _("METS có liên kết nội bộ không tới đâu."),
    "orphan": _("Tệp không được METS nào nhắc tới."),
    "fields": _("Siêu dữ liệu mô tả chưa đúng quy định."),
    "count": _("Số văn bản khai trong hồ sơ không khớp số văn bản trong gói."),
    "codes": _("Mã hồ sơ hoặc mã tài liệu không khớp nhau."),
    "premis": _("Siêu dữ liệu bảo quản thiếu phần bắt buộc."),
    "premis_link": _("Siêu dữ liệu bảo quản có liên kết không tới đâu."),
    "premis_object": _("Một tệp dữ liệu không có trong siêu dữ liệu bảo quản."),
    "changed_whole": _("Tệp gói đã thay đổi so với khi tạo."),
}
