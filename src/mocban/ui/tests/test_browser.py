"""The shell in a real browser, wide and narrow, with and without JavaScript."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as installed
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.test import override_settings
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from . import settings as alone
from .conftest import TAKEN
from .sample import pdf

CHROMIUM = shutil.which("chromium") or "chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
AXE = Path(installed.NODE_MODULES) / "axe-core" / "axe.min.js"
QUICK = "/gallery/?without=pdf"
WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The gallery served over HTTP; it needs no database."""
    with override_settings(**{name: getattr(alone, name) for name in TAKEN}):
        server = LiveServerThread("127.0.0.1", StaticFilesHandler)
        server.daemon = True
        server.start()
        server.is_ready.wait()
        assert server.error is None
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()


@pytest.fixture(scope="module")
def windows(chromium) -> Iterator[Callable[..., BrowserContext]]:
    """One window a kind for the whole module, so that styles and scripts are loaded once."""
    made: dict[tuple[int, bool], BrowserContext] = {}

    def window(viewport: ViewportSize, scripts: bool) -> BrowserContext:
        kind = (viewport["width"], scripts)
        if kind not in made:
            made[kind] = chromium.new_context(viewport=viewport, java_script_enabled=scripts)
        return made[kind]

    yield window
    for context in made.values():
        context.close()


@pytest.fixture
def visit(windows, site):
    """Open a page and fail the test when the browser complains about anything, the policy included."""
    complaints: list[str] = []
    pages: list[Page] = []

    def opened(address: str, viewport: ViewportSize = WIDE, *, scripts: bool = True) -> Page:
        page = windows(viewport, scripts).new_page()
        pages.append(page)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site + address)
        return page

    yield opened
    for page in pages:
        page.close()
    assert [complaint for complaint in complaints if "status of 409" not in complaint] == []


@pytest.mark.parametrize(("address", "viewport"), [("/gallery/", WIDE), ("/gallery/", NARROW), ("/login/", NARROW)])
def test_no_page_scrolls_sideways_and_axe_finds_nothing(visit, address, viewport):
    page = visit(address, viewport)
    assert page.evaluate("document.documentElement.scrollWidth") == viewport["width"]
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {iframes: false}).then(r => r.violations.map(v => v.id + ': ' + v.help))")
    assert found == []


def test_slash_goes_to_search_and_escape_leaves_it(visit):
    page = visit(QUICK)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search-box"
    page.keyboard.type("a/b")
    assert page.input_value("#search-box") == "a/b"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") != "search-box"


def test_question_mark_lists_the_keys_of_this_page(visit):
    page = visit(QUICK)
    page.keyboard.press("?")
    assert page.locator("#keys dd", has_text="Vào sổ").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys").is_visible()


def test_a_letter_presses_its_button_but_not_while_typing(visit):
    page = visit(QUICK)
    page.fill("#id_number", "")
    page.focus("#id_number")
    page.keyboard.type("n")
    assert page.input_value("#id_number") == "n"
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.keyboard.press("n")
    assert page.input_value("#id_number") == ""


def test_arrows_walk_the_rows_and_enter_opens_one(visit):
    page = visit(QUICK)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/gallery/?row=99")


def test_the_first_wrong_field_gets_the_cursor(visit):
    page = visit(QUICK)
    page.fill("#id_number", "12-CV/VPTU")
    page.fill("#id_signed_on", "31/02/2026")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert page.evaluate("document.activeElement.id") == "id_signed_on"
    assert page.input_value("#id_number") == "12-CV/VPTU"


def test_a_form_is_sent_once(visit):
    page = visit(QUICK)
    page.route("**/gallery/**", lambda route: route.fulfill(status=204))
    stopped = page.evaluate("""async () => {
        const stopped = [];
        window.addEventListener("submit", (event) => stopped.push(event.defaultPrevented));
        const form = document.querySelector("main form.card");
        form.requestSubmit();
        form.requestSubmit();
        return stopped;
    }""")
    assert stopped == [False, True]


def test_the_skip_link_comes_first_and_leads_to_the_content(visit):
    page = visit(QUICK)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_the_rail_stays_in_view_and_reaches_the_bottom(visit):
    page = visit("/gallery/")
    page.evaluate("scrollTo(0, 700)")
    box = page.locator(".rail").bounding_box()
    assert (box["y"], box["y"] + box["height"]) == (52, WIDE["height"])


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_rail_opens_and_closes_on_a_narrow_screen(visit, scripts):
    page = visit(QUICK, NARROW, scripts=scripts)
    entry = page.locator(".rail a", has_text="Văn bản đi")
    assert not entry.is_visible()
    page.click(".rail-toggle")
    entry.wait_for(state="visible")
    page.click(".rail-close")
    entry.wait_for(state="hidden")


def test_the_menu_of_the_person_opens_without_scripts(visit):
    page = visit(QUICK, scripts=False)
    page.click(".person summary")
    assert page.locator(".menu-box button", has_text="Đăng xuất").is_visible()
    assert page.locator(".menu-box button", has_text="Phòng Tổng hợp").is_visible()


def test_the_viewer_shows_a_pdf_and_obeys_the_keyboard(visit):
    page = visit("/ui/pdf/?file=/sample.pdf&title=C%C3%B4ng%20v%C4%83n")
    page.wait_for_selector("body[data-ready]")
    page.locator(".textLayer span", has_text="Trang 1 cong van").wait_for()
    assert page.text_content("#count") == "/ 3"
    page.keyboard.press("j")
    page.wait_for_function("document.getElementById('number').value === '2'")
    page.fill("#words", "Trang 3")
    page.keyboard.press("Enter")
    page.locator(".highlight", has_text="Trang 3").wait_for()


def test_htmx_swaps_the_content_and_shows_a_refusal_above_it(visit):
    page = visit(QUICK)
    page.evaluate("htmx.ajax('GET', '/fail/rule/', '#content')")
    page.locator("#alerts", has_text="Văn bản mật không được đăng ký ở đây.").wait_for()
    assert page.locator("h1", has_text="Văn bản đến").is_visible()
    page.evaluate("htmx.ajax('GET', '/confirm/', '#content')")
    page.locator("h1", has_text="Thu hồi văn bản").wait_for()
    assert page.locator("#search-box").count() == 1
    assert page.title().startswith("Thu hồi văn bản")


def test_a_chosen_pdf_shows_beside_the_form_before_anything_is_sent(visit):
    page = visit("/gallery/?preview=1")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.set_input_files("#id_file", {"name": "công văn.pdf", "mimeType": "application/pdf", "buffer": pdf().read()})
    frame = page.frame_locator("iframe[data-preview-of=id_file]")
    frame.locator(".textLayer span", has_text="Trang 1 cong van").wait_for()
    assert page.text_content(".drop-words") == "công văn.pdf (2 KB)"
    assert "POST" not in sent
    page.set_input_files("#id_file", {"name": "a.docx", "mimeType": "application/zip", "buffer": b"PK"})
    frame.locator("#trouble", has_text="Chỉ xem trước được tệp PDF.").wait_for()


def test_without_scripts_the_viewer_leaves_the_file_to_the_browser(visit):
    page = visit("/ui/pdf/?file=/sample.pdf", scripts=False)
    assert page.locator("noscript object, object").count() == 1


def test_paper_shows_the_content_only(visit):
    page = visit(QUICK)
    page.emulate_media(media="print")
    for hidden in (".topbar", ".rail", ".button-bar >> nth=0", ".tabs", ".crumbs"):
        assert not page.locator(hidden).is_visible(), hidden
    assert page.locator("h1").is_visible()
    assert page.locator("table").is_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
