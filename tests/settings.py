"""Settings of the tests: the real ones, on a database, folders and keys that are thrown away afterwards.

Without DATABASE_URL the process that reads this first starts one embedded server; the workers of pytest-xdist inherit
its address. The server ends with that process, however it ends.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from mocban.config import postgres


def _throw_away(owner: int, data: Path, server: postgres.Server | None) -> None:
    if os.getpid() != owner:  # a forked child inherits the exit handlers, not the duty
        return
    if server is not None:
        postgres.stop(server)
        shutil.rmtree(server.home, ignore_errors=True)
    shutil.rmtree(data, ignore_errors=True)


if "MOCBAN_TEST_DATA" not in os.environ:
    data = Path(tempfile.mkdtemp(prefix="mocban-tests-"))
    data.chmod(0o711)
    server = None if os.environ.get("DATABASE_URL") else postgres.start(data, throwaway=True)
    os.environ["MOCBAN_TEST_DATA"] = str(data)
    if server is not None:
        os.environ["DATABASE_URL"] = server.url
    atexit.register(_throw_away, os.getpid(), data, server)

own = Path(os.environ["MOCBAN_TEST_DATA"]) / os.environ.get("PYTEST_XDIST_WORKER", "main")
own.mkdir(exist_ok=True, mode=0o711)
os.environ["MOCBAN_DATA"] = str(own)

from mocban.config.settings import *  # noqa: E402, F403
