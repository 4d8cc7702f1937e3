"""Text extraction in a sandbox child without network, files or privileges."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from mocban.lib.sandbox import Pool, SandboxFailed

from ..ports import CaptureFailed, ReadText

TIMEOUT = 20.0  # seconds for one file


class SandboxedExtractor:
    """The TextExtractor port over `capture.extractor`."""

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self._pool = Pool(
            "mocban.capture.extractor", size=2, timeout=timeout, idle_seconds=settings.CONVERTER_IDLE_SECONDS
        )

    def text(self, data: bytes, extension: str, *, first_pages: int | None = None) -> ReadText:
        answer, _ = self._ask("text", {"extension": extension, "first_pages": first_pages}, data)
        pages, total = answer.get("pages"), answer.get("total")
        if not isinstance(pages, list) or not isinstance(total, int | None):
            raise CaptureFailed("crash", "the answer has another shape")
        return ReadText([str(page) for page in pages], total)

    def picture(self, data: bytes, extension: str, *, page: int, dpi: int) -> tuple[bytes, int]:
        answer, png = self._ask("picture", {"extension": extension, "page": page, "dpi": dpi}, data)
        return png, int(answer.get("pages") or 1)

    def stop(self) -> None:
        """End the idle children."""
        self._pool.stop()

    def _ask(self, name: str, payload: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
        try:
            return self._pool.call(name, payload, data)
        except SandboxFailed as failed:
            raise CaptureFailed(failed.reason, failed.detail) from failed
