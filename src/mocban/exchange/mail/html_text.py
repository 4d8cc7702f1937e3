"""HTML as text. Nothing is executed, fetched or kept of it but the words, and where links really lead."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

from .limits import MAX_TEXT

_SILENT = frozenset({"script", "style", "template", "object", "svg", "math", "iframe"})
_BLOCKS = frozenset(
    {
        "p", "div", "br", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6",
        "blockquote", "pre", "hr", "section", "article", "header", "footer", "title", "body",
    }
)  # fmt: skip
_CELLS = frozenset({"td", "th"})
_TAG = re.compile(r"<[^>]{0,5000}>")
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_LINES = re.compile(r"[ \t]*\n\s*\n\s*")


def text_of(html: str) -> str:
    """Return the words of an HTML document, blocks on lines of their own."""
    html = html[: MAX_TEXT * 4]
    reader = _Words()
    try:
        reader.feed(html)
        reader.close()
        text = "".join(reader.pieces)
    except (AssertionError, ValueError, IndexError, RecursionError):  # what the standard parser throws at nonsense
        text = unescape(_TAG.sub(" ", html))
    return _LINES.sub("\n\n", text).strip()


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent: list[str] = []
        self._link = ""
        self._since = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag in _CELLS:
            self.pieces.append(" | ")
        elif tag == "a":
            self._link, self._since = (
                next((value or "" for name, value in attrs if name == "href"), ""),
                len(self.pieces),
            )
        elif tag == "img":
            alt = next((value or "" for name, value in attrs if name == "alt"), "")
            self.pieces.append(f"[{alt}]" if alt else "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass
        elif tag in _BLOCKS:
            self.pieces.append("\n")
        elif tag == "a" and self._link:
            shown = "".join(self.pieces[self._since :])
            if self._link.strip() not in shown:
                self.pieces.append(f" <{self._link.strip()[:300]}>")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.pieces.append(_SPACES.sub(" ", data.replace("\n", " ")))

    def unknown_decl(self, data: str) -> None:
        """A marked section that no browser shows."""
