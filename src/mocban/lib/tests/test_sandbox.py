import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mocban.lib import sandbox_child
from mocban.lib.errors import RuleBroken
from mocban.lib.sandbox import Limits, Pool, SandboxFailed

HELPER = "mocban.lib.tests.unruly_helper"


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    shared = Pool(HELPER, timeout=20, limits=Limits(memory=400 << 20))
    yield shared
    shared.stop()


def pid_of(pool: Pool) -> int:
    return int(pool.call("echo", {})[0]["pid"])


def reason_of(pool: Pool, name: str, timeout: float = 20) -> str:
    with pytest.raises(SandboxFailed) as failure:
        pool.call(name, {}, timeout=timeout)
    return failure.value.reason


def test_bytes_and_words_come_back_whole_despite_printed_noise(pool: Pool) -> None:
    blob = os.urandom(3_000_000)
    answer, data = pool.call("echo", {"title": "Công văn"}, blob)
    assert answer["payload"] == {"title": "Công văn"}
    assert data == blob


def test_a_file_is_read_where_it_lies_and_what_is_made_of_it_is_written_in_pieces(pool: Pool, tmp_path: Path) -> None:
    source, target = tmp_path / os.fsdecode(b"v\xc4n b\xff.pdf"), tmp_path / "made"
    source.write_bytes(os.urandom(3_000_000))
    with target.open("wb") as into:
        answer, data = pool.call("copy", {"first": 1_000_000, "fails": False}, source, into=into)
    assert (answer, data) == ({"length": 3_000_000, "in_memory": False}, b"")
    assert target.read_bytes() == source.read_bytes()
    assert pool.call("copy", {"first": 4, "fails": False}, b"in memory")[1] == b"in memory"
    with target.open("wb") as into, pytest.raises(SandboxFailed):
        pool.call("copy", {"first": 1_000_000, "fails": True}, source, into=into)
    with pytest.raises(SandboxFailed):
        pool.call("copy", {"first": 1, "fails": False}, tmp_path / "missing")


def test_a_file_beyond_the_limit_is_refused_while_it_is_made(tmp_path: Path) -> None:
    small = Pool(HELPER, timeout=20, limits=Limits(made=2_000_000))
    try:
        with (tmp_path / "made").open("wb") as into, pytest.raises(SandboxFailed) as failure:
            small.call("copy", {"first": 1, "fails": False}, b"x" * 3_000_000, into=into)
    finally:
        small.stop()
    assert failure.value.reason == "memory"
    assert (tmp_path / "made").stat().st_size <= 2_000_000


def test_one_helper_serves_many_calls(pool: Pool) -> None:
    assert pid_of(pool) == pid_of(pool)


def test_the_helper_inherits_no_secret(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD_OF_TEST", "x")
    fresh = Pool(HELPER, timeout=20)
    try:
        answer, _ = fresh.call("environment", {})
    finally:
        fresh.stop()
    assert "DATABASE_PASSWORD_OF_TEST" not in answer["names"]
    assert answer["descriptors"] < 10


def test_a_crash_a_loop_and_a_bomb_are_told_apart_and_the_next_call_works(pool: Pool) -> None:
    assert reason_of(pool, "crash") == "crash"
    assert reason_of(pool, "forever", timeout=0.3) == "timeout"
    assert reason_of(pool, "bomb") == "memory"
    assert reason_of(pool, "raises") == "crash"
    assert pool.call("echo", {"n": 1})[0]["payload"] == {"n": 1}


def test_a_rule_broken_inside_keeps_its_sentence_and_the_helper(pool: Pool) -> None:
    before = pid_of(pool)
    with pytest.raises(RuleBroken) as refusal:
        pool.call("refuses", {})
    assert (refusal.value.code, refusal.value.citation) == ("file.encrypted", "Điều 1")
    assert pid_of(pool) == before


def test_the_helper_cannot_write_files(pool: Pool) -> None:
    assert pool.call("writes", {})[0] == {"written": False}


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user may not be permitted to close the network")
def test_the_helper_sees_no_network(pool: Pool) -> None:
    assert pool.call("network", {})[0] == {"interfaces": []}


def test_an_answer_beyond_the_limit_is_refused() -> None:
    small = Pool(HELPER, timeout=20, limits=Limits(reply=2000))
    try:
        with pytest.raises(SandboxFailed) as failure:
            small.call("echo", {}, b"x" * 5000)
    finally:
        small.stop()
    assert failure.value.reason == "memory"


def test_a_module_that_does_not_exist_is_a_crash() -> None:
    with pytest.raises(SandboxFailed) as failure:
        Pool("mocban.lib.no_such_module").call("echo", {})
    assert failure.value.reason == "crash"


def test_idle_helpers_go_and_come_back(pool: Pool) -> None:
    before = pid_of(pool)
    pool.stop_idle(now=time.monotonic() + 299)
    assert pool.running() == 1
    pool.stop_idle(now=time.monotonic() + 301)
    assert pool.running() == 0
    assert pid_of(pool) != before


def test_the_timer_stops_an_idle_helper_by_itself() -> None:
    brief = Pool(HELPER, timeout=20, idle_seconds=0.2)
    handle = os.pidfd_open(pid_of(brief))
    try:
        ended, _, _ = select.select([handle], [], [], 10)
    finally:
        os.close(handle)
        brief.stop()
    assert ended


def test_threads_share_the_helpers_without_mixing_answers() -> None:
    shared = Pool(HELPER, size=2, timeout=20)
    try:
        with ThreadPoolExecutor(4) as threads:
            answers = list(threads.map(lambda n: shared.call("echo", {"n": n}, bytes([n])), range(40)))
    finally:
        shared.stop()
    assert [(answer["payload"]["n"], data) for answer, data in answers] == [(n, bytes([n])) for n in range(40)]
    assert len({answer["pid"] for answer, _ in answers}) <= 2


def test_the_child_needs_nothing_but_the_standard_library() -> None:
    """The converter's child runs it under the system's Python, which has none of our packages."""
    source = Path(sandbox_child.__file__).parents[2]
    code = f"import sys; sys.path.insert(0, {str(source)!r}); import mocban.lib.sandbox_child"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
