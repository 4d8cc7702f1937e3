"""Stories told in a real browser: one sentence a step, a screenshot beside it.

The screenshots and the told story stay in the folder that MOCBAN_JOURNEYS names, else in var/journeys.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from playwright.sync_api import Browser, Page, expect, sync_playwright

from mocban.config.demo.spec import world
from mocban.lib.text import fold
from tests.conftest import PROJECT, Installation

CHROMIUM = os.environ.get("MOCBAN_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = (1440, 900), (390, 844)
PATIENCE = 30_000  # milliseconds: what the worker does in the background comes within this time
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Desk:
    """A person of the demo at a browser. Fails when a page asks for a resource that answers with an error."""

    def __init__(self, browser: Browser, installation: Installation, login: str, size: tuple[int, int] = WIDE) -> None:
        self.url = installation.url
        self.login = login
        width, height = size
        context = browser.new_context(
            locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", viewport={"width": width, "height": height}
        )
        context.set_default_timeout(PATIENCE)
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.page.on("console", lambda said: self.faults.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        if login:
            self.sign_in()

    def sign_in(self) -> None:
        self.open("/login/")
        self.page.get_by_label("Tên đăng nhập").fill(self.login)
        self.page.get_by_label("Mật khẩu").fill(world()["password"])
        self.page.keyboard.press("Enter")
        self.page.wait_for_url(f"{self.url}/")

    def open(self, path: str) -> None:
        answer = self.page.goto(path if path.startswith("http") else self.url + path)
        assert answer is not None
        assert answer.status == 200, f"{answer.status}: {path}"

    def press(self, name: str) -> None:
        """Press the button, or the link that looks like one, with exactly this name."""
        content = self.page.locator("#content")
        button = content.get_by_role("button", name=name, exact=True)
        button.or_(content.get_by_role("link", name=name, exact=True)).first.click()

    def follow(self, words: str) -> None:
        self.page.locator("#content").get_by_role("link", name=words).first.click()

    def fill(self, **fields: str) -> None:
        """Type into the fields of the page by their names."""
        for name, value in fields.items():
            self.page.locator(f"#content [name={name}]").fill(value)

    def choose(self, name: str, label: str | re.Pattern[str]) -> None:
        """Choose the option whose words contain the label."""
        box = self.page.locator(f"#content select[name={name}]")
        box.select_option(value=box.locator("option", has_text=label).first.get_attribute("value"))

    def sees(self, *words: str) -> None:
        for said in words:
            expect(self.page.locator("#content").get_by_text(said).first).to_be_visible(timeout=PATIENCE)

    def sees_after_a_while(self, *words: str) -> None:
        """Ask again until the background work shows."""
        for said in words:
            found = self.page.locator("#content").get_by_text(said)
            for _ in range(PATIENCE // 500):
                if found.count():
                    break
                self.page.wait_for_timeout(500)
                self.page.reload()
            expect(found.first).to_be_visible()

    def waits_for_papers(self) -> None:
        """Until every stored PDF on the page is drawn."""
        stored = self.page.locator(".pdf-frame iframe[src*='file=']")
        for place in range(stored.count()):
            stored.nth(place).scroll_into_view_if_needed()  # a frame below the window is not asked for
            stored.nth(place).content_frame.locator("body[data-ready] canvas").first.wait_for()
        self.page.evaluate("scrollTo(0, 0)")

    def text(self) -> str:
        return self.page.locator("#content").inner_text()

    def get(self, path: str) -> bytes:
        """What the address holds, as a download in this person's session."""
        answer = self.page.request.get(path if path.startswith("http") else self.url + path)
        assert answer.ok, f"{answer.status}: {path}"
        return answer.body()

    def status(self, path: str) -> int:
        return self.page.request.get(self.url + path).status

    def is_not_cut(self) -> None:
        """Nothing of the page stands outside the window to the right."""
        over = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{self.page.url} is {over} px wider than the window"

    def is_accessible(self) -> None:
        """Axe finds nothing of WCAG 2.2 A and AA, and every link leads somewhere.

        Asked through the debugger, for the page's policy allows no eval.
        """
        session = self.page.context.new_cdp_session(self.page)
        session.send("Runtime.evaluate", {"expression": AXE.read_text(encoding="utf-8")})
        rules = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}"
        ask = f"axe.run(document, {rules}).then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html)))"
        found = session.send("Runtime.evaluate", {"expression": ask, "awaitPromise": True, "returnByValue": True})
        session.detach()
        assert found["result"]["value"] == [], f"{self.page.url}: {found['result']['value']}"
        nowhere = self.page.locator('#content a[href=""]').all_inner_texts()
        assert nowhere == [], f"{self.page.url}: links that lead nowhere: {nowhere}"


class Story:
    """Tells a journey: each sentence becomes a line of story.md, with the screenshot of the desk where it happened."""

    def __init__(self, title: str) -> None:
        self.folder = Path(os.environ.get("MOCBAN_JOURNEYS", PROJECT / "var" / "journeys")) / slug(title)
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            old.unlink()
        self.lines = [f"# {title}", ""]
        self.number = 0

    def given(self, sentence: str, desk: Desk | None = None) -> None:
        self._tell("Cho", sentence, desk)

    def when(self, sentence: str, desk: Desk | None = None) -> None:
        self._tell("Khi", sentence, desk)

    def then(self, sentence: str, desk: Desk | None = None) -> None:
        self._tell("Thì", sentence, desk)

    def then_paper(self, sentence: str, pdf: bytes) -> None:
        """The same for a PDF that leaves the program: its first page as a picture."""
        document = pypdfium2.PdfDocument(pdf)
        document.init_forms()
        self.number += 1
        name = f"{self.number:02d}-{slug(sentence)[:60]}.png"
        document[0].render(scale=1.5).to_pil().save(self.folder / name)
        self.lines += [f"- **Thì** {sentence}", f"  ![{sentence}]({name})"]

    def _tell(self, word: str, sentence: str, desk: Desk | None) -> None:
        self.lines.append(f"- **{word}** {sentence}")
        if desk is not None:
            self.number += 1
            name = f"{self.number:02d}-{slug(sentence)[:60]}.png"
            desk.waits_for_papers()
            desk.page.screenshot(path=self.folder / name, full_page=True)
            self.lines.append(f"  ![{sentence}]({name})")
            assert desk.faults == [], desk.faults
        (self.folder / "story.md").write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def slug(sentence: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(sentence)).strip("-")


def first(pattern: str, text: str) -> Any:
    """The first group of the pattern in the text; fails when it is not there."""
    found = re.search(pattern, text)
    assert found, f"{pattern} is not in: {text[:500]}"
    return found[1]
