"""The embedded server: made once, adopted, restarted after the worst."""

import os
import shutil
import signal
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from mocban.config import postgres, processes


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="mocban-pg-"))
    folder.chmod(0o711)
    yield folder
    server = postgres.start(folder)
    postgres.stop(server)
    shutil.rmtree(folder)


def one(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(statement).fetchone()
    assert row is not None
    return row[0]


def test_the_cluster_is_c_locale_utf8_durable_and_on_no_network(data):
    server = postgres.start(data)
    assert server.started_here
    assert one(server.url, "SHOW server_encoding") == "UTF8"
    assert one(server.url, "SELECT datcollate FROM pg_database WHERE datname = current_database()") == "C"
    assert one(server.url, "SHOW listen_addresses") == ""
    assert one(server.url, "SHOW fsync") == "on"
    assert one(server.url, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") is False


def test_the_socket_folder_is_private_and_a_password_is_asked_for(data):
    server = postgres.start(data)
    socket_folder = Path(server.url.partition("host=")[2])
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(server.url.replace("mocban:", "mocban:wrong"))


def test_a_server_that_still_runs_is_adopted_and_left_running_by_a_short_command(data):
    first = postgres.start(data)
    with postgres.running(data) as second:
        assert not second.started_here
        assert second.pid == first.pid
    assert processes.alive(first.pid)


def test_after_kill_nine_it_starts_again_with_what_was_committed(data):
    server = postgres.start(data)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (7)")
        os.kill(server.pid, signal.SIGKILL)
    again = postgres.start(data)
    assert again.pid != server.pid
    assert one(again.url, "SELECT n FROM kept") == 7


def test_a_pid_file_that_names_another_process_is_no_server(data):
    server = postgres.start(data)
    postgres.stop(server)
    assert not processes.alive(server.pid)
    (server.home / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert postgres.start(data).started_here


def test_a_data_folder_with_a_long_name_gets_a_short_socket_folder():
    folder = Path(tempfile.mkdtemp(prefix="mocban-pg-"))
    folder.chmod(0o711)
    deep = folder / ("sâu" * 30)
    deep.mkdir(mode=0o711)
    server = postgres.start(deep)
    try:
        assert one(server.url, "SELECT 1") == 1
        assert "s%C3%A2u" not in server.url
    finally:
        postgres.stop(server)
        shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_where_the_servers_user_cannot_enter_the_data_folder_the_cluster_lives_elsewhere():
    folder = Path(tempfile.mkdtemp(prefix="mocban-pg-"))  # mode 0700, root's own
    server = postgres.start(folder)
    try:
        assert folder not in server.home.parents
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert one(server.url, "SELECT 1") == 1
        postgres.stop(server)
        assert postgres.start(folder).home == server.home
    finally:
        postgres.stop(postgres.start(folder))
        shutil.rmtree(server.home)
        shutil.rmtree(folder)
