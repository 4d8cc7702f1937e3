"""200 HTTP clients register in one book over at most 20 database connections: no number twice, none missing.

    PYTHONPATH=src:. .venv/bin/python bench/registry.py [--seconds 20] [--clients 200] [--connections 20]

Starts an installation of its own on the loopback address with one body. Every client is one connection that posts
papers without a file to the API, one after the other, until the time is over; then every number of the book is
accounted for. In the same run and database as many connections take numbers by the bare two statements (count up and
return, insert), each in a transaction of its own: what the database could do if a registration were nothing else.
The worker's connections and those of this program come on top of the pool. Ends after twice --seconds and the start.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Barrier
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import psycopg

from mocban.config import postgres
from tests.conftest import Installation, launch

LIMIT_SECONDS = 120
SECRET = {"MOCBAN_SECRET": "a-secret-of-the-benchmark-0123456789abcdef"}
MAKE_BODY = """
from mocban.config.demo.bodies import make_desks
from mocban.config.demo.spec import world
from mocban.people.selectors import today
make_desks(world()["organisations"][1], on=today())
"""
READ_NUMBERS = """
import json
from mocban.registry.models import Incoming, Number
values = Number.objects.filter(period__series__direction="incoming").order_by("value").values_list("value", flat=True)
print(json.dumps([list(values), Incoming.objects.count()]))
"""
TABLES = """
CREATE TABLE bench_counter (id int PRIMARY KEY, last int NOT NULL);
CREATE TABLE bench_number (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), period int NOT NULL, value int NOT NULL,
    state varchar(10) NOT NULL, taken_on date NOT NULL, taken_at timestamptz NOT NULL, taken_by varchar(100) NOT NULL,
    UNIQUE (period, value));
INSERT INTO bench_counter VALUES (1, 0);
"""
COUNT_UP = "UPDATE bench_counter SET last = last + 1 WHERE id = 1 RETURNING last"
INSERT = """INSERT INTO bench_number (period, value, state, taken_on, taken_at, taken_by)
    VALUES (1, %s, 'used', current_date, now(), 'Phạm Thị Lan Anh')"""


def main() -> int:
    options = parser().parse_args()
    seconds = min(options.seconds, LIMIT_SECONDS)
    extra = {**SECRET, "MOCBAN_WORKERS": str(options.workers), "MOCBAN_CONNECTIONS": str(options.connections)}
    with tempfile.TemporaryDirectory(prefix="mocban-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        office = launch(Path(folder), mode="up", extra=extra)
        try:
            office.wait_healthy(400)
            made = office.command("manage", "shell", "-v", "0", "-c", MAKE_BODY)
            if made.returncode:
                print(made.stderr, file=sys.stderr)
                return 1
            print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
            return measure(office, clients=options.clients, connections=options.connections, seconds=seconds)
        finally:
            office.stop()


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    top.add_argument("--clients", type=int, default=200)
    top.add_argument("--connections", type=int, default=20, help="the pool of the web processes together, at most 20")
    top.add_argument("--seconds", type=int, default=20)
    top.add_argument("--workers", type=int, default=3, help="web processes, as ./mocban up starts them")
    return top


def measure(office: Installation, *, clients: int, connections: int, seconds: int) -> int:
    token = office.token("vanthu.snv")
    book = json.loads(Client(office.port, token, "").ask("GET", "/api/v1/registry/incoming/books")[1])[0]["id"]
    desks = [Client(office.port, token, book) for _client in range(clients)]
    url = postgres.start(office.data).url  # adopts the one that runs
    with psycopg.connect(url, autocommit=True) as watcher:
        watcher.execute(TABLES)
        taken, most, lasted = run(desks, seconds, watcher)
        bare = run_bare(url, connections, seconds / 2)
    values, entries = json.loads(
        office.command("manage", "shell", "-v", "0", "-c", READ_NUMBERS).stdout.splitlines()[-1]
    )
    rate, latencies = len(taken) / lasted, sorted(taken)
    p50, p95 = statistics.median(latencies), latencies[int(len(latencies) * 0.95)]
    whole = values == list(range(1, len(values) + 1)) and entries == len(values)
    print(f"{clients} clients, pool of {connections} (at most {most} connections seen, worker and watcher included)")
    print(f"registrations: {len(taken)} in {lasted:.1f} s, {rate:.1f} a second; p50 {p50:.2f} s, p95 {p95:.2f} s")
    print(f"bare two statements on {connections} connections: {bare:.0f} a second; ratio {bare / rate:.0f}")
    print(f"numbers: 1–{len(values)}, {'none twice, none missing' if whole else 'BROKEN'}; {entries} entries")
    return 0 if whole and len(values) >= len(taken) else 1


class Client:
    """One program at the API with a connection of its own."""

    def __init__(self, port: int, token: str, book: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=240)
        self.headers = {"Authorization": f"Bearer {token}"}
        day = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date().isoformat()
        fields = {"book": book, "arrived_on": day, "kind_code": "official-letter", "confirmed": "true"}
        fields |= {"issuer_name": "Đảng ủy xã Vân Khê", "subject": "Về việc sửa chữa trạm bơm"}
        self.body = urlencode(fields).encode()

    def ask(self, method: str, path: str, body: bytes | None = None) -> tuple[int, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        self.connection.request(method, path, body=body, headers={**self.headers, **kind})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")

    def register(self) -> None:
        status, text = self.ask("POST", "/api/v1/registry/incoming", self.body)
        if status != http.client.CREATED:
            raise RuntimeError(f"{status}: {text[:500]}")


def run(desks: list[Client], seconds: float, watcher: psycopg.Connection) -> tuple[list[float], int, float]:
    """Latencies of all registrations, the most connections at once, and the seconds until the last was answered."""
    ready = Barrier(len(desks) + 1)

    def work(desk: Client) -> list[float]:
        ready.wait()
        end = time.monotonic() + seconds
        taken = []
        while time.monotonic() < end:
            began = time.perf_counter()
            desk.register()
            taken.append(time.perf_counter() - began)
        return taken

    with ThreadPoolExecutor(len(desks)) as pool:
        works = [pool.submit(work, desk) for desk in desks]
        ready.wait()
        began = time.monotonic()
        most, end = 0, began + seconds
        while time.monotonic() < end:
            row = watcher.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            ).fetchone()
            most = max(most, int(row[0]) if row else 0)
            time.sleep(0.5)
        taken = [one for each in works for one in each.result()]
        return taken, most, time.monotonic() - began


def run_bare(url: str, connections: int, seconds: float) -> float:
    """Transactions of the two statements a second."""
    ready = Barrier(connections)

    def work() -> int:
        with psycopg.connect(url) as connection:
            ready.wait()
            end, done = time.monotonic() + seconds, 0
            while time.monotonic() < end:
                with connection.transaction():
                    row = connection.execute(COUNT_UP).fetchone()
                    connection.execute(INSERT, row)
                done += 1
        return done

    each: Callable[[], int] = work
    with ThreadPoolExecutor(connections) as pool:
        return sum(one.result() for one in [pool.submit(each) for _one in range(connections)]) / seconds


if __name__ == "__main__":
    sys.exit(main())
