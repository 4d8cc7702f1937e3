"""Character recognition by Tesseract with the Vietnamese data: a subprocess a page, picture and text through pipes."""

from __future__ import annotations

import os
import shutil
import subprocess

from mocban.lib.text import clean_text, nfc

from ..ports import CaptureFailed

TIMEOUT = 90.0  # seconds for one page
MEMORY = 2 << 30  # bytes of address space
LANGUAGE = "vie"


class Tesseract:
    """The Recogniser port over the `tesseract` program."""

    def __init__(self, *, timeout: float = TIMEOUT) -> None:
        self._timeout = timeout

    def recognise(self, png: bytes) -> str:
        try:
            done = subprocess.run(  # noqa: S603 - absolute paths, fixed arguments
                [*_limits(), _program("tesseract"), "stdin", "stdout", "-l", LANGUAGE, "--oem", "1", "--psm", "3"],
                input=png,
                capture_output=True,
                timeout=self._timeout,
                env={"PATH": os.defpath, "OMP_THREAD_LIMIT": "1", "LANG": "C.UTF-8"},
                cwd="/",
                check=True,
            )
        except subprocess.TimeoutExpired as late:
            raise CaptureFailed("timeout") from late
        except subprocess.CalledProcessError as failed:
            raise CaptureFailed("crash", f"tesseract ended with {failed.returncode}") from failed
        return clean_text(nfc(done.stdout.decode("utf-8", "replace")))


def _limits() -> list[str]:
    """No file may grow: the picture of the page stays in memory."""
    return [_program("prlimit"), f"--as={MEMORY}", f"--cpu={int(TIMEOUT)}", "--fsize=0", "--core=0", "--nofile=64"]


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise CaptureFailed("missing", name)
    return os.path.abspath(found)
