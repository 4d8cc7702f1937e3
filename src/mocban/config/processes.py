"""Start and stop child processes so that none outlives its parent by accident. Knows nothing of Django."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(sign: int = signal.SIGTERM) -> None:
    """Ask the kernel to send `sign` to this process when its parent dies, whatever killed the parent."""
    if _libc.prctl(PR_SET_PDEATHSIG, sign, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")


def _bound_to(parent: int, sign: int) -> Callable[[], None]:
    def bind() -> None:
        die_with_parent(sign)
        if os.getppid() != parent:  # the parent died before the kernel was asked
            os._exit(1)

    return bind


def start(
    command: Sequence[str | Path],
    *,
    env: Mapping[str, str] | None = None,
    log: IO[bytes] | None = None,
    user: int | None = None,
    group: int | None = None,
    death_signal: int | None = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program in a process group of its own, so that a Ctrl-C in the terminal reaches only the supervisor.

    `death_signal` is what the child gets when this process dies; None leaves the child alone (PostgreSQL, which is
    adopted at the next start). Raises OSError when the program cannot be started.
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=None if env is None else dict(env),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT if log else None,
        start_new_session=True,
        user=user,
        group=group,
        extra_groups=None if user is None else [],
        preexec_fn=None if death_signal is None else _bound_to(os.getpid(), death_signal),
    )


def alive(pid: int) -> bool:
    """Whether a process with this number exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return False
    return state != "Z"


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process is gone; False when it still lives after `seconds`."""
    deadline = time.monotonic() + seconds
    while alive(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def stop(child: subprocess.Popen[bytes], seconds: float) -> None:
    """Ask a child to end; after `seconds` kill its whole process group."""
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
