"""A leader reads and signs: one document whose places were moved, then a batch of several with one that fails."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from mocban.config.demo.compose import letter_pdf
from tests.conftest import Installation

from .papers import department_draft, handed_in, passed_on
from .story import NARROW, PATIENCE, Desk, Story

pytestmark = pytest.mark.xdist_group("installation")


def draft(subject: str) -> bytes:
    """A draft as PDF."""
    on = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    said = ("Sở Nội vụ đề nghị quý cơ quan phối hợp thực hiện.", "Xin trân trọng cảm ơn.")
    return letter_pdf(department_draft(subject, *said, on=on))


def drafted(officer: Desk, subject: str) -> str:
    """Draft and submit; returns the address of the document."""
    officer.open("/registry/outgoing/new/")
    officer.choose("kind_code", "Công văn")
    officer.choose("signer", "Lý Quốc Bảo")
    officer.fill(subject=subject)
    return handed_in(officer, draft(subject))


def approved(officer: Desk, head: Desk, subject: str) -> str:
    address = drafted(officer, subject)
    passed_on(head, address)
    return address


def test_places_are_moved_and_the_leader_signs_what_was_read(browser, installation: Installation) -> None:
    story = Story("Dời chỗ ký, đọc rồi ký")
    officer, head = Desk(browser, installation, "chuyenvien.snv"), Desk(browser, installation, "truongphong.snv")
    address = approved(officer, head, "Về việc mở lớp tập huấn công tác lưu trữ")
    officer.open(address)
    officer.press("Chỗ ghi số, ngày, chữ ký")
    seal = officer.page.locator('.place[data-place="seal"]')
    expect(seal).to_be_visible()
    story.given("chuyên viên xem chỗ phần mềm tìm được trên bản thảo", officer)
    officer.is_accessible()
    before = float(officer.page.locator("#id_seal-left").input_value())
    seal.focus()
    for _step in range(4):
        officer.page.keyboard.press("ArrowLeft")
    expect(officer.page.locator("#id_seal-left")).to_have_value(str(round(before - 2, 1)).removesuffix(".0"))
    box = officer.page.locator('.place[data-place="signature"]').bounding_box()
    assert box is not None
    mouse = officer.page.mouse
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + box["width"] / 2 + 6, box["y"] + box["height"] / 2, steps=3)
    mouse.up()
    story.when("dời dấu bằng phím mũi tên và kéo chữ ký bằng chuột", officer)
    officer.press("Lưu vị trí")
    officer.sees("Đã đặt chỗ ghi số, ngày, chữ ký và dấu.", "đã dời")
    story.then("chỗ mới được giữ cho bản trình ký", officer)
    officer.page.locator("#id_signature-left").fill("199")
    officer.press("Lưu vị trí")
    officer.sees("ngoài trang")
    officer.faults.clear()  # the refused form answered 409, which the console calls an error
    story.then("chỗ nằm ngoài trang bị từ chối với lý do", officer)

    leader = Desk(browser, installation, "giamdoc.snv", NARROW)
    leader.open(f"{address}sign/")
    leader.sees("Bạn chưa mở văn bản này")
    story.given("Giám đốc chưa mở văn bản nên được hỏi", leader)
    leader.press("Mở đọc")
    expect(leader.page.locator(".sheet-page img").first).to_be_visible(timeout=PATIENCE)
    leader.is_not_cut()
    leader.is_accessible()
    story.when("mở đọc trên máy tính bảng", leader)
    leader.press("Ký số")
    leader.sees("Bạn đã mở đúng bản sẽ ký.")
    leader.press("Ký số")
    leader.sees("Đã ký số.")
    story.then("ký đúng bản đã đọc", leader)
    assert leader.faults == officer.faults == []


def test_a_batch_is_read_signed_and_one_that_fails_blocks_nothing(browser, installation: Installation) -> None:
    story = Story("Ký nhiều văn bản một lần")
    officer, head = Desk(browser, installation, "chuyenvien.snv"), Desk(browser, installation, "truongphong.snv")
    subjects = [f"Về việc kiểm tra kho lưu trữ đợt {place}" for place in range(1, 5)]
    places = [approved(officer, head, subject) for subject in subjects]
    leader = Desk(browser, installation, "giamdoc.snv")
    leader.open("/registry/signing/")
    for subject in subjects:
        leader.page.get_by_label(subject).check()
    leader.sees("Đã chọn 4")
    story.given("Giám đốc chọn bốn văn bản chờ ký", leader)
    leader.is_accessible()
    leader.press("Lập lô ký")
    leader.sees("Còn 4 văn bản bạn chưa mở")
    batch = leader.page.url
    leader.press("Đọc lần lượt")
    leader.sees("Đọc lần lượt 1/4")
    story.when("đọc lần lượt", leader)
    for place in range(2, 4):
        leader.page.keyboard.press("j")
        leader.sees(f"Đọc lần lượt {place}/4")
    leader.open(batch)
    leader.sees("Còn 1 văn bản bạn chưa mở")
    leader.page.get_by_label("Chưa mở nhưng vẫn ký").check()
    story.when("văn bản chưa mở được xác nhận riêng", leader)
    leader.is_accessible()
    head.open(places[1])
    head.page.locator("summary", has_text="Trả lại để sửa").click()
    head.fill(reason="Sửa lại ngày kiểm tra.")
    head.page.locator("#content").get_by_role("button", name="Trả lại", exact=True).click()
    head.sees("Đã trả lại dự thảo.")
    story.when("trong lúc đó trưởng phòng trả lại một văn bản", head)
    leader.press("Ký tất cả")
    leader.sees_after_a_while("Được 3/4")
    leader.sees("Văn bản đã thay đổi sau khi bạn chọn")
    story.then("ba văn bản được ký, văn bản bị trả lại nêu lý do và không chặn văn bản khác", leader)
    leader.is_accessible()
    narrow = Desk(browser, installation, "giamdoc.snv", NARROW)
    for path in ("/registry/signing/", batch):
        narrow.open(path)
        narrow.is_not_cut()
        narrow.is_accessible()
    story.then("trang kết quả trên màn hình hẹp", narrow)
    assert leader.faults == narrow.faults == head.faults == []
