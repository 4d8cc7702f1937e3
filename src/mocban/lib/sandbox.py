"""Helper processes for hostile input: started on demand, limited, killed when late, gone when idle.

    pool = Pool("mocban.capture.extractor")
    answer, data = pool.call("text", {"page": 1}, pdf_bytes)

The module calls `serve({"text": handler})` when run. The helper inherits no environment and no open file of ours.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox_child import HEADER, head, path_text, serve

__all__ = ["Limits", "Pool", "SandboxFailed", "serve"]

_SOURCE_ROOT = Path(__file__).parents[2]
_CHUNK = 1 << 18
_START_SECONDS = 30.0


class SandboxFailed(Exception):
    """The helper did not answer. `reason` is "timeout", "crash" or "memory"; `detail` holds no content of the input."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True)
class Limits:
    """What one helper process may use: `memory` in bytes of address space, `cpu` in seconds of its life, open files.

    `reply` bounds the bytes of an answer, `made` those of a file that it makes on our disk.
    """

    memory: int = 1 << 30
    cpu: int = 600
    files: int = 64
    reply: int = 1 << 28
    made: int = 1 << 30
    requests: int = 200


class Pool:
    """Up to `size` helper processes of one module, shared by all threads of this process."""

    def __init__(
        self,
        module: str,
        *,
        size: int = 1,
        timeout: float = 30.0,
        idle_seconds: float = 300.0,
        limits: Limits | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._module = module
        self._timeout = timeout
        self._idle_seconds = idle_seconds
        self._limits = limits or Limits()
        self._environment = dict(environment or {})
        self._slots = threading.BoundedSemaphore(size)
        self._lock = threading.Lock()
        self._free: list[_Helper] = []
        self._timer: threading.Timer | None = None
        self._owner = os.getpid()

    def call(
        self,
        name: str,
        payload: Mapping[str, Any],
        blob: bytes | Path = b"",
        *,
        timeout: float | None = None,
        into: BinaryIO | None = None,
    ) -> tuple[dict[str, Any], bytes]:
        """Return what the handler `name` makes of `payload` (JSON values) and `blob`, within `timeout` seconds.

        `blob` are bytes, or the file that the helper reads itself. The bytes of the answer are written to `into` where
        that is given, an open file that is worth nothing after a failure.
        Raises SandboxFailed, or the RuleBroken that the handler raised. After a failure the helper is killed and the
        next call gets a new one.
        """
        seconds = self._timeout if timeout is None else timeout
        if not self._slots.acquire(timeout=seconds):
            raise SandboxFailed("timeout", "all helpers are busy")
        try:
            helper = self._take()
            try:
                asked: dict[str, Any] = {"name": name, "payload": payload, "seconds": seconds}
                if isinstance(blob, Path):
                    asked, blob = {**asked, "path": path_text(blob)}, b""
                message, data = helper.ask(asked, blob, seconds, into)
            except BaseException:
                helper.kill()
                raise
            self._give_back(helper, "failed" in message)
        finally:
            self._slots.release()
        return _answer(message, data)

    def running(self) -> int:
        """Return how many idle helpers are alive."""
        with self._lock:
            return len(self._free)

    def stop_idle(self, now: float | None = None) -> None:
        """Stop the helpers that have been idle long enough at `now` (monotonic seconds)."""
        moment = time.monotonic() if now is None else now
        with self._lock:
            late = [helper for helper in self._free if moment - helper.last_used >= self._idle_seconds]
            self._free = [helper for helper in self._free if helper not in late]
            if self._free:
                self._wake_later()
        for helper in late:
            helper.kill()

    def stop(self) -> None:
        """Stop every idle helper."""
        with self._lock:
            helpers, self._free = self._free, []
            if self._timer is not None:
                self._timer.cancel()
        for helper in helpers:
            helper.kill()

    def _take(self) -> _Helper:
        with self._lock:
            if self._owner != os.getpid():  # after a fork the pipes belong to the parent: leave its helpers alone
                self._free, self._owner, self._timer = [], os.getpid(), None
            if self._free:
                return self._free.pop()
        return _Helper(self._module, self._limits, self._environment)

    def _give_back(self, helper: _Helper, spent: bool) -> None:
        if spent or helper.served >= self._limits.requests:
            helper.kill()
            return
        helper.last_used = time.monotonic()
        with self._lock:
            self._free.append(helper)
            self._wake_later()

    def _wake_later(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_seconds, self.stop_idle)
        self._timer.daemon = True
        self._timer.start()


class _Helper:
    """One process and its two pipes."""

    def __init__(self, module: str, limits: Limits, environment: Mapping[str, str]) -> None:
        self._limits = limits
        self.served = 0
        self.last_used = time.monotonic()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and a module named in our code
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # parsers print pieces of what they read; that belongs in no log
            bufsize=0,
            cwd="/",
            env=_clean_environment(environment),
        )
        for pipe in (self._stdin, self._stdout):
            os.set_blocking(pipe.fileno(), False)
        try:
            self.ask({"memory": limits.memory, "cpu": limits.cpu, "files": limits.files}, b"", _START_SECONDS)
        except BaseException:
            self.kill()
            raise
        self.served = 0

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def ask(
        self, message: Mapping[str, Any], blob: bytes, seconds: float, into: BinaryIO | None = None
    ) -> tuple[dict[str, Any], bytes]:
        """Send one frame and return the answer, its bytes in `into` where that is given. Raises SandboxFailed."""
        self.served += 1
        deadline = time.monotonic() + seconds
        outgoing = [memoryview(head(message, len(blob))), memoryview(blob)]
        answer = _Answer(self._limits, into)
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdin, selectors.EVENT_WRITE)
            selector.register(self._stdout, selectors.EVENT_READ)
            while not answer.complete:
                ready = selector.select(max(0.0, deadline - time.monotonic()))
                if not ready:
                    raise SandboxFailed("timeout")
                for key, _ in ready:
                    if key.fileobj is self._stdout:
                        answer.take(self._receive())
                        continue
                    outgoing[0] = outgoing[0][self._transmit(outgoing[0]) :]
                    if not outgoing[0] and not (outgoing := [one for one in outgoing if one]):
                        selector.unregister(self._stdin)
        return answer.words(), bytes(answer.data)

    def kill(self) -> None:
        """End the process and close its pipes."""
        self._process.kill()
        self._process.wait()
        self._stdin.close()
        self._stdout.close()

    def _receive(self) -> bytes:
        data = os.read(self._stdout.fileno(), _CHUNK)
        if not data:
            raise self._death()
        return data

    def _transmit(self, outgoing: memoryview) -> int:
        try:
            return os.write(self._stdin.fileno(), outgoing[:_CHUNK])
        except BrokenPipeError as error:
            raise self._death() from error

    def _death(self) -> SandboxFailed:
        """Say what the closed pipe means: the way in which the process ended."""
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return SandboxFailed("crash", "the helper closed its output")
        if code in (-signal.SIGXCPU, -signal.SIGALRM):
            return SandboxFailed("timeout", "the helper used up its time")
        if code == -signal.SIGKILL:
            return SandboxFailed("memory", "the kernel ended the helper")
        return SandboxFailed("crash", f"the helper ended with {code}")


