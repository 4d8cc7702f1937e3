"""Run the whole installation: database, web, worker; stop all of it cleanly. Imports no Django, to stay small."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from mocban.config import postgres, processes, runtime
from mocban.config.runtime import Refused, Run

WEB_STOP_SECONDS = 15
WORKER_STOP_SECONDS = 20
RESTARTS = 5  # a part that falls over more often than this within RESTART_WINDOW seconds ends the whole
RESTART_WINDOW = 60.0
WORKER_CONNECTIONS = 5  # the tasks' own Django pool; the queue's connector has as many again
FIRST_ANSWER_SECONDS = 15.0
CRASH_EXIT = 1
MIGRATIONS = ("requirements/base.txt", "src/mocban/*/migrations/*.py")
STATIC = ("requirements/base.txt", "package-lock.json", "src/mocban/ui/finders.py", "src/mocban/*/static/**/*")


class Supervisor:
    """One installation while it runs. `stopping` is set by SIGINT and SIGTERM."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.stopping = False
        self.server: postgres.Server | None = None
        self.url = os.environ.get("DATABASE_URL", "")
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.falls: list[float] = []

    def serve(self) -> int:
        """Start everything and stay until told to stop. Returns the exit code; raises Refused, ServerFailed."""
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, self._stop)
        check_port(self.run.host, self.run.port)
        if not self.url:
            self.server = postgres.start(self.run.data)
            self.url = self.server.url
        try:
            self._migrate()
            self._collect_static()
            self._start("web")
            self._first_answer()
            self._start("worker")
            self._start("prepare")
            return self._watch()
        finally:
            self._shut_down()

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _migrate(self) -> None:
        """Bring the tables up to date; skipped when this program already did so on this very database."""
        wanted = f"{fingerprint(MIGRATIONS)} {hashlib.sha256(self.url.encode()).hexdigest()}"
        self._once(self.run.data / "migrated", wanted, "Preparing the database …", "migrate")

    def _collect_static(self) -> None:
        """Gather and compress stylesheets, scripts and fonts; skipped when none of them changed.

        Two installations of one checkout that start at the same moment take turns: they share the folder.
        """
        folder = Path(os.environ.get("MOCBAN_STATIC", runtime.PROJECT / "static"))
        with (folder.parent / f".{folder.name}.lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            mark = folder / ".collected"
            self._once(mark, fingerprint(STATIC), "Compressing stylesheets and scripts …", "collectstatic", "--clear")

    def _once(self, mark: Path, wanted: str, progress: str, *command: str) -> None:
        """Run one of Django's commands unless the mark says that it was done. Raises Refused when it fails."""
        if self.stopping or (mark.exists() and mark.read_text() == wanted):
            return
        print(progress, flush=True)
        arguments = runtime.python("-m", "django", *command, "--no-input", "--skip-checks", "-v", "0")
        child = processes.start(arguments, env=self._environment(2))
        while child.poll() is None and not self.stopping:
            time.sleep(0.1)
        if self.stopping:
            processes.stop(child, WEB_STOP_SECONDS)
            return
        if child.returncode != 0:
            raise Refused(f"'{command[0]}' failed; the reason stands above.")
        mark.write_text(wanted)

    def _start(self, name: str) -> None:
        if self.stopping:
            return
        run = self.run
        if name == "web":
            per_worker = max(2, run.web_connections // run.web_workers)
            command = runtime.python(
                "-m", "granian", "--interface", "wsgi", "--host", run.host, "--port", str(run.port),
                "--workers", str(run.web_workers), "--blocking-threads", str(per_worker), "--no-ws",
                "--backlog", "256", "--http", "1", "--log-level", "error", "--workers-kill-timeout", "10",
                "mocban.config.wsgi:application",
            )  # fmt: skip
            child = processes.start(command, env=self._environment(per_worker))
        elif name == "worker":
            child = processes.start(
                runtime.python("-c", "from mocban.config import worker; worker.main()"),
                env=self._environment(WORKER_CONNECTIONS),
            )
        else:
            command = runtime.python("-m", "mocban.config.prepare", run.mode, f"http://{shown(run.host)}:{run.port}")
            child = processes.start(command, env=self._environment(2))
        self.children[name] = child

    def _first_answer(self) -> None:
        """Let the pages start alone: three programs that load at once on two cores would all come late."""
        deadline = time.monotonic() + FIRST_ANSWER_SECONDS
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.run.host, self.run.host)  # noqa: S104 - asked, not bound
        while not self.stopping and time.monotonic() < deadline:
            with (
                contextlib.suppress(OSError),
                socket.create_connection((host, self.run.port), timeout=FIRST_ANSWER_SECONDS) as visit,
            ):
                visit.sendall(b"GET /health/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
                if visit.recv(16):
                    return
            time.sleep(0.1)

    def _environment(self, pool: int) -> dict[str, str]:
        return runtime.environment(self.run.data, self.url, self.run.mode, pool)

    def _watch(self) -> int:
        while not self.stopping:
            time.sleep(0.3)
            for name, child in list(self.children.items()):
                if child.poll() is None:
                    continue
                del self.children[name]
                if name == "prepare":
                    if child.returncode != 0 and not self.stopping:
                        print("The first set-up failed; the reason stands above.", flush=True)
                        return CRASH_EXIT
                    continue
                if not self._may_restart(name, child.returncode):
                    return CRASH_EXIT
                self._start(name)
            if self.server and not processes.alive(self.server.pid) and not self.stopping:
                if not self._may_restart("database", -1):
                    return CRASH_EXIT
                self.server = postgres.start(self.run.data)
        return 0

    def _may_restart(self, name: str, code: int) -> bool:
        if self.stopping:
            return False
        now = time.monotonic()
        self.falls = [moment for moment in self.falls if now - moment < RESTART_WINDOW] + [now]
        again = len(self.falls) <= RESTARTS
        print(
            f"The part '{name}' ended with code {code}; " + ("starting it again." if again else "giving up."),
            flush=True,
        )
        return again

    def _shut_down(self) -> None:
        for sign in (signal.SIGINT, signal.SIGTERM):  # a second Ctrl-C must not leave half of it running
            signal.signal(sign, signal.SIG_IGN)
        for name in ("prepare", "web", "worker"):
            child = self.children.pop(name, None)
            if child is not None:
                processes.stop(child, WEB_STOP_SECONDS if name == "web" else WORKER_STOP_SECONDS)
        if self.server is not None:
            postgres.stop(self.server)


def serve(run: Run) -> int:
    """Run one installation until SIGINT or SIGTERM. Raises Refused and ServerFailed."""
    with runtime.only_one(run.data):
        return Supervisor(run).serve()


def check_port(host: str, port: int) -> None:
    """Raise Refused when the address is taken, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            raise Refused(f"Port {port} is taken: stop what uses it, or choose another with --port.") from problem


def shown(host: str) -> str:
    """Host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def fingerprint(patterns: Sequence[str]) -> str:
    """Hash over names and contents of the project's files that these patterns name."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(runtime.PROJECT.glob(pattern)):
            if path.is_file():
                digest.update(str(path.relative_to(runtime.PROJECT)).encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
