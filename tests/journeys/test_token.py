"""The secretary signs with the USB token of the own computer: pair, choose the certificate, sign two documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from playwright.sync_api import Browser, expect

from mocban.config.demo.compose import Letter, letter_pdf
from mocban_agent.journal import check
from mocban_agent.tests.softhsm import PIN, Headless, headless, make_token
from tests.conftest import Installation

from .papers import handed_in, passed_on
from .story import NARROW, PATIENCE, Desk, Story

pytestmark = pytest.mark.xdist_group("installation")
SECRETARY = "Hà Văn Toản"
SUBJECTS = ("mời họp bàn về bảo vệ đê Cửa Đông", "phân công trực đê Cửa Đông")
# The trial key of the secretary, as somebody at the console of the server can read it; from now on it is in the token.
READ_KEY = f"""
from mocban.people.models import Person
from mocban.signing import keys
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
key, certificate, chain = keys.store()._read(keys.holder(Person.objects.get(full_name="{SECRETARY}")))
print(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())
print(certificate.public_bytes(Encoding.PEM).decode())
"""


@pytest.fixture(scope="module")
def conf(installation: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    done = installation.command("manage", "shell", "-c", READ_KEY)
    assert done.returncode == 0, done.stderr
    found = {
        name: text for text, name in re.findall(r"(-----BEGIN ([A-Z ]+)-----.*?-----END \2-----)", done.stdout, re.S)
    }
    key: Any = serialization.load_pem_private_key(found["PRIVATE KEY"].encode(), None)
    certificate = x509.load_pem_x509_certificate(found["CERTIFICATE"].encode())
    return make_token(tmp_path_factory.mktemp("token"), {"chu-ky": (key, certificate)})


@pytest.fixture
def agent(installation: Installation, conf: Path, tmp_path: Path) -> Iterator[Headless]:
    with headless(tmp_path, conf, pins=["", PIN], port=installation.agent_port) as running:
        yield running


def draft(subject: str) -> bytes:
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    return letter_pdf(
        Letter(
            parent="Tỉnh ủy Đông Lĩnh", issuer="Đảng ủy xã Vân Khê", header=("ĐẢNG CỘNG SẢN VIỆT NAM",),
            number="Số          -CV/ĐU", dated=f"Vân Khê, ngày       tháng {day:%m} năm {day.year}", kind="",
            subject=subject, to="Các chi bộ trực thuộc", paragraphs=(f"Đảng ủy thông báo việc {subject}.",),
            signer_title="Bí thư", signer_name=SECRETARY, recipients=("Như trên", "Lưu"),
        )
    )  # fmt: skip


def waits_for_the_secretary(browser: Browser, installation: Installation, subject: str) -> str:
    """An officer drafts, the head of the unit approves. Returns the address of the document."""
    officer = Desk(browser, installation, "chuyenvien.vankhe")
    officer.open("/registry/outgoing/new/")
    officer.choose("kind_code", "Công văn")
    officer.choose("signer", SECRETARY)
    officer.fill(subject=subject[0].upper() + subject[1:])
    officer.page.get_by_label("Sở Nội vụ tỉnh Đông Lĩnh").check()
    address = handed_in(officer, draft(subject))
    head = Desk(browser, installation, "truongban.vankhe")
    passed_on(head, address)
    for desk in (officer, head):
        desk.page.context.close()
    return address


def test_a_leader_signs_with_the_token_of_the_own_computer(browser, installation, agent, tmp_path):
    addresses = [waits_for_the_secretary(browser, installation, subject) for subject in SUBJECTS]
    story = Story("Ký bằng USB token trên máy của mình")
    leader = Desk(browser, installation, "bithu.vankhe")
    the_page_is_paired(leader, agent, story)
    the_certificate_is_chosen(leader, story)
    both_documents_are_signed(leader, agent, story)
    for address in addresses:
        leader.open(address)
        leader.sees_after_a_while("Hợp lệ")
    story.then("chữ ký hợp lệ; văn thư được báo để cấp số", leader)
    assert check(tmp_path / "log.jsonl")[0] == 6, "paired, asked, stopped, asked, signed, signed"
    the_token_is_given_up(leader, story)


def the_page_is_paired(leader: Desk, agent: Headless, story: Story) -> None:
    leader.open("/signing/keys/own/")
    leader.press("USB token ở máy của bạn")
    leader.sees("Trang này chưa được ghép nối")
    leader.is_accessible()
    story.given("bí thư mở trang khai báo token, chương trình ký đang chạy trên máy", leader)
    leader.press("Ghép nối")
    box = leader.page.get_by_label("Mã ghép nối")
    expect(box).to_be_focused(timeout=PATIENCE)
    code = agent.code()
    box.fill("0" * 8 if code != "0" * 8 else "1" * 8)
    leader.page.keyboard.press("Enter")
    leader.sees("Mã không đúng.")
    leader.faults.clear()  # the browser itself notes the refused request
    box.fill(f"{code[:4]} {code[4:]}")
    leader.is_accessible()
    story.when("gõ mã đang hiện ở chương trình ký", leader)
    leader.page.keyboard.press("Enter")


def the_certificate_is_chosen(leader: Desk, story: Story) -> None:
    leader.sees("Đã nối với chương trình ký", SECRETARY, "Dùng chứng thư này cho tôi")
    leader.is_accessible()
    leader.is_not_cut()
    leader.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    leader.is_not_cut()
    story.then("chứng thư trong token hiện ra, xem cả trên màn hình hẹp", leader)
    leader.page.set_viewport_size({"width": 1440, "height": 900})
    leader.press("Dùng chứng thư này cho tôi")
    leader.sees("Từ nay ký bằng chứng thư", "Đang dùng")
    story.then("từ nay ký bằng token", leader)


def both_documents_are_signed(leader: Desk, agent: Headless, story: Story) -> None:
    leader.open("/registry/token-signing/")
    leader.sees("Đã nối với chương trình ký", *(subject[1:] for subject in SUBJECTS))
    rows = leader.page.locator("[data-document]")
    for place in range(rows.count()):
        if not any(subject[1:] in rows.nth(place).inner_text() for subject in SUBJECTS):
            rows.nth(place).locator("[name=chosen]").uncheck()
    leader.is_accessible()
    leader.press("Ký bằng USB token")
    for subject in SUBJECTS:
        problem = leader.page.locator("[data-document]", has_text=subject[1:]).locator("[data-problem]")
        expect(problem).to_contain_text("Bạn chưa mở văn bản này", timeout=PATIENCE)
    leader.faults.clear()
    story.when("chưa mở văn bản nào: hệ thống hỏi lại trước khi động tới token", leader)
    for subject in SUBJECTS:
        row = leader.page.locator("[data-document]", has_text=subject[1:])
        row.get_by_label("Tôi chưa mở văn bản này nhưng vẫn ký").check()
    leader.press("Ký bằng USB token")
    leader.sees("Đã hủy.")
    story.when("bỏ trống mã PIN: lượt ký bị hủy, chưa văn bản nào được ký", leader)
    leader.press("Ký bằng USB token")
    for subject in SUBJECTS:
        row = leader.page.locator("[data-document]", has_text=subject[1:])
        expect(row.locator("[data-state-words]")).to_have_text("Đã ký", timeout=PATIENCE)
    asked = agent.wait_for("pin")["lines"]
    shown = leader.page.locator("[data-digests] code").all_inner_texts()
    assert len(shown) == 2
    assert all(any(digest in line for line in asked) for digest in shown), "page and program show the same digests"
    leader.is_accessible()
    leader.is_not_cut()
    leader.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    leader.is_not_cut()
    story.then("nhập mã PIN một lần ở chương trình ký, cả hai văn bản đã ký", leader)
    leader.page.set_viewport_size({"width": 1440, "height": 900})


def the_token_is_given_up(leader: Desk, story: Story) -> None:
    """The installation goes on with the trial key, as the other stories expect it."""
    leader.open("/signing/keys/own/")
    leader.press("Bỏ nơi giữ khóa")
    leader.page.locator("#content form button.btn-danger, #content form button").first.click()
    leader.sees("Khóa dùng thử")
    story.then("bỏ khai báo token thì trở lại khóa cũ", leader)


def test_without_the_program_the_page_says_how_to_start_it(browser, installation, conf):
    leader = Desk(browser, installation, "bithu.vankhe")
    leader.open("/signing/agent/")
    leader.sees("Không thấy chương trình ký trên máy này.", "Thử lại")
    leader.is_accessible()
    leader.page.context.close()


def test_without_scripts_the_page_says_why_it_cannot_help(browser, installation):
    leader = Desk(browser, installation, "bithu.vankhe")
    cookies = leader.page.context.cookies()
    bare = browser.new_context(java_script_enabled=False)
    bare.add_cookies(cookies)
    page = bare.new_page()
    page.goto(f"{installation.url}/signing/agent/")
    expect(page.get_by_text("cần JavaScript")).to_be_visible()
    for context in (bare, leader.page.context):
        context.close()
