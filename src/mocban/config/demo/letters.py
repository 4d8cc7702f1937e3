"""What the demo's letters are about: invented matters of an invented province."""

from __future__ import annotations

MATTERS = (
    "triển khai lập hồ sơ điện tử và nộp lưu hồ sơ vào lưu trữ cơ quan",
    "rà soát, chỉnh lý tài liệu tồn đọng giai đoạn 2015–2024",
    "cử cán bộ tham dự lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ",
    "báo cáo kết quả ký số văn bản điện tử quý III",
    "góp ý dự thảo quy chế công tác văn thư, lưu trữ",
    "phối hợp số hóa tài liệu lưu trữ tại cấp xã",
    "kiểm tra việc gửi, nhận văn bản điện tử qua trục liên thông",
    "cung cấp số liệu thống kê công tác lưu trữ năm",
    "xây dựng danh mục hồ sơ năm tới",
    "bố trí kho bảo quản tài liệu lưu trữ",
    "đăng ký nhu cầu chứng thư số cho cán bộ",
    "tổ chức hội nghị sơ kết công tác văn phòng 9 tháng",
)

DECREE = (
    ("nd30", "Nghị định về công tác văn thư"),
    ("nd30-annex-1", "Phụ lục I: Thể thức, kỹ thuật trình bày văn bản hành chính và bản sao văn bản"),
    ("nd30-annex-2", "Phụ lục II: Viết hoa trong văn bản hành chính"),
    ("nd30-annex-3", "Phụ lục III: Bảng chữ viết tắt tên loại, mẫu trình bày văn bản hành chính"),
    ("nd30-annex-4", "Phụ lục IV: Mẫu về quản lý văn bản"),
    ("nd30-annex-5", "Phụ lục V: Lập hồ sơ và nộp lưu hồ sơ, tài liệu vào lưu trữ cơ quan"),
    ("nd30-annex-6", "Phụ lục VI: Hệ thống quản lý tài liệu điện tử"),
)


def paragraphs(matter: str) -> tuple[str, ...]:
    """Three paragraphs about a matter."""
    return (
        f"Thực hiện chương trình công tác năm, cơ quan đề nghị quý cơ quan quan tâm chỉ đạo việc {matter}.",
        "Đề nghị phân công đơn vị đầu mối, bảo đảm tiến độ, chất lượng; kịp thời phản ánh khó khăn, vướng mắc để cùng "
        "phối hợp giải quyết.",
        "Trân trọng cảm ơn sự phối hợp của quý cơ quan.",
    )
