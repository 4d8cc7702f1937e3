"""`./mocban doctor`: each part, its version, ok or what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from mocban.config import postgres, runtime

PYTHON = (3, 11)
DISK_FREE_BYTES = 2 * 1024**3
PACKAGES = ("Django", "psycopg", "procrastinate", "granian", "tantivy", "pyHanko", "pikepdf", "typst", "pygfried")


@dataclass(frozen=True)
class Finding:
    """One part: `remedy` is empty when it is well."""

    part: str
    version: str
    remedy: str = ""


def report(data: Path) -> int:
    """Print every finding; 1 when one needs a remedy."""
    found = [finding for check in CHECKS for finding in check(data)]
    width = max(len(finding.part) for finding in found)
    for finding in found:
        print(f"{finding.part:<{width}}  {finding.version:<24}  {finding.remedy or 'ok'}")
    return 1 if any(finding.remedy for finding in found) else 0


def _python(_: Path) -> Iterator[Finding]:
    known = sys.version_info[:2] >= PYTHON
    yield Finding("Python", sys.version.split()[0], "" if known else "install Python 3.11 or newer")


def _packages(_: Path) -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(f"Python package {name}", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(f"Python package {name}", "missing", "run ./mocban demo: it installs it")


def _debian(_: Path) -> Iterator[Finding]:
    lines = (runtime.PROJECT / "requirements" / "system.txt").read_text().splitlines()
    for name in (line for line in lines if line and not line.startswith("#")):
        query = ["dpkg-query", "-W", "-f=${db:Status-Status} ${Version}", name]
        done = _run(query)
        state, _space, version = done.partition(" ")
        well = state == "installed"
        yield Finding(
            f"Debian package {name}", version if well else "missing", "" if well else f"apt-get install {name}"
        )


def _assets(_: Path) -> Iterator[Finding]:
    lock = runtime.PROJECT / "node_modules" / ".package-lock.json"
    yield Finding(
        "Browser assets", "installed" if lock.exists() else "missing", "" if lock.exists() else "run ./mocban demo"
    )


def _database(data: Path) -> Iterator[Finding]:
    try:
        with runtime.database(data) as url:
            command = [str(postgres.wheel() / "bin" / "psql"), "-X", "-A", "-t", "-c", "SHOW server_version"]
            version = _run(command, postgres.client_environment(url))
    except (postgres.ServerFailed, OSError) as problem:
        yield Finding("PostgreSQL", "does not start", str(problem))
        return
    where = "DATABASE_URL" if os.environ.get("DATABASE_URL") else "embedded"
    remedy = "" if version else "the server does not answer; check DATABASE_URL or server.log in the data folder"
    yield Finding(f"PostgreSQL ({where})", version or "no answer", remedy)


def _ocr(_: Path) -> Iterator[Finding]:
    languages = _run(["tesseract", "--list-langs"]).split()
    remedy = "" if "vie" in languages else "apt-get install tesseract-ocr tesseract-ocr-vie"
    yield Finding("Tesseract, Vietnamese", "installed" if not remedy else "missing", remedy)


def _office(_: Path) -> Iterator[Finding]:
    program = shutil.which("soffice")
    remedy = "" if program else "apt-get install libreoffice-writer-nogui libreoffice-calc-nogui"
    yield Finding("LibreOffice", "installed" if program else "missing", remedy)
    uno = subprocess.run(["/usr/bin/python3", "-c", "import uno"], capture_output=True).returncode == 0
    yield Finding(
        "LibreOffice's Python bridge", "installed" if uno else "missing", "" if uno else "apt-get install python3-uno"
    )


def _disk(data: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(data).free
    remedy = "" if free > DISK_FREE_BYTES else "less than 2 GiB is free where the data folder lies"
    yield Finding("Disk", f"{free / 1024**3:.1f} GiB free", remedy)


def _run(command: list[str], env: dict[str, str] | None = None) -> str:
    """Output of a program; empty when it is missing or fails."""
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


CHECKS: list[Callable[[Path], Iterator[Finding]]] = [
    _python,
    _packages,
    _debian,
    _assets,
    _database,
    _ocr,
    _office,
    _disk,
]
