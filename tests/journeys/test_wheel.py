"""One document goes the whole way: received, instructed, answered, signed, issued, sent, filed, archived."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

import pikepdf
import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import Installation

from .papers import HIDDEN_WORDS, SUBJECT, arriving_letter, drafted_answer
from .story import PATIENCE, Desk, Story, first

pytestmark = pytest.mark.xdist_group("installation")
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@dataclass
class Wheel:
    """What the people of the story know of it so far: desks by login, addresses by name."""

    browser: Browser
    installation: Installation
    story: Story
    desks: dict[str, Desk] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    code: str = ""
    notation: str = ""
    issued_code: str = ""

    def desk(self, login: str) -> Desk:
        if login not in self.desks:
            self.desks[login] = Desk(self.browser, self.installation, login)
        return self.desks[login]


def test_one_document_goes_from_arrival_to_archive(browser, installation):
    wheel = Wheel(browser, installation, Story("Vòng đời một văn bản"))
    the_clerk_registers_a_letter_by_keyboard(wheel)
    the_stamped_copy_shows_number_and_day(wheel)
    the_head_of_office_instructs(wheel)
    the_officer_opens_a_file_and_drafts_the_answer(wheel)
    the_head_approves_and_the_leader_signs(wheel)
    the_clerk_numbers_seals_and_issues(wheel)
    both_signatures_hold_and_the_number_stands_in_the_pdf(wheel)
    the_other_body_registers_the_packet(wheel)
    the_sender_sees_the_statuses(wheel)
    the_officer_finishes_files_and_closes(wheel)
    the_archivist_receives_places_and_packs(wheel)
    search_finds_it_for_those_who_may_see_it(wheel)
    the_figures_lead_to_the_documents(wheel)
    every_step_names_its_rule(wheel)


def the_clerk_registers_a_letter_by_keyboard(wheel: Wheel) -> None:
    story, clerk = wheel.story, wheel.desk("vanthu.snv")
    keys = clerk.page.keyboard
    clerk.open("/registry/incoming/")
    story.given("văn thư Sở Nội vụ mở sổ văn bản đến", clerk)
    keys.press("n")
    clerk.page.wait_for_url("**/registry/incoming/new/")
    number = first(r"số tiếp theo: (\d+)", clerk.text())
    wheel.code = f"{400 + int(number)}-CV/ĐU"
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    tab_to(clerk, "file")
    clerk.page.locator("#id_file").set_input_files(
        {"name": "cong-van.pdf", "mimeType": "application/pdf", "buffer": arriving_letter(wheel.code, day)}
    )
    clerk.sees("Đã đọc từ tệp một số mục")
    shown = clerk.page.frame_locator("iframe[data-preview-of]").locator("canvas").first
    expect(shown).to_be_visible(timeout=PATIENCE)
    story.when("thả tệp PDF, phần mềm đọc các mục và hiện tệp bên cạnh biểu mẫu", clerk)
    for name, value in {
        "issuer_name": "Đảng ủy xã Vân Khê",
        "printed_code": wheel.code,
        "issued_on": f"{day:%d/%m/%Y}",
        "subject": SUBJECT[0].upper() + SUBJECT[1:],
        "signer_name": "Hà Văn Toản",
    }.items():
        tab_to(clerk, name)
        keys.press("Control+A")
        keys.type(value)
    expect(clerk.page.locator("[name=kind_code] option:checked")).to_have_text("Công văn")
    story.when("kiểm tra, sửa các mục bằng bàn phím", clerk)
    keys.press("Control+Enter")
    clerk.page.wait_for_url(re.compile(r"/registry/incoming/[0-9a-f-]{36}/$"))
    wheel.at["incoming"] = clerk.page.url
    clerk.sees(f"Đã đăng ký văn bản đến số {number}.", "Hạn trình")
    story.then("số đến được cấp, hạn trình được tính theo quy định", clerk)


def tab_to(desk: Desk, name: str) -> None:
    """Reach the field with the Tab key, as somebody without a mouse does."""
    for _ in range(80):
        if desk.page.evaluate("document.activeElement.name") == name:
            return
        desk.page.keyboard.press("Tab")
    raise AssertionError(f"the Tab key never reaches {name}")


def the_stamped_copy_shows_number_and_day(wheel: Wheel) -> None:
    clerk = wheel.desk("vanthu.snv")
    number = first(r"Văn bản đến số (\d+)", clerk.text())
    address = clerk.page.get_by_role("link", name="Bản có dấu Đến").get_attribute("href")
    stamped = clerk.get(str(address))
    words = pdf_words(stamped)
    assert "ĐẾN" in words
    assert number in words
    wheel.story.then_paper("bản sao mang dấu ĐẾN với số và ngày đến", stamped)


def the_head_of_office_instructs(wheel: Wheel) -> None:
    story, chief = wheel.story, wheel.desk("chanhvp.snv")
    chief.open("/inbox/")
    story.given("Chánh Văn phòng thấy văn bản mới trong việc của mình", chief)
    chief.open(wheel.at["incoming"])
    chief.fill(opinion="Giao Phòng Văn thư – Lưu trữ chủ trì trả lời; Phòng Tổ chức – Cán bộ phối hợp.")
    chief.choose("lead_unit", "Phòng Văn thư – Lưu trữ")
    chief.choose("officer", "Dương Minh Đức")
    chief.page.get_by_label("Phòng Tổ chức – Cán bộ").check()
    story.when("ghi bút phê, chọn đơn vị chủ trì và phối hợp", chief)
    chief.press("Ghi bút phê, giao việc")
    chief.sees("Đã ghi ý kiến chỉ đạo", "Dương Minh Đức")
    story.then("việc được giao cho hai đơn vị", chief)


def the_officer_opens_a_file_and_drafts_the_answer(wheel: Wheel) -> None:
    story, officer = wheel.story, wheel.desk("chuyenvien.snv")
    officer.open("/inbox/")
    officer.page.locator("tr", has_text=wheel.code).get_by_role("link").first.click()
    officer.press("Nhận việc")
    wheel.at["task"] = officer.page.url
    officer.sees("Đang làm")
    story.given("chuyên viên nhận việc", officer)
    officer.press("Mở hồ sơ mới")
    officer.page.locator("[name=plan_line]").select_option(index=1)
    wheel.notation = wheel.code.replace("-CV/ĐU", ".VTLT")
    officer.fill(notation=wheel.notation, title="Hồ sơ về sửa chữa trạm bơm Cửa Đông năm nay")
    story.when("mở hồ sơ theo danh mục năm của đơn vị", officer)
    officer.press("Mở hồ sơ")
    officer.sees("Đã mở hồ sơ")
    wheel.at["file"] = officer.page.url
    put_into_file(officer, wheel.at["task"], wheel.notation)
    officer.press("Soạn văn bản trả lời")
    officer.choose("kind_code", "Công văn")
    officer.choose("signer", "Lý Quốc Bảo")
    expect(officer.page.get_by_label("Đảng ủy xã Vân Khê")).to_be_checked()
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    draft = {"name": "du-thao.docx", "mimeType": DOCX, "buffer": drafted_answer(wheel.code, day)}
    officer.page.locator("#id_file").set_input_files(draft)
    story.when("soạn văn bản trả lời và nộp bản dự thảo .docx", officer)
    officer.press("Tạo dự thảo")
    officer.sees("Đã tạo dự thảo.")
    wheel.at["outgoing"] = officer.page.url
    put_into_file(officer, wheel.at["outgoing"], wheel.notation)
    expect(officer.page.frame_locator("iframe").locator("canvas").first).to_be_visible(timeout=PATIENCE)
    story.then("dự thảo được chuyển thành PDF và hiện bên cạnh", officer)
    officer.press("Trình lãnh đạo đơn vị")
    officer.sees("Đã trình lãnh đạo đơn vị.")
    story.then("dự thảo chờ trưởng phòng duyệt", officer)


def put_into_file(desk: Desk, address: str, notation: str) -> None:
    desk.open(address)
    desk.choose("file", notation)
    desk.press("Đưa vào")
    desk.sees(f"Đã đưa văn bản vào hồ sơ {notation}.")


def the_head_approves_and_the_leader_signs(wheel: Wheel) -> None:
    story, head, leader = wheel.story, wheel.desk("truongphong.snv"), wheel.desk("giamdoc.snv")
    head.open("/inbox/")
    story.given("trưởng phòng thấy dự thảo chờ duyệt", head)
    head.open(wheel.at["outgoing"])
    head.press("Duyệt, trình ký")
    head.sees("Đã duyệt và trình ký.")
    story.then("dự thảo được duyệt", head)
    leader.open("/inbox/")
    leader.open(wheel.at["outgoing"])
    leader.waits_for_papers()  # what was never opened is asked about
    leader.press("Ký số")
    story.when("Giám đốc được hỏi trước khi ký", leader)
    leader.press("Ký số")
    leader.sees("Đã ký số.")
    story.then("Giám đốc đã ký số", leader)


def the_clerk_numbers_seals_and_issues(wheel: Wheel) -> None:
    story, clerk = wheel.story, wheel.desk("vanthu.snv")
    clerk.open(wheel.at["outgoing"])
    story.given("văn bản đã ký chờ văn thư cấp số", clerk)
    clerk.page.keyboard.press("s")
    clerk.sees("Đã cấp số.")
    wheel.issued_code = first(r"(\d+/SNV-\w+)", clerk.text())
    clerk.press("Đóng dấu và phát hành")
    story.when("văn thư được hỏi trước khi đóng dấu và phát hành", clerk)
    clerk.press("Phát hành")
    clerk.sees(f"Đã phát hành văn bản {wheel.issued_code}.")
    story.then("văn bản đã phát hành", clerk)


def both_signatures_hold_and_the_number_stands_in_the_pdf(wheel: Wheel) -> None:
    clerk = wheel.desk("vanthu.snv")
    clerk.sees_after_a_while("Kết quả đầy đủ, bản đã ký và so sánh")
    rows = clerk.page.locator("#content tr", has_text="Hợp lệ")
    assert rows.count() == 2, clerk.text()
    issued = clerk.page.locator("#content .files li", has_text="phát hành").first.get_by_role("link").first
    data = clerk.get(str(issued.get_attribute("href")))
    pdf = pikepdf.open(io.BytesIO(data))
    filled = pdf.Root.AcroForm.Fields
    values = [str(one.get("/V", "")) for one in filled if one.get("/FT") == "/Tx"]
    assert any(wheel.issued_code.split("/")[0] in value for value in values), values
    wheel.story.then_paper("bản phát hành mang số, ngày, chữ ký của người ký và của cơ quan", data)
    wheel.story.then("cả hai chữ ký đều hợp lệ", clerk)


def the_other_body_registers_the_packet(wheel: Wheel) -> None:
    story, receiver = wheel.story, wheel.desk("vanthu.vankhe")
    receiver.open("/exchange/waiting/")
    row = receiver.page.locator("tr", has_text=wheel.issued_code)
    receiver.sees_after_a_while(wheel.issued_code)
    story.given("văn thư Đảng ủy xã thấy gói tin chờ tiếp nhận", receiver)
    row.get_by_role("link").first.click()
    receiver.press("Tiếp nhận và đăng ký")
    expect(receiver.page.locator("[name=printed_code]")).to_have_value(wheel.issued_code)
    story.when("các mục được điền sẵn từ gói tin", receiver)
    receiver.press("Tiếp nhận, lấy số")
    receiver.sees("Đã tiếp nhận và đăng ký số đến")
    story.then("văn bản được đăng ký tại nơi nhận", receiver)


def the_sender_sees_the_statuses(wheel: Wheel) -> None:
    officer = wheel.desk("chuyenvien.snv")
    officer.open(wheel.at["outgoing"])
    officer.sees_after_a_while("Đã đến", "Đã tiếp nhận")
    wheel.story.then("nơi gửi thấy trạng thái 01 và 03", officer)


def the_officer_finishes_files_and_closes(wheel: Wheel) -> None:
    story, officer = wheel.story, wheel.desk("chuyenvien.snv")
    officer.open(wheel.at["task"])
    officer.fill(result=f"Đã trả lời bằng Công văn số {wheel.issued_code}.")
    officer.press("Báo đã xong")
    officer.sees("Đã hoàn thành việc.")
    officer.open(wheel.at["file"])
    officer.sees(wheel.code, wheel.issued_code)
    story.given("văn bản đến và văn bản trả lời nằm trong hồ sơ", officer)
    officer.press("Kết thúc hồ sơ")
    officer.press("Kết thúc hồ sơ")
    officer.sees("Đã kết thúc hồ sơ.")
    story.then("hồ sơ đã kết thúc", officer)
    officer.press("Mục lục văn bản")
    officer.sees("MỤC LỤC VĂN BẢN TRONG HỒ SƠ", wheel.issued_code)
    officer.page.emulate_media(media="print")
    story.then("mục lục văn bản in ra giấy được", officer)
    officer.page.emulate_media(media="screen")


def the_archivist_receives_places_and_packs(wheel: Wheel) -> None:
    story, officer, archivist = wheel.story, wheel.desk("chuyenvien.snv"), wheel.desk("luutru.snv")
    officer.open(wheel.at["file"])
    officer.press("Nộp lưu")
    officer.press("Giao nộp")
    officer.sees("Đã giao nộp")
    archivist.open(officer.page.url)
    story.given("lưu trữ viên nhận danh sách hồ sơ giao nộp", archivist)
    archivist.press("Tiếp nhận hồ sơ")
    archivist.sees("Đã tiếp nhận hồ sơ.")
    minutes = archivist.page.get_by_role("link", name="Biên bản giao nhận").get_attribute("href")
    story.then_paper("biên bản giao nhận được lập", archivist.get(str(minutes)))
    archivist.open("/archives/holdings/")
    archivist.follow(wheel.notation)
    archivist.page.locator("[name=fonds]").select_option(index=1)
    archivist.page.locator("[name=place]").select_option(index=1)
    archivist.press("Xếp")
    archivist.sees("Hộp 01", "Thời hạn bảo quản", "Dòng")
    story.when("xếp hồ sơ vào phông và hộp; thời hạn bảo quản chỉ rõ dòng của bảng", archivist)
    archivist.press("Tạo gói lưu trữ (AIP)")
    archivist.sees("Đã tạo và kiểm tra gói lưu trữ.")
    archivist.press("Gói lưu trữ")
    story.then("gói lưu trữ được ghi và kiểm tra", archivist)
    address = archivist.page.get_by_role("link", name="Tải gói").get_attribute("href")
    check_package(archivist.get(str(address)))


def check_package(data: bytes) -> None:
    """The package holds METS and PREMIS, and its files have the digests that METS names."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        mets = [package.read(name).decode() for name in names if name.endswith("METS.xml")]
        assert mets
        assert any("premis" in name.casefold() for name in names)
        stored = {name for name in names if "/data/" in name and not name.endswith("/")}
        assert stored
        named = "".join(mets).casefold()
        assert all(hashlib.sha256(package.read(name)).hexdigest() in named for name in stored)


