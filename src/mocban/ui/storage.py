"""Static files that a browser may keep for a year, because their address changes with their content."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256

from django.core.exceptions import SuspiciousFileOperation
from whitenoise.storage import CompressedStaticFilesStorage


class VersionedStaticFilesStorage(CompressedStaticFilesStorage):  # type: ignore[misc]  # whitenoise is untyped
    """Adds `?v=<digest>` to each address; compresses beside the original, as whitenoise serves it.

    Names stay as they are (a manifest would rename the modules that PDF.js loads by relative path), and a file that
    is not collected yet simply has no version, so that tests need no collectstatic.
    """

    @cached_property
    def _versions(self) -> dict[str, str]:
        return {}

    def url(self, name: str | None, force: bool = False) -> str:  # noqa: ARG002 - Django's signature
        plain = str(super().url(name))
        if not name or name.endswith("/"):
            return plain
        if name not in self._versions:
            self._versions[name] = self._digest(name)
        version = self._versions[name]
        return f"{plain}?v={version}" if version else plain

    def _digest(self, name: str) -> str:
        try:
            with self.open(name) as stored:
                return sha256(stored.read()).hexdigest()[:12]
        except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation):
            return ""
