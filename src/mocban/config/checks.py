"""`./mocban test`: linters, type checks and import contracts first, pytest last: its closing line ends the run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mocban.config import runtime

BIN = Path(sys.executable).parent
STEPS: dict[str, list[str]] = {
    "ruff": ["ruff", "check", "--quiet", "."],
    "ruff format": ["ruff", "format", "--check", "--quiet", "."],
    "mypy": ["mypy", "--no-error-summary", "src/mocban", "src/mocban_agent"],
    "import contracts": ["lint-imports", "--no-cache"],
}


def run(arguments: Sequence[str]) -> int:
    """Run everything, or with arguments for pytest only what they name.

    `--long` runs the proofs of that mark, `--long NAME` those whose name holds NAME. Returns 0 when all is well.
    """
    options = list(arguments)
    failed: list[str] = []
    environment = {**os.environ, "PYTHONPATH": str(runtime.PROJECT / "src")}
    if not options:
        failed = [name for name, command in STEPS.items() if not _passes(name, command, environment)]
    if failed:
        print(f"not clean: {', '.join(failed)}", flush=True)
    pytest = [str(BIN / "pytest"), *_pytest_options(options)]
    code = subprocess.run(pytest, cwd=runtime.PROJECT, env=environment, stdin=subprocess.DEVNULL).returncode
    return code or (1 if failed else 0)


def _pytest_options(options: list[str]) -> list[str]:
    if "--long" not in options:
        return ["-m", "not long", "-n", "2", "--dist", "loadgroup", *options]
    place = options.index("--long")
    names = options[place + 1 : place + 2]
    named = bool(names) and not names[0].startswith("-")
    rest = options[:place] + options[place + (2 if named else 1) :]
    return ["-m", "long", "-s", *(["-k", names[0]] if named else []), *rest]


def _passes(name: str, command: list[str], environment: dict[str, str]) -> bool:
    started = time.monotonic()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=runtime.PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    print(f"{name}: {'ok' if done.returncode == 0 else 'NOT OK'} ({time.monotonic() - started:.0f} s)", flush=True)
    if done.returncode != 0:
        print(done.stdout + done.stderr, flush=True)
    return done.returncode == 0