def _clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_SOURCE_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        **extra,
    }


class _Answer:
    """An answer on its way, frame by frame.

    The helper may have been taken over by its input, so nothing in it is trusted to be well made.
    """

    def __init__(self, limits: Limits, into: BinaryIO | None) -> None:
        self._limits, self._into = limits, into
        self._waiting, self._words = bytearray(), b""
        self._left: int | None = None  # bytes that this frame still brings; None before its beginning was read
        self._brought = 0
        self.data = bytearray()
        self.complete = False

    def take(self, received: bytes) -> None:
        """Take the next bytes of the answer. Raises SandboxFailed when it is too large."""
        self._waiting += received
        while not self.complete and self._step():
            pass

    def words(self) -> dict[str, Any]:
        """Return the plain values. Raises SandboxFailed."""
        try:
            message = json.loads(self._words)
        except ValueError as error:
            raise SandboxFailed("crash", "the answer is not readable") from error
        if not isinstance(message, dict):
            raise SandboxFailed("crash", "the answer is not readable")
        return message

    def _step(self) -> bool:
        """Read on; returns whether anything was there to read."""
        if self._left is None:
            return self._begin()
        piece = self._waiting[: self._left]
        del self._waiting[: self._left]
        self._left -= len(piece)
        if self._into is None:
            self.data += piece
        else:
            self._into.write(piece)
        if self._left:
            return False
        self.complete, self._left = bool(self._words), None
        return True

    def _begin(self) -> bool:
        if len(self._waiting) < HEADER.size:
            return False
        length, size = HEADER.unpack_from(self._waiting)
        self._brought += size
        too_large = self._brought > (self._limits.reply if self._into is None else self._limits.made)
        if too_large or HEADER.size + length > self._limits.reply:
            raise SandboxFailed("memory", "the answer is too large")
        if len(self._waiting) < HEADER.size + length:
            return False
        self._words = bytes(self._waiting[HEADER.size : HEADER.size + length])
        del self._waiting[: HEADER.size + length]
        self._left = size
        return True


def _answer(message: dict[str, Any], data: bytes) -> tuple[dict[str, Any], bytes]:
    broken = message.get("broken")
    if isinstance(broken, dict):
        raise RuleBroken(str(broken.get("code")), str(broken.get("message")), str(broken.get("citation", "")))
    if "failed" in message:
        reason = "memory" if message["failed"] == "memory" else "crash"
        raise SandboxFailed(reason, str(message.get("detail", ""))[:80])
    answer = message.get("answer")
    if not isinstance(answer, dict):
        raise SandboxFailed("crash", "the answer is not readable")
    return answer, data
