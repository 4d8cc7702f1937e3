"""What one run of the program needs before Django: data folder, secret, lock, environment of the children."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mocban.config import postgres

PROJECT = Path(__file__).resolve().parents[3]
Mode = Literal["demo", "up"]
SETTINGS_MODULE = "mocban.config.settings"


class Refused(RuntimeError):
    """The command cannot run; the message says why and what to do."""


@dataclass(frozen=True)
class Run:
    """One run: which data, on which address, in which mode. `port` is a TCP port, `host` an address of this machine."""

    data: Path
    mode: Mode
    host: str = "127.0.0.1"
    port: int = 8000
    web_workers: int = 1
    web_connections: int = 10


def make_data(data: Path) -> Path:
    """Make the data folder. Under root others may pass through it (never list it), so that the database's user can."""
    if not data.exists():
        data.mkdir(parents=True, mode=0o700)
        if os.geteuid() == 0:
            data.chmod(0o711)
    return data.resolve()


def secret_of(data: Path) -> str:
    """The secret key of this data folder, made once."""
    path = data / "secret"
    with (
        contextlib.suppress(FileExistsError),
        open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out,
    ):
        out.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


def read_config(path: Path) -> dict[str, str]:
    """Read KEY=VALUE lines; `#` starts a comment line. Raises Refused on an unreadable file or a line without `=`."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise Refused(f"The configuration file cannot be read: {problem}") from problem
    values: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise Refused(f"Line {number} of the configuration file is not KEY=VALUE.")
        values[key.strip()] = value.strip().strip("\"'")
    return values


@contextlib.contextmanager
def only_one(data: Path) -> Iterator[None]:
    """Hold the data folder for one supervisor; the kernel frees it when the process ends, however it ends."""
    with (data / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise Refused(
                "Mộc Bản already runs on this data folder; stop it first, or choose another --data."
            ) from problem
        yield


def environment(data: Path, url: str, mode: Mode | None = None, pool: int | None = None) -> dict[str, str]:
    """Environment of a Django process on this data. `pool` is its largest number of database connections."""
    values = {
        **os.environ,
        "MOCBAN_DATA": str(data),
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": SETTINGS_MODULE,
        "PYTHONPATH": str(PROJECT / "src"),
        "PYTHONUNBUFFERED": "1",
        "MALLOC_ARENA_MAX": "2",  # fewer arenas: a third less memory at rest in threaded processes
    }
    values.setdefault("MOCBAN_SECRET", "") or values.update(MOCBAN_SECRET=secret_of(data))
    if mode:
        values["MOCBAN_MODE"] = mode
    if pool:
        values["MOCBAN_POOL"] = str(pool)
    return values


def python(*arguments: str) -> list[str]:
    """Command line of this interpreter."""
    return [sys.executable, *arguments]


@contextlib.contextmanager
def database(data: Path) -> Iterator[str]:
    """URL of the database for the length of one command: DATABASE_URL, or the embedded server of this data folder."""
    url = os.environ.get("DATABASE_URL", "")
    if url:
        yield url
        return
    with postgres.running(data) as server:
        yield server.url
