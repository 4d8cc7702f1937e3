"""Office files to PDF by LibreOffice, kept warm on demand.

A child under the system's Python (only that one has the `uno` bridge) starts LibreOffice with a profile of its own,
speaks to it through a private pipe and serves one job at a time over its standard input and output. No port is opened
and, where the kernel permits, there is no network at all. A job that is late costs the process group its life.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any

from django.conf import settings

from mocban.lib.sandbox_child import HEADER, pack

from ..ports import CaptureFailed

TIMEOUT = 60.0  # seconds for one conversion
START_TIMEOUT = 60.0  # seconds for LibreOffice to make its profile and answer
MAX_JOBS = 200  # LibreOffice keeps memory of every document; afterwards it is started anew
MAX_REPLY = 512 * 1024 * 1024  # bytes
_SOURCE_ROOT = Path(__file__).parents[3]
_CHILD = "mocban.capture.office_child"


class LibreOffice:
    """The OfficeConverter port. Threads of one process share one LibreOffice and wait for each other."""

    def __init__(self, *, timeout: float = TIMEOUT, idle_seconds: float | None = None) -> None:
        self._timeout = timeout
        self._idle_seconds = settings.CONVERTER_IDLE_SECONDS if idle_seconds is None else idle_seconds
        self._lock = threading.Lock()
        self._office: _Office | None = None
        self._timer: threading.Timer | None = None
        atexit.register(self.stop)

    def to_pdf(self, data: bytes, extension: str) -> bytes:
        if not self._lock.acquire(timeout=self._timeout):
            raise CaptureFailed("timeout", "the converter is busy")
        try:
            return self._convert(data, extension)
        finally:
            self._lock.release()

    def running(self) -> bool:
        """Whether LibreOffice is up."""
        return self._office is not None

    @property
    def process_id(self) -> int | None:
        """The child that owns LibreOffice, while it is up."""
        return self._office.process_id if self._office else None

    def stop(self) -> None:
        """End LibreOffice and remove its profile; nothing happens when it is not up."""
        with self._lock:
            self._end()

    def _convert(self, data: bytes, extension: str) -> bytes:
        if self._timer is not None:
            self._timer.cancel()
        if self._office is not None and (self._office.jobs >= MAX_JOBS or not self._office.alive()):
            self._end()
        if self._office is None:
            self._office = _Office()
        try:
            answer, pdf = self._office.ask({"extension": extension}, data, self._timeout)
        except CaptureFailed:
            self._end()
            raise
        self._timer = threading.Timer(self._idle_seconds, self.stop)
        self._timer.daemon = True
        self._timer.start()
        if "failed" in answer:
            raise CaptureFailed("crash", str(answer["failed"])[:80])
        if not pdf.startswith(b"%PDF-"):
            raise CaptureFailed("crash", "the converter made no PDF")
        return pdf

    def _end(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._office is not None:
            self._office.end()
            self._office = None


class _Office:
    """One child with its LibreOffice, in a process group and a private folder."""

    def __init__(self) -> None:
        self.jobs = 0
        self._home = tempfile.mkdtemp(prefix="office-", dir=_work_folder())
        self._process = subprocess.Popen(  # noqa: S603 - absolute paths, fixed arguments
            [_program("MOCBAN_SYSTEM_PYTHON", "python3"), "-P", "-m", _CHILD, _program("MOCBAN_SOFFICE", "soffice")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # LibreOffice prints names of what it reads; that belongs in no log
            bufsize=0,
            cwd=self._home,
            env={
                "PATH": os.defpath,
                "HOME": self._home,
                "TMPDIR": self._home,
                "LANG": "C.UTF-8",
                "PYTHONPATH": str(_SOURCE_ROOT),
                "PYTHONDONTWRITEBYTECODE": "1",
            },
            start_new_session=True,
        )
        for pipe in (self._stdin, self._stdout):
            os.set_blocking(pipe.fileno(), False)
        try:
            self.ask({"ready": True}, b"", START_TIMEOUT)
        except CaptureFailed:
            self.end()
            raise
        self.jobs = 0

    @property
    def process_id(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, message: dict[str, Any], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        """Send one frame and return the answering one. Raises CaptureFailed."""
        self.jobs += 1
        deadline = time.monotonic() + seconds
        outgoing = memoryview(pack(message, data))
        incoming = bytearray()
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdin, selectors.EVENT_WRITE)
            selector.register(self._stdout, selectors.EVENT_READ)
            while not _complete(incoming):
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise CaptureFailed("timeout")
                for key, _ in ready:
                    if key.fileobj is self._stdout:
                        incoming += self._receive()
                    else:
                        outgoing = outgoing[self._transmit(outgoing) :]
                        if not outgoing:
                            selector.unregister(self._stdin)
        head, _ = HEADER.unpack_from(incoming)
        start = HEADER.size + head
        return json.loads(incoming[HEADER.size : start]), bytes(incoming[start:])

    def end(self) -> None:
        """Kill the whole group (LibreOffice forks) and remove everything that it wrote."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._stdin.close()
        self._stdout.close()
        shutil.rmtree(self._home, ignore_errors=True)

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def _receive(self) -> bytes:
        data = os.read(self._stdout.fileno(), 1 << 18)
        if not data:
            raise CaptureFailed("crash", "the converter ended")
        return data

    def _transmit(self, outgoing: memoryview) -> int:
        try:
            return os.write(self._stdin.fileno(), outgoing[: 1 << 18])
        except BrokenPipeError as error:
            raise CaptureFailed("crash", "the converter ended") from error


def _complete(incoming: bytearray) -> bool:
    if len(incoming) < HEADER.size:
        return False
    head, blob = HEADER.unpack_from(incoming)
    if head + blob > MAX_REPLY:
        raise CaptureFailed("memory", "the answer is too large")
    return len(incoming) >= HEADER.size + int(head) + int(blob)


def _work_folder() -> Path:
    folder = Path(settings.DATA) / "converter"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def _program(variable: str, name: str) -> str:
    """The absolute path of a program of the system, never of a virtual environment."""
    system_path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    found = os.environ.get(variable) or shutil.which(name, path=system_path)
    if found is None:
        raise CaptureFailed("missing", name)
    return os.path.abspath(found)
