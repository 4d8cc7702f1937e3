"""Settings of the tests: the real ones, on a database, folders and keys that are thrown away afterwards.

Without DATABASE_URL each test process starts an embedded server of its own, which ends with it, however it ends. It is
not shared among the workers of pytest-xdist: an open transaction of one would hold back the audit feed of the others.
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


process = os.environ.get("PYTEST_XDIST_WORKER", "main")
if os.environ.get("MOCBAN_TEST_PROCESS") != process:
    data = Path(tempfile.mkdtemp(prefix="mocban-tests-"))
    data.chmod(0o711)
    server = None
    if os.environ.get("MOCBAN_TEST_EMBEDDED") == "1" or not os.environ.get("DATABASE_URL"):
        server = postgres.start(data, throwaway=True)
        os.environ.update(DATABASE_URL=server.url, MOCBAN_TEST_EMBEDDED="1")
    os.environ.update(MOCBAN_TEST_PROCESS=process, MOCBAN_DATA=str(data))
    atexit.register(_throw_away, os.getpid(), data, server)

from mocban.config.settings import *  # noqa: E402, F403