def search_finds_it_for_those_who_may_see_it(wheel: Wheel) -> None:
    story, officer, stranger = wheel.story, wheel.desk("chuyenvien.snv"), wheel.desk("vanthu.mttq")
    for words in (SUBJECT, "sua chua tram bom cua dong", f"số:{wheel.issued_code}", HIDDEN_WORDS):
        officer.open(f"/search/?q={words}")
        officer.sees_after_a_while("Tìm thấy")
        assert wheel.code in officer.text() or wheel.issued_code in officer.text(), words
        stranger.open(f"/search/?q={words}")
        stranger.sees("Không tìm thấy kết quả nào")
    story.then("tìm thấy theo chữ có dấu, không dấu, theo số và theo chữ trong tệp", officer)
    story.then("người cơ quan khác không thấy", stranger)
    assert stranger.status(wheel.at["incoming"].removeprefix(stranger.url)) == 404


def the_figures_lead_to_the_documents(wheel: Wheel) -> None:
    story, chief = wheel.story, wheel.desk("chanhvp.snv")
    chief.open("/reports/")
    story.given("Chánh Văn phòng xem số liệu", chief)
    chief.follow("Đủ chữ ký số")
    chief.sees(wheel.issued_code)
    story.then("bấm vào con số thấy các văn bản đứng sau nó", chief)


def every_step_names_its_rule(wheel: Wheel) -> None:
    chief = wheel.desk("chanhvp.snv")
    for name in ("incoming", "outgoing", "file"):
        chief.open(wheel.at[name])
        steps = chief.page.locator("ol.history > li")
        assert steps.count() >= 4
        without = [step for step in steps.all() if not step.locator(".citation").count()]
        assert without == [], [step.inner_text() for step in without]
    wheel.story.then("mỗi bước trong lịch sử là một câu, kèm căn cứ", chief)


def pdf_words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in document)
