"""An installation for real use: started empty, killed, started again, saved, restored, stopped."""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Installation, command, launch

pytestmark = pytest.mark.xdist_group("installation")


@pytest.fixture(scope="module")
def office() -> Iterator[Installation]:
    folder = Path(tempfile.mkdtemp(prefix="mocban-office-"))
    folder.chmod(0o711)
    running = start(folder)
    yield running
    running.stop()
    shutil.rmtree(folder)


def start(folder: Path) -> Installation:
    running = launch(folder, mode="up", extra={"MOCBAN_SECRET": secrets.token_hex(32), "MOCBAN_WORKERS": "1"})
    running.wait_healthy(90)
    return running


def test_an_empty_office_prints_the_code_of_the_first_administrator(office):
    office.wait_for_output("One-time code")
    status, facts = office.health()
    assert status == 200
    assert {"database", "worker", "search", "disk"} <= set(facts)


def test_after_kill_nine_of_everything_it_starts_again(office):
    office.kill()
    assert office.health()[0] == 0
    again = start(office.data)
    office.process, office.port = again.process, again.port
    assert office.health()[0] == 200


def test_a_backup_restores_into_a_new_folder_and_a_damaged_one_is_refused(office, tmp_path):
    (office.data / "content").mkdir(exist_ok=True)
    (office.data / "content" / "object").write_bytes(b"a stored object")
    saved = tmp_path / "saved"
    assert (done := office.command("backup", str(saved))).returncode == 0, done.stderr
    target = tmp_path / "target"
    assert (done := command(target, "restore", str(saved))).returncode == 0, done.stderr
    assert (target / "content" / "object").read_bytes() == b"a stored object"
    assert (again := command(target, "restore", str(saved))).returncode == 1
    assert "--force" in again.stderr
    (saved / "content" / "object").write_bytes(b"a stored objecT")
    assert (damaged := command(target, "restore", str(saved), "--force")).returncode == 1
    assert "content/object differs" in damaged.stderr
    assert (target / "content" / "object").read_bytes() == b"a stored object"


def test_terminating_it_stops_web_worker_and_database(office):
    database = office.database_process()
    assert office.stop() == 0
    assert not Path(f"/proc/{database}").exists()
    running = start(office.data)
    office.process, office.port = running.process, running.port
    os.kill(office.process.pid, signal.SIGINT)
    assert office.process.wait(60) == 0
