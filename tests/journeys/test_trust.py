"""A letter signed under an authority that nobody trusts yet, and how two administrators come to trust it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from playwright.sync_api import expect

from mocban.signing.tests import signed
from mocban.signing.tests.pki import pki

from .story import Desk, Story

pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A signed letter and the root above its signer; made before the browser starts, whose loop lets no other run."""
    folder = tmp_path_factory.mktemp("papers")
    letter, root = folder / "thu-ky-so.pdf", folder / "goc.pem"
    letter.write_bytes(signed.pdf(pki()))
    root.write_bytes(pki().x509("root").public_bytes(Encoding.PEM))
    return letter, root


def test_two_administrators_come_to_trust_an_authority(papers: tuple[Path, Path], browser, installation):
    story = Story("Hai quản trị tin cậy một chứng thư")
    letter, root = papers
    clerk = Desk(browser, installation, "vanthu.snv")
    checked(clerk, letter, "Chưa đủ căn cứ tin cậy")
    story.given("văn thư kiểm tra một tệp do tổ chức chứng thực lạ cấp chứng thư: chưa đủ căn cứ", clerk)

    first = Desk(browser, installation, "quantri.snv")
    first.open("/signing/trust/new/")
    first.page.locator("[name=certificate]").set_input_files(root)
    for box in first.page.locator("#content [name=purposes]").all():
        box.check()
    first.press("Gửi đề nghị")
    first.sees("một quản trị khác phải đồng ý")
    story.when("quản trị thứ nhất đề nghị tin cậy chứng thư gốc", first)
    checked(clerk, letter, "Chưa đủ căn cứ tin cậy")
    story.then("một người đề nghị thì chưa đổi gì", clerk)

    second = Desk(browser, installation, "quantri.vankhe")
    second.open("/notices/")
    second.sees("Hồ Sỹ Nam đề nghị tin cậy chứng thư")
    second.open(first.page.url)
    fingerprint = second.page.locator(".fingerprint").inner_text()
    second.fill(fingerprint=fingerprint[-9:])
    second.press("Đã đối chiếu, đồng ý")
    second.sees("Đang tin cậy")
    second.is_accessible()
    story.when("quản trị của cơ quan khác đối chiếu dấu vân tay rồi đồng ý", second)
    checked(clerk, letter, "Hợp lệ")
    clerk.sees("Trần Thị Bích Ngọc", "theo đồng hồ người ký")
    clerk.is_accessible()
    story.then("tệp ấy nay hợp lệ, kèm người ký và thời điểm theo đồng hồ của ai", clerk)
    assert [*clerk.faults, *first.faults, *second.faults] == []


def checked(clerk: Desk, file: Path, verdict: str) -> None:
    clerk.open("/signing/check/")
    clerk.page.locator("[name=file]").set_input_files(file)
    clerk.press("Kiểm tra")
    expect(clerk.page.locator(".verdict-word")).to_have_text(verdict)
