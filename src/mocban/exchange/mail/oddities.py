"""What is odd about a message or a part of it, as sentences for the clerk."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "no_sender": _("Thư không có địa chỉ người gửi đúng dạng."),
    "many_senders": _("Thư ghi nhiều người gửi; chỉ người đầu tiên được hiện."),
    "name_is_address": _("Tên người gửi viết như một địa chỉ thư khác với địa chỉ thật; có thể là giả mạo."),
    "reply_elsewhere": _("Thư yêu cầu trả lời tới một tên miền khác với nơi gửi."),
    "no_message_id": _("Thư không có mã Message-ID."),
    "bad_date": _("Thư không ghi ngày gửi đúng dạng."),
    "broken": _("Cấu trúc thư bị lỗi; đã đọc những phần đọc được, bản gốc giữ nguyên."),
    "charset": _("Bảng mã chữ của thư không đúng như thư khai báo; chữ hiện ra có thể sai."),
    "text_cut": _("Nội dung thư quá dài nên chỉ hiện phần đầu; bản gốc giữ nguyên."),
    "encrypted": _("Thư được mã hóa; không đọc được nội dung để kiểm tra."),
    "same_id": _("Đã có thư khác mang cùng mã Message-ID nhưng khác nội dung."),
    "too_deep": _("Thư lồng trong thư quá nhiều lớp; lớp này không được mở."),
    "nested_broken": _("Thư đính kèm bị hỏng, không mở được."),
    "winmail_broken": _("Tệp winmail.dat bị hỏng, không lấy được tệp bên trong."),
}
