"""The clerk registers by keyboard alone, and every key that is no character of the typed text is counted."""

from __future__ import annotations

import os
import re
import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from .papers import arriving_letter
from .story import PATIENCE, Desk, Story, first

pytestmark = pytest.mark.xdist_group("installation")
CODE = "H99.03"  # the department of the demo province
MOST = 12  # keys beyond the typed text of one complete registration


class Keys:
    """A keyboard that counts: each press of Tab, Enter, an arrow, Esc or a shortcut is one key, typed text is none."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.pressed: list[str] = []

    def press(self, key: str) -> None:
        self.pressed.append(key)
        self.desk.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.desk.page.keyboard.type(words)

    def into(self, name: str) -> None:
        expect(self.desk.page.locator(f"[name={name}]:focus, button[name={name}]:focus")).to_have_count(
            1, timeout=PATIENCE
        )


def scanned(installation, name: str, code: str) -> None:
    """The scanner has dropped a letter into the folder of the department, a minute ago."""
    folder = installation.data / "scan" / CODE
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(arriving_letter(code, datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()))
    os.utime(path, (time.time() - 60, time.time() - 60))


def test_a_clerk_registers_scans_and_paper_without_a_mouse(browser, installation):
    story = Story("Đăng ký bằng bàn phím")
    clerk = Desk(browser, installation, "vanthu.snv")
    number = str(int(time.time()) % 100_000)
    scanned(installation, "quet-1.pdf", f"{number}-CV/ĐU")
    clerk.open("/registry/incoming/new/")
    a_scan_is_registered(clerk, story, number, installation)
    a_paper_document_is_registered(clerk, story, number)
    the_same_code_is_warned_of(clerk, story, number)
    clerk.is_accessible()
    for path in (
        "/registry/scans/",
        "/registry/incoming/missing/",
        "/registry/batches/new/",
        "/registry/incoming/labels/",
    ):
        clerk.open(path)
        clerk.is_not_cut()
        clerk.is_accessible()
    clerk.page.context.close()


def a_scan_is_registered(clerk: Desk, story: Story, number: str, installation) -> None:
    keys = Keys(clerk)
    keys.into("issuer_name")
    story.given("văn thư mở trang đăng ký, con trỏ đã ở ô đầu", clerk)
    keys.press("Escape")
    keys.press("l")
    clerk.page.wait_for_url("**scan=**")
    expect(clerk.page.locator("[name=printed_code]")).to_have_value(f"{number}-CV/ĐU", timeout=PATIENCE)
    keys.into("issuer_name")
    story.when("lấy tệp quét tiếp theo: tệp hiện bên cạnh, các mục đã đọc", clerk)
    keys.press("Enter")
    keys.into("signer_name")
    keys.type("Hà Văn Toản")
    keys.press("Enter")
    keys.into("next")
    keys.press("Enter")
    clerk.page.wait_for_url("**after=**")
    assert len(keys.pressed) <= MOST, keys.pressed
    expect(clerk.page.locator("#said")).to_have_text(re.compile(r"Số đến vừa cấp: \d+"), timeout=PATIENCE)
    keys.into("issuer_name")
    story.then("số đến vừa cấp hiện to; con trỏ lại ở ô đầu", clerk)
    assert not (installation.data / "scan" / CODE / "quet-1.pdf").exists()
    assert list((installation.data / "scan" / CODE / "done").rglob("*quet-1.pdf"))


def a_paper_document_is_registered(clerk: Desk, story: Story, number: str) -> None:
    clerk.open("/registry/incoming/new/")
    keys = Keys(clerk)
    keys.into("issuer_name")
    keys.type("ubnd tinh dong linh")
    expect(clerk.page.locator(".pick-list [role=option]").first).to_be_visible(timeout=PATIENCE)
    keys.press("Enter")
    keys.press("Enter")
    keys.into("printed_code")
    keys.type(f"{number}/QĐ-UBND")
    keys.press("Enter")
    keys.into("issued_on")
    keys.type(".")
    keys.press("Enter")
    keys.into("subject")
    keys.type("Về việc kiện toàn ban chỉ đạo")
    keys.press("Enter")
    keys.into("signer_name")
    keys.type("Đặng Hữu Thịnh")
    keys.press("Enter")
    keys.into("next")
    expect(clerk.page.locator("[name=kind_code] option:checked")).to_have_text("Quyết định")
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    expect(clerk.page.locator("[name=issued_on]")).to_have_value(f"{day:%d/%m/%Y}")
    story.when("gõ văn bản giấy: ký hiệu chọn loại, dấu chấm là hôm nay", clerk)
    keys.press("Enter")
    clerk.page.wait_for_url("**after=**")
    assert len(keys.pressed) <= MOST, keys.pressed
    assert first(r"Số đến vừa cấp: ?(\d+)", clerk.text())
    story.then(f"đăng ký xong với {len(keys.pressed)} phím ngoài chữ gõ", clerk)


def the_same_code_is_warned_of(clerk: Desk, story: Story, number: str) -> None:
    clerk.open("/registry/incoming/new/")
    keys = Keys(clerk)
    keys.type("ubnd tinh dong linh")
    expect(clerk.page.locator(".pick-list [role=option]").first).to_be_visible(timeout=PATIENCE)
    keys.press("Enter")
    keys.press("Enter")
    keys.type(f"{number}/QĐ-UBND")
    keys.press("Enter")
    clerk.sees("Có thể đã đăng ký", "Vẫn đăng ký: đây là văn bản khác")
    story.then("trùng số, ký hiệu, cơ quan: cảnh báo hiện trước khi lưu", clerk)
