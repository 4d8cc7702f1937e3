"""Measure registrations over HTTP: 8 clerks, one a second each, a PDF of 200 KB, the background work running.

    PYTHONPATH=src:. .venv/bin/python bench/registry_load.py [--seconds 30] [--clerks 8]

Starts an installation of its own on the loopback address (web, worker, embedded PostgreSQL) with one body, lets every
clerk register on his own beat, and prints the latency of the registrations beside that of the bare login page asked in
the same seconds: what the machine's other load does to one, it does to the other. The worker extracts and indexes the
text meanwhile. Ends after --seconds, or 60 s.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mocban.config.settings")
django.setup()  # the papers are composed by modules that stand beside models; no database is asked from here

from tests.clerk import Clerk, scan  # noqa: E402
from tests.conftest import Installation, launch  # noqa: E402

PAPER_BYTES = 200_000
BEAT = 1.0  # seconds between two registrations of one clerk
LIMIT_SECONDS = 60
SECRET = {"MOCBAN_SECRET": "a-secret-of-the-benchmark-0123456789abcdef"}
MAKE_BODY = """
from mocban.config.demo.bodies import make_desks
from mocban.config.demo.spec import world
from mocban.people.selectors import today
make_desks(world()["organisations"][1], on=today())
"""


def main() -> int:
    options = parser().parse_args()
    seconds = min(options.seconds, LIMIT_SECONDS)
    with tempfile.TemporaryDirectory(prefix="mocban-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        office = launch(Path(folder), mode="up", extra={**SECRET, "MOCBAN_WORKERS": str(options.workers)})
        try:
            office.wait_healthy(120)
            made = office.command("manage", "shell", "-v", "0", "-c", MAKE_BODY)
            if made.returncode:
                print(made.stderr, file=sys.stderr)
                return 1
            measure(office, clerks=options.clerks, seconds=seconds)
        finally:
            office.stop()
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    top.add_argument("--clerks", type=int, default=8)
    top.add_argument("--seconds", type=int, default=30)
    top.add_argument("--workers", type=int, default=3, help="web processes, as ./mocban up starts them")
    return top


def measure(office: Installation, *, clerks: int, seconds: int) -> None:
    day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    paper = scan(PAPER_BYTES, day)
    desks = [Clerk(office.port, paper, day) for _ in range(clerks)]
    for desk in desks:
        desk.sign_in("vanthu.snv", "Dong-Linh-2026")
        desk.register("")  # the first one opens what each thread keeps open
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    start = time.monotonic() + 0.5
    with ThreadPoolExecutor(clerks + 1) as pool:
        beats = [
            pool.submit(register_on_beat, desk, start + n * BEAT / clerks, seconds) for n, desk in enumerate(desks)
        ]
        doors = pool.submit(ask_login_page, Clerk(office.port, b"", day), start, seconds)
        taken = [one for beat in beats for one in beat.result()]
        bare = doors.result()
    report("registration", taken)
    report("login page", bare)
    print(
        f"ratio of the p95: {p95(taken) / p95(bare):.1f}; of the median: "
        f"{statistics.median(taken) / statistics.median(bare):.1f}"
    )
    print(f"health after: {office.health()[1].get('worker')}, {office.health()[1].get('search')}")


def register_on_beat(desk: Clerk, start: float, seconds: int) -> list[float]:
    """Latencies in seconds. A beat that comes late is not made up for: the next one keeps its place."""
    taken = []
    for beat in range(int(seconds / BEAT)):
        wait_until(start + beat * BEAT)
        began = time.perf_counter()
        desk.register("")
        taken.append(time.perf_counter() - began)
    return taken


def ask_login_page(desk: Clerk, start: float, seconds: int) -> list[float]:
    taken = []
    for beat in range(seconds * 4):
        wait_until(start + beat / 4)
        began = time.perf_counter()
        status, _to, _text = desk.ask("GET", "/login/")
        taken.append(time.perf_counter() - began)
        assert status == 200
    return taken


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))


def p95(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=100)[94]


def report(name: str, taken: list[float]) -> None:
    print(
        f"{name}: {len(taken)} times, p50 {statistics.median(taken) * 1000:.0f} ms, p95 {p95(taken) * 1000:.0f} ms, "
        f"max {max(taken) * 1000:.0f} ms"
    )


if __name__ == "__main__":
    sys.exit(main())
