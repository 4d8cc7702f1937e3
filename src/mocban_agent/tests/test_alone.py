"""The program runs on whatever computer a clerk has: an old Python, two packages, and nothing of the server."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[1]
FILES = sorted(FOLDER.glob("*.py"))
PACKAGES = {"asn1crypto", "pkcs11"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_is_written_for_an_old_python_and_needs_two_packages(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 9))
    imported = {
        name.partition(".")[0]
        for node in ast.walk(tree)
        for name in ([one.name for one in node.names] if isinstance(node, ast.Import) else [])
        + ([node.module or ""] if isinstance(node, ast.ImportFrom) and node.level == 0 else [])
    }
    assert imported - set(sys.stdlib_module_names) <= PACKAGES


ONLY_POSIX = {
    "chmod", "chown", "fchmod", "fork", "getegid", "geteuid", "getgid", "getuid", "kill", "killpg", "mkfifo", "setsid",
    "umask", "SIGKILL", "SIGHUP", "SIGALRM", "AF_UNIX", "pthread_kill", "set_blocking",
}  # fmt: skip
ONLY_POSIX_MODULES = {
    "crypt",
    "fcntl",
    "grp",
    "posix",
    "pty",
    "pwd",
    "readline",
    "resource",
    "syslog",
    "termios",
    "tty",
}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_it_calls_nothing_that_windows_lacks(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    names |= {one.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for one in node.names}
    modules = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert (names & ONLY_POSIX, modules & ONLY_POSIX_MODULES) == (set(), set())


def test_a_console_without_vietnamese_letters_stops_nothing(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("")
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252", "PYTHONPATH": str(FOLDER.parent)}
    asked = [sys.executable, "-m", "mocban_agent", "--folder", str(tmp_path), "--check-log"]
    done = subprocess.run(asked, env=environment, capture_output=True, check=True)
    assert b"0 d" in done.stdout


def test_it_can_be_read_in_one_sitting() -> None:
    assert sum(len(path.read_text("utf-8").splitlines()) for path in FILES) < 1100
