"""Fixtures of the root tests: one real, running installation (database, web, worker, demo world) for journeys."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[1]
START_SECONDS = 240
STOP_SECONDS = 60


@dataclass
class Installation:
    """A running installation as a user meets it: an address, a data folder and the command line."""

    data: Path
    port: int
    agent_port: int  # where its pages expect the signing program of the reader's own computer
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def health(self) -> tuple[int, dict]:
        """Status and facts of /health/; status 0 while nothing listens."""
        try:
            with urllib.request.urlopen(f"{self.url}/health/", timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as answer:
            as_json = answer.headers.get_content_type() == "application/json"
            return answer.code, json.load(answer) if as_json else {}
        except OSError:
            return 0, {}

    def wait_healthy(self, seconds: float = START_SECONDS) -> None:
        """Wait until /health/ answers 200; fails when the program ends or the time is over."""
        deadline = time.monotonic() + seconds
        while self.health()[0] != 200:
            assert self.process.poll() is None, "the program ended before it was healthy"
            assert time.monotonic() < deadline, f"not healthy after {seconds} s: {self.health()}"
            time.sleep(0.2)

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of the commands of ./mocban on this data folder."""
        return command(self.data, *arguments)

    def token(self, login: str) -> str:
        done = self.command("token", login)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def wait_for_output(self, words: str, seconds: float = 60) -> None:
        """Wait until the program has printed these words."""
        deadline = time.monotonic() + seconds
        while words not in (self.data / "output.log").read_text():
            assert time.monotonic() < deadline, f"never printed: {words}"
            time.sleep(0.1)

    def database_process(self) -> int:
        """Process number of the embedded server."""
        note = self.data / "postgres.home"
        home = Path(note.read_text().strip()) if note.exists() else self.data / "postgres"
        return int((home / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])

    def kill(self) -> None:
        """SIGKILL to the whole tree at once, PostgreSQL and its backends included."""
        for pid in {*_descendants(self.process.pid), *_descendants(self.database_process())}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """SIGTERM; returns the exit code. Does nothing more to a program that has ended."""
        if self.process.poll() is not None:
            return self.process.returncode
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def _descendants(root: int) -> list[int]:
    """The process and everything below it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [root]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def environment() -> dict[str, str]:
    """The user's environment: nothing of the test session leaks into the installation."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("MOCBAN_", "DJANGO_", "DATABASE_", "PYTEST_"))
    }
    return {**kept, "PYTHONPATH": str(PROJECT / "src")}


def command(data: Path, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "mocban.config.cli", name, "--data", str(data), *arguments]
    return subprocess.run(
        line, env=environment(), capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL
    )


def launch(data: Path, *, mode: str = "demo", extra: dict[str, str] | None = None) -> Installation:
    """Start an installation on a free port; its output goes to `output.log` in the data folder."""
    with contextlib.closing(socket.socket()) as probe, contextlib.closing(socket.socket()) as other:
        for one in (probe, other):
            one.bind(("127.0.0.1", 0))
        port, agent_port = probe.getsockname()[1], other.getsockname()[1]
    data.mkdir(exist_ok=True)
    line = [sys.executable, "-m", "mocban.config.cli", mode, "--data", str(data), "--port", str(port)]
    with (data / "output.log").open("ab") as log:
        process = subprocess.Popen(
            line,
            env={**environment(), "MOCBAN_AGENT_PORT": str(agent_port), **(extra or {})},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
        )
    return Installation(data, port, agent_port, process)


@pytest.fixture(scope="session")
def installation() -> Iterator[Installation]:
    """The demo province, started once a test process; mark such tests `xdist_group("installation")` to share one."""
    with tempfile.TemporaryDirectory(prefix="mocban-demo-", ignore_cleanup_errors=True) as folder:
        data = Path(folder)
        data.chmod(0o711)
        running = launch(data)
        try:
            running.wait_healthy()
            yield running
        finally:
            running.stop()
