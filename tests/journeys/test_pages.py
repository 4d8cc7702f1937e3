"""The main pages as people meet them: for everybody (WCAG 2.2 AA), on a telephone, in English, in another position."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from .story import NARROW, WIDE, Desk, Story

pytestmark = pytest.mark.xdist_group("installation")

# Who looks at what; ">" follows the first link of the page's list.
PAGES = {
    "": ["/login/", "/law/"],
    "vanthu.snv": [
        "/",
        "/registry/incoming/",
        "/registry/incoming/new/",
        "/registry/incoming/>",
        "/registry/outgoing/",
        "/registry/outgoing/>",
        "/registry/books/",
        "/registry/books/>",
        "/registry/books/hand-overs/",
        "/registry/books/envelopes/>",
        "/registry/books/follow-up/",
        "/exchange/sent/>",
        "/signing/check/",
        "/signing/trust/",
        "/notices/",
        "/search/?q=ho so",
    ],
    "truongphong.snv": ["/inbox/", "/registry/books/receipts/>"],
    "chanhvp.snv": [
        "/",
        "/inbox/",
        "/inbox/>",
        "/reports/",
        "/reports/unsigned/",
        "/reports/unsigned/?way=incoming",
        "/law/",
    ],
    "chuyenvien.snv": [
        "/inbox/>",
        "/registry/outgoing/new/",
        "/records/files/",
        "/records/files/>",
        "/records/files/new/",
    ],
    "luutru.snv": ["/signing/renewals/", "/archives/submissions/>", "/archives/holdings/>", "/preservation/packages/>"],
    "giamdoc.snv": ["/signing/keys/own/", "/signing/keys/of/own/file/", "/signing/keys/of/own/token/"],
    "quantri.snv": [
        "/admin/",
        "/signing/keys/>",
        "/signing/keys/organisation/hand-over/",
        "/admin/people/>",
        "/signing/trust/",
        "/signing/trust/new/",
        "/signing/trust/revocation/",
        "/signing/times/",
    ],
}


def visit(desk: Desk, path: str) -> None:
    desk.open(path.rstrip(">"))
    if path.endswith(">"):
        desk.page.locator("#content [data-rows] a").first.click()
        desk.page.wait_for_load_state()


@pytest.mark.parametrize("login", PAGES, ids=lambda login: login or "nobody")
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_main_pages_are_accessible_and_nothing_is_cut(browser, installation, login, size):
    desk = Desk(browser, installation, login, size)
    for path in PAGES[login]:
        visit(desk, path)
        desk.is_not_cut()
        desk.is_accessible()
    assert desk.faults == []
    desk.page.context.close()


def test_the_clerk_works_on_a_telephone(browser, installation):
    story = Story("Văn thư dùng điện thoại")
    clerk = Desk(browser, installation, "vanthu.mttq", NARROW)
    story.given("văn thư mở trang chủ trên màn hình hẹp", clerk)
    clerk.page.get_by_role("link", name="Mở danh mục").click()
    rail = clerk.page.get_by_role("navigation", name="Danh mục chính")
    story.when("mở danh mục", clerk)
    rail.get_by_role("link", name="Văn bản đến").click()
    row = clerk.page.locator("#content tbody tr").first
    expect(row).to_be_visible()
    assert row.locator("td").first.evaluate("cell => getComputedStyle(cell, '::before').content") == '"Số đến"'
    clerk.is_not_cut()
    story.then("mỗi dòng của sổ thành một thẻ có tên từng mục", clerk)
    row.get_by_role("link").first.click()
    clerk.is_not_cut()
    story.then("văn bản xem được trên điện thoại", clerk)


def test_the_screens_turn_english_and_back(browser, installation):
    story = Story("Đổi ngôn ngữ")
    clerk = Desk(browser, installation, "vanthu.snv")
    header = clerk.page.get_by_role("banner")
    clerk.open("/registry/incoming/")
    story.given("sổ văn bản đến bằng tiếng Việt", clerk)
    header.get_by_role("button", name="Switch to English").click()
    expect(clerk.page.locator("html")).to_have_attribute("lang", "en")
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Incoming documents")
    story.then("màn hình bằng tiếng Anh", clerk)
    header.get_by_role("button", name="Chuyển sang tiếng Việt").click()
    expect(clerk.page.get_by_role("heading", level=1)).to_have_text("Văn bản đến")
    story.then("trở lại tiếng Việt", clerk)


def test_a_person_with_two_positions_acts_in_one_at_a_time(browser, installation):
    story = Story("Đổi vị trí công tác")
    leader = Desk(browser, installation, "lanhdao.mttq")
    leader.open("/inbox/")
    leader.sees("gộp mọi vị trí công tác của bạn")
    story.given("lãnh đạo Mặt trận cũng là Tỉnh ủy viên; việc của cả hai vị trí ở một chỗ", leader)
    leader.open("/")
    expect(leader.page.get_by_role("heading", level=1)).to_contain_text("Mặt trận")
    menu = leader.page.locator("details.person")
    menu.locator("summary").click()
    story.when("mở danh sách vị trí", leader)
    menu.get_by_role("button", name="Tỉnh ủy viên").click()
    expect(leader.page.get_by_role("heading", level=1)).to_have_text("Văn phòng Tỉnh ủy Đông Lĩnh")
    expect(leader.page.get_by_role("banner")).to_contain_text("Tỉnh ủy viên")
    story.then("làm việc ở vị trí kia", leader)
