"""Static files from npm: only those that a page loads, out of the thousands that the packages bring."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

PREFIX = "vendor"
NEEDED = (
    "@tabler/core/dist/css/tabler.min.css",
    "@fontsource/be-vietnam-pro/files/be-vietnam-pro-latin-[46]00-normal.woff2",
    "@fontsource/be-vietnam-pro/files/be-vietnam-pro-vietnamese-[46]00-normal.woff2",
    "htmx.org/dist/htmx.min.js",
    "pdfjs-dist/legacy/build/pdf.min.mjs",
    "pdfjs-dist/legacy/build/pdf.worker.min.mjs",
    "pdfjs-dist/legacy/web/pdf_viewer.mjs",
    "pdfjs-dist/legacy/web/pdf_viewer.css",
    "pdfjs-dist/legacy/web/images/*",
    "pdfjs-dist/cmaps/*.bcmap",
    "pdfjs-dist/iccs/*",
    "pdfjs-dist/standard_fonts/*",
    "pdfjs-dist/wasm/*",
)


class NodeFinder(BaseFinder):
    """Finds the needed files of `settings.NODE_MODULES` under `vendor/`."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.NODE_MODULES)
        self.storage = FileSystemStorage(location=self.root)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]  # collectstatic reads this

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [pattern for pattern in NEEDED if not any(self.root.glob(pattern))]
        if not missing:
            return []
        hint = "Run ./mocban doctor, or npm ci in the project folder."
        return [Error(f"Browser assets are missing: {', '.join(missing)}", hint=hint, id="ui.E002")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        inner = path.removeprefix(f"{PREFIX}/")
        found = self.root / inner
        if inner == path or not _needed(inner) or not found.is_file():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for pattern in NEEDED:
            for found in sorted(self.root.glob(pattern)):
                yield found.relative_to(self.root).as_posix(), self.storage


def _needed(inner: str) -> bool:
    return ".." not in inner and any(fnmatch(inner, pattern) for pattern in NEEDED)
