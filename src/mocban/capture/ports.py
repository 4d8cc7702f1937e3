"""What capture asks of programs outside: read text, convert office files, recognise characters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class CaptureFailed(Exception):
    """A program outside did not do its work. `reason`: timeout, crash, memory, missing; `detail` holds no content."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class ReadText:
    """The text of each page read; `total` counts the pages of the file, None where the format has none."""

    pages: list[str]
    total: int | None

    @property
    def has_words(self) -> bool:
        """Whether anything was read: a scan without a text layer has no letters at all."""
        return any(character.isalnum() for page in self.pages for character in page)


class TextExtractor(Protocol):
    """Reads the text that a file already holds."""

    def text(self, data: bytes, extension: str, *, first_pages: int | None = None) -> ReadText:
        """Raises CaptureFailed."""
        ...

    def picture(self, data: bytes, extension: str, *, page: int, dpi: int) -> tuple[bytes, int]:
        """Return a grey PNG of one page (from 0) and the number of pages. Raises CaptureFailed."""
        ...


class OfficeConverter(Protocol):
    """Turns office files into PDF. It may write temporary files: only for bytes that passed the secrecy check."""

    def to_pdf(self, data: bytes, extension: str) -> bytes:
        """Raises CaptureFailed."""
        ...


class Recogniser(Protocol):
    """Reads printed characters from the picture of a page."""

    def recognise(self, png: bytes) -> str:
        """Return the text of a page in NFC. Raises CaptureFailed."""
        ...
