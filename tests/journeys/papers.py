"""The papers of the stories: a letter that arrives, and the draft of its answer as an officer types it."""

from __future__ import annotations

from datetime import date

from mocban.config.demo.compose import Letter, letter_docx, letter_pdf
from mocban.law.dates import dated_place

from .story import Desk

SUBJECT = "sửa chữa trạm bơm Cửa Đông trước mùa mưa"
HIDDEN_WORDS = "con rạch Lĩnh Hạ bồi lắng"  # stands only in the text of the arriving PDF


def arriving_letter(code: str, on: date) -> bytes:
    """A letter of the commune Party committee, as its regime prints it."""
    return letter_pdf(
        Letter(
            parent="Tỉnh ủy Đông Lĩnh",
            issuer="Đảng ủy xã Vân Khê",
            header=("ĐẢNG CỘNG SẢN VIỆT NAM",),
            number=f"Số {code}",
            dated=dated_place(regime="party", place="Vân Khê", day=on),
            kind="",
            subject=SUBJECT,
            to="Sở Nội vụ tỉnh Đông Lĩnh",
            paragraphs=(
                f"Do {HIDDEN_WORDS}, trạm bơm thôn Đông hoạt động dưới một nửa công suất.",
                "Đề nghị quý cơ quan xem xét, trả lời để địa phương chủ động bố trí nhân lực.",
            ),
            signer_title="Bí thư",
            signer_name="Hà Văn Toản",
            recipients=("Như trên", "Lưu"),
        )
    )


def department_draft(subject: str, *paragraphs: str, on: date) -> Letter:
    """What an officer of the department types: room for the number and the day, the leader's name below."""
    return Letter(
        parent="Ủy ban nhân dân tỉnh Đông Lĩnh",
        issuer="Sở Nội vụ tỉnh Đông Lĩnh",
        header=("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        number="Số:          /SNV-VTLT",
        dated=f"Đông Lĩnh, ngày       tháng {on:%m} năm {on.year}",
        kind="",
        subject=subject,
        to="Đảng ủy xã Vân Khê",
        paragraphs=paragraphs,
        signer_title="Giám đốc",
        signer_name="Lý Quốc Bảo",
        recipients=("Như trên", "Lưu: VT, VTLT"),
    )


def drafted_answer(code: str, on: date) -> bytes:
    """The officer's answer to the letter (.docx)."""
    said = (
        f"Sở Nội vụ nhận được Công văn số {code} của quý cơ quan về việc {SUBJECT}.",
        "Sở thống nhất với đề nghị; việc bố trí nhân lực thực hiện trong tháng.",
    )
    return letter_docx(department_draft(f"trả lời Công văn số {code}", *said, on=on))


def handed_in(officer: Desk, draft: bytes) -> str:
    """Put the PDF into the form of a new draft, create and submit it; returns the address of the document."""
    file = {"name": "du-thao.pdf", "mimeType": "application/pdf", "buffer": draft}
    officer.page.locator("#id_file").set_input_files(file)
    officer.press("Tạo dự thảo")
    officer.sees("Đã tạo dự thảo.")
    address = str(officer.page.url)
    officer.press("Trình lãnh đạo đơn vị")
    officer.sees("Đã trình lãnh đạo đơn vị.")
    return address


def passed_on(head: Desk, address: str) -> None:
    """The head of the unit approves the draft."""
    head.open(address)
    head.press("Duyệt, trình ký")
    head.sees("Đã duyệt và trình ký.")
