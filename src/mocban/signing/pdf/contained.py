"""Run work on unknown PDF files in a helper process with limits, so that a hostile file ends there.

The helper gets neither settings nor secrets, only the file and plain values; what comes back is plain values and bytes.
"""

from __future__ import annotations

import os
from functools import cache
from typing import Any, BinaryIO

from mocban.lib.disk import DiskFile, File, size_of
from mocban.lib.sandbox import Limits, Pool, SandboxFailed
from mocban.signing.pdf.refusals import Refused

SECONDS = 60.0
BYTES_A_SECOND = 4 << 20  # of a large file, in addition: a slow disk, read and written several times
LIMITS = Limits(memory=2 << 30, cpu=1200, requests=1000)
_helpers = 1


def run(task: str, pdf: bytes | DiskFile, values: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Run the helper's `task` on `pdf`; returns its values and bytes, raises Refused.

    A helper that crashes or is stopped by a limit means an unreadable or too complex file, never an error of ours.
    """
    return _asked(task, pdf, values, None)


def make(task: str, pdf: File, values: dict[str, Any]) -> tuple[dict[str, Any], File]:
    """Run a `task` that makes a file of `pdf`; returns its values and that file, of the same kind. Raises as `run`."""
    if isinstance(pdf, bytes):
        return _asked(task, pdf, values, None)
    made = pdf.beside()
    try:
        with open(made.path, "wb") as stream:
            answer, _nothing = _asked(task, pdf, values, stream)
    except BaseException:
        made.discard()
        raise
    return answer, made


def _asked(
    task: str, pdf: bytes | DiskFile, values: dict[str, Any], into: BinaryIO | None
) -> tuple[dict[str, Any], bytes]:
    blob = pdf if isinstance(pdf, bytes) else pdf.path
    seconds = SECONDS + size_of(pdf) / BYTES_A_SECOND
    try:
        pool = _pool(os.environ.get("MOCBAN_FONTS", ""), _helpers)
        answer, data = pool.call(task, values, blob, timeout=seconds, into=into)
    except SandboxFailed as failed:
        raise Refused("signing.unreadable" if failed.reason == "crash" else "signing.too_long") from failed
    if "refused" in answer:
        raise Refused(str(answer["refused"]), **{key: str(value) for key, value in answer["values"].items()})
    return answer, data


def allow(helpers: int) -> None:
    """Let up to `helpers` processes work at once; for programs that do nothing else (1 unless said)."""
    global _helpers
    _helpers = helpers


@cache
def _pool(font_folder: str, size: int) -> Pool:
    environment = {"MOCBAN_FONTS": font_folder} if font_folder else {}
    return Pool("mocban.signing.pdf.helper", size=size, timeout=SECONDS, limits=LIMITS, environment=environment)
